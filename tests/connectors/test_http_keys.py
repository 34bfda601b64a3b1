"""The key goes to its platform and nowhere else: not to other hosts, logs, errors or tracebacks."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from http_desk import KEY, Desk, open_desk
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import Script, ScriptedServer, answer, drip, ends, reset

from connectors._redact import MASK, Redactor
from core.errors import ConfigError, ConnectorError, Rejected

FORMS = {
    "plain": KEY,
    "with its scheme": f"Bearer {KEY}",
    "in an address": quote(KEY, safe=""),
    "in a form": quote_plus(KEY),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "base64 with a name before": base64.b64encode(f"api:{KEY}".encode()).decode(),
    "base64 with a colon behind": base64.b64encode(f"{KEY}:".encode()).decode(),
    "base64 of the header": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
    "cut short": KEY[:20],
    "joined": f"x{KEY}y",
    "in JSON": json.dumps(KEY).replace("/", "\\/"),
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def _shows(text: str) -> list[str]:
    """Pieces of the key, of any twelve characters, in any of its forms."""
    found = []
    for name in ("plain", "in an address", "base64", "base64 with a name before"):
        form = FORMS[name]
        found += [form[n : n + 12] for n in range(len(form) - 11) if form[n : n + 12] in text]
    return found


def _all_of(error: ConnectorError) -> str:
    """Everything that somebody who reports an error might print."""
    assert error.__context__ is None, "its causes hold the request and with it the key"
    said = f"{error}{error.en}{error!r}{error.request_id}{error.__dict__}"
    return said + "".join(traceback.format_exception(error))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 406, 429, 500])
def test_whatever_echoes_the_key_the_operator_never_sees_it(
    desk: Desk, caplog: pytest.LogCaptureFixture, form: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"message": f"'{form}' not a valid key=value pair (missing equal-sign)"}
    web_page = f"<html>{form}</html>".encode()
    for content in [web_page] if status == 200 else [web_page, json.dumps(body).encode()]:
        desk.server.play(answer(status, content, headers={"request-id": form[:60]}))
        client = desk.client(attempts=2, patience=1.0)
        with pytest.raises(ConnectorError) as caught:
            client.get_json(f"/x/{form}", {"q": form})
        assert _shows(_all_of(caught.value)) == []
        assert _shows(repr(client)) == []
    ours = [record.getMessage() for record in caplog.records if record.name == "mahnwerk.http"]
    assert ours
    assert _shows("".join(ours)) == []


@pytest.mark.parametrize(
    "script", [reset, ends(b"HTTP/1.1 200 OK\r\n"), drip(b"HTTP/1.1 200 OK\r\nX: ")]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_broken_connection_brings_the_request_along(
    desk: Desk, script: Script, method: str
) -> None:
    desk.server.play(script)
    client = desk.client(timeout=(1.0, 0.2), attempts=1)
    with pytest.raises(ConnectorError) as caught:
        client.get_json("/x") if method == "get" else client.post_json("/x", {})
    assert caught.value.__context__ is None
    # Whatever collects errors for a report gets no key either.
    assert _shows(pickle.dumps(caught.value.args).decode("latin-1")) == []


def test_an_answer_shows_neither_content_nor_key(desk: Desk) -> None:
    desk.server.play(answer(200, KEY.encode()))
    found = desk.client().get("/file", {"token": KEY})
    assert KEY.encode() in found.content
    assert _shows(repr(found)) == []


def test_what_is_no_key_stays_readable(desk: Desk) -> None:
    desk.server.play(answer(406, {"message": "lineItems[0].unitPrice darf nicht leer sein"}))
    with pytest.raises(Rejected, match=r"lineItems\[0\]\.unitPrice darf nicht leer sein"):
        desk.client().get_json("/x")


@given(
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_/+.=", min_size=8, max_size=60),
    st.binary(max_size=9),
    st.binary(max_size=9),
    st.text(max_size=30),
)
def test_base64_is_found_wherever_the_key_begins(
    key: str, before: bytes, behind: bytes, around: str
) -> None:
    redact = Redactor([key])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        coded = encode(before + key.encode() + behind).decode()
        assert coded not in redact(around + coded + around)
    assert key not in redact(around + key + around)
    assert key not in redact(quote(key))


def test_no_secrets_and_short_ones_change_nothing() -> None:
    assert Redactor([])("ab 12 Text") == "ab 12 Text"
    assert Redactor(["", " ", "ab"])("ab 12 Text") == "ab 12 Text"
    assert Redactor(["abcd"])("xabcdx") == f"x{MASK}x"
    assert KEY not in repr(Redactor([KEY]))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_the_key_is_not_carried_to_another_address(desk: Desk, status: int) -> None:
    with ScriptedServer().running() as other:
        desk.server.play(answer(status, headers={"Location": f"{other.base}/v1/x"}))
        client = desk.client()
        with pytest.raises(Rejected, match="api_base"):
            client.get_json("/x")
        assert other.seen == []
        assert client.requests == 1


def test_a_netrc_does_not_replace_the_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login a password b\ndefault login c password d\n"
    )
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    client = desk.client()
    client._session.trust_env = True  # as for a platform that is not on this machine
    client.get_json("/x")
    assert desk.server.seen[0].headers["Authorization"] == f"Bearer {KEY}"


def test_this_machine_is_not_asked_through_the_proxy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer().running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base)
        monkeypatch.delenv("NO_PROXY", raising=False)
        desk.client().get_json("/x")
        assert proxy.seen == []


def test_a_platform_elsewhere_is_asked_through_the_proxy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = answer(407)
    with ScriptedServer([refusing]).running() as proxy:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.base)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        client = desk.client(base="https://api.muster.example/v1", attempts=1)
        with pytest.raises(ConnectorError, match="Proxy"):
            client.get_json("/x")
        assert [(r.method, r.target) for r in proxy.seen] == [("CONNECT", "api.muster.example:443")]
        assert "Authorization" not in proxy.seen[0].headers


@pytest.mark.parametrize(
    "base",
    [
        "http://api.muster.example",
        "http://192.168.1.9:8080/v1",
        "http://127.0.0.1.muster.example",
        "http://localhost.muster.example",
        "ftp://127.0.0.1",
        "api.muster.example",
        "http://",
        "https://",
        "https://[::1",
        "",
    ],
)
def test_the_key_does_not_travel_in_clear(desk: Desk, base: str) -> None:
    with pytest.raises(ConfigError, match="https://") as caught:
        desk.client(base=base)
    assert caught.value.exit_code == 78
    assert "https://" in caught.value.en


@pytest.mark.parametrize(
    "base",
    ["https://api.muster.example/v1", "http://localhost:1", "http://[::1]:1", "http://127.1.2.3"],
)
def test_https_and_this_machine_are_allowed(desk: Desk, base: str) -> None:
    assert base.split("/")[2] in repr(desk.client(base=base))


@pytest.mark.parametrize("bad", ["a\nX-Evil: 1", "schlüßel", " x-4711", "x-4711\r"])
def test_a_key_that_cannot_be_sent_is_not_shown_either(desk: Desk, bad: str) -> None:
    with pytest.raises(ConfigError, match="mahnwerk connect lexoffice") as caught:
        desk.client(headers={"Authorization": bad})
    assert bad.strip() not in str(caught.value)

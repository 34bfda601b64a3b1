"""The same over TLS: certificates are checked, and a deadline ends an exchange there too."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from http_desk import Desk
from own_certificate import OwnCertificate, own_certificate
from scripted_server import ScriptedServer, answer, drip, head, silence

from core.errors import AnswerUnknown, Unreachable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> OwnCertificate:
    return own_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def desk(certificate: OwnCertificate) -> Iterator[Desk]:
    with ScriptedServer(tls=certificate.server).running() as server:
        desk = Desk(server)
        yield desk
        for client in desk.clients:
            client.close()


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(desk: Desk) -> None:
    client = desk.client()
    with pytest.raises(Unreachable, match="Zertifikat"):
        client.get_json("/x")
    assert client.requests == 1
    assert desk.server.seen == []


@pytest.mark.parametrize(
    "script",
    [silence, drip(b"HTTP/1.1 200 OK\r\nX: "), drip(head(200, {"Content-Length": "90000"}))],
    ids=["no answer", "head", "body"],
)
def test_a_slow_platform_is_given_up_in_time(
    desk: Desk, certificate: OwnCertificate, script: object
) -> None:
    desk.server.play(script, answer(200, {"ok": True}))  # type: ignore[arg-type]
    client = desk.client(timeout=(2.0, 0.4))
    client._session.verify = str(certificate.pem)
    began = time.monotonic()
    with pytest.raises(AnswerUnknown):
        client.post_json("/x", {})
    assert time.monotonic() - began < 2.5
    assert client.get_json("/x") == {"ok": True}

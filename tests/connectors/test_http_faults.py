"""Platforms that misbehave on the wire: every try ends in time, and nothing is taken for an answer.

Time limits are shortened to 0.3 seconds; nothing else is faked.
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from http_desk import Desk, open_desk
from scripted_server import Request, Script, answer, drip, ends, head, reset, silence
from waiting import pause

from connectors import _answer
from core.errors import AnswerUnknown, MalformedResponse, Unreachable

LIMIT = 0.3
OK = answer(200, {"ok": True})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def _late_drip(to: socket.socket, request: Request) -> None:
    """A connection that lives on: its head is whole, its chunks trickle."""
    drip(head(200, {"Transfer-Encoding": "chunked"}) + b"FFFF\r\n")(to, request)


SLOW: dict[str, Script] = {
    "no answer": silence,
    "its head drips": drip(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "its body drips": drip(head(200, {"Content-Length": "50000"}) + b'{"a": "'),
    "its body drips without a length": drip(head(200, {"Connection": "close"}) + b'{"a": "'),
    "its chunks drip": _late_drip,
}
BROKEN: dict[str, Script] = {
    "reset": reset,
    "cut off": ends(head(200, {"Content-Length": "50"}) + b'{"a": 1'),
    "cut off in its head": ends(b"HTTP/1.1 200 O"),
    "closed without a word": ends(b""),
    "no HTTP": ends(b"SSH-2.0-server\r\n\r\n"),
    "chunks cut off": ends(head(200, {"Transfer-Encoding": "chunked"}) + b"5\r\n{"),
    "bad gzip": answer(200, b"no gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_a_try_ends_when_its_time_is_over(desk: Desk, script: Script) -> None:
    desk.server.play(script)
    client = desk.client(timeout=(1.0, LIMIT), attempts=2)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="Zeitüberschreitung") as caught:
        client.get_json("/x")
    took = time.monotonic() - began
    assert 2 * LIMIT <= took < 2 * LIMIT + 1.5
    assert client.requests == 2
    assert "timeout" in caught.value.en


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_after_a_slow_try_the_next_one_works(desk: Desk, script: Script) -> None:
    desk.server.play(script, OK)
    assert desk.client(timeout=(1.0, LIMIT)).get_json("/x") == {"ok": True}
    assert desk.server.connections == 2


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_read_again(desk: Desk, script: Script) -> None:
    desk.server.play(script, OK)
    client = desk.client()
    assert client.get_json("/x") == {"ok": True}
    assert client.requests == 2
    assert len(desk.slept) == 1


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_platform_that_stays_broken_is_given_up(desk: Desk, script: Script) -> None:
    desk.server.play(script)
    client = desk.client(attempts=3)
    with pytest.raises(Unreachable, match="brach ab") as caught:
        client.get_json("/x")
    assert caught.value.exit_code == 69
    assert client.requests == 3


@pytest.mark.parametrize("script", [*SLOW.values(), *BROKEN.values()], ids=[*SLOW, *BROKEN])
def test_a_write_without_an_answer_is_sent_once(desk: Desk, script: Script) -> None:
    desk.server.play(script, OK)
    client = desk.client(timeout=(1.0, LIMIT))
    with pytest.raises(AnswerUnknown, match="nachsehen, bevor"):
        client.post_json("/dunnings", {"title": "1. Mahnung"})
    assert client.requests == len(desk.server.seen) == 1


def test_deleting_without_an_answer_and_then_not_found_is_done(desk: Desk) -> None:
    desk.server.play(reset, answer(404))
    desk.client().delete("/x")


def test_a_file_without_a_length_may_be_half_of_it(desk: Desk) -> None:
    desk.server.play(ends(head(200, {"Content-Type": "application/pdf"}) + b"%PDF-1.7 ..."))
    with pytest.raises(Unreachable):
        desk.client(attempts=2).get("/file", accept="application/pdf")
    desk.server.play(ends(head(200) + b'{"ok": 1}'))
    assert desk.client().get_json("/x") == {"ok": 1}


def test_a_write_that_never_left_is_tried_again_and_did_not_happen(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = desk.client(base=f"http://127.0.0.1:{port}", attempts=3)
    with pytest.raises(Unreachable, match="keine Verbindung") as caught:
        client.post_json("/dunnings", {})
    assert not isinstance(caught.value, AnswerUnknown)
    assert len(desk.slept) == 2


def test_a_write_begins_with_a_connection_of_its_own(desk: Desk) -> None:
    client = desk.client()
    client.get_json("/x")
    client.get_json("/x")
    assert desk.server.connections == 1
    client.post_json("/x", {})
    assert desk.server.connections == 2


def test_a_connection_that_died_idle_costs_one_more_try(desk: Desk) -> None:
    def once(to: socket.socket, request: Request) -> None:
        OK(to, request)
        ends(b"")(to, request)

    desk.server.play(once, OK)
    client = desk.client()
    for _ in range(2):
        assert client.get_json("/x") == {"ok": True}


def test_an_answer_without_an_end_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_answer, "LARGEST", 100_000)
    desk.server.play(answer(200, b"x" * 100_001), OK)
    client = desk.client()
    with pytest.raises(MalformedResponse, match="groß"):
        client.get("/file")
    assert client.requests == 1
    desk.server.play(answer(200, b"x" * 100_000))
    assert len(client.get("/file").content) == 100_000


def test_an_answer_that_grows_when_unpacked_is_not_kept_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_answer, "LARGEST", 100_000)
    bomb = gzip.compress(b"0" * 50_000_000)
    desk.server.play(answer(200, bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(MalformedResponse, match="groß"):
        desk.client().get_json("/x")


def test_packed_answers_are_read(desk: Desk) -> None:
    packed = gzip.compress(b'{"ok": 1}')
    desk.server.play(answer(200, packed, headers={"Content-Encoding": "gzip"}))
    assert desk.client().get_json("/x") == {"ok": 1}


def test_what_is_left_of_patience_is_the_limit_of_a_try(desk: Desk) -> None:
    desk.server.play(silence)
    client = desk.client(timeout=(1.0, 30.0), patience=1.2)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.get_json("/x")
    assert time.monotonic() - began < 3.5


def test_a_slow_but_steady_platform_is_waited_for(desk: Desk) -> None:
    def steady(to: socket.socket, _request: Request) -> None:
        to.sendall(head(200, {"Content-Length": "11"}))
        for byte in b'{"ok":true}':
            pause(0.02)
            to.sendall(bytes([byte]))

    desk.server.play(steady)
    assert desk.client(timeout=(1.0, 5.0)).get_json("/x") == {"ok": True}


@pytest.mark.parametrize("fails", [False, True])
def test_a_closed_client_keeps_no_connection(desk: Desk, fails: bool) -> None:
    ended = threading.Event()

    def once(to: socket.socket, request: Request) -> None:
        OK(to, request)
        to.settimeout(10)
        if to.recv(1) == b"":
            ended.set()

    desk.server.play(*([reset] if fails else []), once)
    client = desk.client()
    client.get_json("/x")
    assert not ended.wait(0.05)
    client.close()
    assert ended.wait(5), "not before the garbage is collected"

"""The HTTP client under vcrpy: what was recorded is replayed through its retries, without network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import vcr
from http_desk import KEY, Desk, open_desk
from scripted_server import answer
from vcr.errors import CannotOverwriteExistingCassetteException

from connectors._http import HttpClient


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def _recorder(mode: str) -> vcr.VCR:
    return vcr.VCR(
        record_mode=mode,
        match_on=("method", "scheme", "host", "path", "query"),
        filter_headers=["authorization"],
    )


def _recorded(desk: Desk, tape: Path) -> str:
    desk.server.play(
        answer(429, {"message": "Rate limit exceeded"}),
        answer(200, {"openAmount": 690.1}),
        answer(200, b"%PDF-1.7", kind="application/pdf"),
        answer(201, {"id": "d1"}),
    )
    client = desk.client()
    with _recorder("once").use_cassette(str(tape)):
        _ask(client)
    return desk.server.base


def _ask(client: HttpClient) -> list[object]:
    return [
        client.get_json("/payments/i1", {"a": "b"}),
        client.get("/invoices/i1/file", accept="application/pdf").content,
        client.post_json("/dunnings", {"title": "1. Mahnung"}),
    ]


def test_a_recording_is_replayed_through_the_retries(desk: Desk, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    base = _recorded(desk, tape)
    assert KEY not in tape.read_text()
    seen = len(desk.server.seen)
    client = desk.client(base=f"{base}/v1")
    with _recorder("none").use_cassette(str(tape)) as cassette:
        found = _ask(client)
        assert cassette.all_played
    assert [str(each) for each in found] == [
        "{'openAmount': Decimal('690.1')}",
        "b'%PDF-1.7'",
        "{'id': 'd1'}",
    ]
    assert client.requests == 4
    assert len(desk.server.seen) == seen, "nothing went over the wire"


def test_a_request_that_was_not_recorded_is_no_failure_of_the_platform(
    desk: Desk, tmp_path: Path
) -> None:
    tape = tmp_path / "tape.yaml"
    _recorded(desk, tape)
    client = desk.client()
    with (
        _recorder("none").use_cassette(str(tape)),
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        client.get_json("/payments/i2")
    assert client.requests == 1
    assert desk.slept == []

"""What the HTTP client repeats: reads until patience ends, writes only when they did not happen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from http_desk import Desk, open_desk
from scripted_server import answer

from connectors._http import Answer
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    ConnectorError,
    NotFound,
    RateLimited,
    Unreachable,
)

OK = answer(200, {"ok": True})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_failure_on_a_read_is_repeated_with_growing_pauses(desk: Desk, status: int) -> None:
    desk.server.play(answer(status), answer(status), answer(status), OK)
    client = desk.client()
    assert client.get_json("/x") == {"ok": True}
    assert client.requests == 4
    assert desk.gate.told == ["wait"] * 4
    for number, pause in enumerate(desk.slept):
        assert 2**number <= pause <= 2**number + 1


def test_a_failure_that_stays_is_given_up_after_six_tries(desk: Desk) -> None:
    desk.server.play(answer(500))
    client = desk.client()
    with pytest.raises(Unreachable, match="meldet eine Störung") as caught:
        client.get_json("/x")
    assert (caught.value.exit_code, caught.value.status) == (69, 500)
    assert client.requests == 6
    assert len(desk.slept) == 5


def test_a_failure_that_stays_is_given_up_when_patience_is_over(desk: Desk) -> None:
    desk.server.play(answer(500))
    client = desk.client(patience=9.0, attempts=100)
    with pytest.raises(Unreachable):
        client.get_json("/x")
    assert sum(desk.slept) <= 9.0
    assert client.requests == 3 or client.requests == 4


def test_a_platform_under_repair_says_when_it_is_back(desk: Desk) -> None:
    desk.server.play(answer(503, headers={"Retry-After": "17"}), OK)
    desk.client().get_json("/x")
    assert desk.slept == [17.0]


def test_being_throttled_is_told_to_the_gate_and_not_slept_here(desk: Desk) -> None:
    slow = answer(429, {"message": "Rate limit exceeded"})
    desk.server.play(slow, slow, OK, OK)
    client = desk.client()
    client.get_json("/x")
    client.get_json("/x")
    refused = ["wait", ("throttled", None)]
    assert desk.gate.told == [*refused, *refused, "wait", "eased", "wait"]
    assert desk.slept == []


def test_a_refused_answer_after_throttling_eases_too(desk: Desk) -> None:
    desk.server.play(answer(429), answer(404), OK)
    client = desk.client()
    with pytest.raises(NotFound):
        client.get_json("/x")
    client.get_json("/x")
    assert desk.gate.told.count("eased") == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "999999"}, 3600.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": ""}, None),
        (
            {
                "Date": "Mon, 02 Mar 2026 09:00:00 GMT",
                "Retry-After": "Mon, 02 Mar 2026 09:00:45 GMT",
            },
            45.0,
        ),
        # A date says nothing without the clock that it was read from.
        ({"Retry-After": "Mon, 02 Mar 2009 09:00:45 GMT"}, None),
    ],
)
def test_how_long_the_platform_wants_us_to_wait(
    desk: Desk, headers: dict[str, str], seconds: float | None
) -> None:
    desk.server.play(answer(429, headers=headers), OK)
    desk.gate.waits = 0.0
    desk.client().get_json("/x")
    assert desk.gate.told[1] == ("throttled", seconds)


def test_a_wait_beyond_our_patience_is_given_up_at_once(desk: Desk) -> None:
    desk.server.play(answer(429, headers={"Retry-After": "400"}), OK)
    client = desk.client()
    with pytest.raises(RateLimited) as caught:
        client.get_json("/x")
    assert (caught.value.exit_code, caught.value.retry_after) == (75, 400.0)
    assert caught.value.status == 429
    assert client.requests == 1


def test_throttling_that_stays_is_given_up_when_patience_is_over(desk: Desk) -> None:
    desk.server.play(answer(429))
    desk.gate.waits = 45.0
    client = desk.client()
    with pytest.raises(RateLimited) as caught:
        client.get_json("/x")
    # Six waits of 45 seconds fit into 300.
    assert client.requests == 7
    assert caught.value.retry_after == 45.0


def test_a_gate_that_does_not_wait_does_not_make_us_hammer(desk: Desk) -> None:
    desk.server.play(answer(429))
    desk.gate.waits = 0.0
    client = desk.client()
    with pytest.raises(RateLimited):
        client.get_json("/x")
    assert client.requests == 12


def test_a_gate_that_is_closed_for_long_names_the_connector(desk: Desk) -> None:
    desk.gate.refuses = RateLimited("später", en="later")
    client = desk.client()
    with pytest.raises(RateLimited, match="später") as caught:
        client.get_json("/x")
    assert caught.value.connector == "lexoffice"
    assert client.requests == 0


def _throttling_in_disguise(given: Answer) -> ConnectorError | None:
    if given.status == 500 and b"rate limit" in given.content:
        return RateLimited("zu schnell", en="too fast")
    if given.status == 402:
        return AuthFailed("der Tarif reicht nicht", en="the plan does not suffice")
    return None


def test_vendor_meaning_comes_before_the_usual_one(desk: Desk) -> None:
    busy = answer(500, {"message": "Internal server error or rate limit exceeded"})
    desk.server.play(busy, OK)
    client = desk.client(explain=_throttling_in_disguise)
    assert client.get_json("/x") == {"ok": True}
    assert desk.gate.told == ["wait", ("throttled", None), "wait", "eased"]
    desk.server.play(answer(402), OK)
    with pytest.raises(AuthFailed, match="Tarif") as caught:
        client.get_json("/x")
    assert (caught.value.connector, caught.value.status) == ("lexoffice", 402)
    desk.server.play(answer(500), OK)
    assert client.get_json("/x") == {"ok": True}


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_write_that_failed_may_have_happened_and_is_not_repeated(desk: Desk, status: int) -> None:
    desk.server.play(answer(status, headers={"request-id": "r-9"}), OK)
    client = desk.client(explain=_throttling_in_disguise)
    with pytest.raises(AnswerUnknown, match="kann trotzdem angekommen sein") as caught:
        client.post_json("/dunnings", {})
    assert (caught.value.status, caught.value.request_id) == (status, "r-9")
    assert caught.value.exit_code == 69
    assert client.requests == 1


def test_throttling_that_only_looks_like_it_is_no_leave_to_repeat_a_write(desk: Desk) -> None:
    desk.server.play(answer(500, {"message": "error or rate limit exceeded"}), OK)
    client = desk.client(explain=_throttling_in_disguise)
    with pytest.raises(AnswerUnknown):
        client.post_json("/dunnings", {})
    assert client.requests == 1
    assert ("throttled", None) in desk.gate.told


def test_a_write_that_was_throttled_is_sent_again(desk: Desk) -> None:
    desk.server.play(answer(429), answer(201, {"id": "d1"}))
    assert desk.client().post_json("/dunnings", {"a": 1}) == {"id": "d1"}
    assert [request.json() for request in desk.server.seen] == [{"a": 1}, {"a": 1}]


def test_a_write_with_a_key_is_sent_again_under_the_same_key(desk: Desk) -> None:
    desk.server.play(answer(500), answer(200, {"id": "d1"}))
    assert desk.client().post_json("/x", {}, idempotency_key="n-1") == {"id": "d1"}
    assert [r.headers["Idempotency-Key"] for r in desk.server.seen] == ["n-1", "n-1"]


@pytest.mark.parametrize("status", [400, 401, 404, 406, 409])
def test_a_write_that_was_refused_did_not_happen(desk: Desk, status: int) -> None:
    desk.server.play(answer(status), OK)
    with pytest.raises(ConnectorError) as caught:
        desk.client().post_json("/x", {})
    assert not isinstance(caught.value, AnswerUnknown)


def test_a_write_that_answers_a_web_page_may_have_happened(desk: Desk) -> None:
    desk.server.play(answer(200, b"<html>Wartung</html>", kind="text/html"))
    with pytest.raises(AnswerUnknown) as caught:
        desk.client().post_json("/x", {})
    assert caught.value.status == 200


def test_deleting_what_the_try_before_deleted_is_done(desk: Desk) -> None:
    desk.server.play(answer(504), answer(404))
    desk.client().delete("/event-subscriptions/s1")
    assert [request.method for request in desk.server.seen] == ["DELETE", "DELETE"]


def test_deleting_what_was_never_there_is_not(desk: Desk) -> None:
    desk.server.play(answer(404))
    with pytest.raises(NotFound):
        desk.client().delete("/event-subscriptions/s1")
    desk.server.play(answer(429), answer(404))
    with pytest.raises(NotFound):
        desk.client().delete("/event-subscriptions/s1")


def _verdict(answered: Answer) -> bool | None:
    return {"yes": True, "no": False}.get(answered.headers.get("X-Again", ""))


def test_a_platforms_own_word_on_repeating_wins_over_the_status(desk: Desk) -> None:
    client = desk.client(again=_verdict)
    desk.server.play(answer(400, headers={"X-Again": "yes"}), answer(500), OK)
    assert client.get_json("/x") == {"ok": True}
    assert len(desk.slept) == 2
    for status, error in ((500, Unreachable), (429, RateLimited)):
        desk.server.play(answer(status, headers={"X-Again": "no"}), OK)
        with pytest.raises(error):
            client.get_json("/x")
        assert len(desk.server.seen) == 1
    # Whoever was throttled waits the next time all the same.
    assert ("throttled", None) in desk.gate.told


def test_no_word_of_a_platform_repeats_a_write_without_a_key(desk: Desk) -> None:
    client = desk.client(again=_verdict)
    desk.server.play(answer(500, headers={"X-Again": "yes"}), OK)
    with pytest.raises(AnswerUnknown):
        client.post_json("/x", {})
    desk.server.play(answer(400, headers={"X-Again": "yes"}), OK)
    with pytest.raises(ConnectorError):
        client.post_json("/x", {})
    assert len(desk.server.seen) == 1
    desk.server.play(answer(400, headers={"X-Again": "yes"}), OK)
    assert client.post_json("/x", {}, idempotency_key="n-1") == {"ok": True}

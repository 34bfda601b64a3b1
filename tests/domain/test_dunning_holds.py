"""Time in a hold does not count: after it, what was left of the waiting time is waited for."""

from __future__ import annotations

from datetime import date

import pytest
from dunning_story import DUE, account, after_due, dunned, hold, invoice, on, verdict

from core.domain.dunning_timing import past_spans, shifted
from core.domain.reasons import Reason


def test_a_hold_before_the_reminder_puts_it_off_by_its_days() -> None:
    """Days 1-4 count, days 5-20 are held, six were left: day 26."""
    of = account(invoice(), holds=[hold(after_due(5), after_due(20))])
    found = verdict(on(after_due(21), of))
    assert (found.reason, found.next_on) == (Reason.HOLD_ENDED_RECENTLY, after_due(26))
    assert found.facts == {"held_days": "16", "next_on": "2026-03-28"}
    assert not dunned(on(after_due(25), of))
    assert dunned(on(after_due(26), of)) == {1: 1}


def test_what_was_left_of_the_interval_is_waited_for() -> None:
    """Dunned on day 10; held on days 15 to 40: 4 of 14 days had passed, 10 are left."""
    item = invoice(level=1, last_notice_on=after_due(10))
    of = account(item, holds=[hold(after_due(15), after_due(40))])
    found = verdict(on(after_due(41), of))
    assert (found.reason, found.next_on) == (Reason.HOLD_ENDED_RECENTLY, after_due(50))
    assert dunned(on(after_due(50), of)) == {1: 2}


def test_while_interval_and_hold_both_run_on_the_interval_is_the_reason() -> None:
    item = invoice(level=1, last_notice_on=after_due(10))
    of = account(item, holds=[hold(after_due(11), after_due(12))])
    found = verdict(on(after_due(20), of))
    assert (found.reason, found.next_on) == (Reason.INTERVAL_RUNNING, after_due(26))


def test_a_hold_puts_off_what_follows_a_deadline() -> None:
    """Deadline Thu 12 March + 3 bank days + 1 day = Wed 18; held Mon 16 and Tue 17."""
    of = account(
        invoice(level=1),
        last_deadline=after_due(10),
        last_notice_on=after_due(-10),
        holds=[hold(after_due(14), after_due(15))],
    )
    plain = account(invoice(level=1), last_deadline=after_due(10), last_notice_on=after_due(-10))
    # Day 24 after due, the level's own day, is later than both and was held for two days as well.
    assert verdict(on(after_due(13), plain)).next_on == after_due(24)
    assert verdict(on(after_due(16), of)).next_on == after_due(26)


def test_a_hold_after_a_deadline_without_a_known_notice() -> None:
    of = account(
        invoice(due=after_due(-60)),
        last_deadline=DUE,
        holds=[
            hold(after_due(-50), after_due(-40), id_=1),
            hold(after_due(1), after_due(2), id_=2),
        ],
    )
    # Deadline Mon 2 March: Tue, Wed, Thu, + 1 = Fri 6 = day 4; two of these days were held.
    found = verdict(on(after_due(3), of))
    assert (found.reason, found.next_on) == (Reason.DEADLINE_RUNNING, after_due(6))
    assert dunned(on(after_due(6), of)) == {1: 1}


def test_a_hold_that_was_over_before_the_due_day_does_not_count() -> None:
    of = account(
        invoice(),
        last_notice_on=after_due(-40),
        holds=[hold(after_due(-20), after_due(-10))],
    )
    assert dunned(on(after_due(10), of)) == {1: 1}


def test_a_hold_that_was_over_before_the_last_notice_does_not_count() -> None:
    item = invoice(level=1, last_notice_on=after_due(30))
    of = account(item, holds=[hold(after_due(2), after_due(20))])
    assert dunned(on(after_due(44), of)) == {1: 2}


def test_a_hold_on_another_item_does_not_count() -> None:
    of = account(invoice(1), holds=[hold(after_due(1), after_due(9), item=2)])
    assert dunned(on(after_due(10), of)) == {1: 1}


def test_overlapping_holds_of_debtor_and_item_count_once() -> None:
    """Days 3-6 and 5-8 are six days, not eight."""
    of = account(
        invoice(),
        holds=[
            hold(after_due(5), after_due(8), id_=1),
            hold(after_due(3), after_due(6), item=1, id_=2),
        ],
    )
    assert verdict(on(after_due(9), of)).next_on == after_due(16)


def test_a_hold_to_come_does_not_count_yet() -> None:
    of = account(invoice(), holds=[hold(after_due(11), after_due(15))])
    assert dunned(on(after_due(10), of)) == {1: 1}


def test_beyond_the_end_of_the_calendar_there_is_no_next_day() -> None:
    of = account(invoice(), last_notice_on=date.max)
    found = verdict(on(after_due(10), of))
    assert (found.reason, found.next_on, found.facts["next_on"]) == (
        Reason.INTERVAL_RUNNING,
        None,
        "",
    )


D = DUE.toordinal()
SHIFTS = [
    # candidate, start, held spans -> result (days after due)
    (10, 0, [], 10),
    (10, 0, [(1, 3)], 13),
    (10, 0, [(0, 3)], 13),  # the start day itself has passed already
    (10, 5, [(1, 5)], 10),  # over when the clock started
    (10, 5, [(1, 6)], 11),
    (10, 0, [(10, 12)], 13),  # the very day was held
    (10, 0, [(11, 12)], 10),  # too late to matter
    (10, 0, [(8, 9), (11, 12)], 14),  # put off into the next hold
    (10, 0, [(8, 9), (13, 14)], 12),
]


@pytest.mark.parametrize(("candidate", "start", "spans", "expected"), SHIFTS)
def test_shift_table(candidate: int, start: int, spans: list, expected: int) -> None:
    assert shifted(candidate, start, spans) == expected


def test_spans_are_united() -> None:
    holds = [
        hold(after_due(8), after_due(9)),
        hold(after_due(1), after_due(5)),
        hold(after_due(2), after_due(3)),  # inside
        hold(after_due(6), after_due(6)),  # adjoining
        hold(after_due(12), after_due(11)),  # released before it began
        hold(after_due(13), after_due(20)),  # still active on the day
        hold(after_due(1), None),
    ]
    assert past_spans(holds, after_due(20)) == [(D + 1, D + 6), (D + 8, D + 9)]

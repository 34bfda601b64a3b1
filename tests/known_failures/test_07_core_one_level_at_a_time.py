"""Known failure 7: escalation in one day, skipped levels after downtime (Tryton, OpenXE,
Kill Bill #2297, Invoice Ninja, Dolibarr #25197).

Guards: the next level comes from the last one that was sent, not from the calendar
(``dunning_item.next_allowed``), and waits for interval and deadline
(``dunning_timing.wait_for``).
"""

from __future__ import annotations

from dataclasses import replace

from core_account import STANDARD, account, after_due, daily, dunned, invoice, on, sent, verdict

from core.domain.reasons import Reason


def test_a_hundred_runs_on_one_day_give_one_level() -> None:
    day, of = after_due(300), account(invoice())
    levels: list[int] = []
    for _ in range(100):
        decision = on(day, of)
        levels += dunned(decision).values()
        of = sent(of, decision)
    assert levels == [1]


def test_after_a_year_of_downtime_the_first_level_comes_first() -> None:
    assert dunned(on(after_due(365), account(invoice()))) == {1: 1}


def test_no_exact_day_is_needed() -> None:
    """A run that is missed on the very day catches up on the next."""
    for late in (10, 11, 12, 17):
        assert dunned(on(after_due(late), account(invoice()))) == {1: 1}


def test_a_deadline_that_runs_stops_the_next_level_even_without_an_interval() -> None:
    hasty = replace(
        STANDARD, levels=tuple(replace(level, interval_days=1) for level in STANDARD.levels)
    )
    of = account(invoice())
    of = sent(of, on(after_due(100), of, hasty))
    found = verdict(on(after_due(105), of, hasty))
    assert found.reason is Reason.DEADLINE_RUNNING


def test_an_interval_that_runs_stops_the_next_level_even_without_a_deadline() -> None:
    of = account(invoice())
    of = replace(sent(of, on(after_due(100), of)), last_deadline=None)
    assert verdict(on(after_due(113), of)).reason is Reason.INTERVAL_RUNNING


def test_the_last_level_is_not_repeated() -> None:
    told = daily(account(invoice()), after_due(0), 700)
    assert [level for decision in told for level in dunned(decision).values()] == [1, 2, 3, 4, 5]

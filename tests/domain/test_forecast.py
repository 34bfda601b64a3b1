"""Looking ahead: what leaves on a day to come, if nobody pays and every proposal is sent."""

from __future__ import annotations

from datetime import date, timedelta

from dunning_story import (
    CALENDAR,
    DUE,
    STANDARD,
    account,
    after_due,
    amounts,
    credit,
    daily,
    dunned,
    hold,
    invoice,
    letter,
    on,
)

from core.domain.decision import Decision
from core.domain.dunning import decide
from core.domain.forecast import as_sent, course, on_day
from core.domain.model import Account


def _decide(of: Account, day: date) -> Decision:
    return decide(of, STANDARD, day, CALENDAR)


def _ahead(of: Account, days: int, start: int = 0) -> Decision:
    day = after_due(days)
    return _decide(on_day(of, _decide, after_due(start), day), day)


def test_the_standard_procedure_ahead_is_what_daily_runs_would_send() -> None:
    sent = {decision.on: dunned(decision) for decision in daily(account(invoice()), DUE, 120)}
    for days in range(121):
        expected = sent.get(after_due(days), {})
        assert dunned(_ahead(account(invoice()), days)) == expected


def test_the_second_letter_is_foreseen_only_after_the_first() -> None:
    today = dunned(on(after_due(25), account(invoice())))
    assert today == {1: 1}
    # Seen from day 0 the reminder has left on day 10; from day 25 on it is only proposed now.
    found = [days for days in range(60) if dunned(_ahead(account(invoice()), days)) == {1: 2}]
    assert found
    assert found[0] >= 24


def test_a_credit_that_is_deducted_gets_no_notice_of_its_own() -> None:
    """119 EUR less a credit of 19: the letter demands 100, and only the invoice rises."""
    of = account(invoice(), credit(2, "-19.00"))
    decision = on(after_due(10), of)
    assert amounts(letter(decision)) == {"RE-1": "119.00", "RE-2": "-19.00"}
    after = as_sent(of, decision)
    assert [item.level for item in after.items] == [1, 0]
    assert list(after.notices) == [1]


def test_books_are_taken_to_be_kept() -> None:
    stale = account(invoice(), booked_until=after_due(0))
    assert dunned(on(after_due(10), stale)) == {}
    assert dunned(_ahead(stale, 10)) == {1: 1}


def test_a_hold_ends_on_its_day_in_the_future_too() -> None:
    held = account(invoice(), holds=[hold(DUE, after_due(30))])
    assert dunned(_ahead(held, 30)) == {}
    later = [days for days in range(31, 80) if dunned(_ahead(held, days))]
    assert later


def test_a_note_that_is_sent_is_remembered_with_what_it_demanded() -> None:
    decision = on(after_due(10), account(invoice()))
    after = as_sent(account(invoice()), decision)
    (past,) = after.notices[invoice().id]
    assert (past.level, past.sent_on, past.channel) == (1, after_due(10), "email")
    assert after.last_deadline == decision.notices[0].deadline
    assert after.last_notice_on == after_due(10)


def test_the_end_of_the_procedure_is_a_task_and_then_silence() -> None:
    decisions = [_ahead(account(invoice()), days) for days in range(60, 200)]
    levels = [level for d in decisions for level in dunned(d).values()]
    assert levels[-1] == 5
    assert levels.count(5) == 1
    last = next(d for d in decisions if dunned(d) == {1: 5})
    after = as_sent(account(invoice(level=4)), last)
    assert after.last_notice_on is None, "a hand-over tells the debtor nothing"
    assert after.notices == {}
    assert last.on > DUE + timedelta(days=66)


def test_the_course_of_an_invoice_that_nobody_pays() -> None:
    told = [
        (day, notice.level)
        for day, notice in course(account(invoice()), _decide, DUE, after_due(120))
    ]
    assert told == [(d.on, d.notices[0].level) for d in daily(account(invoice()), DUE, 121)]
    assert [level for _, level in told] == [1, 2, 3, 4, 5]


def test_the_course_ends_where_only_an_event_helps() -> None:
    held = account(invoice(), holds=[hold(DUE)])
    assert list(course(held, _decide, DUE, after_due(120))) == []

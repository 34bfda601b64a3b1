"""Friendly notes before the due date: when they come, when not, and what they never do.

The procedure: a note 5 days ahead by mail or letter, a reminder 7 days after the due date, a
Mahnung after 21. The invoice over 119 euro is due on Monday 2 March 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from dunning_story import (
    DUE,
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
    sent,
    unapplied,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.decision import Action
from core.domain.dunning_account import first_wait_days, late_wait_days
from core.domain.model import NoticeKind, Pending
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.reasons import Reason, sentence

BOTH = ("email", "letter")
NOTE = DunningLevel(1, "note", "pre_due", -5, 5, 0, BOTH, counts_as_mahnung=False)
REMINDER = DunningLevel(2, "reminder", "reminder", 7, 7, 7, BOTH, counts_as_mahnung=False)
MAHNUNG = DunningLevel(3, "first", "first", 21, 7, 7, BOTH)
EARLY = DunningProcedure("early", "v", "Mit Hinweis", (NOTE, REMINDER, MAHNUNG))


@pytest.mark.parametrize(
    ("day", "reason", "next_day"),
    [
        (-60, Reason.NOT_DUE, -5),
        (-6, Reason.NOT_DUE, -5),
        (-5, Reason.PRE_DUE_REACHED, None),
        (-1, Reason.PRE_DUE_REACHED, None),
        # On the due day a note would come too late; the day itself is not late yet.
        (0, Reason.NOT_DUE, 7),
        (1, Reason.LEVEL_NOT_REACHED, 7),
        (7, Reason.LEVEL_REACHED, None),
    ],
)
def test_the_note_has_its_days_and_then_the_reminder_comes(
    day: int, reason: Reason, next_day: int | None
) -> None:
    found = verdict(on(after_due(day), account(invoice()), EARLY))
    assert found.reason is reason
    assert found.next_on == (None if next_day is None else after_due(next_day))


def test_the_notice_before_due_sets_no_deadline_and_says_when_it_is_due() -> None:
    decision = on(after_due(-5), account(invoice(1), invoice(2, "50.00", due=after_due(-1))), EARLY)
    notice = letter(decision)
    assert (notice.kind, notice.level, notice.deadline) == (NoticeKind.NOTICE, 1, None)
    assert amounts(notice) == {"RE-2": "50.00", "RE-1": "119.00"}
    assert notice.charges == ()
    found = verdict(decision)
    assert (found.action, found.level) == (Action.DUN, 1)
    assert sentence(found.reason, found.facts) == (
        "Fällig am 2026-03-02, in 5 Tagen: freundlicher Hinweis vorab (Stufe 1)."
    )


def test_the_whole_way() -> None:
    """The note on the fifth day ahead; the reminder keeps its day; the Mahnung its own."""
    told = daily(account(invoice()), after_due(-30), 70, EARLY)
    assert [((d.on - DUE).days, dunned(d)) for d in told] == [
        (-5, {1: 1}), (7, {1: 2}), (21, {1: 3}),
    ]  # fmt: skip


def test_who_was_not_reached_in_time_gets_the_reminder_as_his_first() -> None:
    told = daily(account(invoice()), after_due(0), 40, EARLY)
    assert [((d.on - DUE).days, dunned(d)) for d in told] == [(7, {1: 2}), (21, {1: 3})]


def test_the_note_is_sent_once() -> None:
    of = account(invoice())
    of = sent(of, on(after_due(-5), of, EARLY))
    for day in range(-5, 1):
        found = verdict(on(after_due(day), of, EARLY))
        assert (found.reason, found.next_on) == (Reason.NOT_DUE, after_due(7))


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (account(invoice(), holds=[hold(after_due(-20))]), Reason.HELD),
        (account(invoice(), direct_debit=True), Reason.DIRECT_DEBIT),
        (account(invoice(), unapplied(2, "-119.00")), Reason.UNPLACED_MONEY),
        (account(invoice(pending=Pending.PRINTED)), Reason.PRINTED_NOT_POSTED),
        (account(invoice(), booked_until=after_due(-30)), Reason.NOT_BOOKED_THROUGH),
        (account(invoice(), credit(2, "-200.00")), Reason.NET_NOT_POSITIVE),
        (account(invoice(), last_notice_on=after_due(-6)), Reason.INTERVAL_RUNNING),
    ],
)
def test_what_stops_a_mahnung_stops_the_note(of, reason: Reason) -> None:
    assert verdict(on(after_due(-5), of, EARLY)).reason is reason


def test_a_credit_is_deducted_from_the_note() -> None:
    notice = letter(on(after_due(-5), account(invoice(), credit(2, "-19.00")), EARLY))
    assert amounts(notice) == {"RE-1": "119.00", "RE-2": "-19.00"}
    assert notice.total.plain() == "100.00"


def test_a_gap_that_ends_before_the_due_date_only_delays_the_note() -> None:
    of = account(invoice(), last_notice_on=after_due(-8))
    waiting = verdict(on(after_due(-5), of, EARLY))
    assert (waiting.reason, waiting.next_on) == (Reason.INTERVAL_RUNNING, after_due(-3))
    assert dunned(on(after_due(-3), of, EARLY)) == {1: 1}


def test_a_gap_that_ends_with_the_due_date_costs_the_note() -> None:
    of = account(invoice(), last_notice_on=after_due(-5))
    found = verdict(on(after_due(-4), of, EARLY))
    assert (found.reason, found.next_on) == (Reason.NOT_DUE, after_due(7))


def test_what_is_due_later_never_stands_on_a_mahnung_nor_beside_one() -> None:
    """RE-1 is 7 days late; RE-2 is due in 5 days; RE-3 in francs as well."""
    late, soon = invoice(1, due=after_due(-7)), invoice(2, due=after_due(5))
    francs = invoice(3, currency="CHF", due=after_due(5))
    decision = on(DUE, account(late, soon, francs), EARLY)
    assert dunned(decision) == {1: 2}
    assert amounts(letter(decision)) == {"RE-1": "119.00"}
    for number in (2, 3):
        found = verdict(decision, number)
        assert (found.reason, found.next_on) == (Reason.NOT_DUE, after_due(12))


def test_a_note_may_go_beside_a_hand_over_which_tells_the_customer_nothing() -> None:
    task = DunningLevel(3, "hand_over", "hand_over", 21, 7, 0, ("task",))
    procedure = replace(EARLY, levels=(NOTE, REMINDER, task))
    late = invoice(1, due=after_due(-30), level=2)
    decision = on(DUE, account(late, invoice(2, due=after_due(5))), procedure)
    assert dunned(decision) == {1: 3, 2: 1}


def test_an_account_that_is_not_late_enough_still_gets_notes() -> None:
    procedure = replace(EARLY, min_days_in_arrears=30)
    late, soon = invoice(1, due=after_due(-7)), invoice(2, due=after_due(5))
    decision = on(DUE, account(late, soon), procedure)
    assert verdict(decision, 1).reason is Reason.ACCOUNT_NOT_LATE_ENOUGH
    assert dunned(decision) == {2: 1}


def test_a_note_does_not_keep_older_items_waiting_longer_than_any_contact_does() -> None:
    """Note on the day, 60 days ahead: the other item is dunned when its interval is over."""
    far = replace(EARLY, levels=(replace(NOTE, days_after_due=-60), REMINDER, MAHNUNG))
    of = account(invoice(1, due=after_due(60)), invoice(2, due=after_due(-6)))
    of = sent(of, on(DUE, of, far))
    assert of.last_deadline is None
    assert verdict(on(after_due(6), of, far), 2).reason is Reason.INTERVAL_RUNNING
    assert dunned(on(after_due(7), of, far)) == {2: 2}


def test_of_two_notes_the_later_one_is_sent_when_both_have_come() -> None:
    first = replace(NOTE, days_after_due=-14)
    second = replace(NOTE, number=2, key="note2", days_after_due=-3)
    late = (replace(REMINDER, number=3), replace(MAHNUNG, number=4))
    procedure = replace(EARLY, levels=(first, second, *late))
    told = daily(account(invoice()), after_due(-20), 40, procedure)
    assert [((d.on - DUE).days, dunned(d)[1]) for d in told] == [(-14, 1), (-3, 2), (7, 3)]
    assert dunned(on(after_due(-2), account(invoice()), procedure)) == {1: 2}
    waiting = verdict(on(after_due(-9), account(invoice(level=1)), procedure))
    assert (waiting.reason, waiting.next_on) == (Reason.NOT_DUE, after_due(-3))


@pytest.mark.parametrize(("mask", "on_days"), [(0, [-5, 7, 21]), (1, [-5, 7]), (2, [21]), (4, [])])
def test_datev_levels_count_from_the_first_reminder(mask: int, on_days: list[int]) -> None:
    told = daily(account(invoice(), allowed_levels=mask), after_due(-10), 40, EARLY)
    assert [(d.on - DUE).days for d in told] == on_days


def test_who_has_no_mail_address_gets_no_note_that_goes_by_mail_only() -> None:
    procedure = replace(EARLY, levels=(replace(NOTE, channels=("email",)), REMINDER, MAHNUNG))
    without = account(invoice(), email="")
    assert verdict(on(after_due(-5), without, procedure)).next_on == after_due(7)
    assert dunned(on(after_due(-5), without, EARLY)) == {1: 1}


def test_grace_days_say_when_an_item_that_is_late_comes() -> None:
    procedure = replace(EARLY, grace_days=10)
    assert (first_wait_days(procedure), late_wait_days(procedure)) == (-5, 11)
    found = verdict(on(after_due(3), account(invoice()), procedure))
    assert (found.reason, found.next_on) == (Reason.WITHIN_GRACE, after_due(11))


def test_the_end_of_the_calendar_is_no_end_of_the_run() -> None:
    far = account(invoice(due=date.max))
    assert verdict(on(date.max, far, EARLY)).next_on is None
    assert verdict(on(DUE, far, EARLY)).next_on == date.max - timedelta(days=5)


@settings(derandomize=True, deadline=None)
@given(st.integers(-70, 30), st.integers(0, 3), st.integers(-70, 30))
def test_next_on_is_never_too_late(due: int, level: int, today: int) -> None:
    of = account(invoice(due=after_due(due), level=level))
    told = verdict(on(after_due(today), of, EARLY))
    if told.action is Action.SKIP:
        for offset in range(1, 40):
            later = after_due(today + offset)
            if dunned(on(later, of, EARLY)):
                assert told.next_on is not None
                assert told.next_on <= later


def test_an_item_too_small_for_a_note_still_gets_its_reminder() -> None:
    small = replace(NOTE, min_amount={"EUR": Decimal(500)})
    procedure = replace(EARLY, levels=(small, REMINDER, MAHNUNG))
    found = verdict(on(after_due(-5), account(invoice()), procedure))
    assert (found.reason, found.next_on) == (Reason.BELOW_MINIMUM, after_due(7))
    assert dunned(on(after_due(7), account(invoice()), procedure)) == {1: 2}

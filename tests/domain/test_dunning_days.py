"""Stories told by day: what a debtor hears who does not pay, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dunning_story import (
    CALENDAR,
    DUE,
    STANDARD,
    account,
    after_due,
    amounts,
    daily,
    dunned,
    hold,
    invoice,
    letter,
    on,
    sent,
    verdict,
    with_level,
)

from core.domain.decision import Action
from core.domain.model import Automation, NoticeKind
from core.domain.reasons import Reason


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (-30, Reason.NOT_DUE),
        (-1, Reason.NOT_DUE),
        (0, Reason.NOT_DUE),
        (1, Reason.LEVEL_NOT_REACHED),
        (9, Reason.LEVEL_NOT_REACHED),
        (10, Reason.LEVEL_REACHED),
        (11, Reason.LEVEL_REACHED),
    ],
)
def test_the_reminder_comes_on_the_tenth_day_after_the_due_day(days: int, reason: Reason) -> None:
    found = verdict(on(after_due(days), account(invoice())))
    assert found.reason is reason
    assert (found.action is Action.DUN) == (reason is Reason.LEVEL_REACHED)


def test_what_is_not_due_says_when_it_will_be_looked_at() -> None:
    found = verdict(on(DUE, account(invoice())))
    assert found.next_on == after_due(10)
    assert found.facts == {"due_date": "2026-03-02"}


def test_a_debtor_who_never_pays_hears_five_steps_and_then_nothing() -> None:
    told = daily(account(invoice()), DUE, 400)
    assert [(d.on, n.level, n.kind.value, n.deadline) for d in told for n in d.notices] == [
        # Thursday; mail counts as received on Friday the 13th, ten days later is a Monday.
        (date(2026, 3, 12), 1, "notice", date(2026, 3, 23)),
        # 23 March + 3 bank days + 1 day: later than day 24 and than the interval.
        (date(2026, 3, 27), 2, "notice", date(2026, 4, 9)),
        # 9 April + Fri, Mon, Tue + 1 day.
        (date(2026, 4, 15), 3, "notice", date(2026, 4, 23)),
        # 23 April is a Thursday: Fri, Mon, Tue + 1 day = 29 April is also interval day 14.
        (date(2026, 4, 29), 4, "notice", date(2026, 5, 7)),
        (date(2026, 5, 13), 5, "task", None),
    ]
    last = on(after_due(400), sent_all(told))
    assert verdict(last).reason is Reason.LEVELS_EXHAUSTED
    assert verdict(last).facts == {"levels": "5", "level": "5"}


def sent_all(told: list) -> object:
    of = account(invoice())
    for decision in told:
        of = sent(of, decision)
    return of


def test_after_months_of_downtime_no_level_is_skipped_and_none_comes_twice_a_day() -> None:
    late = account(invoice())
    first = on(after_due(200), late)
    assert dunned(first) == {1: 1}
    again = on(after_due(200), sent(late, first))
    assert verdict(again).reason is Reason.DEADLINE_RUNNING
    assert not again.notices


def test_the_collective_notice_takes_each_item_at_its_own_level() -> None:
    """The old invoice is at the 1. Mahnung, a new one enters with the reminder."""
    old = invoice(1, "500.00", level=1, last_notice_on=after_due(10))
    new = invoice(2, "80.00", due=after_due(14))
    notice = letter(on(after_due(30), account(old, new, last_notice_on=after_due(10))))
    assert [(line.number, line.level) for line in notice.lines] == [("RE-1", 2), ("RE-2", 1)]
    assert notice.level == 2
    assert notice.total.plain() == "580.00"


def test_an_item_not_yet_at_its_level_is_not_on_the_notice() -> None:
    notice = letter(on(after_due(10), account(invoice(1), invoice(2, due=after_due(1)))))
    assert amounts(notice) == {"RE-1": "119.00"}


def test_a_new_item_waits_for_the_interval_of_the_debtor() -> None:
    """The interval is the debtor's, not the item's: RE-2 was never dunned."""
    of = account(invoice(2), last_notice_on=after_due(5))
    found = verdict(on(after_due(18), of), 2)
    assert found.reason is Reason.INTERVAL_RUNNING
    assert found.next_on == after_due(19)
    assert found.facts == {
        "last_notice_on": "2026-03-07",
        "interval_days": "14",
        "next_on": "2026-03-21",
    }
    assert dunned(on(after_due(19), of)) == {2: 1}


def test_the_last_notice_is_also_known_from_the_items() -> None:
    """A notice about another item counts, even when that item is settled by now."""
    other = invoice(2, last_notice_on=after_due(5), level=4)
    assert verdict(on(after_due(18), account(invoice(1), other))).next_on == after_due(19)


def test_a_hand_over_of_another_item_is_no_notice() -> None:
    """The debtor heard nothing of it (ADR 0011)."""
    other = invoice(2, last_notice_on=after_due(5), level=5)
    assert dunned(on(after_due(18), account(invoice(1), other))) == {1: 1}


def test_the_contact_gap_of_the_procedure_can_be_longer_than_the_interval() -> None:
    patient = replace(STANDARD, contact_gap_days=30)
    of = account(invoice(), last_notice_on=DUE)
    found = verdict(on(after_due(29), of, patient))
    assert (found.reason, found.next_on) == (Reason.INTERVAL_RUNNING, after_due(30))
    assert found.facts["interval_days"] == "30"
    assert dunned(on(after_due(30), of, patient)) == {1: 1}


def test_no_level_comes_before_its_days_even_when_interval_and_deadline_are_over() -> None:
    slow = with_level(STANDARD, 2, days_after_due=60)
    of = account(invoice(level=1, last_notice_on=after_due(10)))
    found = verdict(on(after_due(59), of, slow))
    assert (found.reason, found.next_on) == (Reason.LEVEL_NOT_REACHED, after_due(60))
    assert (found.facts["level"], found.facts["days_after_due"]) == ("2", "60")
    assert found.level == 1  # the last one sent
    assert dunned(on(after_due(60), of, slow)) == {1: 2}


def test_a_deadline_over_easter_moves_the_next_notice() -> None:
    """The deadline is Maundy Thursday: Friday and Monday are no bank days."""
    of = account(invoice(level=1), last_deadline=date(2026, 4, 2))
    found = verdict(on(date(2026, 4, 9), of))
    assert found.reason is Reason.DEADLINE_RUNNING
    # Tue 7, Wed 8, Thu 9 April are the three bank days.
    assert found.next_on == date(2026, 4, 10)
    assert found.facts == {"deadline": "2026-04-02", "bank_days": "3", "next_on": "2026-04-10"}
    assert dunned(on(date(2026, 4, 10), of)) == {1: 2}


def test_grace_days_suppress_and_do_not_shift() -> None:
    kind = replace(with_level(STANDARD, 1, days_after_due=1), grace_days=3)
    third = verdict(on(after_due(3), account(invoice()), kind))
    assert (third.reason, third.next_on) == (Reason.WITHIN_GRACE, after_due(4))
    assert third.facts == {"due_date": "2026-03-02", "grace_days": "3"}
    fourth = verdict(on(after_due(4), account(invoice()), kind))
    assert fourth.reason is Reason.LEVEL_REACHED
    assert fourth.facts["days_late"] == "4"  # counted from the due date, not from its grace


def test_hand_over_is_a_task_of_its_own_and_never_in_the_letter() -> None:
    over = invoice(1, "900.00", level=4, last_notice_on=after_due(52))
    new = invoice(2, "50.00", due=after_due(60))
    decision = on(after_due(80), account(over, new))
    by_kind = {notice.kind: notice for notice in decision.notices}
    assert amounts(by_kind[NoticeKind.NOTICE]) == {"RE-2": "50.00"}
    task = by_kind[NoticeKind.TASK]
    assert (amounts(task), task.level) == ({"RE-1": "900.00"}, 5)
    assert (task.channels, task.deadline) == (("task",), None)


def test_the_letter_names_channels_and_deadline_of_its_highest_level() -> None:
    post = with_level(STANDARD, 2, channels=("letter",), deadline_days=20)
    of = account(invoice(1, level=1), invoice(2))
    notice = letter(on(after_due(30), of, post))
    assert notice.channels == ("letter",)
    # Wed 1 April: posted letters count as received after 4 working days (Thu, Tue-Thu): 9 April;
    # 29 April is 20 days later.
    assert (after_due(30), notice.deadline) == (date(2026, 4, 1), date(2026, 4, 29))


def test_without_a_mail_address_the_deadline_expects_a_letter() -> None:
    mail = letter(on(after_due(10), account(invoice())))
    post = letter(on(after_due(10), account(invoice(), email="")))
    assert mail.channels == post.channels == ("email", "letter")
    # Thu 12 March: mail Fri 13 + 10 = Mon 23; letter Wed 18 + 10 = Sat 28 -> Mon 30.
    assert (mail.deadline, post.deadline) == (date(2026, 3, 23), date(2026, 3, 30))


def test_backlog_starts_at_its_level_and_is_only_proposed() -> None:
    old = invoice(1, due=DUE - timedelta(days=400), backlog=True, start_level=3)
    decision = on(after_due(10), account(old, invoice(2)))
    assert dunned(decision) == {1: 3, 2: 1}
    assert letter(decision).automation is Automation.PROPOSE


def test_a_start_level_never_sets_an_item_back() -> None:
    old = invoice(1, level=3, start_level=2)
    assert dunned(on(after_due(100), account(old))) == {1: 4}


ALLOWED = [
    # mask, level sent last, next level (None = no further level is allowed)
    (0, 0, 1), (0, 1, 2), (0, 2, 3), (0, 4, 5),
    (1, 0, 1), (1, 1, None), (1, 3, None),
    (2, 0, 2), (2, 2, None),
    (3, 0, 1), (3, 1, 2), (3, 2, None),
    (4, 0, 3), (4, 2, 3), (4, 3, 4), (4, 4, 5),
    (5, 0, 1), (5, 1, 3), (5, 3, 4),
    (6, 0, 2), (6, 2, 3), (6, 4, 5),
    (7, 0, 1), (7, 1, 2), (7, 2, 3),
]  # fmt: skip


@pytest.mark.parametrize(("mask", "level", "expected"), ALLOWED)
def test_a_forbidden_level_is_skipped_and_no_stop(
    mask: int, level: int, expected: int | None
) -> None:
    decision = on(after_due(300), account(invoice(level=level), allowed_levels=mask))
    if expected is None:
        assert verdict(decision).reason is Reason.LEVEL_FORBIDDEN
        assert verdict(decision).facts == {"level": str(level + 1), "allowed_levels": str(mask)}
    else:
        assert dunned(decision) == {1: expected}


def test_a_skipped_level_does_not_make_the_next_one_come_earlier() -> None:
    """With level 1 forbidden, level 2 comes on its own day 24, not on day 10."""
    of = account(invoice(), allowed_levels=6)
    assert verdict(on(after_due(23), of)).next_on == after_due(24)
    assert dunned(on(after_due(24), of)) == {1: 2}


def test_the_account_is_dunned_only_when_its_worst_item_is_late_enough() -> None:
    strict = replace(STANDARD, min_days_in_arrears=30)
    of = account(invoice(1), invoice(2, due=after_due(5)))
    early = on(after_due(29), of, strict)
    assert {v.reason for v in early.verdicts} == {Reason.ACCOUNT_NOT_LATE_ENOUGH}
    assert verdict(early, 2).next_on == after_due(30)
    assert verdict(early, 2).facts == {"days_late": "29", "minimum_days": "30"}
    # Then all its overdue items go along.
    assert dunned(on(after_due(30), of, strict)) == {1: 1, 2: 1}


def test_a_held_item_does_not_make_its_account_late_enough() -> None:
    strict = replace(STANDARD, min_days_in_arrears=30)
    disputed = invoice(1, due=after_due(-100))
    of = account(disputed, invoice(2), holds=[hold(DUE, item=1)])
    assert verdict(on(after_due(20), of, strict), 2).reason is Reason.ACCOUNT_NOT_LATE_ENOUGH


def test_every_item_gets_exactly_one_verdict_in_order_of_its_id() -> None:
    decision = on(after_due(10), account(invoice(3), invoice(1), invoice(2, due=None)))
    assert [v.item for v in decision.verdicts] == [1, 2, 3]


def test_a_due_day_at_the_end_of_the_calendar_has_no_next_day() -> None:
    found = verdict(on(DUE, account(invoice(due=date.max))))
    assert (found.reason, found.next_on) == (Reason.NOT_DUE, None)


def test_an_account_without_items_decides_nothing() -> None:
    assert on(DUE, account()).verdicts == ()


def test_lines_are_ordered_by_due_date_number_and_id() -> None:
    items = [
        invoice(5, due=DUE),
        invoice(4, due=DUE, number="RE-1"),
        invoice(3, due=DUE, number="RE-1"),
        invoice(9, due=after_due(-3)),
    ]
    notice = letter(on(after_due(10), account(*items)))
    assert [line.item for line in notice.lines] == [9, 3, 4, 5]


def test_the_calendar_of_the_stories_knows_easter() -> None:
    assert CALENDAR.on_or_after(date(2026, 4, 3)) == date(2026, 4, 7)

"""Promises and plans in days and euros: kept, broken, and what they do to dunning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dunning_story import (
    ALWAYS_BOOKED,
    CALENDAR,
    STANDARD,
    account,
    after_due,
    daily,
    dunned,
    hold,
    invoice,
    money,
    on,
    unapplied,
    verdict,
)
from hypothesis import given
from hypothesis import strategies as st

from core.domain.agreement import (
    Agreement,
    AgreementState,
    last_day,
    missing_for,
    next_end,
    outstanding_at,
    weigh_all,
)
from core.domain.decision import Decision
from core.domain.deferral import pauses
from core.domain.dunning_account import AccountView
from core.domain.dunning_holds import HoldView
from core.domain.dunning_plan import reminders
from core.domain.forecast import course
from core.domain.instalments import Every, due_days, in_parts, schedule
from core.domain.model import (
    Account,
    Hold,
    HoldKind,
    HoldTerms,
    ItemId,
    NoticeKind,
    OpenItem,
    Pending,
    Reduction,
)
from core.domain.promise import (
    broken_promises,
    last_broken,
    promise_state,
    promise_terms,
    promise_until,
)
from core.domain.reasons import Reason

START = after_due(20)  # Sun 22 March 2026
BY = after_due(25)  # Fri 27 March; three bank days later is Wed 1 April
LAST = after_due(30)


def paid(item: OpenItem, *parts: tuple[date, str]) -> OpenItem:
    """The item after payments on their days."""
    reductions = tuple(Reduction(day, money(text).minor) for day, text in parts)
    left = item.outstanding.minor - sum(each.minor for each in reductions)
    return replace(
        item, outstanding=replace(money("0"), amount=money("0.01").amount * left),
        reductions=reductions,
    )  # fmt: skip


def promised(
    amount: str, *items: OpenItem, by: date = BY, made: date = START, id_: int = 1,
    item: int | None = 1,
) -> Hold:  # fmt: skip
    terms = promise_terms(money(amount), by, items)
    base = hold(made, promise_until(by, CALENDAR), item, HoldKind.PROMISE, id_)
    return replace(base, terms=terms)


def planned(
    *items: OpenItem, count: int = 2, first: date = BY, made: date = START, days: int = 0,
    item: int | None = 1, every: Every = Every.TWO_WEEKS,
) -> Hold:  # fmt: skip
    owed = money(str(sum(i.outstanding.amount for i in items)))
    rates = schedule(due_days(first, count, every), in_parts(owed, count))
    terms = HoldTerms(owed, owed, rates, True, days, tuple(i.id for i in items))
    until = last_day(rates[-1].on, CALENDAR)
    return replace(hold(made, until, item, HoldKind.INSTALMENT_PLAN), terms=terms)


def state(of: Hold, *items: OpenItem, day: date) -> AgreementState:
    (found,) = weigh_all([of], items, day, CALENDAR)
    return found.state


# --- promises ---------------------------------------------------------------------------------


def test_a_promise_waits_three_bank_days_beyond_good_friday() -> None:
    """Promised for Wed 1 April 2026: Thu 2, Tue 7 (Good Friday, Easter Monday), Wed 8."""
    assert promise_until(BY, CALENDAR) == date(2026, 4, 1)
    assert promise_until(date(2026, 4, 1), CALENDAR) == date(2026, 4, 8)
    # A Sunday is paid on Monday (§ 193 BGB).
    assert promise_until(date(2026, 3, 29), CALENDAR) == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("payments", "day", "expected"),
    [
        ((), LAST, AgreementState.PENDING),
        ((), LAST + timedelta(days=1), AgreementState.BROKEN),
        (((START, "100.00"),), START, AgreementState.KEPT),  # early
        (((LAST, "100.00"),), LAST, AgreementState.KEPT),  # on the last day
        (((LAST + timedelta(days=1), "100.00"),), LAST + timedelta(days=2), AgreementState.BROKEN),
        (((BY, "99.99"),), LAST + timedelta(days=1), AgreementState.BROKEN),
        (((START, "60.00"), (BY, "40.00")), BY, AgreementState.KEPT),
        # A direct debit that came back was no payment.
        (((START, "100.00"), (BY, "-100.00")), LAST + timedelta(days=1), AgreementState.KEPT),
    ],
)
def test_what_became_of_a_promise(
    payments: tuple[tuple[date, str], ...], day: date, expected: AgreementState
) -> None:
    item = invoice(open_="300.00")
    of = promised("100.00", item)
    assert promise_state(of, [paid(item, *payments)], day, CALENDAR) is expected


def test_a_kept_promise_ends_the_day_the_money_came() -> None:
    item = invoice(open_="300.00")
    of = account(paid(item, (after_due(22), "100.00")), holds=[promised("100.00", item)])
    assert verdict(on(after_due(22), of)).reason is Reason.HELD
    assert dunned(on(after_due(23), of)) == {1: 1}


def test_money_without_a_day_counts_as_received_in_time() -> None:
    item = invoice(open_="300.00")
    of = promised("100.00", item)
    smaller = replace(item, outstanding=money("200.00"))
    assert state(of, smaller, day=START) is AgreementState.KEPT
    assert state(of, day=LAST + timedelta(days=1)) is AgreementState.KEPT  # all paid, not open


def test_a_broken_promise_is_told_with_the_verdict_until_something_else_is_agreed() -> None:
    item = invoice(open_="300.00")
    first = promised("100.00", item)
    found = verdict(on(after_due(31), account(item, holds=[first])))
    assert found.facts["agreement"] == "promise"
    assert found.facts["agreed_until"] == BY.isoformat()
    assert found.facts["agreed_amount"] == "100.00 EUR"
    assert found.facts["agreement_received"] == "0.00 EUR"
    assert found.facts["broken_promises"] == "1"
    again = promised("100.00", item, by=after_due(40), made=after_due(32), id_=2)
    later = verdict(on(after_due(33), account(item, holds=[first, again])))
    assert "agreement" not in later.facts
    both = verdict(on(after_due(60), account(item, holds=[first, again])))
    assert both.facts["broken_promises"] == "2"
    assert both.facts["agreed_until"] == after_due(40).isoformat()


def test_what_was_written_down_is_not_weighed_again() -> None:
    item = invoice(open_="300.00")
    of = promised("100.00", item)
    assert of.terms is not None
    ended = replace(of, terms=replace(of.terms, outcome="released"))
    assert state(ended, item, day=LAST + timedelta(days=9)) is AgreementState.RELEASED
    broken = replace(of, terms=replace(of.terms, outcome="broken"))
    late = paid(item, (START, "100.00"))
    assert state(broken, late, day=LAST + timedelta(days=9)) is AgreementState.BROKEN


def test_a_promise_without_terms_is_a_plain_hold() -> None:
    plain = hold(START, LAST, 1, HoldKind.PROMISE)
    assert weigh_all([plain], [invoice()], LAST, CALENDAR) == []
    with pytest.raises(ValueError, match="no promise"):
        promise_state(plain, [invoice()], LAST, CALENDAR)
    with pytest.raises(ValueError, match="no promise"):
        promise_state(planned(invoice()), [invoice()], LAST, CALENDAR)


def test_a_promise_of_a_debtor_covers_what_was_open_then() -> None:
    old, new = invoice(1, "100.00"), invoice(2, "50.00")
    of = account(old, new, holds=[promised("100.00", old, item=None)])
    decision = on(BY, of)
    assert verdict(decision, 1).reason is Reason.HELD
    assert dunned(decision) == {2: 1}


# --- plans ------------------------------------------------------------------------------------


def test_a_plan_holds_until_an_instalment_is_missed() -> None:
    """Two rates of 150.00: Fri 27 March (until Wed 1 April), Fri 10 April (until Wed 15 April)."""
    item = invoice(open_="300.00")
    of = planned(item)
    first = (BY, "150.00")
    assert state(of, item, day=date(2026, 4, 1)) is AgreementState.PENDING
    assert state(of, item, day=date(2026, 4, 2)) is AgreementState.BROKEN
    one = paid(item, first)
    assert state(of, one, day=date(2026, 4, 15)) is AgreementState.PENDING
    (found,) = weigh_all([of], [one], date(2026, 4, 16), CALENDAR)
    assert (found.state, found.missed) == (AgreementState.BROKEN, 2)
    assert found.hold.until_on == date(2026, 4, 15)
    assert dunned(on(date(2026, 4, 16), account(one, holds=[of]))) == {1: 1}
    both = paid(item, first, (date(2026, 4, 15), "150.00"))
    assert state(of, both, day=date(2026, 4, 16)) is AgreementState.KEPT


def test_what_was_paid_ahead_counts_for_the_next_instalment() -> None:
    item = invoice(open_="300.00")
    of = planned(item)
    ahead = paid(item, (START, "200.00"))
    assert state(of, ahead, day=date(2026, 4, 15)) is AgreementState.PENDING
    (found,) = weigh_all([of], [ahead], date(2026, 4, 2), CALENDAR)
    assert missing_for(found, 1) == money("0.00")
    assert missing_for(found, 2) == money("100.00")


def test_time_in_a_plan_does_not_count() -> None:
    """Level 1 on day 10; plan from day 15 on, broken after 1 April (day 30): 16 days. The level's
    interval would have ended on day 24."""
    item = invoice(open_="300.00", level=1, last_notice_on=after_due(10))
    plan = planned(item, made=after_due(15))
    of = account(item, holds=[plan])
    assert verdict(on(after_due(30), of)).reason is Reason.HELD
    found = verdict(on(after_due(31), of))
    assert (found.reason, found.next_on) == (Reason.HOLD_ENDED_RECENTLY, after_due(40))
    assert dunned(on(after_due(40), of)) == {1: 2}


def test_a_plan_over_two_invoices_leaves_a_third_alone() -> None:
    first, second, third = (invoice(n, "100.00") for n in (1, 2, 3))
    of = account(first, second, third, holds=[planned(first, second, item=None)])
    decision = on(BY, of)
    assert dunned(decision) == {3: 1}
    assert [verdict(decision, n).reason for n in (1, 2)] == [Reason.HELD] * 2
    # Dunned again after the plan is broken, all three together.
    broken = on(date(2026, 4, 2), of)
    assert dunned(broken) == {1: 1, 2: 1, 3: 1}


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20_000)), max_size=6),
    st.integers(1, 6),
    st.integers(0, 90),
)
def test_an_agreement_never_comes_back(
    payments: list[tuple[int, int]], count: int, days: int
) -> None:
    """Once kept or broken it stays so on every later day, with the same end."""
    item = invoice(open_="900.00")
    left, parts = item.outstanding.minor, []
    for offset, minor in payments:
        part = min(minor, left)
        left -= part
        parts.append((START + timedelta(days=offset), f"{part / 100:.2f}"))
    of = planned(item, count=count, every=Every.WEEK)
    now = paid(item, *parts)
    (before,) = weigh_all([of], [now], START + timedelta(days=days), CALENDAR)
    (after,) = weigh_all([of], [now], START + timedelta(days=days + 1), CALENDAR)
    if before.state is not AgreementState.PENDING:
        assert (after.state, after.hold.until_on) == (before.state, before.hold.until_on)


@given(st.integers(1, 30_000), st.integers(1, 5))
def test_what_is_missing_adds_up_to_what_is_open(received: int, count: int) -> None:
    item = invoice(open_="300.00")
    of = planned(item, count=count)
    now = paid(item, (START, f"{min(received, 29_999) / 100:.2f}"))
    (found,) = weigh_all([of], [now], START, CALENDAR)
    missing = sum(missing_for(found, number).minor for number in range(1, count + 1))
    assert missing == now.outstanding.minor


def test_what_was_open_on_a_day() -> None:
    item = paid(invoice(open_="300.00"), (after_due(5), "100.00"), (after_due(9), "-20.00"))
    amounts = [outstanding_at([item], after_due(n), "EUR").plain() for n in (4, 5, 8, 9)]
    assert amounts == ["300.00", "200.00", "200.00", "220.00"]
    assert outstanding_at([item], after_due(4), "CHF").minor == 0


# --- notes before instalments -----------------------------------------------------------------


def notes(of: Account, day: date) -> list[tuple[str, str, date | None]]:
    found = on(day, of).notices
    return [(n.total.plain(), n.scope, n.deadline) for n in found if n.kind is NoticeKind.PLAN]


def test_a_note_comes_once_some_days_before_each_instalment() -> None:
    item = invoice(open_="300.00")
    plan = planned(item, days=3)
    of = account(item, holds=[plan])
    assert notes(of, BY - timedelta(days=4)) == []
    expected = [("150.00", "plan:1:1", BY)]
    assert notes(of, BY - timedelta(days=3)) == expected
    assert notes(of, BY) == expected
    assert notes(of, BY + timedelta(days=1)) == []
    reminded = replace(of, reminded=frozenset({BY}))
    assert notes(reminded, BY) == []
    second = BY + timedelta(days=14)
    kept = replace(reminded, items=(paid(item, (BY, "150.00")),))
    assert notes(kept, second - timedelta(days=3)) == [("150.00", "plan:1:2", second)]


def test_a_note_names_what_the_instalment_takes_of_each_invoice() -> None:
    first, second = invoice(1, "100.00"), invoice(2, "100.00", due=after_due(1))
    plan = planned(first, second, count=1, item=None, days=3)
    of = account(first, second, holds=[planned(second, first, item=None, days=3, count=2)])
    (note,) = on(BY, of).notices
    assert [(x.number, x.outstanding.plain(), x.level) for x in note.lines] == [
        ("RE-1", "100.00", 0)
    ]
    whole = account(first, second, holds=[plan])
    (both,) = on(BY, whole).notices
    assert [(x.number, x.outstanding.plain()) for x in both.lines] == [
        ("RE-1", "100.00"),
        ("RE-2", "100.00"),
    ]
    assert (both.level, both.charges, both.total) == (0, (), money("200.00"))
    assert both.channels == STANDARD.levels[0].channels


def test_a_note_asks_only_for_what_is_missing() -> None:
    item = invoice(open_="300.00")
    of = account(paid(item, (START, "30.00")), holds=[planned(item, days=3)])
    assert notes(of, BY) == [("120.00", "plan:1:1", BY)]
    full = account(paid(item, (START, "150.00")), holds=[planned(item, days=3)])
    assert notes(full, BY) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"holds": "insolvency"},
        {"items": "direct_debit"},
        {"items": "currency_unclear"},
        {"items": "pending"},
        {"items": "unapplied"},
        {"booked": "never"},
    ],
)
def test_nobody_is_reminded_who_may_have_paid_or_must_not_be_written_to(
    changes: dict[str, str],
) -> None:
    item = invoice(open_="300.00")
    plan = planned(item, days=3)
    holds = [plan]
    if changes.get("holds"):
        holds.append(hold(START, None, None, HoldKind.INSOLVENCY, 2))
    what = changes.get("items")
    if what in ("direct_debit", "currency_unclear"):
        item = replace(item, **{what: True})  # type: ignore[arg-type]
    if what == "pending":
        item = replace(item, pending=Pending.PRINTED)
    items = [item] + ([unapplied(9, "-10.00")] if what == "unapplied" else [])
    booked = None if changes.get("booked") else ALWAYS_BOOKED
    assert notes(account(*items, holds=holds, booked_until=booked), BY) == []
    assert notes(account(invoice(open_="300.00"), holds=[plan]), BY) != []


def test_a_note_is_a_contact_for_the_gap_but_starts_no_interval() -> None:
    item = invoice(2, "50.00")
    procedure = replace(STANDARD, contact_gap_days=7)
    of = replace(account(item), last_reminder_on=after_due(12))
    found = verdict(on(after_due(15), of, procedure), 2)
    assert (found.reason, found.next_on) == (Reason.INTERVAL_RUNNING, after_due(19))
    assert found.facts["last_notice_on"] == after_due(12).isoformat()
    assert dunned(on(after_due(19), of, procedure)) == {2: 1}
    assert dunned(on(after_due(15), of)) == {2: 1}  # no gap, no wait


def test_notes_are_no_level_and_stories_go_on_after_them() -> None:
    item = invoice(open_="300.00")
    of = account(item, holds=[planned(item, days=3)])
    view = AccountView(of, STANDARD, BY, CALENDAR)
    assert [n.kind for n in reminders(view)] == [NoticeKind.PLAN]
    # The first rate never comes: after Wed 1 April (day 30) the first level follows.
    told = [d for d in daily(of, BY + timedelta(days=1), 20) if dunned(d)]
    assert (told[0].on, dunned(told[0])) == (after_due(31), {1: 1})


# --- counting ---------------------------------------------------------------------------------


def test_broken_promises_are_counted_and_plans_are_not() -> None:
    item = invoice(open_="300.00")
    holds = [promised("10.00", item), replace(planned(item), id=2)]
    found = weigh_all(holds, [item], after_due(60), CALENDAR)
    assert [a.hold.id for a in broken_promises(found)] == [1]
    latest = last_broken(found, ItemId(1))
    assert isinstance(latest, Agreement)
    assert latest.is_plan
    assert last_broken(found, ItemId(7)) is None


# --- what is not known is held against nobody -------------------------------------------------


def test_nothing_is_broken_before_the_bank_is_booked_that_far() -> None:
    """The first rate may come until Wed 1 April; on Thu 2 April the bank is booked to Tue 31."""
    item = invoice(open_="300.00")
    plan = planned(item)
    day = date(2026, 4, 2)
    behind = account(item, holds=[plan], booked_until=date(2026, 3, 31))
    assert verdict(on(day, behind)).reason is Reason.HELD
    unknown = account(item, holds=[plan], booked_until=None)
    assert verdict(on(day, unknown)).reason is Reason.HELD
    nowhere = replace(behind, connections={})
    assert verdict(on(day, nowhere)).reason is Reason.HELD
    up_to = account(item, holds=[plan], booked_until=date(2026, 4, 1))
    assert dunned(on(day, up_to)) == {1: 1}


def test_a_reported_payment_keeps_a_plan_alive_until_it_is_in_the_books() -> None:
    item = invoice(open_="300.00")
    reported = hold(BY, None, 1, HoldKind.PAID_LOCALLY, 7)
    holds = [planned(item), reported]
    (found,) = weigh_all(holds, [item], date(2026, 4, 9), CALENDAR)
    assert found.state is AgreementState.PENDING
    refuted = [holds[0], replace(reported, until_on=date(2026, 4, 8))]
    (found,) = weigh_all(refuted, [item], date(2026, 4, 9), CALENDAR)
    assert (found.state, found.missed) == (AgreementState.BROKEN, 1)


def test_interest_pauses_with_a_plan_that_excludes_it_and_runs_on_after_it() -> None:
    """The account that the law sees has the hold end where its plan did."""
    item = invoice(open_="300.00")
    plan = planned(item)
    assert plan.terms is not None
    plan = replace(plan, terms=replace(plan.terms, interest=False))
    seen = HoldView(account(item, holds=[plan]), date(2026, 4, 9), CALENDAR).account
    found = pauses(seen.holds, ItemId(1), date(2026, 4, 9), CALENDAR)
    assert found == ((START, date(2026, 4, 1)),)


def test_a_verdict_says_when_the_plan_ends_unless_money_comes() -> None:
    item = invoice(open_="300.00")
    of = account(item, holds=[planned(item)])
    found = verdict(on(BY, of))
    assert (found.facts["hold_until"], found.next_on) == ("2026-04-15", date(2026, 4, 2))
    ahead = account(paid(item, (START, "150.00")), holds=[planned(item)])
    assert verdict(on(BY, ahead)).next_on == date(2026, 4, 16)
    open_end = replace(planned(item), until_on=None)
    (agreed,) = weigh_all([open_end], [item], BY, CALENDAR)
    assert next_end(agreed, CALENDAR) == date(2026, 4, 1)
    (settled,) = weigh_all([open_end], [], BY, CALENDAR)
    assert next_end(replace(settled, hold=open_end), CALENDAR) is None


def test_looking_ahead_sees_each_note_and_what_follows_a_missed_rate() -> None:
    """Nobody pays: the note of Tue 24 March, and level 1 after the rate did not come."""
    item = invoice(open_="300.00")
    of = account(item, holds=[planned(item, days=3)])
    told = list(course(of, on_day, START, after_due(32)))
    assert [(day, note.kind) for day, note in told] == [
        (BY - timedelta(days=3), NoticeKind.PLAN),
        (after_due(31), NoticeKind.NOTICE),
    ]


def on_day(of: Account, day: date) -> Decision:
    return on(day, of)


def test_a_note_never_asks_for_a_contested_part() -> None:
    """Of 300.00 a part of 200.00 is contested after the plan: less is left than the rate."""
    item = invoice(open_="300.00")
    part = replace(
        hold(START, None, 1, HoldKind.PARTIAL_DISPUTE, 8), terms=HoldTerms(amount=money("200.00"))
    )
    assert notes(account(item, holds=[planned(item, days=3), part]), BY) == []


def test_no_note_comes_after_the_last_due_day() -> None:
    """The bank is behind: nobody knows yet whether the last rate came, and nobody is reminded."""
    item = invoice(open_="300.00")
    of = account(item, holds=[planned(item, count=1, days=3)], booked_until=START)
    assert verdict(on(LAST, of)).reason is Reason.HELD
    assert notes(of, LAST) == []


def test_a_procedure_of_hand_overs_only_sends_no_notes() -> None:
    item = invoice(open_="300.00")
    procedure = replace(STANDARD, levels=STANDARD.levels[-1:])
    of = account(item, holds=[planned(item, days=3)])
    assert [n.kind for n in on(BY, of, procedure).notices] == []

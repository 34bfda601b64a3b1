"""The decision table of § 286 BGB: each trigger, who it is for, and that the earliest wins."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.business_days import Calendar
from core.domain.default import (
    DefaultFacts,
    DefaultReason,
    DefaultRule,
    DefaultState,
    Reminder,
    default_of,
)
from core.domain.model import DebtorType, NoticeId, Terms

CONSUMER, BUSINESS, UNKNOWN = DebtorType.CONSUMER, DebtorType.BUSINESS, DebtorType.UNKNOWN
EVERY_DAY = Calendar()  # weekends only
DUE = date(2026, 3, 2)  # a Monday
RECEIVED = date(2026, 2, 16)  # a Monday
DELIVERED = date(2026, 2, 12)
LATER = date(2026, 12, 31)
BASE = DefaultFacts(DUE, BUSINESS)

# Each trigger alone: the facts that add it, and the first day of default it brings.
TRIGGERS: dict[DefaultRule, tuple[dict[str, object], date]] = {
    DefaultRule.CALENDAR: ({"terms": Terms.DATE}, date(2026, 3, 3)),
    DefaultRule.SERVED: ({"served_on": date(2026, 3, 4)}, date(2026, 3, 5)),
    DefaultRule.REFUSED: ({"refused_on": date(2026, 3, 6)}, date(2026, 3, 7)),
    DefaultRule.REMINDER: ({"reminders": (Reminder(date(2026, 3, 9)),)}, date(2026, 3, 10)),
    # 2 March + 30 days = 1 April, a Wednesday.
    DefaultRule.THIRTY_DAYS: ({"invoice_received": RECEIVED}, date(2026, 4, 2)),
}


def state_of(facts: DefaultFacts, on: date | None = None, law: str = "de") -> DefaultState:
    return default_of(facts, on, EVERY_DAY, law)


@pytest.mark.parametrize("rule", TRIGGERS)
def test_one_trigger_alone_brings_default_about(rule: DefaultRule) -> None:
    facts, since = TRIGGERS[rule]
    state = state_of(BASE._replace(**facts), LATER)
    assert (state.rule, state.since) == (rule, since)
    assert state.assumed is (rule is DefaultRule.REMINDER)


@pytest.mark.parametrize(("first", "second"), list(combinations(TRIGGERS, 2)))
def test_of_two_triggers_the_earlier_wins(first: DefaultRule, second: DefaultRule) -> None:
    facts = {**TRIGGERS[first][0], **TRIGGERS[second][0]}
    state = state_of(BASE._replace(**facts), LATER)
    winner = min(first, second, key=lambda rule: TRIGGERS[rule][1])
    assert (state.rule, state.since) == (winner, TRIGGERS[winner][1])


def test_of_all_triggers_the_earliest_wins_and_the_rest_change_nothing() -> None:
    everything = {name: value for facts, _ in TRIGGERS.values() for name, value in facts.items()}
    assert state_of(BASE._replace(**everything)) == state_of(BASE._replace(terms=Terms.DATE))


def test_on_the_same_day_the_agreed_day_names_the_rule() -> None:
    both = BASE._replace(terms=Terms.DATE, served_on=DUE)
    assert state_of(both).rule is DefaultRule.CALENDAR


def test_an_agreed_period_runs_from_receipt_whatever_the_invoice_prints() -> None:
    facts = BASE._replace(terms=Terms.RECEIPT, period_days=14, invoice_received=RECEIVED)
    state = state_of(facts)
    # 16 February + 14 days = 2 March, a Monday; the day of receipt is not counted (§ 187 I).
    assert (state.rule, state.last_day_to_pay) == (DefaultRule.EVENT, DUE)
    assert state.facts["period_days"] == "14"


# A day that the creditor alone wrote on the invoice agrees nothing (BGH III ZR 91/07).
@pytest.mark.parametrize(
    ("debtor", "notice", "received", "delivered", "since", "reason"),
    [
        (BUSINESS, False, RECEIVED, None, date(2026, 4, 2), DefaultReason.THIRTY_DAYS),
        (BUSINESS, False, RECEIVED, DELIVERED, date(2026, 4, 2), DefaultReason.THIRTY_DAYS),
        (BUSINESS, False, None, DELIVERED, date(2026, 4, 2), DefaultReason.DELIVERY),
        (BUSINESS, True, None, None, None, DefaultReason.RECEIPT_UNKNOWN),
        (BUSINESS, False, None, None, None, DefaultReason.RECEIPT_UNKNOWN),
        (CONSUMER, True, RECEIVED, None, date(2026, 4, 2), DefaultReason.THIRTY_DAYS),
        (CONSUMER, True, None, DELIVERED, None, DefaultReason.RECEIPT_UNKNOWN),
        (CONSUMER, False, RECEIVED, DELIVERED, None, DefaultReason.CONSUMER_WITHOUT_NOTICE),
        (CONSUMER, False, None, None, None, DefaultReason.CONSUMER_WITHOUT_NOTICE),
        (UNKNOWN, False, RECEIVED, DELIVERED, None, DefaultReason.CONSUMER_WITHOUT_NOTICE),
        (UNKNOWN, True, RECEIVED, None, date(2026, 4, 2), DefaultReason.THIRTY_DAYS),
        (UNKNOWN, True, None, DELIVERED, None, DefaultReason.RECEIPT_UNKNOWN),
    ],
)
def test_the_thirty_day_rule_by_debtor_and_by_what_is_known(
    debtor, notice, received, delivered, since, reason
) -> None:
    facts = DefaultFacts(
        DUE,
        debtor,
        invoice_received=received,
        delivered_on=delivered,
        consumer_notice=notice,
    )
    state = state_of(facts, LATER)
    assert (state.since, state.reason) == (since, reason)


@pytest.mark.parametrize(
    "late",
    [{"invoice_received": date(2026, 3, 16)}, {"delivered_on": date(2026, 3, 16)}],
)
def test_the_thirty_days_count_from_the_later_day(late) -> None:
    # 16 March + 30 days = 15 April, a Wednesday.
    assert state_of(BASE._replace(**late)).since == date(2026, 4, 16)


def test_the_thirty_day_rule_is_for_payment_claims_only() -> None:
    damages = BASE._replace(invoice_received=RECEIVED, payment_claim=False)
    state = state_of(damages, LATER)
    assert (state.since, state.reason) == (None, DefaultReason.NOT_A_PAYMENT_CLAIM)
    reminded = damages._replace(reminders=(Reminder(date(2026, 3, 9)),))
    assert state_of(reminded, LATER).since == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("received", "deadline", "since", "last"),
    [
        (date(2026, 3, 9), None, date(2026, 3, 10), None),
        (date(2026, 3, 9), date(2026, 3, 19), date(2026, 3, 20), date(2026, 3, 19)),
        # Posted late: the printed deadline was over when the letter came.
        (date(2026, 3, 9), date(2026, 3, 6), date(2026, 3, 10), date(2026, 3, 9)),
    ],
)
def test_a_reminder_acts_the_day_after_receipt_and_deadline(
    received, deadline, since, last
) -> None:
    state = state_of(
        BASE._replace(reminders=(Reminder(received, deadline, NoticeId(7), "letter"),))
    )
    assert (state.since, state.last_day_to_pay) == (since, last)
    assert state.assumed
    assert (state.facts["notice"], state.facts["channel"]) == ("7", "letter")


def test_a_reminder_with_proof_of_receipt_is_not_assumed() -> None:
    state = state_of(BASE._replace(reminders=(Reminder(date(2026, 3, 9), proven=True),)), LATER)
    assert (state.since, state.reason) == (date(2026, 3, 10), DefaultReason.REMINDER_PROVEN)
    assert not state.assumed


def test_the_reminder_that_acts_first_counts() -> None:
    slow = Reminder(date(2026, 3, 9), date(2026, 3, 30), NoticeId(1))
    quick = Reminder(date(2026, 3, 16), date(2026, 3, 23), NoticeId(2))
    state = state_of(BASE._replace(reminders=(slow, quick)))
    assert (state.since, state.facts["notice"]) == (date(2026, 3, 24), "2")


def test_a_reminder_received_on_the_last_day_to_pay_is_none() -> None:
    sunday = BASE._replace(due_date=date(2026, 3, 1), reminders=(Reminder(DUE),))
    early = state_of(sunday, LATER)
    assert (early.since, early.reason) == (None, DefaultReason.NO_REMINDER)
    next_day = sunday._replace(reminders=(Reminder(DUE + timedelta(1)),))
    assert state_of(next_day, LATER).since == date(2026, 3, 4)


@pytest.mark.parametrize("name", ["served_on", "refused_on"])
def test_service_or_refusal_before_the_due_date_waits_for_it(name: str) -> None:
    state = state_of(BASE._replace(**{name: date(2026, 2, 20)}), LATER)
    assert (state.since, state.last_day_to_pay) == (date(2026, 3, 3), None)
    assert state.facts[name] == "2026-02-20"


@pytest.mark.parametrize("name", ["served_on", "refused_on"])
def test_service_or_refusal_acts_even_when_the_due_date_is_not_known(name: str) -> None:
    facts = DefaultFacts(None, CONSUMER, **{name: date(2026, 2, 20)})
    assert state_of(facts).since == date(2026, 2, 21)


def test_an_unknown_due_date_is_reported() -> None:
    assert state_of(DefaultFacts(None, BUSINESS, Terms.DATE), LATER) == DefaultState(
        None, None, None, False, DefaultReason.DUE_DATE_UNKNOWN
    )
    reminded = DefaultFacts(None, reminders=(Reminder(date(2026, 3, 9)),))
    assert state_of(reminded).rule is DefaultRule.REMINDER


@pytest.mark.parametrize("on", [date(2026, 2, 1), DUE])
def test_before_the_day_is_over_the_claim_is_not_due(on: date) -> None:
    assert state_of(BASE, on).reason is DefaultReason.NOT_DUE
    agreed = state_of(BASE._replace(terms=Terms.DATE), on)
    assert (agreed.reason, agreed.rule) == (DefaultReason.NOT_DUE, DefaultRule.CALENDAR)
    assert agreed.since == DUE + timedelta(1)
    assert agreed.facts["due_date"] == "2026-03-02"


def test_an_agreed_period_never_ends_before_the_due_date() -> None:
    mistyped = BASE._replace(
        terms=Terms.RECEIPT, period_days=14, invoice_received=date(2025, 2, 16)
    )
    assert state_of(mistyped).since == DUE + timedelta(1)


def test_an_agreed_period_without_a_printed_day_is_running() -> None:
    facts = DefaultFacts(None, CONSUMER, Terms.RECEIPT, 14, invoice_received=RECEIVED)
    assert state_of(facts, DUE).reason is DefaultReason.PERIOD_RUNNING
    assert state_of(facts, DUE + timedelta(1)).reason is DefaultReason.EVENT


def test_an_agreed_period_needs_the_day_of_receipt() -> None:
    state = state_of(BASE._replace(terms=Terms.RECEIPT, period_days=14), LATER)
    assert (state.since, state.reason) == (None, DefaultReason.RECEIPT_UNKNOWN)


# § 1334 ABGB, Art. 102 OR: an agreed day or a reminder; there is no 30-day rule (law §8).
@pytest.mark.parametrize("law", ["at", "ch"])
def test_abroad_an_agreed_day_or_a_reminder_but_no_thirty_days(law: str) -> None:
    known = BASE._replace(invoice_received=RECEIVED, consumer_notice=True)
    silent = state_of(known, LATER, law)
    assert (silent.since, silent.reason) == (None, DefaultReason.NO_REMINDER)
    for rule in (DefaultRule.CALENDAR, DefaultRule.REMINDER, DefaultRule.SERVED):
        facts, since = TRIGGERS[rule]
        state = state_of(known._replace(**facts), LATER, law)
        assert (state.rule, state.since) == (rule, since)


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
MAYBE = st.none() | DAYS
FEASTS = st.frozensets(DAYS, max_size=10).map(Calendar)
REMINDERS = st.lists(st.builds(Reminder, DAYS, MAYBE), max_size=3).map(tuple)
FACTS = st.builds(
    DefaultFacts,
    due_date=MAYBE,
    debtor_type=st.sampled_from(DebtorType),
    terms=st.sampled_from(Terms),
    period_days=st.integers(0, 60),
    invoice_received=MAYBE,
    delivered_on=MAYBE,
    consumer_notice=st.booleans(),
    payment_claim=st.booleans(),
    served_on=MAYBE,
    refused_on=MAYBE,
    reminders=REMINDERS,
)


@given(FACTS, DAYS, FEASTS, st.sampled_from(["de", "at", "ch"]))
def test_the_day_does_not_depend_on_when_one_asks(facts, on, calendar, law) -> None:
    timeless = default_of(facts, None, calendar, law)
    asked = default_of(facts, on, calendar, law)
    assert (asked.since, asked.rule) == (timeless.since, timeless.rule)
    assert (asked.last_day_to_pay, asked.assumed) == (timeless.last_day_to_pay, timeless.assumed)
    assert (asked.since is None) is (asked.rule is None)


@given(FACTS, FEASTS)
def test_default_never_begins_before_the_debt_is_late(facts, calendar) -> None:
    state = default_of(facts, None, calendar)
    if state.since and facts.due_date:
        assert state.since > calendar.on_or_after(facts.due_date)
    if state.since and state.last_day_to_pay and state.rule is not DefaultRule.REMINDER:
        assert calendar.is_working_day(state.last_day_to_pay)


@given(FACTS, FEASTS)
def test_one_more_feast_day_or_one_fact_less_never_makes_default_earlier(facts, calendar) -> None:
    since = default_of(facts, None, calendar).since or date.max
    for less in (
        facts._replace(reminders=facts.reminders[:1]),
        facts._replace(served_on=None),
        facts._replace(refused_on=None),
        facts._replace(terms=Terms.NO),
        facts._replace(debtor_type=DebtorType.UNKNOWN),
    ):
        assert (default_of(less, None, calendar).since or date.max) >= since


@given(FACTS, FEASTS, DAYS)
def test_a_consumer_is_never_in_default_earlier_than_a_business(facts, calendar, feast) -> None:
    business = default_of(facts._replace(debtor_type=BUSINESS), None, calendar).since or date.max
    consumer = default_of(facts._replace(debtor_type=CONSUMER), None, calendar).since or date.max
    assert consumer >= business
    # A day on which a reminder of both was received stays a receipt only after the shifted due
    # date, so more feast days only ever help the debtor who has no reminder.
    quiet = facts._replace(reminders=())
    more = Calendar(calendar.feast_days | {feast})
    later = default_of(quiet, None, more).since or date.max
    assert later >= (default_of(quiet, None, calendar).since or date.max)

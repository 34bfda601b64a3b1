"""One claim under the law: default from its history, interest on what was open, and its burden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from charges_story import APRIL, as_type
from dunning_story import credit, hold, money
from hypothesis import given
from hypothesis import strategies as st
from law_story import AGREED, LAW, billed, business, consumer, law, view

from core.domain.allocation import Owed, served_in_order
from core.domain.business_days import Calendar
from core.domain.claim_law import Law, spread
from core.domain.default import DefaultReason, DefaultRule
from core.domain.deferral import pauses
from core.domain.model import (
    Account,
    DebtorType,
    Hold,
    HoldKind,
    HoldTerms,
    ItemFacts,
    ItemId,
    NoticeId,
    OpenItem,
    PastNotice,
    Reduction,
    Terms,
)

DUE = date(2026, 3, 2)
FIRST = date(2026, 3, 3)  # of default


def interest(
    item: OpenItem, day: date = APRIL, *more: OpenItem, of: Account | None = None, **how: object
) -> str | None:
    account = of or business(item, *more)
    found = view(account, day).interest(item, **how)  # type: ignore[arg-type]
    return None if found is None else found.total.plain()


def lines(item: OpenItem, day: date = APRIL) -> list[tuple[int, str]]:
    found = view(business(item), day).interest(item)
    assert found is not None
    return [(s.days, s.principal.plain()) for s in found.segments]


def test_charges_booked_under_the_invoices_number_bear_nothing() -> None:
    """1,190.00 EUR and 15.00 EUR of charges bear what 1,190.00 EUR alone bear (§ 289 BGB)."""
    plain = billed(open_="1190.00")
    charged = replace(
        plain, outstanding=money("1205.00"), total=money("1205.00"), charged_minor=1500
    )
    assert lines(charged) == lines(plain)
    assert interest(charged) == interest(plain)
    # A payment that was made before the charges came cuts the principal as ever.
    paid = Reduction(FIRST + timedelta(9), 10000)
    less = replace(charged, outstanding=money("1105.00"), reductions=(paid,))
    assert [p for _, p in lines(less)] == ["1190.00", "1090.00"]
    # What is left may be the charges alone.
    assert interest(replace(charged, outstanding=money("15.00"))) == "0.00"


# --- since when ----------------------------------------------------------------------------------


def past(sent: date, *, deadline: date | None, counts: bool, channel: str = "email") -> PastNotice:
    return PastNotice(NoticeId(1), 1, sent, channel, deadline, counts)


def remembered(*notices: PastNotice) -> Account:
    return replace(business(billed()), notices={ItemId(1): notices})


def test_a_claim_that_the_creditor_collects_is_not_in_default() -> None:
    mandate = replace(billed(), direct_debit=True)
    state = view(business(mandate), APRIL).default(mandate)
    assert (state.since, state.reason) == (None, DefaultReason.DIRECT_DEBIT)
    assert interest(mandate) is None
    debtor = replace(business(billed()).debtor, direct_debit=True)
    by_mandate = replace(business(billed()), debtor=debtor)
    assert view(by_mandate, APRIL).default(by_mandate.items[0]).since is None


def test_a_mahnung_that_left_brings_default_about_the_day_after_its_deadline() -> None:
    of = remembered(past(date(2026, 3, 9), deadline=date(2026, 3, 18), counts=True))
    state = view(of, APRIL, LAW).default(of.items[0])
    assert (state.since, state.rule) == (date(2026, 3, 19), DefaultRule.REMINDER)
    assert state.assumed


def test_a_friendly_reminder_does_not() -> None:
    of = remembered(past(date(2026, 3, 9), deadline=date(2026, 3, 18), counts=False))
    assert view(of, APRIL, LAW).default(of.items[0]).since is None
    assert view(business(billed()), APRIL, LAW).default(billed()).since is None


def test_a_letter_is_received_later_than_a_mail() -> None:
    of = remembered(
        past(date(2026, 3, 9), deadline=date(2026, 3, 9), counts=True, channel="letter")
    )
    assert view(of, APRIL, LAW).default(of.items[0]).since == date(2026, 3, 14)


def test_an_agreed_period_is_the_one_between_invoice_and_due_date() -> None:
    """14 days from receipt on 20 February: the last day to pay is Friday, 6 March."""
    received = ItemFacts(invoice_received=date(2026, 2, 20))
    item = billed(own=received)
    state = view(business(item), APRIL, law(terms=Terms.RECEIPT)).default(item)
    assert (state.since, state.rule) == (date(2026, 3, 7), DefaultRule.EVENT)


def test_an_agreed_period_whose_length_nobody_knows_is_never_over() -> None:
    """Without an invoice date only the thirty days from the due date are left."""
    received, by_receipt = ItemFacts(invoice_received=date(2026, 2, 20)), law(terms=Terms.RECEIPT)
    vague = billed(own=received, invoice_date=None)
    state = view(business(vague), APRIL, by_receipt).default(vague)
    assert (state.since, state.rule) == (date(2026, 4, 2), DefaultRule.THIRTY_DAYS)
    undated = billed(own=received, due=None)
    assert view(business(undated), APRIL, by_receipt).default(undated).since is None


def test_what_was_found_once_is_not_computed_again() -> None:
    item = billed()
    seen = view(business(item), APRIL)
    assert seen.default(item) is seen.default(item)
    assert seen.facts(item) is seen.facts(item)


# --- interest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "total"),
    [
        (DUE, None),  # the last day to pay
        (FIRST, "0.28"),
        (APRIL, "8.44"),
        (date(2026, 6, 30), "33.76"),
        (date(2026, 7, 1), "34.05"),  # 10.52 % from July on
    ],
)
def test_interest_runs_from_the_first_day_of_default_to_the_day(
    day: date, total: str | None
) -> None:
    assert interest(billed(), day) == total


def test_without_default_there_is_none() -> None:
    item = billed()
    assert view(business(item), APRIL, LAW).interest(item) is None


def test_paid_interest_runs_on_from_the_day_after() -> None:
    assert interest(billed(), paid_until=date(2026, 3, 12)) == "5.63"
    assert interest(billed(), paid_until=APRIL) == "0.00"
    # Interest paid for a time before default is of no account.
    assert interest(billed(), paid_until=date(2026, 2, 1)) == "8.44"


@pytest.mark.parametrize(
    ("open_", "changes", "expected"),
    [
        # 600 of 1,000 came on 17 March: that day bears interest on 400 already
        ("400.00", ((17, "600.00"),), [(14, "1000.00"), (16, "400.00")]),
        # two payments
        ("300.00", ((10, "200.00"), (20, "500.00")),
         [(7, "1000.00"), (10, "800.00"), (13, "300.00")]),
        # a direct debit of 600 that was returned five days later
        ("1000.00", ((10, "600.00"), (15, "-600.00")),
         [(7, "1000.00"), (5, "400.00"), (18, "1000.00")]),
        # paid before default
        ("400.00", ((2, "600.00"),), [(30, "400.00")]),
        # 400 of the 1,000 fell away on a day that nobody knows: from the beginning
        ("500.00", ((17, "100.00"),), [(14, "600.00"), (16, "500.00")]),
        ("600.00", (), [(30, "600.00")]),
        # more is explained than the invoice ever was
        ("800.00", ((17, "600.00"),), [(14, "1000.00"), (16, "400.00")]),
    ],
)  # fmt: skip
def test_interest_follows_what_was_open_on_each_day(
    open_: str, changes: tuple[tuple[int, str], ...], expected: list[tuple[int, str]]
) -> None:
    reductions = tuple(
        Reduction(date(2026, 3, day), money(amount).minor) for day, amount in changes
    )
    item = billed(outstanding=money(open_), reductions=reductions)
    assert lines(item) == expected


def test_parts_of_credits_count_from_their_value_date() -> None:
    cut = [Reduction(date(2026, 3, 17), 60000)]
    assert interest(billed(), credits_=cut) == "5.74"


# --- pauses --------------------------------------------------------------------------------------


def terms(agreed: bool, *items: int) -> HoldTerms:
    return HoldTerms(interest=agreed, items=tuple(ItemId(i) for i in items))


@pytest.mark.parametrize(
    ("kind", "agreed", "total"),
    [
        (HoldKind.DEFERRAL, None, "5.63"),
        (HoldKind.DEFERRAL, terms(agreed=False), "5.63"),
        (HoldKind.DEFERRAL, terms(agreed=True), "8.44"),
        (HoldKind.INSTALMENT_PLAN, terms(agreed=False), "5.63"),
        (HoldKind.INSTALMENT_PLAN, terms(agreed=True), "8.44"),
        (HoldKind.INSTALMENT_PLAN, terms(False, 1, 2), "5.63"),
        (HoldKind.INSTALMENT_PLAN, terms(False, 2), "8.44"),
        (HoldKind.MANUAL, None, "8.44"),
        (HoldKind.DISPUTE, None, "8.44"),
        (HoldKind.PROMISE, terms(agreed=False), "8.44"),
    ],
)
def test_a_deferral_or_plan_without_interest_leaves_its_days_out(
    kind: HoldKind, agreed: HoldTerms | None, total: str
) -> None:
    """10 to 19 March are ten days of the thirty."""
    pause = replace(hold(date(2026, 3, 10), date(2026, 3, 19), kind=kind), terms=agreed)
    assert interest(billed(), of=business(billed(), holds=[pause])) == total


def test_a_pause_of_one_invoice_is_not_one_of_another() -> None:
    one = hold(date(2026, 3, 10), date(2026, 3, 19), item=1, kind=HoldKind.DEFERRAL)
    of = business(billed(1), billed(2), holds=[one])
    assert [interest(item, of=of) for item in of.items] == ["5.63", "8.44"]


def test_a_pause_without_an_end_lasts_to_the_day() -> None:
    endless: Hold = hold(date(2026, 3, 10), None, kind=HoldKind.DEFERRAL)
    assert pauses([endless], ItemId(1), APRIL, Calendar()) == ((date(2026, 3, 10), APRIL),)
    assert interest(billed(), of=business(billed(), holds=[endless])) == "1.97"


# --- how burdensome ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "day", "under", "rate"),
    [
        (business(billed()), APRIL, AGREED, "10.27"),
        (consumer(billed()), APRIL, AGREED, "6.27"),
        (business(billed()), date(2026, 7, 1), AGREED, "10.52"),
        (business(billed()), DUE, AGREED, "0"),  # not in default yet
        (business(billed()), APRIL, LAW, "0"),
        (business(billed()), date(2099, 1, 1), AGREED, "10.52"),  # the last rate that is known
        (business(billed()), APRIL, law("ch", Terms.DATE), "5.00"),
    ],
)
def test_the_rate_of_a_claim_is_that_of_the_day(
    of: Account, day: date, under: Law, rate: str
) -> None:
    assert view(of, day, under).rate(of.items[0]) == Decimal(rate)


CLAIMS = {
    1: billed(1, due=date(2026, 3, 2)),
    2: billed(2, due=date(2026, 3, 9)),
    3: billed(3, due=date(2026, 3, 2), own=as_type(DebtorType.CONSUMER)),
    4: billed(4, due=date(2026, 5, 4)),  # not due
    5: billed(5, due=None),  # nobody knows when
    6: billed(6, due=date(2026, 3, 9), invoice_date=date(2026, 1, 5)),
}


def test_claims_are_paid_due_first_then_by_rate_then_by_age() -> None:
    of = business(*CLAIMS.values())
    assert [i.id for i in sorted(of.items, key=view(of, APRIL).burden)] == [6, 1, 2, 3, 4, 5]


@given(st.permutations(sorted(CLAIMS)))
def test_the_order_is_that_of_an_allocation(order: list[int]) -> None:
    items = [CLAIMS[i] for i in order]
    seen = view(business(*items), APRIL)
    owed = [
        Owed(
            str(item.id),
            item.outstanding.minor,
            item.due_date or date.max,
            rate=seen.rate(item),
            arose_on=item.invoice_date,
        )
        for item in items
    ]
    by_law = [int(each.key) for each in served_in_order(owed, on=APRIL)]
    assert [item.id for item in sorted(items, key=seen.burden)] == by_law


# --- credits -------------------------------------------------------------------------------------


def spread_over(claims: list[OpenItem], *credits_: OpenItem) -> dict[int, list[tuple[str, int]]]:
    deductions = [(each, -each.outstanding.minor) for each in credits_]
    found = spread(claims, deductions)
    return {key: [(str(r.on), r.minor) for r in parts] for key, parts in found.items()}


def test_a_credit_cuts_one_claim_after_the_other_from_its_day() -> None:
    claims = [billed(1, "100.00"), billed(2, "50.00"), billed(3, "70.00")]
    first = credit(4, "-120.00", invoice_date=date(2026, 3, 17))
    second = credit(5, "-60.00", invoice_date=date(2026, 3, 20))
    assert spread_over(claims, first, second) == {
        1: [("2026-03-17", 10000)],
        2: [("2026-03-17", 2000), ("2026-03-20", 3000)],
        3: [("2026-03-20", 3000)],
    }


def test_a_credit_that_is_larger_than_all_claims_cuts_no_more_than_they_are() -> None:
    assert spread_over([billed(1, "100.00")], credit(2, "-500.00", invoice_date=DUE)) == {
        1: [("2026-03-02", 10000)]
    }
    assert spread_over([billed(1, "100.00")]) == {}


def test_a_credit_without_a_day_counts_from_the_beginning() -> None:
    claim = [billed(1, "100.00")]
    by_due = credit(2, "-5.00", invoice_date=None, due=APRIL)
    assert spread_over(claim, by_due) == {1: [("2026-04-01", 500)]}
    never = credit(2, "-5.00", due=None)
    assert spread_over(claim, never) == {1: [(str(date.min), 500)]}


@given(
    st.lists(st.integers(1, 50000), min_size=1, max_size=5),
    st.lists(st.integers(1, 50000), max_size=5),
)
def test_no_cent_of_a_credit_is_lost_or_made(owed: list[int], given_: list[int]) -> None:
    claims = [billed(n, f"{Decimal(minor) / 100:.2f}") for n, minor in enumerate(owed, start=1)]
    credits_ = [
        credit(100 + n, f"-{Decimal(minor) / 100:.2f}", invoice_date=DUE + timedelta(days=n))
        for n, minor in enumerate(given_)
    ]
    found = spread_over(claims, *credits_)
    used = {key: sum(minor for _, minor in parts) for key, parts in found.items()}
    assert sum(used.values()) == min(sum(owed), sum(given_))
    assert all(used[item.id] <= item.outstanding.minor for item in claims if item.id in used)

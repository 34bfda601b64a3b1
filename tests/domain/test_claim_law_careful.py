"""What a debtor's lawyer found: default before its day, and interest on what bears none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from charges_story import APRIL, BEFORE_ON, INTEREST, LUMP_SUM, after_notice, kept
from dunning_story import hold
from law_story import LAW, billed, business, view

from core.domain.claim_law import settled_until
from core.domain.default import DefaultReason
from core.domain.model import (
    HoldKind,
    ItemId,
    ItemKind,
    NoticeId,
    PastNotice,
)

# --- a deferral (Stundung) -------------------------------------------------------------------------


def deferred(first: date, last: date):
    return business(billed(), holds=[hold(first, last, kind=HoldKind.DEFERRAL)])


def test_a_deferral_that_ends_on_a_saturday_leaves_the_debtor_monday_to_pay() -> None:
    """Agreed until Sat 14 March; he may pay on Mon 16 (§ 193 BGB), so interest runs from Tue 17."""
    of = deferred(date(2026, 3, 10), date(2026, 3, 14))
    found = view(of, date(2026, 3, 18)).interest(of.items[0])
    assert found is not None
    spans = [(s.start.day, s.end.day) for s in found.segments]
    assert spans == [(3, 9), (17, 18)]


def test_nobody_is_in_default_while_his_debt_is_deferred() -> None:
    """Due 2 March by agreement, deferred on 1 March until Friday the 13th."""
    of = deferred(date(2026, 3, 1), date(2026, 3, 13))
    during = view(of, date(2026, 3, 10)).default(of.items[0])
    assert not during.holds(date(2026, 3, 10))
    assert during.reason is DefaultReason.PERIOD_RUNNING
    after = view(of, date(2026, 3, 20)).default(of.items[0])
    assert (after.since, after.reason) == (date(2026, 3, 14), DefaultReason.CALENDAR)
    assert (after.facts["last_day"], after.last_day_to_pay) == ("2026-03-13", date(2026, 3, 13))


def test_a_default_that_began_before_stays() -> None:
    of = deferred(date(2026, 3, 10), date(2026, 3, 13))
    assert view(of, APRIL).default(of.items[0]).since == date(2026, 3, 3)


def test_without_default_there_is_nothing_to_defer() -> None:
    of = deferred(date(2026, 3, 1), date(2026, 3, 13))
    assert view(of, APRIL, LAW).default(of.items[0]).since is None


# --- a Mahnung that left out what was contested ------------------------------------------------------


def mahnung(sent: date, deadline: date, contested: int = 0) -> PastNotice:
    return PastNotice(NoticeId(1), 1, sent, "email", deadline, True, contested)


def reminded(*notices: PastNotice):
    return replace(business(billed()), notices={ItemId(1): notices})


def principals(of, day: date = APRIL):
    found = view(of, day, LAW).interest(of.items[0])
    assert found is not None
    return [(s.start.isoformat(), s.principal.plain()) for s in found.segments]


def test_a_mahnung_brings_default_about_only_for_what_it_demands() -> None:
    """400 of 1,000 were contested when it left; the dispute is over, and nobody demanded them."""
    of = reminded(mahnung(date(2026, 3, 9), date(2026, 3, 18), 40000))
    whole = of.items[0].outstanding.amount
    assert principals(of) == [("2026-03-19", f"{whole - 400:.2f}")]


def test_the_rest_bears_interest_from_the_mahnung_that_demands_it() -> None:
    of = reminded(
        mahnung(date(2026, 3, 3), date(2026, 3, 11), 40000),
        mahnung(date(2026, 3, 16), date(2026, 3, 24)),
    )
    whole = of.items[0].outstanding.amount
    assert principals(of) == [
        ("2026-03-12", f"{whole - 400:.2f}"),
        ("2026-03-25", f"{whole:.2f}"),
    ]


def test_a_second_mahnung_that_leaves_out_as_much_demands_no_more() -> None:
    of = reminded(
        mahnung(date(2026, 3, 3), date(2026, 3, 11), 40000),
        mahnung(date(2026, 3, 16), date(2026, 3, 24), 40000),
    )
    whole = of.items[0].outstanding.amount
    assert principals(of) == [("2026-03-12", f"{whole - 400:.2f}")]


def test_what_is_still_contested_is_not_taken_off_twice() -> None:
    of = reminded(mahnung(date(2026, 3, 9), date(2026, 3, 18), 40000))
    (item,) = of.items
    less = replace(item, outstanding=item.outstanding - item.outstanding.from_minor(40000, "EUR"))
    found = view(of, APRIL, LAW).interest(less)
    assert found is not None
    assert found.segments[0].principal == less.outstanding


def test_a_mahnung_before_the_due_day_demanded_nothing_in_time() -> None:
    early, late = date(2026, 2, 20), date(2026, 3, 9)
    of = reminded(mahnung(early, date(2026, 2, 27), 40000), mahnung(late, date(2026, 3, 18)))
    assert principals(of) == [("2026-03-19", of.items[0].outstanding.plain())]


def test_without_the_need_of_a_mahnung_the_contested_part_bears_interest_all_along() -> None:
    """An agreed day: if it was owed, it was late from that day on."""
    of = reminded(mahnung(date(2026, 3, 9), date(2026, 3, 18), 40000))
    found = view(of, APRIL).interest(of.items[0])
    assert found is not None
    assert found.segments[0].principal == of.items[0].outstanding


# --- interest that was paid or waived ----------------------------------------------------------------


def test_interest_that_was_paid_is_not_computed_again() -> None:
    """In default since 3 March; interest to the 12th was paid, so on 1 April the 13th begins it."""
    paid = (kept(1, INTEREST, "2.81", paid=True), kept(2, LUMP_SUM, "40.00", paid=True))
    owed = kept(3, INTEREST, "5.00", since=date(2026, 3, 20))
    of = after_notice(business(billed()), *paid, owed)
    until = settled_until(of, ItemId(1))
    assert until == BEFORE_ON
    assert settled_until(of, ItemId(2)) is None
    found = view(of, APRIL).interest(of.items[0], (), until)
    assert found is not None
    assert (found.segments[0].start, found.segments[-1].end) == (date(2026, 3, 13), APRIL)


# --- charges that are left when the invoice is paid --------------------------------------------------


def test_charges_bear_no_interest_and_nobody_agreed_on_their_day() -> None:
    """§ 289 BGB; neither an agreed day nor the 30 days of an Entgeltforderung: only a Mahnung."""
    item = replace(billed(), kind=ItemKind.CHARGE_RESIDUAL)
    of = business(item)
    seen = view(of, date(2026, 6, 30))
    assert seen.default(item).since is None
    told = replace(of, notices={ItemId(1): (mahnung(date(2026, 3, 9), date(2026, 3, 18)),)})
    seen = view(told, date(2026, 6, 30))
    assert seen.default(item).since == date(2026, 3, 19)
    assert (seen.interest(item), seen.rate(item)) == (None, 0)


def test_interest_can_be_asked_for_up_to_an_earlier_day() -> None:
    of = business(billed())
    until = date(2026, 3, 10)
    early = view(of, APRIL).interest(of.items[0], until=until)
    assert early == view(of, until).interest(of.items[0])

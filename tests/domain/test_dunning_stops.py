"""What stops an item from being dunned, each with its reason, and which reason speaks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from dunning_story import (
    ALWAYS_BOOKED,
    DUE,
    EVIDENCE,
    LEADING,
    STANDARD,
    account,
    after_due,
    credit,
    dunned,
    hold,
    invoice,
    on,
    unapplied,
    verdict,
)

from core.domain.dunning_account import booked_through
from core.domain.model import (
    BY_PLATFORM,
    Account,
    ConnectionId,
    HoldKind,
    ItemKind,
    ItemState,
    Pending,
)
from core.domain.reasons import Reason, sentence

LATE = after_due(30)

ONE_ITEM = [
    (invoice(open_="-5.00"), Reason.CREDIT, {"amount": "5.00 EUR"}),
    (credit(1, "-5.00"), Reason.CREDIT, {"amount": "5.00 EUR"}),
    (credit(1, "5.00"), Reason.CREDIT, {"amount": "5.00 EUR"}),
    (unapplied(1, "0.00"), Reason.CREDIT, {"amount": "0.00 EUR"}),
    (invoice(state=ItemState.UNKNOWN), Reason.STATE_UNKNOWN, {}),
    (invoice(state=ItemState.SETTLED), Reason.NOT_A_CLAIM, {"what": "settled"}),
    (invoice(state=ItemState.CANCELLED), Reason.NOT_A_CLAIM, {"what": "cancelled"}),
    (invoice(state=ItemState.WRITTEN_OFF), Reason.NOT_A_CLAIM, {"what": "written_off"}),
    (invoice(open_="0.00"), Reason.NOT_A_CLAIM, {"what": "settled"}),
    (invoice(kind=ItemKind.DUNNING_CHARGE), Reason.NOT_A_CLAIM, {"what": "dunning_charge"}),
    (
        invoice(kind=ItemKind.DOWN_PAYMENT_REQUEST),
        Reason.NOT_A_CLAIM,
        {"what": "down_payment_request"},
    ),
    (invoice(connection=EVIDENCE), Reason.EVIDENCE_ONLY, {"connection": "steuerberater"}),
    (invoice(currency_unclear=True), Reason.CURRENCY_UNCLEAR, {}),
    (invoice(due=None), Reason.DUE_DATE_UNKNOWN, {}),
    (invoice(pending=Pending.HANDING_OVER), Reason.HANDING_OVER, {}),
    (invoice(pending=Pending.UNKNOWN), Reason.DELIVERY_UNKNOWN, {}),
    (invoice(pending=Pending.PRINTED), Reason.PRINTED_NOT_POSTED, {}),
    (invoice(direct_debit=True), Reason.DIRECT_DEBIT, {}),
    (invoice(due=None, direct_debit=True), Reason.DIRECT_DEBIT, {}),
    (invoice(level=5), Reason.LEVELS_EXHAUSTED, {"levels": "5", "level": "5"}),
    (invoice(start_level=6), Reason.LEVELS_EXHAUSTED, {"levels": "5", "level": "0"}),
]


@pytest.mark.parametrize(("item", "reason", "facts"), ONE_ITEM)
def test_each_stop_has_its_reason(item, reason, facts) -> None:
    decision = on(LATE, account(item))
    found = verdict(decision)
    assert (found.reason, found.facts, found.next_on) == (reason, facts, None)
    assert not decision.notices


def test_other_debits_and_partly_paid_invoices_are_claims() -> None:
    items = [invoice(1, kind=ItemKind.OTHER), invoice(2, state=ItemState.PARTLY_PAID)]
    assert dunned(on(LATE, account(*items))) == {1: 1, 2: 1}


def test_direct_debit_of_the_debtor_stops_all_items() -> None:
    decision = on(LATE, account(invoice(1), invoice(2), direct_debit=True))
    assert {v.reason for v in decision.verdicts} == {Reason.DIRECT_DEBIT}


def test_the_first_stop_speaks() -> None:
    """Everything is wrong with this item; what it is comes before what stands against it."""
    wrong = invoice(
        open_="-1.00", state=ItemState.UNKNOWN, connection=EVIDENCE, currency_unclear=True,
        due=None, pending=Pending.UNKNOWN, direct_debit=True, level=9,
    )  # fmt: skip
    mended = [
        (Reason.CREDIT, {"outstanding": invoice().outstanding}),
        (Reason.STATE_UNKNOWN, {"state": ItemState.CANCELLED}),
        (Reason.NOT_A_CLAIM, {"state": ItemState.OPEN}),
        (Reason.EVIDENCE_ONLY, {"connection": invoice().connection}),
        (Reason.CURRENCY_UNCLEAR, {"currency_unclear": False}),
        (Reason.DIRECT_DEBIT, {"due_date": LATE}),
        (Reason.NOT_DUE, {"due_date": DUE}),
        (Reason.DELIVERY_UNKNOWN, {"pending": Pending.NONE}),
    ]
    for reason, mend in mended:
        assert verdict(on(LATE, account(wrong, holds=[hold(DUE)]))).reason is reason
        wrong = replace(wrong, **mend)
    assert verdict(on(LATE, account(wrong, holds=[hold(DUE)]))).reason is Reason.HELD
    stale = account(wrong, unapplied(2, "-500.00"), booked_until=None)
    assert verdict(on(LATE, stale)).reason is Reason.DIRECT_DEBIT
    stale = account(replace(wrong, direct_debit=False), unapplied(2, "-500.00"), booked_until=None)
    assert verdict(on(LATE, stale)).reason is Reason.NOT_BOOKED_THROUGH
    stale = account(replace(wrong, direct_debit=False), unapplied(2, "-500.00"))
    assert verdict(on(LATE, stale)).reason is Reason.UNPLACED_MONEY
    assert (
        verdict(on(LATE, account(replace(wrong, direct_debit=False)))).reason
        is Reason.LEVELS_EXHAUSTED
    )


def test_what_is_not_due_is_not_looked_at_further() -> None:
    decision = on(DUE, account(invoice(), booked_until=None, holds=[hold(DUE)]))
    assert verdict(decision).reason is Reason.NOT_DUE


HOLDS = [
    # from, until (days after due; None = open end), held on day 30?
    (30, 30, True), (0, 30, True), (30, None, True), (0, None, True),
    (31, None, False), (31, 40, False), (0, 29, False),
]  # fmt: skip


@pytest.mark.parametrize(("first", "last", "held"), HOLDS)
@pytest.mark.parametrize("item", [None, 1])
def test_a_hold_acts_on_both_its_ends(
    first: int, last: int | None, held: bool, item: int | None
) -> None:
    until = None if last is None else after_due(last)
    found = verdict(on(LATE, account(invoice(), holds=[hold(after_due(first), until, item)])))
    assert (found.reason is Reason.HELD) == held
    if held:
        assert found.next_on == (None if last is None else after_due(last + 1))


def test_a_hold_on_one_item_leaves_the_others() -> None:
    decision = on(LATE, account(invoice(1), invoice(2), holds=[hold(DUE, item=1)]))
    assert verdict(decision, 1).reason is Reason.HELD
    assert dunned(decision) == {2: 1}


def test_of_several_holds_the_one_that_ends_last_is_named() -> None:
    holds = [
        hold(DUE, after_due(40), id_=1),
        hold(DUE, None, 1, HoldKind.DISPUTE, id_=2, reason=""),
        hold(DUE, after_due(60), id_=3),
    ]
    found = verdict(on(LATE, account(invoice(), holds=holds)))
    assert found.next_on is None
    assert sentence(found.reason, found.facts, "de") == (
        "Mahnsperre bis auf Weiteres: Klärfall (ohne Begründung)."
    )
    two = verdict(on(LATE, account(invoice(), holds=[holds[0], holds[2]])))
    assert two.next_on == after_due(61)


# Monday 30 March to Thursday 9 April 2026; Good Friday is the 3rd, Easter Monday the 6th.
BOOKED = [
    # booked until, day of the run, up to date?
    (date(2026, 3, 16), date(2026, 3, 19), True),  # Mon -> Thu: 3 working days
    (date(2026, 3, 16), date(2026, 3, 20), False),  # Mon -> Fri: 4
    (date(2026, 3, 13), date(2026, 3, 18), True),  # Fri -> Wed: the week-end does not count
    (date(2026, 3, 13), date(2026, 3, 19), False),
    (date(2026, 4, 2), date(2026, 4, 9), True),  # over Easter: Tue, Wed, Thu
    (date(2026, 4, 2), date(2026, 4, 10), False),
    (date(2026, 3, 20), date(2026, 3, 20), True),  # today
    (date(2026, 3, 25), date(2026, 3, 20), True),  # confirmed ahead of the day
    (date(2016, 1, 1), date(2026, 3, 20), False),
    (None, date(2026, 3, 20), False),
]


@pytest.mark.parametrize(("until", "day", "fresh"), BOOKED)
def test_nothing_is_dunned_when_money_is_booked_too_far_back(
    until: date | None, day: date, fresh: bool
) -> None:
    found = verdict(on(day, account(invoice(), booked_until=until)))
    assert (found.reason is Reason.LEVEL_REACHED) == fresh
    if not fresh:
        assert found.reason is Reason.NOT_BOOKED_THROUGH
        assert found.facts == {
            "connection": "datev",
            "booked_until": until.isoformat() if until else "",
            "working_days": "3",
        }


def test_a_stale_bank_feed_of_the_platform_is_named_as_what_stops_it() -> None:
    """The remedy is another one: not the adviser books, the bank has to be joined again."""
    of = account(invoice(), booked_until=DUE)
    fed = replace(of.connections[LEADING], booked_by=BY_PLATFORM)
    found = verdict(on(LATE, replace(of, connections={LEADING: fed})))
    assert found.reason is Reason.NOT_BOOKED_THROUGH
    assert found.facts["booked_by"] == BY_PLATFORM


def test_the_days_that_booking_may_lag_are_a_setting() -> None:
    strict = replace(STANDARD, booked_through_working_days=0)
    day = date(2026, 3, 16)  # a Monday: nothing was booked on the week-end
    for until, fresh in [(date(2026, 3, 16), True), (date(2026, 3, 13), False)]:
        decision = on(day, account(invoice(), booked_until=until), strict)
        assert bool(dunned(decision)) == fresh


def test_a_stale_connection_stops_only_its_own_items() -> None:
    base = account(invoice(1), invoice(2, connection=ConnectionId(3)), booked_until=DUE)
    fresh = replace(base.connections[1], id=ConnectionId(3), booked_until=ALWAYS_BOOKED)
    of = replace(base, connections={**base.connections, ConnectionId(3): fresh})
    assert dunned(on(LATE, of)) == {2: 1}


def test_a_connection_that_nothing_is_known_of_is_not_trusted() -> None:
    of: Account = replace(account(invoice()), connections={})
    found = verdict(on(LATE, of))
    assert found.reason is Reason.NOT_BOOKED_THROUGH
    assert found.facts["connection"] == "1"


def test_the_check_stops_counting_when_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is years behind costs no more than one that is a week behind."""
    from core.domain.business_days import Calendar

    asked: list[date] = []

    class Counting(Calendar):
        __slots__ = ()

        def is_working_day(self, day: date) -> bool:
            asked.append(day)
            return Calendar.is_working_day(self, day)

    assert not booked_through(date(1990, 1, 1), LATE, 3, Counting())
    assert len(asked) < 15


UNPLACED = [
    # unplaced money, open amount, held?
    ("100.00", "100.00", True),
    ("100.00", "99.99", True),
    ("100.00", "100.01", False),
    ("0.01", "100.00", False),
]


@pytest.mark.parametrize(("credit_", "open_", "held"), UNPLACED)
def test_unplaced_money_holds_what_it_could_pay(credit_: str, open_: str, held: bool) -> None:
    decision = on(LATE, account(invoice(1, open_), unapplied(2, f"-{credit_}")))
    assert (verdict(decision).reason is Reason.UNPLACED_MONEY) == held
    if held:
        assert verdict(decision).facts == {
            "credit": f"{credit_} EUR",
            "outstanding": f"{open_} EUR",
        }


def test_several_unplaced_sums_hold_together() -> None:
    of = account(invoice(1, "90.00"), unapplied(2, "-50.00"), unapplied(3, "-40.00"))
    assert verdict(on(LATE, of)).reason is Reason.UNPLACED_MONEY


def test_unplaced_money_of_another_currency_may_pay_anything() -> None:
    """Nothing is converted: 10 dollars cannot be compared with 90 euros, and are not deducted."""
    of = account(invoice(1, "90.00"), unapplied(2, "-10.00", "USD"))
    assert verdict(on(LATE, of), 1).reason is Reason.UNPLACED_MONEY
    assert verdict(on(LATE, of), 1).facts["credit"] == "10.00 USD"


def test_a_credit_note_in_another_currency_holds_nothing() -> None:
    of = account(invoice(1, "90.00"), credit(2, "-90.00", "USD"))
    assert dunned(on(LATE, of)) == {1: 1}


def test_a_credit_note_is_deducted_and_holds_nothing() -> None:
    of = account(invoice(1, "90.00"), credit(2, "-50.00"))
    assert dunned(on(LATE, of)) == {1: 1}


@pytest.mark.parametrize(
    "doubtful", [{"state": ItemState.UNKNOWN}, {"currency_unclear": True}], ids=str
)
def test_a_doubtful_credit_holds_like_unplaced_money_and_is_not_written_down(doubtful) -> None:
    small, large = invoice(1, "50.00"), invoice(2, "500.00")
    decision = on(LATE, account(small, large, credit(3, "-60.00", **doubtful)))
    assert verdict(decision, 1).reason is Reason.UNPLACED_MONEY
    (notice,) = decision.notices
    assert [(line.number, line.outstanding.plain()) for line in notice.lines] == [
        ("RE-2", "500.00")
    ]


@pytest.mark.parametrize("state", [ItemState.CANCELLED, ItemState.SETTLED, ItemState.WRITTEN_OFF])
def test_a_credit_that_no_longer_stands_does_nothing(state: ItemState) -> None:
    (notice,) = on(LATE, account(invoice(1, "50.00"), credit(2, "-60.00", state=state))).notices
    assert notice.total.plain() == "50.00"


@pytest.mark.parametrize(
    ("pending", "reason"),
    [
        (Pending.PRINTED, Reason.PRINTED_NOT_POSTED),
        (Pending.HANDING_OVER, Reason.HANDING_OVER),
        (Pending.UNKNOWN, Reason.DELIVERY_UNKNOWN),
    ],
)
def test_a_notice_on_its_way_stops_everything_else_to_that_customer(pending, reason) -> None:
    """A letter printed on Friday and posted on Monday: no mail about another item in between."""
    decision = on(LATE, account(invoice(1, pending=pending), invoice(2)))
    assert verdict(decision, 2).reason is reason
    assert decision.notices == ()

"""Money that went back: a claim is owed again, and bears no interest for the days it was paid.

Muster Bau GmbH owes 1,000 EUR, invoiced on 16 February 2026 and due on 2 March 2026.
"""

from datetime import date
from decimal import Decimal

import pytest
from law_story import billed, business, view

from core.domain.agreement import outstanding_at
from core.domain.claim_course import Step, came_back_on, changes
from core.domain.model import HoldKind, ItemKind, ItemState, Reduction
from core.domain.money import Money
from core.domain.platform_ledger import build_debtor
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart, RecordHold


def euro(amount):
    return Money(Decimal(amount), "EUR").rounded()


def day(text):
    return date.fromisoformat(text)


def part(on, amount, kind=PaymentKind.PAYMENT, *, seen=False, text=""):
    return PaymentPart(day(on) if on else None, euro(amount), kind, text, seen)


def back(on, amount, **fields):
    return part(on, amount, PaymentKind.RETURNED, **fields)


def ledger(*parts, left, total="1000.00", holds=()):
    record = InvoiceRecord(
        "1", ItemKind.INVOICE, "RE-1", "k1", day("2026-02-16"), day("2026-03-02"), euro(total),
        euro(left), ItemState.OPEN if Decimal(left) else ItemState.SETTLED, "paid", "m",
        payments=parts, payments_read=True, holds=holds,
    )  # fmt: skip
    return build_debtor([record], [])


def claim(found):
    (item,) = found.items
    return billed(
        open_=item.outstanding.plain(), total=item.total, reductions=item.reductions,
        invoice_date=item.invoice_date,
    )  # fmt: skip


def interest(found, on):
    owed = claim(found)
    accrued = view(business(owed), day(on)).interest(owed)
    return accrued.total.plain(), [
        (f"{s.start:%d.%m.}", f"{s.end:%d.%m.}", s.principal.plain()) for s in accrued.segments
    ]


def open_at(found, on):
    return outstanding_at([claim(found)], day(on), "EUR").plain()


def test_a_refund_makes_the_claim_larger_on_its_day():
    found = ledger(part("2026-03-10", "1000.00"), back("2026-04-20", "400.00"), left="400.00")
    assert found.items[0].reductions == (
        Reduction(day("2026-03-10"), 100000),
        Reduction(day("2026-04-20"), -40000),
    )
    assert [open_at(found, on) for on in ("2026-03-09", "2026-03-10", "2026-04-20")] == [
        "1000.00",
        "0.00",
        "400.00",
    ]


def test_no_interest_runs_on_the_days_on_which_the_money_was_there():
    """1,000 EUR for the week of default, nothing for six weeks, then 400 EUR from the return on."""
    found = ledger(part("2026-03-10", "1000.00"), back("2026-04-20", "400.00"), left="400.00")
    assert interest(found, "2026-05-19") == (
        "5.35",
        [("03.03.", "09.03.", "1000.00"), ("20.04.", "19.05.", "400.00")],
    )


def test_a_debit_that_the_bank_takes_back_brings_its_fee_along():
    """1,000 EUR paid, 1,000 EUR back after eight weeks, and 5 EUR of the bank's on top: no movement
    says when those came, and what was invoiced was never more than 1,000 EUR.
    """
    found = ledger(part("2026-03-05", "1000.00"), back("2026-04-30", "1000.00"), left="1005.00")
    assert (found.items[0].total, found.items[0].outstanding) == (euro("1005.00"), euro("1005.00"))
    assert open_at(found, "2026-03-04") == "1000.00"
    assert open_at(found, "2026-04-01") == "5.00"
    assert open_at(found, "2026-05-01") == "1005.00"


def test_a_refund_that_only_a_first_look_saw_counts_from_that_day():
    paid = part("2026-03-10", "1000.00")
    found = ledger(paid, back("2026-05-04", "400.00", seen=True), left="400.00")
    assert interest(found, "2026-05-04")[1][-1] == ("04.05.", "04.05.", "400.00")


def test_money_that_went_back_nobody_knows_when_bears_no_interest():
    found = ledger(part("2026-03-10", "1000.00"), back(None, "400.00"), left="400.00")
    assert found.items[0].outstanding == euro("400.00")
    assert interest(found, "2026-05-19") == ("1.97", [("03.03.", "09.03.", "1000.00")])
    assert found.items[0].facts["reopened_on"] == "unknown"


def test_a_return_without_a_known_payment_was_paid_all_the_time_before():
    found = ledger(back("2026-04-20", "400.00"), left="400.00")
    assert interest(found, "2026-05-19") == ("3.38", [("20.04.", "19.05.", "400.00")])


def test_a_settled_invoice_was_settled_by_its_last_payment_not_by_a_refund():
    """A credit note of 400 EUR explains the refund: nothing is open, and nothing came back."""
    credit = part("2026-04-20", "400.00", PaymentKind.CREDIT)
    found = ledger(
        part("2026-03-10", "1000.00"),
        credit,
        back("2026-04-21", "400.00"),
        left="0",
        total="1000.00",
    )
    (item,) = found.items
    assert (item.state, item.settled_on) == (ItemState.SETTLED, day("2026-04-20"))
    assert "reopened_on" not in item.facts


def test_what_was_received_and_what_went_back_are_both_shown():
    found = ledger(
        part("2026-03-10", "1000.00", text="SEPA"),
        back("2026-04-20", "400.00", text="Erstattung"),
        left="400.00",
    )
    assert [(p.received_on, p.amount, p.text) for p in found.payments] == [
        (day("2026-03-10"), euro("1000.00"), "SEPA"),
        (day("2026-04-20"), euro("-400.00"), "Erstattung"),
    ]
    placed = [amount.minor for p in found.payments for _, amount, _ in p.allocations]
    assert sum(placed) == 60000, "as much as is settled, and no more"


def test_a_discount_belongs_to_what_came_not_to_what_went_back():
    found = ledger(
        part("2026-03-10", "20.00", PaymentKind.DISCOUNT),
        part("2026-03-10", "980.00"),
        back("2026-03-10", "100.00"),
        left="100.00",
    )
    assert [(p.amount.plain(), p.discount) for p in found.payments] == [
        ("980.00", euro("20.00")),
        ("-100.00", None),
    ]


def test_money_of_another_currency_that_went_back_settles_nothing():
    foreign = PaymentPart(day("2026-04-20"), Money(Decimal(400), "CHF"), PaymentKind.RETURNED)
    found = ledger(part("2026-03-10", "600.00"), foreign, left="400.00")
    assert found.items[0].reductions == (Reduction(day("2026-03-10"), 60000),)
    assert found.payments[-1].allocations == ()


@pytest.mark.parametrize(
    ("parts", "left", "came_back"),
    [
        ([part("2026-03-10", "1000.00"), back("2026-04-20", "400.00")], "400.00", "2026-04-20"),
        # It was never settled: the same debt went on.
        ([part("2026-03-10", "600.00"), back("2026-04-20", "200.00")], "600.00", None),
        # Twice paid and twice taken back: the last time counts.
        (
            [
                part("2026-03-10", "1000.00"),
                back("2026-04-20", "1000.00"),
                part("2026-04-27", "1000.00"),
                back("2026-05-11", "1000.00"),
            ],
            "1000.00",
            "2026-05-11",
        ),
        ([part("2026-03-10", "400.00")], "600.00", None),
    ],
)
def test_the_day_on_which_a_settled_invoice_was_owed_again(parts, left, came_back):
    assert ledger(*parts, left=left).items[0].facts.get("reopened_on") == came_back


def test_payments_in_excess_give_way_after_a_return_too():
    """1,000 in, 500 back, 700 in, and 400 open: of the last 700 only 100 can have counted."""
    moved = [
        Step(day("2026-03-10"), 1000),
        Step(day("2026-04-01"), -500),
        Step(day("2026-05-01"), 700),
    ]
    assert [step.left for step in changes(1000, 400, moved)] == [0, 500, 400]
    assert came_back_on(changes(1000, 400, moved)) == "2026-04-01"


def test_a_return_that_is_not_owed_any_more_is_none():
    """500 went back and nothing is open: it was not owed again, whatever the movements say."""
    moved = [Step(day("2026-03-10"), 1000), Step(day("2026-04-01"), -500)]
    assert [step.minor for step in changes(1000, 0, moved)] == [1000, 0]


def test_the_hold_of_an_invoice_counts_while_something_is_open():
    hold = RecordHold("returned:400", HoldKind.MONEY_RETURNED, "400,00 € erstattet am 20.04.2026.")
    (held,) = ledger(left="400.00", holds=(hold,)).holds
    assert (held.key, held.kind, held.item) == (
        "record:1:returned:400",
        HoldKind.MONEY_RETURNED,
        "1",
    )
    assert ledger(left="0", holds=(hold,)).holds == ()

"""A payment of which only the day is known on which we saw it: interest never for too long.

Muster Bau GmbH owes 1,000 EUR, due on 2 March 2026. sevDesk does not always say when money came
(reference §2.5): what is paid shows, the day does not.
"""

from datetime import date
from decimal import Decimal

import pytest
from law_story import billed, business, view

from core.domain.model import ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_ledger import RULE, SEEN, build_debtor
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart


def euro(amount):
    return Money(Decimal(amount), "EUR").rounded()


def part(on, amount, *, seen, text=""):
    return PaymentPart(date.fromisoformat(on), euro(amount), PaymentKind.PAYMENT, text, seen)


def ledger(*parts, left):
    record = InvoiceRecord(
        "1", ItemKind.INVOICE, "RE-1", "k1", date(2026, 2, 16), date(2026, 3, 2), euro("1000.00"),
        euro(left), ItemState.PARTLY_PAID if Decimal(left) else ItemState.SETTLED, "750", "m",
        payments=parts, payments_read=True,
    )  # fmt: skip
    return build_debtor([record], [])


def interest(found, on):
    """Interest of that day on what the ledger says of the invoice."""
    (item,) = found.items
    claim = billed(
        open_=item.outstanding.plain(), total=item.total, reductions=item.reductions,
        invoice_date=item.invoice_date,
    )  # fmt: skip
    accrued = view(business(claim), date.fromisoformat(on)).interest(claim)
    return accrued.total.plain()


@pytest.mark.parametrize(
    ("on", "known", "seen"),
    [
        # 1,000 EUR bear 10.27 %, from the first day of default on 3 March.
        ("2026-03-31", "8.16", "3.26"),  # 29 days on 1,000, or on 400 only
        ("2026-04-01", "8.27", "3.38"),  # the money counts from its value date
        ("2026-04-11", "9.40", "4.50"),
    ],
)
def test_what_was_only_seen_bears_no_interest_before_that_day(on, known, seen):
    dated = ledger(part("2026-04-01", "600.00", seen=False), left="400.00")
    assert interest(dated, on) == known
    first_seen = ledger(part("2026-04-01", "600.00", seen=True), left="400.00")
    assert interest(first_seen, on) == seen


def test_only_the_part_whose_day_is_known_counts_by_its_day():
    found = ledger(
        part("2026-03-20", "200.00", seen=True), part("2026-04-01", "400.00", seen=False),
        left="400.00",
    )  # fmt: skip
    (item,) = found.items
    assert [(each.on, each.minor) for each in item.reductions] == [(date(2026, 4, 1), 40000)]
    # 800 EUR for 29 days, then 400.
    assert interest(found, "2026-03-31") == "6.53"
    assert interest(found, "2026-04-11") == "7.77"


def test_the_day_it_was_seen_is_shown_as_such():
    found = ledger(
        part("2026-03-20", "600.00", seen=True), part("2026-04-01", "300.00", seen=False),
        part("2026-04-02", "100.00", seen=True, text="SEPA"), left="0",
    )  # fmt: skip
    told = [(p.text, rule) for p in found.payments for _, _, rule in p.allocations]
    assert told == [
        ("erstmals gesehen am 20.03.2026", SEEN),
        ("", RULE),
        ("SEPA, erstmals gesehen am 02.04.2026", SEEN),
    ]
    assert found.items[0].settled_on == date(2026, 4, 2)


def test_a_day_that_the_platform_names_later_takes_the_place_of_the_day_it_was_seen():
    seen = ledger(part("2026-04-07", "600.00", seen=True), left="400.00")
    known = ledger(part("2026-04-01", "600.00", seen=False), left="400.00")
    assert (len(seen.payments), len(known.payments)) == (1, 1)
    assert seen.payments[0].external_id != known.payments[0].external_id
    assert known.payments[0].received_on == date(2026, 4, 1)

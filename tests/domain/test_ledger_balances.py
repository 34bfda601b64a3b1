"""The check values of DATEV's own sample (datev.md §2.6), told as postings."""

from __future__ import annotations

from decimal import Decimal

from ledger_story import (
    build,
    credit_note,
    day,
    eur,
    invoice,
    items,
    only,
    open_amounts,
    payment,
    posting,
)

from core.domain.model import ItemKind, ItemState
from core.domain.records import PostingKind


def test_account_10100():
    result = build(
        invoice("14.3.2024", "AR1234", "1190.00"),
        invoice("14.3.2024", "AR2345", "1190.00"),
        invoice("1.3.2024", "AR-78/13", "2500.00", due_date=day("16.3.2018"), term=None),
        payment("1.3.2024", "AR-78/13", "2500.00"),
        invoice("1.3.2024", "AR-456/13", "119.00"),
        payment("1.3.2024", "AR-456/13", "119.00", discount=eur("2.38")),
        invoice("1.3.2024", "AR-2013", "35.00", text="richtiger Debitor"),
    )
    assert open_amounts(result) == {"AR1234": "1190.00", "AR2345": "1190.00", "AR-2013": "35.00"}
    assert items(result)["AR-78/13"].outstanding == eur("0.00")
    assert items(result)["AR-456/13"].outstanding == eur("0.00")
    # 160318 in a file of 2024: it must warn, not crash, and not be used.
    (problem,) = result.problems
    assert problem.code == "due_before_invoice"
    assert "16.03.2018" in problem.message
    assert items(result)["AR-78/13"].due_date == day("31.3.2024")


def test_account_10001_storno_and_invoice_the_wrong_way_round():
    result = build(
        invoice("1.3.2024", "AR-2013", "35.00", text="falscher Debitor"),
        posting(PostingKind.REVERSAL, "1.3.2024", "AR-2013", "-35.00", text="Berichtigung"),
        credit_note("30.5.2024", "2345", "119.00"),
    )
    assert open_amounts(result) == {"2345": "-119.00"}
    assert items(result)["AR-2013"].state is ItemState.CANCELLED
    assert items(result)["2345"].kind is ItemKind.CREDIT_NOTE


def test_account_10500_reversal_without_its_original():
    row = posting(PostingKind.REVERSAL, "2.3.2024", "ar1111", "-55.55", id="gu")
    item = only(build(row))
    assert (item.external_id, item.kind, item.number, item.outstanding) == (
        "101000000/~gu", ItemKind.UNAPPLIED, "ar1111", eur("-55.55")
    )  # fmt: skip


def test_account_20050_francs_without_a_number():
    row = invoice("27.2.2024", "", "124.00", currency="CHF", base=eur("100.00"), id="ch")
    item = only(build(row))
    assert (item.external_id, item.outstanding.amount, item.currency_unclear) == (
        "101000000/~ch", Decimal("100.00"), True
    )  # fmt: skip

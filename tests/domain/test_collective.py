"""Collective accounts: one account, many customers, never merged into one debtor."""

from datetime import date

from core.domain.collective import split_collective
from core.domain.money import Money
from core.domain.records import Posting, PostingKind

ACCOUNT = "300000000"


def posting(key, cents, *, sundry="", kind=PostingKind.INVOICE, n=[0]):  # noqa: B006
    n[0] += 1
    euros = Money.from_minor(cents, "EUR")
    return Posting(
        f"p{n[0]}", ACCOUNT, "30000", kind, key, key, date(2026, 3, 1), euros, euros,
        sundry_address=sundry,
    )  # fmt: skip


def keys(parts):
    return {name: [p.item_key for p in rows] for name, rows in parts.items()}


def test_invoices_with_an_address_number_go_to_their_own_customer():
    rows = [posting("RE-1", 100, sundry="DIV500"), posting("RE-2", 100, sundry="DIV600")]
    assert keys(split_collective(ACCOUNT, rows)) == {
        ACCOUNT: [],
        f"{ACCOUNT}#DIV500": ["RE-1"],
        f"{ACCOUNT}#DIV600": ["RE-2"],
    }


def test_a_payment_follows_the_invoice_of_the_same_number():
    rows = [
        posting("RE-1", 100, sundry="DIV500"),
        posting("RE-1", -100, kind=PostingKind.PAYMENT),
    ]
    assert keys(split_collective(ACCOUNT, rows))[f"{ACCOUNT}#DIV500"] == ["RE-1", "RE-1"]


def test_a_payment_whose_number_two_customers_share_stays_on_the_account():
    rows = [
        posting("RE-1", 100, sundry="DIV500"),
        posting("RE-1", 100, sundry="DIV600"),
        posting("RE-1", -100, kind=PostingKind.PAYMENT),
    ]
    assert keys(split_collective(ACCOUNT, rows))[ACCOUNT] == ["RE-1"]


def test_money_without_a_number_stays_on_the_account():
    rows = [posting("", 100, sundry="DIV500"), posting("", -100, kind=PostingKind.PAYMENT)]
    assert keys(split_collective(ACCOUNT, rows)) == {
        ACCOUNT: [""],
        f"{ACCOUNT}#DIV500": [""],
    }

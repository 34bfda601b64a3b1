"""Another server that speaks Stripe, or a key of few rights: what is missing is never believed paid or owed.

Seen first with localstripe 1.15.10, which has neither InvoicePayments nor disputes nor accounts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from stripe_desk import Desk, opened

from connectors._answer import Answer
from connectors.stripe.meaning import explain
from connectors.stripe.optional import Optional
from core.domain.model import HoldKind
from core.errors import NotFound, NotSupported, Unreachable

LESS = {
    "embeds nothing": {"expand": "ignored"},
    "embeds no customers": {"expand_customer": "ignored"},
    "embeds no payments": {"expand_payments": "ignored"},
    "no word on live or test": {"livemode": "missing"},
    "account refused": {"account": "refused"},
    "no account": {"account": "missing"},
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


@pytest.fixture
def bare() -> Iterator[Desk]:
    """A server without InvoicePayments that embeds nothing."""
    with opened(expand="ignored") as desk:
        desk.sandbox.lacks("invoice_payments")
        yield desk


@pytest.mark.parametrize("less", sorted(LESS))
def test_whatever_a_server_leaves_out_the_same_is_owed(less: str) -> None:
    """119 € owed, 50 € paid, a debit of 20 € under way."""
    with opened(**LESS[less]) as desk:
        owed, paid, moving = desk.invoice(), desk.invoice("50.00"), desk.invoice("20.00")
        desk.sandbox.pay(paid)
        desk.sandbox.start_sepa(moving)
        assert desk.connector.check().id
        desk.sync()
        assert desk.state(owed) == ("open", "119.00")
        assert desk.holds(owed) == []
        assert desk.state(paid) == ("settled", "0.00")
        assert desk.holds(moving) == ["direct_debit_pending"]


def test_without_payments_a_debit_of_the_customer_holds_what_it_may_be_for(bare: Desk) -> None:
    """Nobody can tell which invoice a debit of 20 € is for: both of that customer wait."""
    owing = bare.customer()
    moving, beside, other = (
        bare.invoice("20.00", owing),
        bare.invoice("9.00", owing),
        bare.invoice(),
    )
    intent = bare.sandbox.start_sepa(moving)
    bare.sync()
    assert bare.holds(moving) == bare.holds(beside) == ["direct_debit_pending"]
    assert bare.holds(other) == []
    bare.look(moving)
    assert bare.holds(moving) == ["direct_debit_pending"]
    bare.sandbox.settle_sepa(intent)
    bare.pass_days()
    bare.sync()
    assert bare.state(moving) == ("settled", "0.00")
    assert bare.holds(beside) == []
    bare.look(beside)
    assert bare.holds(beside) == []


def test_a_server_without_payments_and_charges_has_no_debits(bare: Desk) -> None:
    """Stripe itself has charges: whoever has none takes no money, and what is owed is owed."""
    bare.sandbox.lacks("invoice_payments", "charges", "payment_intents")
    invoice = bare.invoice()
    for again in (bare.sync, bare.sync, lambda: bare.look(invoice)):
        again()
        assert bare.state(invoice) == ("open", "119.00")
        assert bare.holds(invoice) == []


@pytest.mark.parametrize(
    ("code", "absent"), [({}, {"charges"}), ({"code": "resource_missing"}, set())]
)
def test_a_customer_who_is_gone_does_not_make_a_server_without_charges(
    code: dict[str, str], absent: set[str]
) -> None:
    """Stripe answers 404 to a list of charges of a deleted customer as well: that is a doubt."""

    def refused() -> None:
        answer = answered(404, "https://shop.example/v1/charges?customer=cus_1", **code)
        error = explain(answer)
        assert error is not None
        error.status = 404
        raise error

    optional = Optional([])
    assert optional.ask("charges", refused) is None
    assert optional.missing == {"charges"}
    assert optional.absent == absent


def test_where_charges_may_not_be_read_nobody_is_dunned(bare: Desk) -> None:
    """Whether a debit is under way cannot be told: the invoice is held and says why."""
    bare.sandbox.restrict("charges")
    invoice = bare.invoice()
    for again in (bare.sync, bare.sync, lambda: bare.look(invoice)):
        again()
        assert doubted(bare, invoice)


def test_of_whom_money_went_back_the_customer_is_read_where_lists_do_not_show_him() -> None:
    """119 € paid and 40 € given back: his mail address of today, and 30 € on his account, count."""
    with opened(expand_customer="ignored") as desk:
        owing = desk.customer(email="alt@muster.example")
        invoice = desk.invoice("119.00", owing)
        desk.sandbox.pay(invoice)
        desk.sandbox.refund(invoice, "40.00")
        desk.sandbox.update_customer(owing, email="neu@muster.example")
        desk.sandbox.cash(owing, "30.00")
        desk.sync()
        assert desk.state(invoice) == ("partly_paid", "40.00")
        assert desk.memory.masters[owing].email == "neu@muster.example"
        assert [each.debtor for each in desk.lines.values()] == [owing]


@pytest.mark.parametrize("charge", ["py_1", "charge-1"])
def test_a_charge_that_cannot_be_read_may_be_money_under_way(desk: Desk, charge: str) -> None:
    """Its InvoicePayment names a charge of 119 €, and the server has no charges, or not this one."""
    invoice = desk.invoice()
    waiting = {
        "id": "inpay_1",
        "status": "open",
        "invoice": invoice,
        "payment": {"type": "charge", "charge": charge},
    }
    desk.sandbox.alter(invoice, payments={"data": [waiting], "has_more": False})
    desk.look(invoice)
    assert doubted(desk, invoice)
    desk.sandbox.lacks("charges")
    desk.look(invoice)
    assert doubted(desk, invoice)


def test_an_invoice_without_payments_and_customer_is_not_dunned(bare: Desk) -> None:
    invoice = bare.invoice()
    bare.sandbox.alter(invoice, customer=None)
    bare.sync()
    assert doubted(bare, invoice)


def test_a_payment_that_is_gone_says_nothing_of_the_others(desk: Desk) -> None:
    """A server that forgot one PaymentIntent: its charges answer, and no right is missing."""
    invoice = desk.invoice()
    waiting = {"id": "inpay_1", "status": "open", "invoice": invoice}
    waiting["payment"] = {"type": "payment_intent", "payment_intent": "pi_lost"}
    desk.sandbox.alter(invoice, payments={"data": [waiting], "has_more": False})
    desk.look(invoice)
    assert desk.codes() == []
    assert desk.holds(invoice) == []


def test_what_a_server_lacks_is_told_once_a_day_also_when_customers_change() -> None:
    with opened(expand="ignored") as desk:
        owing = desk.customer()
        desk.invoice("119.00", owing)
        desk.sandbox.lacks("cash_balance_transactions")
        desk.sync()
        assert desk.codes() == ["resource_missing"]
        desk.sandbox.update_customer(owing, email="neu@muster.example")
        desk.sync()
        assert desk.codes() == []
        assert desk.memory.masters[owing].email == "neu@muster.example"


@pytest.mark.parametrize("prefix", ["", "/stripe/v1", "/v1/shop/v1/"])
def test_below_any_path_what_is_gone_is_gone_and_a_missing_right_is_named(prefix: str) -> None:
    base = f"https://shop.example{prefix}".rstrip("/").removesuffix("/v1") + "/v1"
    gone = explain(answered(404, f"{base}/invoices/in_1?expand[]=/v1/customer"))
    assert isinstance(gone, NotFound)
    assert isinstance(explain(answered(404, f"{base}/account")), NotSupported)
    refused = explain(answered(403, f"{base}/invoices/in_1"))
    assert "Rechnungen" in str(refused)


def test_a_server_that_fails_at_what_it_does_not_know_is_named() -> None:
    """localstripe answers 500 to a list of invoices by their status."""
    url = "https://shop.example/v1/invoices?status=open"
    body = b"500 Internal Server Error\n\nServer got itself in trouble"
    found = explain(Answer(500, {}, body, url))
    assert isinstance(found, Unreachable)
    assert "api_base" in str(found)
    assert "api_base" in found.en


def answered(status: int, url: str, **more: str) -> Answer:
    """As localstripe refuses: without ``code``."""
    body = {"error": {"type": "invalid_request_error", "message": "Not Found", **more}}
    return Answer(status, {}, json.dumps(body).encode(), url)


def doubted(desk: Desk, invoice: str) -> bool:
    """Whether the invoice waits because nobody can tell of a debit."""
    (hold,) = desk.record(invoice).holds
    return hold.kind is HoldKind.DIRECT_DEBIT_PENDING and "Leserecht" in hold.reason

"""The last look: one invoice as it is at this moment, with everything that stops a notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stripe_desk import Desk, opened

from core.errors import AuthFailed, Unreachable


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


def test_an_open_invoice_takes_one_request(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.look(invoice)
    assert desk.connector.requests == 1
    assert desk.state(invoice) == ("open", "119.00")


def test_a_payment_takes_two_more(desk: Desk) -> None:
    """Its refunds and disputes stand on no invoice."""
    invoice = desk.invoice()
    desk.sandbox.pay(invoice, "19.00")
    desk.look(invoice)
    assert desk.connector.requests == 3
    assert desk.state(invoice) == ("partly_paid", "100.00")


def test_it_brings_the_invoice_although_nothing_changed(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    before = desk.record(invoice)
    batch = desk.look(invoice)
    assert batch.invoices == (before,)
    assert batch.booked_until is None


def test_the_pay_link_is_the_one_of_this_moment(desk: Desk) -> None:
    """A link ends; the letter must carry the one that works today."""
    invoice = desk.invoice()
    desk.sync()
    before = desk.record(invoice).pay_link
    desk.sandbox.new_link(invoice)
    desk.look(invoice)
    assert desk.record(invoice).pay_link.startswith("https://")
    assert desk.record(invoice).pay_link != before


def test_money_on_the_customers_account_is_seen_at_once(desk: Desk) -> None:
    owing = desk.customer()
    invoice = desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.cash(owing, "60.00")
    batch = desk.look(invoice)
    assert batch.bank_lines_of == {owing}
    assert [str(each.amount.amount) for each in batch.bank_lines or ()] == ["60.00"]


def test_balances_of_others_stay_when_one_customer_is_looked_at(desk: Desk) -> None:
    rich, poor = desk.customer("Muster Reich GmbH"), desk.customer("Muster Arm GmbH")
    desk.invoice("119.00", rich)
    invoice = desk.invoice("50.00", poor)
    desk.sandbox.cash(rich, "60.00")
    desk.sync()
    desk.look(invoice)
    assert set(desk.lines) == {f"cash:{rich}:eur"}


def test_a_new_mail_address_counts_at_once(desk: Desk) -> None:
    owing = desk.customer(email="alt@muster.example")
    invoice = desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.update_customer(owing, email="neu@muster.example")
    desk.look(invoice)
    assert desk.memory.masters[owing].email == "neu@muster.example"


def test_a_debit_that_began_a_minute_ago_holds(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.start_sepa(invoice)
    desk.look(invoice)
    assert desk.holds(invoice) == ["direct_debit_pending"]


@pytest.mark.parametrize("expand", ["honoured", "ignored"])
def test_a_debit_holds_on_servers_that_do_not_embed(expand: str) -> None:
    with opened(expand=expand) as desk:
        invoice = desk.invoice()
        desk.sandbox.start_sepa(invoice)
        desk.look(invoice)
        assert desk.holds(invoice) == ["direct_debit_pending"]


@pytest.mark.parametrize("rights", [("payment_intents",), ("charges",)], ids=["intents", "charges"])
def test_one_of_two_rights_is_enough_to_see_a_debit(rights: tuple[str, ...]) -> None:
    with opened(expand="ignored") as desk:
        invoice = desk.invoice()
        desk.sandbox.start_sepa(invoice)
        desk.sandbox.restrict(*rights)
        desk.look(invoice)
        assert desk.holds(invoice) == ["direct_debit_pending"]


def test_an_expansion_that_is_refused_is_done_without() -> None:
    """The key may not read PaymentIntents: the charge says that the debit is under way."""
    with opened(expand_denied="refused") as desk:
        invoice = desk.invoice()
        desk.sandbox.start_sepa(invoice)
        desk.sandbox.restrict("payment_intents")
        desk.look(invoice)
        assert desk.holds(invoice) == ["direct_debit_pending"]


def test_what_is_gone_is_gone(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=desk.watch.on)
    desk.sandbox.delete(draft)
    batch = desk.look(draft)
    assert (batch.gone, batch.invoices) == ((draft,), ())


def test_a_missing_right_is_no_missing_invoice(desk: Desk) -> None:
    """403 says nothing about the invoice: it must not leave the books."""
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.restrict("invoices")
    with pytest.raises(AuthFailed):
        desk.look(invoice)
    assert desk.state(invoice) == ("open", "119.00")


def test_a_failure_is_no_missing_invoice(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.fault("error500", times=99)
    with pytest.raises(Unreachable):
        desk.look(invoice)


def test_paid_void_and_refunded_are_seen_at_once(desk: Desk) -> None:
    paid, void, back = desk.invoice("10.00"), desk.invoice("20.00"), desk.invoice("30.00")
    desk.sandbox.pay(back)
    desk.sync()
    desk.sandbox.pay(paid)
    desk.sandbox.void(void)
    desk.sandbox.refund(back, "30.00")
    for each in (paid, void, back):
        desk.look(each)
    assert [desk.state(each)[0] for each in (paid, void, back)] == ["settled", "cancelled", "open"]
    assert desk.holds(back) == ["money_returned"]


def test_an_unreadable_invoice_is_unread_and_keeps_its_debtor(desk: Desk) -> None:
    owing = desk.customer()
    invoice = desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.alter(invoice, amount_remaining=None, currency="")
    batch = desk.look(invoice)
    (unread,) = batch.unread
    assert (unread.external_id, unread.debtor) == (invoice, owing)


# --- what events name ------------------------------------------------------------------------


def test_the_id_of_a_payment_stands_for_its_invoice(desk: Desk) -> None:
    """A webhook about money names a PaymentIntent, a charge, a refund or a dispute."""
    invoice = desk.invoice()
    intent = desk.sandbox.start_sepa(invoice)
    desk.sandbox.settle_sepa(intent)
    desk.sync()
    refund = desk.sandbox.refund(invoice, "19.00")
    dispute = desk.sandbox.dispute(invoice, "20.00")
    (charge,) = {each["charge"] for each in _rows(desk, "refunds")}
    for id_ in (intent, charge, refund, dispute):
        batch = desk.look(id_)
        assert [each.external_id for each in batch.invoices] == [invoice]


@pytest.mark.parametrize("id_", ["pi_lost", "ch_lost", "re_lost", "du_lost"])
def test_a_payment_of_no_invoice_brings_nothing(desk: Desk, id_: str) -> None:
    batch = desk.look(id_)
    assert (batch.invoices, batch.gone, batch.unread) == ((), (), ())


def test_a_refund_that_may_not_be_read_brings_nothing(desk: Desk) -> None:
    desk.sandbox.restrict("refunds")
    assert desk.look("re_1").invoices == ()


def _rows(desk: Desk, path: str) -> list[dict[str, str]]:
    return [row for page in desk.connector._client.every(path) for row in page.rows]

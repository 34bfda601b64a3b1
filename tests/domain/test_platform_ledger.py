"""From what a platform says of one customer to his open items, payments and holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.domain.model import Address, HoldKind, ItemKind, ItemState, Reduction
from core.domain.money import Money
from core.domain.platform_ledger import build_debtor, merged_debtor
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart, Unread
from core.domain.records import DebtorRecord
from core.errors import Problem, Severity

INVOICED, DUE = date(2026, 10, 1), date(2026, 10, 15)
PLACE = Address("Beispiel Bau GmbH", (), "Musterweg 1", "90402", "Nürnberg")


def euro(amount, currency="EUR"):
    return Money(Decimal(amount), currency).rounded()


def invoice(id_="1", total="1000.00", left=None, **fields):
    outstanding = euro(total if left is None else left)
    given = {
        "state": ItemState.OPEN if outstanding.amount else ItemState.SETTLED,
        "kind": ItemKind.INVOICE,
        "due_date": DUE,
        "invoice_date": INVOICED,
        "payments_read": True,
    } | fields
    return InvoiceRecord(
        external_id=id_,
        number=f"RE-{id_}",
        debtor="a",
        total=euro(total),
        outstanding=outstanding,
        source_state="open",
        mark="m",
        **given,
    )


def paid(on, amount, kind=PaymentKind.PAYMENT, text="", currency="EUR"):
    day = None if on is None else date.fromisoformat(on)
    return PaymentPart(day, euro(amount, currency), kind, text)


def item(*args, **fields):
    (found,) = build_debtor([invoice(*args, **fields)], []).items
    return found


def payments(*parts, total="1000.00", left="0"):
    return build_debtor([invoice("1", total, left, payments=parts)], []).payments


def test_an_open_invoice_is_an_open_item():
    found = item(
        due_rule="Zahlungsziel 14 Tage",
        facts={"link": "https://app.platform.example/1", "skonto": ""},
        delivered_on=date(2026, 9, 30),
        direct_debit=True,
    )
    assert (found.external_id, found.number, found.kind) == ("1", "RE-1", ItemKind.INVOICE)
    assert (found.invoice_date, found.due_date, found.delivered_on) == (
        INVOICED,
        DUE,
        date(2026, 9, 30),
    )
    assert (found.total, found.outstanding, found.state) == (
        euro("1000.00"),
        euro("1000.00"),
        ItemState.OPEN,
    )
    assert found.direct_debit
    assert found.settled_on is None
    assert found.reductions == ()
    assert found.facts == {
        "link": "https://app.platform.example/1",
        "due_rule": "Zahlungsziel 14 Tage",
        "source_state": "open",
    }


def test_payments_and_credits_make_the_claim_smaller_on_their_days():
    found = item(
        left="600.00",
        payments=(
            paid("2026-10-20", "250.00"),
            paid("2026-11-03", "50.00", PaymentKind.CREDIT),
            paid("2026-10-20", "100.00"),
        ),
    )
    assert found.reductions == (
        Reduction(date(2026, 10, 20), 35000),
        Reduction(date(2026, 11, 3), 5000),
    )


def test_money_for_a_dunning_charge_settles_no_part_of_the_invoice():
    part = paid("2026-11-03", "5.00", PaymentKind.CHARGE)
    assert item(left="1000.00", payments=(part,)).reductions == ()
    (payment,) = payments(part, left="1000.00")
    assert (payment.amount, payment.allocations) == (euro("5.00"), ())


def test_what_no_payment_explains_counts_as_never_owed():
    """400 are gone and only 100 have a day: from the beginning at most 700 bore interest."""
    found = item(left="600.00", payments=(paid("2026-11-03", "100.00"),))
    assert found.reductions == (Reduction(date(2026, 11, 3), 10000),)
    assert found.outstanding.minor + sum(r.minor for r in found.reductions) == 70000


def test_payments_of_more_than_is_gone_lose_the_latest():
    """800 were paid and 400 are open of 1,000: before the latest 200 no more than 500 was owed."""
    found = item(
        left="400.00", payments=(paid("2026-10-20", "500.00"), paid("2026-11-03", "300.00"))
    )
    assert found.reductions == (
        Reduction(date(2026, 10, 20), 50000),
        Reduction(date(2026, 11, 3), 10000),
    )


def test_a_payment_without_a_day_counts_as_the_earliest():
    found = item(left="0", payments=(paid("2026-11-03", "900.00"), paid(None, "300.00")))
    assert found.reductions == (Reduction(date(2026, 11, 3), 70000),)
    assert [p.amount for p in payments(paid(None, "300.00"))] == []


def test_a_payment_in_advance_was_there_from_the_beginning():
    found = item(left="800.00", payments=(paid("2026-10-01", "200.00"),))
    assert found.reductions == ()
    undated = item(left="800.00", invoice_date=None, payments=(paid("2026-10-01", "200.00"),))
    assert undated.reductions == (Reduction(date(2026, 10, 1), 20000),)


def test_money_of_another_currency_is_no_part_of_the_claim():
    part = paid("2026-11-03", "200.00", currency="CHF")
    assert item(left="800.00", payments=(part,)).reductions == ()
    (payment,) = payments(part, left="800.00")
    assert (payment.amount.currency, payment.allocations) == ("CHF", ())


def test_more_open_than_invoiced_explains_no_payment():
    found = item(left="1005.00", payments=(paid("2026-11-03", "10.00"),))
    assert (found.total, found.outstanding) == (euro("1005.00"), euro("1005.00"))
    assert found.reductions == ()


def test_payments_that_were_not_read_are_not_there():
    part = paid("2026-11-03", "100.00")
    record = invoice(left="900.00", payments=(part,), payments_read=False)
    result = build_debtor([record], [])
    assert (result.payments, result.items[0].reductions) == ((), ())


def test_an_amount_of_nothing_or_less_is_no_payment():
    assert payments(paid("2026-11-03", "0"), paid("2026-11-04", "-5.00")) == ()


@pytest.mark.parametrize(
    ("settled_on", "expected"),
    [(date(2026, 11, 5), date(2026, 11, 5)), (None, date(2026, 11, 3))],
)
def test_an_invoice_is_settled_on_the_day_the_platform_says_else_on_the_last_payment(
    settled_on, expected
):
    found = item(left="0", settled_on=settled_on, payments=(paid("2026-11-03", "1000.00"),))
    assert (found.state, found.settled_on) == (ItemState.SETTLED, expected)


def test_nobody_knows_when_an_invoice_of_a_list_was_settled():
    assert item(left="0", payments_read=False).settled_on is None


def test_a_credit_note_is_money_of_the_customer_without_a_due_date():
    found = item("9", "-119.00", kind=ItemKind.CREDIT_NOTE)
    assert (found.kind, found.outstanding, found.due_date) == (
        ItemKind.CREDIT_NOTE,
        euro("-119.00"),
        None,
    )
    part = paid("2026-11-03", "119.00")
    closed = invoice("9", "-119.00", "0", kind=ItemKind.CREDIT_NOTE, payments=(part,))
    result = build_debtor([closed], [])
    assert result.payments == ()
    assert result.items[0].reductions == ()


def test_a_credit_note_that_was_paid_back_twice_is_owed_and_not_dunned():
    found = item("9", "-119.00", "119.00", kind=ItemKind.CREDIT_NOTE)
    assert (found.kind, found.due_date) == (ItemKind.OTHER, None)


def test_an_overpaid_invoice_is_money_on_account():
    found = item(total="1000.00", left="-20.00", payments=(paid("2026-11-03", "1020.00"),))
    assert (found.kind, found.due_date) == (ItemKind.UNAPPLIED, None)
    assert (found.total, found.outstanding) == (euro("-20.00"), euro("-20.00"))


def test_closed_and_yet_open_is_a_state_that_nobody_knows():
    assert item(left="10.00", state=ItemState.CANCELLED).state is ItemState.UNKNOWN
    assert item(left="0", state=ItemState.CANCELLED).state is ItemState.CANCELLED
    assert item(left="10.00", state=ItemState.UNKNOWN).state is ItemState.UNKNOWN


def test_equal_payments_of_a_day_are_two_and_keep_their_names():
    twice = payments(paid("2026-11-03", "500.00"), paid("2026-11-03", "500.00"))
    assert [p.external_id for p in twice] == [
        "1/2026-11-03/payment/EUR50000/1",
        "1/2026-11-03/payment/EUR50000/2",
    ]
    assert [p.allocations for p in twice] == [(("1", euro("500.00"), "platform"),)] * 2


def test_skonto_belongs_to_the_payment_of_its_day():
    (payment,) = payments(
        paid("2026-10-08", "20.00", PaymentKind.DISCOUNT),
        paid("2026-10-08", "980.00", text="Überweisung"),
    )
    assert (payment.amount, payment.discount, payment.text) == (
        euro("980.00"),
        euro("20.00"),
        "Überweisung",
    )
    assert payment.allocations == (("1", euro("1000.00"), "platform"),)


def test_skonto_without_a_payment_is_no_money():
    assert payments(paid("2026-10-08", "20.00", PaymentKind.DISCOUNT), left="980.00") == ()
    charge = paid("2026-10-08", "5.00", PaymentKind.CHARGE)
    (payment,) = payments(paid("2026-10-08", "20.00", PaymentKind.DISCOUNT), charge)
    assert (payment.amount, payment.discount) == (euro("5.00"), None)


def unread(id_, debtor, code="bad_amount"):
    said = "Der Betrag „abc“ ist keine Zahl; bitte den Beleg in der Plattform prüfen."
    return Unread(id_, debtor, Problem(code, Severity.ERROR, f"{id_} totalAmount", said))


def test_a_record_that_cannot_be_read_holds_its_customer():
    (hold,) = build_debtor([invoice()], [unread("7", "a")]).holds
    assert (hold.key, hold.kind, hold.item) == ("unread:7:bad_amount", HoldKind.ROW_ERRORS, None)
    assert hold.reason.endswith("prüfen.")


def test_one_of_nobody_knows_whom_holds_its_own_item_alone():
    (hold,) = build_debtor([invoice("1")], [unread("1", ""), unread("8", "")]).holds
    assert hold.item == "1"


def test_the_address_of_the_newest_open_invoice_goes_first():
    other = replace(PLACE, street="Rechnungsgasse 2")
    base = DebtorRecord("a", "10001", "Beispiel Bau GmbH", PLACE, email="a@kunde.example")
    old = invoice("1", invoice_date=date(2026, 9, 1), address=replace(PLACE, street="Alt 1"))
    new = invoice("2", address=other)
    settled = invoice("3", left="0", invoice_date=date(2026, 11, 1), address=PLACE)
    found = merged_debtor(base, [settled, old, new])
    assert found.address == other
    assert (found.email, found.account_label, found.name) == (
        "a@kunde.example",
        "10001",
        "Beispiel Bau GmbH",
    )


def test_an_address_that_no_letter_reaches_gives_way():
    bare = Address("Beispiel Bau GmbH")
    base = DebtorRecord("a", "", "Beispiel Bau GmbH", PLACE)
    assert merged_debtor(base, [invoice(address=bare)]).address == PLACE
    nowhere = replace(base, address=Address())
    assert merged_debtor(nowhere, [invoice(address=bare)]).address == bare
    assert merged_debtor(nowhere, [invoice()]).address == Address()


def test_a_customer_without_master_data_is_who_stands_on_the_invoice():
    found = merged_debtor(None, [invoice(left="0", address=PLACE)])
    assert (found.external_id, found.name, found.address) == ("a", "Beispiel Bau GmbH", PLACE)
    assert merged_debtor(None, []) is None


def test_he_is_written_to_in_the_language_of_his_newest_open_invoice():
    base = DebtorRecord("a", "", "Example Ltd", PLACE)
    assert merged_debtor(base, [invoice(language="en")]).language == "en"
    assert merged_debtor(base, [invoice(left="0", language="en")]).language == "de"
    assert merged_debtor(base, [invoice()]).language == "de"


def test_a_german_form_of_address_does_not_stand_in_an_english_letter():
    base = DebtorRecord("a", "", "Example Ltd", PLACE, salutation="Sehr geehrte Frau Beispiel")
    assert merged_debtor(base, [invoice(language="en")]).salutation == ""
    assert merged_debtor(base, [invoice()]).salutation == "Sehr geehrte Frau Beispiel"

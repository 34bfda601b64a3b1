"""Invoices, credit notes and reminders of sevDesk -> records: amounts, days, states, doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sevdesk_rows import (
    GONE,
    TODAY,
    cancellation,
    credit_note,
    euro,
    invoice,
    log,
    paid,
    ref,
    reminder,
)

from connectors._values import FieldError
from connectors.sevdesk import values
from connectors.sevdesk.addresses import on_document, parse_countries
from connectors.sevdesk.beside import LOGS, NOTHING, Beside
from connectors.sevdesk.credit_notes import counted, credit_part, parse_credit_note, reduces
from connectors.sevdesk.invoices import cancels, parse_invoice, replaced_by
from connectors.sevdesk.kinds import credit_note_id
from connectors.sevdesk.problems import warning
from connectors.sevdesk.records import is_draft
from connectors.sevdesk.reminders import parse_reminder, reminds
from connectors.sevdesk.terms import term_of
from core.domain.model import Address, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import InvoiceRecord, PlatformNotice


def read(row: dict[str, Any], beside: Beside = NOTHING, **more: Any) -> InvoiceRecord:
    record = parse_invoice(row, beside, more.get("before"), TODAY).record
    assert record is not None
    return record


def codes(row: dict[str, Any], beside: Beside = NOTHING) -> list[str]:
    return [each.code for each in parse_invoice(row, beside, None, TODAY).problems]


# Values (§1.2).


@pytest.mark.parametrize(
    "written", ["119", "119.00", " 119.0 ", 119, Decimal(119), Decimal("119.0"), "1.19e2"]
)
def test_amounts_come_as_texts_and_as_numbers(written: object) -> None:
    assert values.amount({"a": written}, "a", "EUR") == euro("119")


@pytest.mark.parametrize("written", ["33.300000000000004", "33.299999999999997"])
def test_noise_of_a_float_is_no_fraction_of_a_cent(written: str) -> None:
    """PHP adds 16.1 and 17.2 so; a person who paid in two parts must not become unreadable."""
    assert values.amount({"a": Decimal(written)}, "a", "EUR") == euro("33.30")


@pytest.mark.parametrize(
    "written", ["33.333", Decimal("33.333"), "33.300000000000004", "abc", Decimal("NaN"), True, []]
)
def test_what_is_no_amount_is_refused_and_never_rounded(written: object) -> None:
    with pytest.raises(FieldError):
        values.amount({"a": written}, "a", "EUR")


@pytest.mark.parametrize("written", [None, "", "  "])
def test_no_amount_is_none(written: object) -> None:
    assert values.amount({"a": written}, "a", "EUR") is None


@given(st.integers(-(10**11), 10**11), st.booleans())
def test_any_cents_are_read_exactly(cents: int, quoted: bool) -> None:
    amount = Decimal(cents).scaleb(-2)
    found = values.amount({"a": str(amount) if quoted else amount}, "a", "EUR")
    assert found is not None
    assert found.minor == cents


@pytest.mark.parametrize(
    "written",
    [
        "2026-07-01T00:00:00+02:00",
        "2026-06-30T22:00:00Z",
        "2026-07-01T09:30:11+02:00",
        "2026-07-01",
        "01.07.2026",
        "1782856800",
        1782856800,
    ],
)
def test_a_day_is_berlins_in_every_form(written: object) -> None:
    """By way of UTC the first of July would become the last of June."""
    assert values.any_day({"d": written}, "d") == date(2026, 7, 1)


@pytest.mark.parametrize("written", ["31.02.2026", "2026-02-30", "gestern", "12345"])
def test_what_is_no_day_is_refused_where_it_matters(written: str) -> None:
    with pytest.raises(FieldError, match="kein Datum"):
        values.any_day({"d": written}, "d")
    assert values.readable({"d": written}, "d") is None
    assert values.any_day({"d": None}, "d") is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [("1", True), (1, True), (True, True), ("true", True), ({"id": "7"}, True),
     ("0", False), ("", False), (None, False), (False, False), ("false", False), ([], False)],
)  # fmt: skip
def test_a_boolean_of_any_kind(said: object, expected: bool) -> None:
    assert values.yes({"b": said}, "b") is expected


def test_a_reference_that_is_not_set_is_absent() -> None:
    row = invoice(origin=GONE)
    assert (values.ref(row, "origin"), values.ref_kind(row, "origin")) == ("", "")
    assert values.whole({"n": "x"}, "n") is None


# An open invoice.


def test_an_open_invoice_falls_due_after_its_days_to_pay() -> None:
    record = read(invoice())
    assert (record.external_id, record.number, record.debtor) == ("1002", "RE-1002", "Contact:501")
    assert (record.kind, record.state) == (ItemKind.INVOICE, ItemState.OPEN)
    assert (record.total, record.outstanding) == (euro("119"), euro("119"))
    assert (record.invoice_date, record.due_date) == (date(2026, 3, 2), date(2026, 3, 16))
    assert record.due_rule == "sevDesk: zahlbar in 14 Tagen ab Rechnungsdatum"
    assert record.delivered_on == date(2026, 3, 1)
    assert record.payments_read
    assert not record.direct_debit
    assert record.address == Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg")
    assert record.facts["sent"] == "02.03.2026 per E-Mail"


def test_a_service_over_a_period_ends_with_it() -> None:
    row = invoice(deliveryDateUntil="1774994400")  # UNIX seconds of 1 April
    assert read(row).delivered_on == date(2026, 4, 1)


def test_a_mandate_means_that_the_money_is_collected() -> None:
    assert read(invoice(sepaMandateReference="MANDAT-7")).direct_debit


@pytest.mark.parametrize(
    ("status", "amount", "state", "left"),
    [
        ("200", "0", ItemState.OPEN, "119"),
        ("200", "50.5", ItemState.PARTLY_PAID, "68.50"),  # before June 2024
        ("750", "50.5", ItemState.PARTLY_PAID, "68.50"),
        ("200", "119", ItemState.SETTLED, "0"),
        ("750", "130", ItemState.PARTLY_PAID, "-11"),  # money on account
        ("1000", "119", ItemState.SETTLED, "0"),
        ("1000", "117", ItemState.SETTLED, "0"),  # less Skonto
        ("500", "0", ItemState.UNKNOWN, "119"),
        ("neu", "19", ItemState.UNKNOWN, "100"),
    ],
)
def test_what_is_open_is_what_was_not_paid(
    status: str, amount: str, state: ItemState, left: str
) -> None:
    record = read(invoice(status=status, paidAmount=Decimal(amount)))
    assert (record.state, record.outstanding) == (state, euro(left))
    assert record.source_state == status


def test_an_unknown_status_is_said() -> None:
    assert codes(invoice(status="500")) == ["invoice_status_unknown"]


def test_paid_is_settled_on_the_day_of_the_money() -> None:
    record = read(paid())
    assert record.settled_on == date(2026, 3, 20)
    assert not record.payments_read  # its bookings may name more days
    assert read(paid(), Beside(logs={"1002": []})).payments_read
    # No booking at all may mean that the list, which is not documented, does not work.
    assert not read(paid(), Beside(logs={})).payments_read


# Cancelled invoices look paid (§2.6).


def closed(**changes: Any) -> dict[str, Any]:
    return invoice(status="1000", **changes)


@pytest.mark.parametrize(
    ("row", "beside"),
    [
        (closed(), NOTHING),
        (closed(payDate="2026-03-20"), Beside(cancelled={"1002"})),
        (closed(payDate="2026-03-20", cancled="1"), NOTHING),
        (closed(payDate="2026-03-20", cancled={"id": "1007"}), NOTHING),
    ],
    ids=["never paid", "its cancellation", "embed", "embed as object"],
)
def test_a_cancelled_invoice_is_not_taken_for_paid(row: dict[str, Any], beside: Beside) -> None:
    record = read(row, beside)
    assert record.state is ItemState.CANCELLED
    assert (record.outstanding, record.settled_on, record.payments) == (euro("0"), None, ())
    assert record.payments_read


def test_closed_without_money_but_with_a_day_was_written_off() -> None:
    record = read(closed(payDate="2026-03-20T00:00:00+01:00"))
    assert (record.state, record.settled_on) == (ItemState.WRITTEN_OFF, date(2026, 3, 20))


def test_a_cancellation_names_what_it_cancels_and_is_no_claim() -> None:
    assert cancels(cancellation()) == "1002"
    assert cancels(invoice(origin=ref("7", "Invoice"))) == ""
    assert parse_invoice(cancellation(), NOTHING, None, TODAY) == (None, ())


def test_open_beside_its_cancellation_is_asked_about_and_not_dunned() -> None:
    beside = Beside(cancelled={"1002"})
    assert read(invoice(), beside).state is ItemState.UNKNOWN
    assert codes(invoice(), beside) == ["invoice_cancelled_open"]


# Kinds.


@pytest.mark.parametrize("kind", ["WKR", "MA", "SR"])
def test_templates_reminders_and_cancellations_are_no_claims(kind: str) -> None:
    assert parse_invoice(invoice(invoiceType=kind, id="9"), NOTHING, None, TODAY) == (None, ())


@pytest.mark.parametrize("kind", ["RE", "TR", "AR"])
def test_partial_and_advance_invoices_are_claims(kind: str) -> None:
    assert read(invoice(invoiceType=kind)).state is ItemState.OPEN


def test_an_open_final_invoice_is_left_to_a_person() -> None:
    """Nobody knows whether its gross deducts the partial invoices that were paid."""
    row = invoice(invoiceType="ER")
    assert parse_invoice(row, NOTHING, None, TODAY).record.state is ItemState.UNKNOWN
    assert codes(row) == ["final_invoice_open"]


def test_a_final_invoice_that_is_paid_is_settled() -> None:
    row = invoice(
        invoiceType="ER", status="1000", paidAmount=119, payDate="2026-03-20T00:00:00+01:00"
    )
    assert read(row).state is ItemState.SETTLED


def test_a_kind_that_nobody_knows_is_passed_over_and_said() -> None:
    mapped = parse_invoice(invoice(invoiceType="XY"), NOTHING, None, TODAY)
    assert mapped.record is None
    assert [each.code for each in mapped.problems] == ["invoice_type_unknown"]


@pytest.mark.parametrize(
    ("changes", "beside"),
    [
        ({"finalInvoiceId": "1010"}, NOTHING),
        ({"origin": ref("77", "Order")}, Beside(final={"Order 77"})),
        ({}, Beside(final={"Invoice 1002"})),
    ],
    ids=["embed", "order", "invoice"],
)
def test_a_partial_invoice_whose_final_invoice_is_there_is_not_dunned(
    changes: dict[str, Any], beside: Beside
) -> None:
    row = invoice(invoiceType="TR", **changes)
    assert read(row, beside).state is ItemState.UNKNOWN
    assert codes(row, beside) == ["partial_invoice_closed"]
    assert read(invoice(**changes), beside).state is ItemState.OPEN  # a plain invoice is dunned


def test_a_final_invoice_names_what_it_replaces() -> None:
    assert replaced_by(invoice(invoiceType="ER", origin=ref("77", "Order"))) == "Order 77"
    assert replaced_by(invoice(invoiceType="ER")) == ""
    assert replaced_by(invoice(origin=ref("77", "Order"))) == ""


@pytest.mark.parametrize("status", ["100", "50"])
def test_a_draft_is_no_claim_and_takes_a_known_one_out_of_dunning(status: str) -> None:
    row = invoice(status=status, invoiceNumber=None)
    assert is_draft(row)
    assert parse_invoice(row, NOTHING, None, TODAY) == (None, ())
    known = read(invoice())
    draft = read(row, before=known)
    assert (draft.state, draft.outstanding) == (ItemState.CANCELLED, euro("0"))
    assert draft.number == "RE-1002"
    assert draft.mark != known.mark


def test_an_invoice_over_less_than_nothing_is_a_credit() -> None:
    record = read(invoice(sumGross="-30", paidAmount=0))
    assert (record.kind, record.outstanding) == (ItemKind.CREDIT_NOTE, euro("-30"))
    assert (record.due_date, record.due_rule, record.payments) == (None, "", ())
    assert codes(invoice(sumGross="-30", timeToPay=None)) == []


# Doubts.


def test_a_foreign_currency_is_left_to_a_person() -> None:
    row = invoice(currency="USD", sumGross="119.00")
    record = read(row)
    assert (record.state, record.outstanding) == (
        ItemState.UNKNOWN,
        Money(Decimal("119.00"), "USD"),
    )
    assert codes(row) == ["invoice_currency_foreign"]
    assert codes(paid(currency="USD")) == []
    assert read(paid(currency="USD")).state is ItemState.SETTLED


def test_a_booking_with_the_wrong_sign_is_no_reason_to_demand_more() -> None:
    row = invoice(paidAmount=Decimal("-58.31"))
    assert read(row).state is ItemState.UNKNOWN
    assert codes(row) == ["invoice_paid_negative"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": GONE}, "id"),
        ({"status": None}, "status"),
        ({"invoiceDate": None}, "invoiceDate"),
        ({"invoiceDate": "neulich"}, "invoiceDate"),
        ({"invoiceNumber": None}, "invoiceNumber"),
        ({"sumGross": None}, "sumGross"),
        ({"sumGross": "viel"}, "sumGross"),
        ({"paidAmount": "1.005"}, "paidAmount"),
        ({"currency": "Taler"}, "currency"),
    ],
)
def test_what_cannot_be_done_without_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_invoice(invoice(**changes), NOTHING, None, TODAY)
    assert refused.value.path == path


def test_a_missing_paid_amount_is_none() -> None:
    assert read(invoice(paidAmount=None)).outstanding == euro("119")


# Due (§2.2).


@pytest.mark.parametrize(
    ("own", "contact", "tenant", "days"),
    [("14", 30, 7, 14), ("0", 30, 7, 0), (None, 30, 7, 30), (None, None, 7, 7),
     (None, None, None, None), ("bald", 30, 7, None), ("-3", 30, 7, None), ("99999", 30, 7, None)],
)  # fmt: skip
def test_days_to_pay_of_invoice_contact_and_tenant_in_this_order(
    own: str | None, contact: int | None, tenant: int | None, days: int | None
) -> None:
    on = date(2026, 3, 2)
    contacts = {} if contact is None else {"501": contact}
    term = term_of(invoice(timeToPay=own), on, contacts, tenant)
    assert (term.due - on).days == days if term.due else days is None
    assert bool(term.rule) == (days is not None)


def test_without_days_to_pay_it_is_asked_for_and_never_guessed() -> None:
    assert read(invoice(timeToPay=None)).due_date is None
    assert codes(invoice(timeToPay=None)) == ["invoice_due_missing"]
    assert codes(paid(timeToPay=None)) == []
    assert read(invoice(timeToPay=None), Beside(contact_days={"501": 10})).due_date == date(
        2026, 3, 12
    )


def test_a_due_day_across_the_change_of_clocks() -> None:
    row = invoice(invoiceDate="2026-03-20T00:00:00+01:00")
    assert read(row).due_date == date(2026, 4, 3)


# Addresses.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg")),
        (
            {"addressName2": "Abt. Einkauf", "addressParentName": "Muster Holding"},
            Address(
                "Muster Bau GmbH",
                ("Abt. Einkauf", "Muster Holding"),
                "Beispielweg 7",
                "20095",
                "Hamburg",
            ),
        ),
        (
            {"addressName": None, "addressStreet": None, "addressCity": None,
             "address": "Muster Bau GmbH\nz. Hd. Ada Beispiel\n\nBeispielweg 7\nD-20095  Hamburg"},
            Address("Muster Bau GmbH", ("z. Hd. Ada Beispiel",), "Beispielweg 7", "20095", "Hamburg"),
        ),
        (
            {"addressName": None, "addressCountry": GONE,
             "address": "Muster Bau\nWeg 1\n20095 Hamburg\nDeutschland"},
            Address("Muster Bau", (), "Weg 1", "20095", "Hamburg"),
        ),
        (
            {"addressName": None, "addressCountry": GONE,
             "address": "Muster AG\nRing 1\n1010 Wien\nÖsterreich"},
            Address("Muster AG", (), "Ring 1", "1010", "Wien", country=""),
        ),
        (
            {"addressName": None, "address": "Muster Bau\n20095 Hamburg"},
            Address("Muster Bau", ("20095 Hamburg",)),
        ),
        (
            {"addressCountry": {"id": "12", "code": "at"}},
            Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg", country="AT"),
        ),
        (
            {"addressStreet": None, "addressCity": None, "address": None, "addressCountry": GONE},
            Address("Muster Bau GmbH"),
        ),
        (
            {"addressName": None, "address": None},
            None,
        ),
    ],
    ids=["fields", "more lines", "text", "text at home", "text abroad", "no street", "embed",
         "name only", "none"],
)  # fmt: skip
def test_the_address_is_the_one_on_the_invoice(
    changes: dict[str, Any], expected: Address | None
) -> None:
    assert read(invoice(**changes)).address == expected


def test_a_country_that_sevdesk_only_numbers_is_not_guessed() -> None:
    row = invoice(addressCountry=ref("12", "StaticCountry"))
    address = read(row).address
    assert address is not None
    assert address.country == ""
    assert codes(row) == ["customer_country_unknown"]
    countries = parse_countries([{"id": "12", "code": "at"}, {"id": "13", "code": ""}, {}])
    assert countries == {"12": "AT"}
    assert codes(row, Beside(countries=countries)) == []
    place = on_document(row, countries)
    assert place is not None
    assert place.address.country == "AT"


def test_without_a_contact_a_full_address_is_one_debtor_and_a_name_alone_is_nobody_else() -> None:
    first = read(invoice(contact=GONE))
    second = read(invoice(contact=GONE, id="1003"))
    assert first.debtor == second.debtor
    assert first.debtor.startswith("one-time:")
    nameless = invoice(contact=GONE, addressName=None, address=None)
    assert read(nameless).debtor == "voucher:1002"


# Marks: whether a booking bumps ``update`` is not known.


@pytest.mark.parametrize(
    "changes",
    [
        {"update": "2026-03-03T09:20:01+01:00"}, {"status": "750"}, {"paidAmount": Decimal("0.01")},
        {"sumGross": "120"}, {"timeToPay": "30"}, {"contact": ref("502", "Contact")},
        {"addressStreet": "Beispielweg 8"}, {"payDate": "2026-03-20"}, {"cancled": True},
        {"sepaMandateReference": "M"}, {LOGS: [log("1", "2026-03-05")]},
    ],
)  # fmt: skip
def test_the_mark_changes_with_everything_that_is_read(changes: dict[str, Any]) -> None:
    assert read(invoice(**changes)).mark != read(invoice()).mark


@pytest.mark.parametrize(
    "changes",
    [
        {"paidAmount": "0"}, {"paidAmount": Decimal("0.00")}, {"sumGross": "119.00"},
        {"discount": "0.0"}, {"contact": {"id": 501, "name": "Muster Bau GmbH"}},
        {"headText": "Hallo"}, {"update": "2026-03-02T08:20:01Z"}, {LOGS: []},
    ],
)  # fmt: skip
def test_the_mark_is_the_same_however_the_same_is_written(changes: dict[str, Any]) -> None:
    assert read(invoice(**changes)).mark == read(invoice()).mark


@pytest.mark.parametrize(
    ("row", "beside"),
    [
        (invoice(), Beside(cancelled={"1002"})),
        (invoice(timeToPay=None), Beside(contact_days={"501": 3})),
        (invoice(timeToPay=None), Beside(tenant_days=10)),
        (invoice(invoiceType="TR"), Beside(final={"Invoice 1002"})),
    ],
    ids=["cancelled", "contact", "tenant", "final"],
)
def test_the_mark_changes_with_what_came_of_what_stands_beside(
    row: dict[str, Any], beside: Beside
) -> None:
    assert read(row, beside).mark != read(row).mark
    assert read(row, beside, before=read(row)).mark == read(row, beside).mark


def test_a_mark_does_not_depend_on_what_only_some_passes_read() -> None:
    row = invoice(status="750", paidAmount=Decimal(20))
    full = Beside(logs={"1002": [log("20", "2026-03-05")]}, credit_notes={"1002": [credit_note()]})
    assert read(row, full).mark == read(row).mark


# Facts.


def test_facts_for_people() -> None:
    row = invoice(
        discount="2.50", discountTime="7", customerInternalNote="B-17", dunningLevel="2",
        einvoiceReference="04011000-1", sendType="0", origin=ref("77", "Order"),
    )  # fmt: skip
    assert read(row).facts == {
        "invoice_type": "Rechnung",
        "skonto": "2,5 % Skonto bis 7 Tage",
        "sent": "02.03.2026",
        "reference": "B-17",
        "e_invoice": "04011000-1",
        "dunning_level": "2",
        "origin": "Order 77",
        "paid": "0.00",
    }
    assert "dunning_level" not in read(invoice(dunningLevel="0")).facts


# Credit notes (§2.7).


def credit(row: dict[str, Any], **more: Any) -> InvoiceRecord:
    record = parse_credit_note(row, **more).record
    assert record is not None
    return record


def test_a_credit_note_is_negative_and_has_an_id_of_its_own() -> None:
    record = credit(credit_note())
    assert record.external_id == "CreditNote:1002"
    assert (credit_note_id(record.external_id), credit_note_id("1002")) == ("1002", "")
    assert (record.kind, record.state) == (ItemKind.CREDIT_NOTE, ItemState.OPEN)
    assert (record.total, record.outstanding) == (euro("-20"), euro("-20"))
    assert (record.debtor, record.invoice_date) == ("Contact:501", date(2026, 3, 10))
    assert record.address == Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg")
    assert record.facts["reduces"] == "1002"


@pytest.mark.parametrize(
    ("status", "amount", "state", "left"),
    [
        ("200", "5", ItemState.PARTLY_PAID, "-15"),
        ("750", "5", ItemState.PARTLY_PAID, "-15"),
        ("750", "-5", ItemState.PARTLY_PAID, "-15"),
        ("200", "-20", ItemState.OPEN, "-20"),  # booked with the wrong sign: nothing was paid out
        ("200", "25", ItemState.SETTLED, "0"),
        ("1000", "20", ItemState.SETTLED, "0"),
        ("300", "0", ItemState.UNKNOWN, "-20"),
        ("500", "0", ItemState.UNKNOWN, "-20"),
    ],
)
def test_what_is_left_of_a_credit_note(
    status: str, amount: str, state: ItemState, left: str
) -> None:
    record = credit(credit_note(status=status, paidAmount=Decimal(amount)))
    assert (record.state, record.outstanding) == (state, euro(left))


def test_a_credit_note_of_an_unknown_state_or_foreign_currency_is_said() -> None:
    row = credit_note(status="300", currency="USD")
    problems = parse_credit_note(row).problems
    assert [each.code for each in problems] == [
        "invoice_status_unknown", "invoice_currency_foreign",
    ]  # fmt: skip
    assert credit(credit_note(currency="USD")).state is ItemState.UNKNOWN


def test_a_draft_of_a_credit_note_credits_nothing() -> None:
    row = credit_note(status="100")
    assert parse_credit_note(row) == (None, ())
    known = credit(credit_note())
    assert credit(row, before=known).state is ItemState.CANCELLED
    assert credit_part(row, "EUR") is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"id": GONE}, "id"), ({"status": ""}, "status"), ({"sumGross": None}, "sumGross"),
     ({"creditNoteDate": None}, "creditNoteDate")],
)  # fmt: skip
def test_what_a_credit_note_cannot_do_without(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_credit_note(credit_note(**changes))
    assert refused.value.path == path


def test_a_credit_note_without_contact_or_address_is_alone() -> None:
    row = credit_note(contact=GONE, addressName=None)
    assert credit(row).debtor == "voucher:CreditNote:1002"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "1002"),
        ({"refSrcInvoice": "1002"}, "1002"),
        ({"refSrcInvoice": None, "origin": ref("1004", "Invoice")}, "1004"),
        ({"refSrcInvoice": None, "origin": ref("77", "Order")}, ""),
        ({"refSrcInvoice": None}, ""),
    ],
)
def test_which_invoice_a_credit_note_reduces(changes: dict[str, Any], expected: str) -> None:
    assert reduces(credit_note(**changes)) == expected


def test_nobody_owes_more_or_less_whether_a_credit_note_lowers_its_invoice_or_not() -> None:
    """119 euros less a credit of 20 are 99, in both ways in which sevDesk may count (§9.7)."""
    notes = [credit_note()]
    beside = Beside(logs={"9": []}, credit_notes={"1002": notes})
    lowered = read(invoice(status="750", paidAmount=Decimal(20)), beside)
    apart = read(invoice(), beside)
    for record in (lowered, apart):
        note = credit(notes[0], is_counted=counted(record, notes))
        assert record.outstanding + note.outstanding == euro("99")
    assert counted(lowered, notes)
    assert not counted(apart, notes)


def test_a_payment_of_another_amount_is_no_credit_note() -> None:
    notes = [credit_note()]
    beside = Beside(logs={"9": []}, credit_notes={"1002": notes})
    assert not counted(read(invoice(status="750", paidAmount=Decimal(30)), beside), notes)
    # Without bookings nobody can tell: the debtor is asked for less rather than for more.
    blind = Beside(logs={}, credit_notes={"1002": notes})
    assert not counted(read(invoice(status="750", paidAmount=Decimal(20)), blind), notes)
    assert not counted(read(invoice()), [])


def test_a_credit_note_in_another_currency_or_without_a_sum_is_no_part() -> None:
    assert credit_part(credit_note(currency="USD"), "EUR") is None
    assert credit_part(credit_note(sumGross="0"), "EUR") is None
    assert credit_part(credit_note(sumGross=None), "EUR") is None


# Reminders (§3).


def test_a_reminder_that_was_sent_is_a_notice_of_its_invoice() -> None:
    notice = PlatformNotice("1008", "1002", date(2026, 3, 25), "Zahlungserinnerung")
    assert parse_reminder(reminder()) == (notice, ())
    assert reminds(reminder()) == "1002"


@pytest.mark.parametrize(
    ("level", "header", "title"),
    [
        ("1", "Mahnung Nr. 3", "Zahlungserinnerung"),
        ("2", "Mahnung Nr. 3", "1. Mahnung"),
        ("3", None, "2. Mahnung"),
        (None, "Letzte Mahnung", "Letzte Mahnung"),
        (None, None, "Zahlungserinnerung"),
    ],
)
def test_the_level_says_what_it_is_and_not_the_number_in_its_header(
    level: str | None, header: str | None, title: str
) -> None:
    notice = parse_reminder(reminder(dunningLevel=level, header=header)).notice
    assert notice is not None
    assert notice.title == title


def test_a_draft_of_a_reminder_reached_nobody() -> None:
    draft = reminder(status="100", sendDate=None)
    assert parse_reminder(draft) == (None, ())
    assert parse_reminder(reminder(status="100")).notice is not None  # it bears a day of sending
    assert parse_reminder(reminder(sendDate=None)).notice is not None
    assert parse_reminder(invoice()) == (None, ())
    assert parse_reminder(reminder(id=GONE)) == (None, ())


@pytest.mark.parametrize("origin", [GONE, ref("77", "Order")])
def test_a_reminder_of_no_invoice_is_said(origin: object) -> None:
    found = parse_reminder(reminder(origin=origin))
    assert found.notice is None
    assert [each.code for each in found.problems] == ["reminder_without_invoice"]


def test_a_reminder_without_a_day_has_the_day_it_was_made() -> None:
    row = reminder(invoiceDate="?", sendDate=None, create="2026-03-24T08:00:00+01:00")
    notice = parse_reminder(row).notice
    assert notice is not None
    assert notice.on == date(2026, 3, 24)


def test_a_problem_has_a_known_code() -> None:
    with pytest.raises(KeyError):
        warning("nonsense", "", "")


def test_a_record_differs_only_in_what_changed() -> None:
    moved = read(invoice(addressStreet="Beispielweg 8"))
    address = moved.address
    assert address is not None
    assert replace(moved, mark="", address=None) == replace(read(invoice()), mark="", address=None)

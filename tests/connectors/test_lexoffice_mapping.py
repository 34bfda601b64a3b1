"""Vouchers of lexoffice -> records: signs, days, states, marks, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._debtors import debtor_by_address, one_time_id
from connectors._values import (
    BERLIN,
    FieldError,
    children,
    currency,
    day,
    day_before,
    optional_money,
    required_day,
    second,
    text,
)
from connectors.lexoffice.account import parse_profile
from connectors.lexoffice.addresses import parse_address
from connectors.lexoffice.facts import document_facts
from connectors.lexoffice.kinds import VOUCHER_TYPES
from connectors.lexoffice.mapping import (
    as_draft,
    build_record,
    row_mark,
    settle,
    type_of,
    with_payments,
)
from connectors.lexoffice.payments import Payments, parse_payments
from connectors.lexoffice.problems import warning
from connectors.lexoffice.vouchers import (
    UnknownType,
    Voucher,
    parse_document,
    parse_row,
    with_document,
)
from core.domain.model import Address, DebtorType, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import PaymentKind, PaymentPart

INVOICE = VOUCHER_TYPES["invoice"]
CREDIT = VOUCHER_TYPES["creditnote"]


def euro(amount: str) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def row(**changes: Any) -> dict[str, Any]:
    """A row of voucherlist: 690 of 1190 euros open, due on 19 January."""
    values = {
        "id": "r-1",
        "voucherType": "invoice",
        "voucherStatus": "overdue",
        "voucherNumber": "RE-2041",
        "voucherDate": "2026-01-05T00:00:00.000+01:00",
        "updatedDate": "2026-01-20T17:02:11.000+01:00",
        "dueDate": "2026-01-19T00:00:00.000+01:00",
        "contactId": "c-1",
        "contactName": "Muster Bau GmbH",
        "totalAmount": Decimal("1190.0"),
        "openAmount": Decimal("690.0"),
        "currency": "EUR",
        "archived": False,
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def document(**changes: Any) -> dict[str, Any]:
    """The invoice of that row, milliseconds and all."""
    values = {
        "id": "r-1",
        "updatedDate": "2026-01-20T17:02:11.742+01:00",
        "language": "de",
        "voucherStatus": "open",
        "voucherNumber": "RE-2041",
        "voucherDate": "2026-01-05T09:14:20.120+01:00",
        "dueDate": "2026-01-19T00:00:00.000+01:00",
        "address": {
            "contactId": "c-1",
            "name": "Muster Bau GmbH",
            "supplement": "2. OG",
            "street": "Hafenweg 3",
            "zip": "24103",
            "city": "Musterstadt",
            "countryCode": "DE",
        },
        "totalPrice": {"currency": "EUR", "totalGrossAmount": 1190},
        "paymentConditions": {
            "paymentTermLabel": "Zahlbar in 14 Tagen",
            "paymentTermDuration": 14,
            "paymentDiscountConditions": {"discountPercentage": Decimal("2.0"), "discountRange": 7},
        },
        "shippingConditions": {
            "shippingType": "service",
            "shippingDate": "2026-01-04T00:00:00.000+01:00",
        },
        "electronicDocumentProfile": "NONE",
        "relatedVouchers": [],
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def voucher(**changes: Any) -> dict[str, Any]:
    """A bookkeeping voucher."""
    values = {
        "id": "v-1",
        "type": "salesinvoice",
        "voucherStatus": "open",
        "voucherNumber": "BE-7",
        "voucherDate": "2026-01-08T00:00:00.000+01:00",
        "shippingDate": "2026-01-07T00:00:00.000+01:00",
        "dueDate": "2026-01-08T00:00:00.000+01:00",
        "totalGrossAmount": Decimal("60.00"),
        "contactId": "c-2",
        "updatedDate": "2026-01-08T10:00:00.000+01:00",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def read(**changes: Any) -> Voucher:
    return with_document(parse_row(row()), parse_document(document(**changes), INVOICE))


def paid(status: str = "paid", open_: str = "0", *parts: PaymentPart) -> Payments:
    return Payments(euro(open_), status, date(2026, 2, 3), parts)


# Values.


@pytest.mark.parametrize(
    "written", [Decimal("99.8"), Decimal("99.800"), "99.80", "9.98e1", "+99.8"]
)
def test_amounts_come_as_numbers_or_texts_with_any_zeros(written: object) -> None:
    assert optional_money({"a": written}, "a", "EUR") == euro("99.80")


@pytest.mark.parametrize(
    "written",
    ["abc", "", True, [], {}, "NaN", Decimal("NaN"), "690,00", "1.234,56", 99.8, 10**15, "0x10"],
)
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(FieldError) as refused:
        optional_money({"openAmount": written}, "openAmount", "EUR")
    assert refused.value.path == "openAmount"
    assert "ist kein Betrag" in str(refused.value)


def test_a_third_decimal_is_refused_and_never_rounded() -> None:
    with pytest.raises(FieldError, match="Nachkommastellen"):
        optional_money({"a": Decimal("1.005")}, "a", "EUR")
    assert optional_money({"a": Decimal("1.500")}, "a", "EUR") == euro("1.50")


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(0, 4), st.booleans())
def test_any_amount_of_cents_is_read_exactly(cents: int, zeros: int, quoted: bool) -> None:
    amount = Decimal(cents).scaleb(-2)
    written = Decimal(f"{amount:f}{'0' * zeros}")
    found = optional_money({"a": str(written) if quoted else written}, "a", "EUR")
    assert found is not None
    assert found.minor == cents


def test_due_at_midnight_in_berlin_stays_that_day() -> None:
    """By way of UTC, 30 June would become 29 June, and the reminder would come a day early."""
    summer = {"dueDate": "2026-06-30T00:00:00.000+02:00"}
    winter = {"dueDate": "2026-01-01T00:00:00.000+01:00"}
    assert day(summer, "dueDate") == date(2026, 6, 30)
    assert day(winter, "dueDate") == date(2026, 1, 1)


def test_a_wrong_offset_does_not_shift_the_day_that_is_shown() -> None:
    assert day({"d": "2026-01-05T00:00:00.000+02:00"}, "d") == date(2026, 1, 5)
    assert day({"d": "2026-07-05T23:59:59.999+01:00"}, "d") == date(2026, 7, 5)


@given(st.dates(date(1996, 1, 2), date(2060, 12, 30)))
def test_midnight_in_berlin_is_its_day_in_every_form(on: date) -> None:
    midnight = datetime(on.year, on.month, on.day, tzinfo=BERLIN)
    shown = midnight.isoformat(timespec="milliseconds")
    instant = midnight.astimezone(tz=UTC)
    in_utc = instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert (
        day({"d": shown}, "d") == day({"d": in_utc}, "d") == day({"d": on.isoformat()}, "d") == on
    )


@pytest.mark.parametrize("written", ["31.01.2026", 20260131, "2026-02-30", "2026-13-01T00:00Z", ""])
def test_what_is_no_day_is_refused(written: object) -> None:
    with pytest.raises(FieldError, match="ist kein Datum"):
        day({"dueDate": written}, "dueDate")


def test_a_required_day_must_be_there() -> None:
    with pytest.raises(FieldError, match="voucherDate: fehlt"):
        required_day({}, "voucherDate")


def test_milliseconds_and_offset_do_not_change_an_instant() -> None:
    assert second({"u": "2026-01-20T17:02:11.742+01:00"}, "u") == "2026-01-20T16:02:11Z"
    assert second({"u": "2026-01-20T16:02:11.000Z"}, "u") == "2026-01-20T16:02:11Z"
    assert second({"u": "2026-01-20T17:02:11"}, "u") == "2026-01-20T16:02:11Z"
    assert second({"u": "gestern"}, "u") == second({"u": 5}, "u") == second({}, "u") == ""


def test_the_day_before_is_berlins() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # 2 March in Berlin
    assert day_before(late) == date(2026, 3, 1)


def test_texts_are_one_line_and_numbers_are_texts() -> None:
    values = {"a": " Muster\n GmbH ", "b": 10027, "c": True, "d": None, "e": {"x": 1}}
    assert [text(values, name) for name in "abcdef"] == ["Muster GmbH", "10027", "", "", "", ""]


def test_lists_that_are_none_are_empty() -> None:
    assert list(children({"a": {"b": 1}}, "a")) == []
    assert list(children({"a": [1, {"b": 2}]}, "a")) == [{"b": 2}]


def test_a_currency_that_is_none_is_refused() -> None:
    assert currency({}) == "EUR"
    with pytest.raises(FieldError, match="Währungscode"):
        currency({"currency": "Euro"})


# Rows.


def test_an_overdue_row_counts_as_what_was_asked_for() -> None:
    assert parse_row(row(), "open").status == "open"
    assert parse_row(row(), "sepadebit").status == "sepadebit"
    assert parse_row(row(voucherStatus="transferred"), "sepadebit").status == "transferred"


@pytest.mark.parametrize(
    "field", ["id", "voucherType", "voucherStatus", "voucherDate", "totalAmount"]
)
def test_a_row_without_a_needed_field_is_refused_by_its_path(field: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_row(row(**{field: None}))
    assert refused.value.path == field


def test_a_kind_that_nobody_knows_is_told_apart() -> None:
    with pytest.raises(UnknownType, match="rentinvoice"):
        parse_row(row(voucherType="rentinvoice"))


@pytest.mark.parametrize("name", ["creditnote", "salescreditnote"])
def test_credits_are_negative_and_never_due(name: str) -> None:
    mapped = build_record(parse_row(row(voucherType=name, voucherStatus="open")), "c-1")
    assert mapped.record.kind is ItemKind.CREDIT_NOTE
    assert (mapped.record.total, mapped.record.outstanding) == (euro("-1190"), euro("-690"))
    assert mapped.record.due_date is None
    assert mapped.record.due_rule == ""
    assert mapped.problems == ()


def test_a_down_payment_invoice_is_an_invoice() -> None:
    record = build_record(parse_row(row(voucherType="downpaymentinvoice")), "c-1").record
    assert record.kind is ItemKind.INVOICE
    assert record.facts["voucher_type"] == "downpaymentinvoice"
    assert record.facts["link"] == "https://app.lexware.de/permalink/invoices/view/r-1"


@pytest.mark.parametrize(
    ("status", "open_", "state", "outstanding"),
    [
        ("open", "1190", ItemState.OPEN, "1190"),
        ("open", "690", ItemState.PARTLY_PAID, "690"),
        ("open", "1200", ItemState.OPEN, "1200"),
        ("open", "0", ItemState.SETTLED, "0"),
        ("paid", None, ItemState.SETTLED, "0"),
        ("paidoff", "0", ItemState.SETTLED, "0"),
        ("voided", "1190", ItemState.CANCELLED, "0"),
        ("sepadebit", "1190", ItemState.OPEN, "1190"),
        ("transferred", "690", ItemState.PARTLY_PAID, "690"),
        ("vanished", "690", ItemState.UNKNOWN, "690"),
        ("vanished", None, ItemState.UNKNOWN, "1190"),
    ],
)
def test_states(status: str, open_: str | None, state: ItemState, outstanding: str) -> None:
    given_open = Decimal(open_) if open_ else None
    record = build_record(parse_row(row(voucherStatus=status, openAmount=given_open)), "c-1").record
    assert (record.state, record.outstanding) == (state, euro(outstanding))
    assert record.source_state == status
    assert record.direct_debit is (status in {"sepadebit", "transferred"})
    assert record.payments_read is (status == "voided")


def test_an_unknown_status_is_reported_with_its_remedy() -> None:
    (problem,) = build_record(parse_row(row(voucherStatus="vanished")), "c-1").problems
    assert problem.code == "voucher_status_unknown"
    assert "RE-2041 (r-1)" in problem.where
    assert "vanished" in problem.message
    assert "aktualisieren" in problem.message


def test_another_currency_is_never_dunned_and_reported() -> None:
    mapped = build_record(parse_row(row(currency="USD")), "c-1")
    assert mapped.record.state is ItemState.UNKNOWN
    assert mapped.record.outstanding == Money(Decimal("690.00"), "USD")
    assert [each.code for each in mapped.problems] == ["voucher_currency_foreign"]


def test_a_missing_due_date_stays_missing_and_is_reported() -> None:
    mapped = build_record(parse_row(row(dueDate=None)), "c-1")
    assert mapped.record.due_date is None
    assert mapped.record.due_rule == ""
    assert [each.code for each in mapped.problems] == ["voucher_due_missing"]


def test_nothing_is_reported_of_a_settled_voucher_without_due_date() -> None:
    assert build_record(parse_row(row(dueDate=None, voucherStatus="paid")), "c-1").problems == ()


def test_an_open_voucher_needs_a_number_and_an_amount() -> None:
    with pytest.raises(FieldError, match="voucherNumber: fehlt"):
        build_record(parse_row(row(voucherNumber=None)), "c-1")
    with pytest.raises(FieldError, match="openAmount: fehlt"):
        build_record(parse_row(row(openAmount=None)), "c-1")
    settled = build_record(parse_row(row(voucherNumber=None, voucherStatus="paid")), "c-1").record
    assert settled.number == ""


def test_an_archived_row_is_kept_and_says_so() -> None:
    assert build_record(parse_row(row(archived=True)), "c-1").record.facts["archived"] == "ja"


# Documents.


def test_a_document_gives_address_language_service_day_and_terms() -> None:
    record = build_record(read(), "c-1").record
    assert record.address == Address(
        "Muster Bau GmbH", ("2. OG",), "Hafenweg 3", "24103", "Musterstadt", "DE"
    )
    assert (record.language, record.delivered_on) == ("de", date(2026, 1, 4))
    assert record.due_rule == "lexoffice: zahlbar in 14 Tagen"
    assert record.facts == {
        "payment_term": "Zahlbar in 14 Tagen",
        "skonto": "2 % Skonto bis 7 Tage",
        "voucher_type": "invoice",
        "link": "https://app.lexware.de/permalink/invoices/view/r-1",
    }


@pytest.mark.parametrize(
    ("written", "read_as"), [("EN", "en"), ("de", "de"), ("fr", ""), (None, "")]
)
def test_only_languages_of_letters_are_taken(written: str | None, read_as: str) -> None:
    assert build_record(read(language=written), "c-1").record.language == read_as


def test_of_a_period_of_service_the_last_day_counts() -> None:
    period = {
        "shippingType": "serviceperiod",
        "shippingDate": "2025-12-01T00:00:00.000+01:00",
        "shippingEndDate": "2025-12-31T00:00:00.000+01:00",
    }
    assert build_record(read(shippingConditions=period), "c").record.delivered_on == date(
        2025, 12, 31
    )
    del period["shippingEndDate"]
    assert build_record(read(shippingConditions=period), "c").record.delivered_on == date(
        2025, 12, 1
    )
    assert build_record(read(shippingConditions=None), "c").record.delivered_on is None
    with pytest.raises(FieldError, match=r"shippingConditions\.shippingDate"):
        read(shippingConditions={"shippingDate": "bald"})


def test_amounts_of_the_list_count_except_for_a_closing_invoice() -> None:
    """10,000 of work, 4,000 paid on account: the closing invoice claims 6,000, all of it open."""
    deduction = {"voucherNumber": "AR-1", "receivedGrossAmount": Decimal("4000.00")}
    closing = parse_document(
        document(
            closingInvoice=True,
            claimedGrossAmount=6000,
            downPaymentDeductions=[deduction],
            totalPrice={"totalGrossAmount": 10000},
        ),
        INVOICE,
    )
    listed = parse_row(row(totalAmount=10000, openAmount=6000))
    record = build_record(with_document(listed, closing), "c-1").record
    assert (record.total, record.outstanding) == (euro("6000"), euro("6000"))
    assert record.state is ItemState.OPEN
    assert record.facts["closing_invoice"] == "abzüglich AR-1 (4000,00 €)"
    other = parse_document(document(totalPrice={"totalGrossAmount": 1}), INVOICE)
    assert with_document(listed, other).total == euro("10000")


def test_a_closing_invoice_without_down_payments_and_without_its_claim() -> None:
    found = parse_document(document(closingInvoice=True), INVOICE)
    assert found.total == euro("1190")
    assert found.details is not None
    assert found.details.facts["closing_invoice"] == "ohne Abschläge"


def test_an_open_down_payment_whose_closing_invoice_exists_is_not_dunned_twice() -> None:
    down = VOUCHER_TYPES["downpaymentinvoice"]
    found = parse_document(document(closingInvoiceId="s-1"), down)
    listed = parse_row(row(voucherType="downpaymentinvoice"))
    mapped = build_record(with_document(listed, found), "c-1")
    assert mapped.record.state is ItemState.UNKNOWN
    assert mapped.record.facts["closed_by"] == "s-1"
    assert [each.code for each in mapped.problems] == ["down_payment_closed"]
    settled = build_record(replace(with_document(listed, found), status="paid"), "c-1")
    assert (settled.record.state, settled.problems) == (ItemState.SETTLED, ())


def test_a_document_without_its_total_is_refused_by_its_path() -> None:
    with pytest.raises(FieldError, match=r"totalPrice\.totalGrossAmount: fehlt"):
        parse_document(document(totalPrice={}), INVOICE)


def test_a_document_without_name_has_no_address() -> None:
    found = parse_document(document(address={"contactId": "c-1"}), INVOICE)
    assert found.details is not None
    assert found.details.address is None


def test_a_bookkeeping_voucher_due_on_its_own_day_says_why() -> None:
    found = parse_document(voucher(), VOUCHER_TYPES["salesinvoice"])
    record = build_record(replace(found, open=found.total), found.contact).record
    assert record.due_date == date(2026, 1, 8)
    assert record.due_rule.startswith("Belegdatum; lexoffice setzt es ein")
    assert record.delivered_on == date(2026, 1, 7)
    later = build_record(
        replace(found, open=found.total, due=date(2026, 1, 22)), found.contact
    ).record
    assert later.due_rule == "Fälligkeit aus lexoffice"


def test_a_bookkeeping_voucher_names_its_kind_itself() -> None:
    found = parse_document(voucher(type="salescreditnote"), VOUCHER_TYPES["salesinvoice"])
    assert (found.type.name, found.total) == ("salescreditnote", euro("-60"))
    for other in ("purchaseinvoice", "invoice"):
        with pytest.raises(UnknownType):
            parse_document(voucher(type=other), VOUCHER_TYPES["salesinvoice"])


def test_the_collective_contact_is_nobody() -> None:
    found = parse_document(voucher(useCollectiveContact=True), VOUCHER_TYPES["salesinvoice"])
    assert found.contact == ""


def test_facts_of_electronic_invoices_and_related_documents() -> None:
    found = document_facts(
        document(
            electronicDocumentProfile="XRechnung",
            xRechnung={"buyerReference": "04011000-1"},
            paymentConditions={
                "paymentDiscountConditions": {
                    "discountPercentage": Decimal("2.50"),
                    "discountRange": 10,
                }
            },
            relatedVouchers=[
                {"id": "g-1", "voucherNumber": "GS-1", "voucherType": "creditnote"},
                {"id": "m-1", "voucherType": "dunning"},
            ],
        )
    )
    assert found == {
        "e_invoice": "XRechnung",
        "buyer_reference": "04011000-1",
        "skonto": "2,5 % Skonto bis 10 Tage",
        "related": "creditnote GS-1, dunning m-1",
    }
    new = document_facts({"electronicDocumentProfile": "EN99999", "paymentConditions": {}})
    assert new == {"e_invoice": "EN99999"}
    ten = {"paymentDiscountConditions": {"discountPercentage": 10, "discountRange": 8}}
    assert document_facts({"paymentConditions": ten}) == {"skonto": "10 % Skonto bis 8 Tage"}


# Marks.


def test_a_row_and_a_single_read_of_the_same_state_have_the_same_mark() -> None:
    listed = parse_row(row(), "open")
    alone = parse_document(document(), INVOICE)
    movements = parse_payments(
        {"openAmount": "690.00", "voucherStatus": "open", "currency": "EUR"}, INVOICE, "EUR", "r"
    )
    record = build_record(alone, "c-1", movements).record
    assert record.mark == row_mark(listed) == "2026-01-20T16:02:11Z|690.00|2026-01-19|open"


@pytest.mark.parametrize(
    "change",
    [
        {"updatedDate": "2026-01-20T17:02:12.000+01:00"},
        {"openAmount": Decimal("689.99")},
        {"dueDate": "2026-01-20T00:00:00.000+01:00"},
        {"voucherStatus": "paid"},
    ],
)
def test_every_change_changes_the_mark(change: dict[str, Any]) -> None:
    assert row_mark(parse_row(row(**change))) != row_mark(parse_row(row()))


def test_becoming_overdue_is_no_change() -> None:
    assert row_mark(parse_row(row(voucherStatus="open"))) == row_mark(parse_row(row()))


def test_a_row_that_does_not_say_what_is_open_matches_nothing() -> None:
    assert row_mark(parse_row(row(openAmount=None))) == ""


# From open to settled, void and back.


def test_a_paid_invoice_keeps_what_its_document_said() -> None:
    open_ = build_record(read(), "c-1", paid("open", "690")).record
    part = PaymentPart(date(2026, 2, 3), euro("1190"), PaymentKind.PAYMENT, "Bankzahlung")
    listed = parse_row(row(voucherStatus="paid", openAmount=0, totalAmount=1190))
    mapped = settle(open_, listed, paid("paid", "0", part))
    record = mapped.record
    assert (record.state, record.outstanding) == (ItemState.SETTLED, euro("0"))
    assert record.settled_on == date(2026, 2, 3)
    assert (record.address, record.language) == (open_.address, "de")
    assert record.facts["skonto"] == "2 % Skonto bis 7 Tage"
    assert (record.payments, record.payments_read) == ((part,), True)
    assert record.mark == row_mark(listed)
    assert "payments_difference" not in record.facts


def test_a_voided_invoice_is_cancelled_without_a_difference() -> None:
    open_ = build_record(read(), "c-1").record
    record = settle(open_, parse_row(row(voucherStatus="voided")), None).record
    assert (record.state, record.outstanding) == (ItemState.CANCELLED, euro("0"))
    assert record.payments_read
    alone = build_record(parse_document(document(), INVOICE), "c-1", paid("voided", "0")).record
    assert alone.state is ItemState.CANCELLED
    assert "payments_difference" not in alone.facts


def test_a_settled_invoice_that_changes_keeps_its_day_and_total() -> None:
    closing = {"closing_invoice": "ohne Abschläge", "voucher_type": "invoice"}
    known = replace(build_record(read(), "c-1", paid()).record, facts=closing)
    again = settle(known, parse_row(row(voucherStatus="paid", totalAmount=5000)), None).record
    assert (again.settled_on, again.total) == (date(2026, 2, 3), euro("1190"))
    assert not again.payments_read


def test_an_invoice_that_moved_to_another_contact_moves() -> None:
    known = build_record(read(), "c-1").record
    moved = parse_row(row(voucherStatus="paid", contactId="c-9"))
    assert settle(known, moved, None).record.debtor == "c-9"
    nameless = parse_row(row(voucherStatus="paid", contactId=None))
    assert settle(known, nameless, None).record.debtor == "c-1"
    one_time = replace(known, debtor="one-time:0123456789abcdef")
    assert settle(one_time, moved, None).record.debtor == "one-time:0123456789abcdef"


def test_back_to_draft_is_neither_open_nor_lost() -> None:
    known = build_record(read(), "c-1", paid("open", "690")).record
    draft = as_draft(known, "draft")
    assert (draft.open, draft.state, draft.source_state) == (False, ItemState.CANCELLED, "draft")
    assert (draft.number, draft.total) == (known.number, known.total)
    assert draft.mark != row_mark(parse_row(row()))
    assert as_draft(draft, "draft") == draft


def test_a_write_off_closes_the_claim_and_says_so() -> None:
    part = PaymentPart(date(2026, 2, 3), euro("1190"), PaymentKind.WRITE_OFF)
    known = build_record(read(), "c-1").record
    record = settle(known, parse_row(row(voucherStatus="paid")), paid("paid", "0", part)).record
    assert record.state is ItemState.WRITTEN_OFF


def test_payments_that_are_read_later_change_nothing_else() -> None:
    bare = build_record(parse_row(row(voucherStatus="paid")), "c-1").record
    part = PaymentPart(date(2026, 2, 3), euro("1100"), PaymentKind.PAYMENT)
    record = with_payments(bare, paid("paid", "0", part))
    assert record.payments_read
    assert record.facts["payments_difference"] == "90.00 EUR"
    assert record.settled_on == date(2026, 2, 3)
    rest = PaymentPart(date(2026, 2, 3), euro("90"), PaymentKind.WRITE_OFF)
    again = with_payments(record, paid("paid", "0", part, rest))
    assert "payments_difference" not in again.facts
    assert again.state is ItemState.WRITTEN_OFF
    assert replace(again, **_before(bare)) == bare


def _before(bare: Any) -> dict[str, Any]:
    names = ("state", "settled_on", "payments", "payments_read", "facts")
    return {name: getattr(bare, name) for name in names}


def test_the_kind_of_a_stored_record_is_known() -> None:
    record = build_record(
        parse_row(row(voucherType="creditnote", voucherStatus="open")), "c"
    ).record
    assert type_of(record) is CREDIT
    assert type_of(replace(record, facts={})) is None


# Debtors of invoices without a contact.


def test_one_name_at_one_address_is_one_debtor_and_never_another() -> None:
    home = Address("Erika Muster", (), "Ring 3", "10115", "Musterstadt")
    same = Address("ERIKA  Muster", (), "ring 3", "10115", "Musterstadt ")
    assert one_time_id("a", home) == one_time_id("b", same)
    others = [
        replace(home, name="Erik Muster"),
        replace(home, street="Ring 4"),
        replace(home, postcode="10117"),
        replace(home, city="Beispielstadt"),
        replace(home, country="AT"),
        replace(home, lines=("bei Beispiel",)),
    ]
    assert len({one_time_id("a", each) for each in (home, *others)}) == 7


@pytest.mark.parametrize("missing", ["street", "postcode", "city", "name"])
def test_without_a_full_address_every_invoice_has_its_own_debtor(missing: str) -> None:
    home = Address("Erika Muster", (), "Ring 3", "10115", "Musterstadt")
    assert one_time_id("a", replace(home, **{missing: ""})) == "voucher:a"


def test_a_debtor_by_address_has_the_evidence_of_its_name_and_no_mail() -> None:
    firm = debtor_by_address("x", Address("Muster Bau GmbH"), "en")
    assert (firm.type, firm.email, firm.language) == (DebtorType.BUSINESS, "", "en")
    assert firm.type_evidence == "Rechtsform im Namen: GmbH"
    assert debtor_by_address("y", Address("Erika Muster"), "").language == "de"


def test_tax_regions_belong_to_their_country() -> None:
    canary = parse_address({"street": "Calle 1", "countryCode": "ES_CN"}, "Muster")
    assert (canary.country, canary.name) == ("ES", "Muster")
    assert parse_address({"countryCode": "Spanien"}, "Muster").country == "DE"
    person = parse_address({"name": "Muster GmbH", "contactPerson": "Ada Beispiel"}, "")
    assert person.lines == ("Ada Beispiel",)


# The account.


def test_an_account_says_who_it_is() -> None:
    info = parse_profile(
        {
            "organizationId": "o-1",
            "companyName": "Muster e.K.",
            "connectionId": "k-1",
            "taxType": "net",
            "smallBusiness": True,
            "features": ["cashbox"],
            "businessFeatures": ["INVOICING"],
            "subscriptionStatus": "active",
            "created": {"date": "2025-09-01T10:00:00.000+02:00", "userEmail": "x@muster.example"},
        },
        date(2026, 3, 2),
    )
    assert (info.id, info.name, info.warnings) == ("o-1", "Muster e.K.", ())
    assert info.facts == {
        "tax_type": "net",
        "connection_id": "k-1",
        "subscription": "active",
        "small_business": "ja",
        "features": "INVOICING, cashbox",
        "connected_on": "2025-09-01",
    }


def test_an_account_without_plan_or_with_an_old_key_is_warned_about() -> None:
    values = {
        "organizationId": "o-1",
        "subscriptionStatus": "expired",
        "created": {"date": "2024-05-06T07:08:09.000+02:00"},
    }
    info = parse_profile(values, date(2026, 3, 2))
    assert info.name == "o-1"
    plan, key = info.warnings
    assert "Tarif XL" in plan[0]
    assert "plan XL" in plan[1]
    assert "06.05.2024" in key[0]
    assert "2024-05-06" in key[1]
    assert parse_profile(values, date(2025, 5, 6)).warnings == (plan,)
    values["created"] = {"date": "damals"}
    assert parse_profile(values, date(2026, 3, 2)).warnings == (plan,)


def test_a_profile_without_organisation_is_refused() -> None:
    with pytest.raises(FieldError, match="organizationId"):
        parse_profile({}, date(2026, 3, 2))


def test_a_problem_has_a_documented_code() -> None:
    with pytest.raises(KeyError):
        warning("not_a_code", "here", "there")


def test_a_deduction_that_is_no_amount_is_shown_as_it_came() -> None:
    deduction = {"voucherNumber": "AR-1", "receivedGrossAmount": "viel"}
    closing = parse_document(
        document(closingInvoice=True, downPaymentDeductions=[deduction]), INVOICE
    )
    record = build_record(with_document(parse_row(row()), closing), "c-1").record
    assert record.facts["closing_invoice"] == "abzüglich AR-1 (viel)"

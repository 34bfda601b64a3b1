"""Rows as sevDesk sends them, in the shapes of the wire samples: almost everything is a text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.money import Money

Row = dict[str, Any]
GONE = object()  # a key that is absent: how sevDesk writes a reference that is not set

TODAY = date(2026, 4, 1)


def euro(amount: str) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def ref(id_: str, kind: str) -> Row:
    return {"id": id_, "objectName": kind}


def _row(values: Row, changes: Row) -> Row:
    return {name: value for name, value in (values | changes).items() if value is not GONE}


def invoice(**changes: Any) -> Row:
    """RE-1002 of 2 March over 119 euros, payable in 14 days, nothing paid."""
    values = {
        "id": "1002",
        "objectName": "Invoice",
        "invoiceNumber": "RE-1002",
        "contact": ref("501", "Contact"),
        "create": "2026-03-02T09:15:00+01:00",
        "update": "2026-03-02T09:20:01+01:00",
        "sevClient": ref("9", "SevClient"),
        "invoiceDate": "2026-03-02T00:00:00+01:00",
        "header": "Rechnung Nr. RE-1002",
        "timeToPay": "14",
        "discountTime": None,
        "discount": "0",
        "addressName": "Muster Bau GmbH",
        "addressStreet": "Beispielweg 7",
        "addressZip": "20095",
        "addressCity": "Hamburg",
        "addressCountry": ref("1", "StaticCountry"),
        "payDate": None,
        "deliveryDate": "2026-03-01T00:00:00+01:00",
        "deliveryDateUntil": None,
        "status": "200",
        "dunningLevel": None,
        "sendDate": "2026-03-02T09:20:00+01:00",
        "invoiceType": "RE",
        "addressParentName": None,
        "addressParentName2": None,
        "addressName2": None,
        "address": "Muster Bau GmbH\nBeispielweg 7\n20095 Hamburg",
        "currency": "EUR",
        "sumNet": "100",
        "sumTax": "19",
        "sumGross": "119",
        "paidAmount": 0,
        "customerInternalNote": None,
        "einvoiceReference": None,
        "sepaMandateReference": None,
        "sendType": "VM",
    }
    return _row(values, changes)


def paid(amount: str = "119", on: str = "2026-03-20", **changes: Any) -> Row:
    """The same invoice, closed."""
    return invoice(
        status="1000", paidAmount=Decimal(amount), payDate=f"{on}T00:00:00+01:00", **changes
    )


def cancellation(**changes: Any) -> Row:
    """The SR of invoice 1002."""
    values = {
        "id": "1007",
        "invoiceNumber": "RE-1007",
        "invoiceType": "SR",
        "status": "1000",
        "sumGross": "-119",
        "origin": ref("1002", "Invoice"),
    }
    return invoice(**(values | changes))


def reminder(**changes: Any) -> Row:
    """An MA about invoice 1002 that was sent on 25 March."""
    values = {
        "id": "1008",
        "invoiceNumber": None,
        "invoiceType": "MA",
        "status": "200",
        "invoiceDate": "2026-03-25T00:00:00+01:00",
        "sendDate": "2026-03-25T10:00:00+01:00",
        "header": "Zahlungserinnerung",
        "dunningLevel": "1",
        "reminderDebit": "119",
        "reminderCharge": "0",
        "reminderTotal": "119",
        "origin": ref("1002", "Invoice"),
    }
    return invoice(**(values | changes))


def credit_note(**changes: Any) -> Row:
    """A reduction of invoice 1002 by 20 euros, open."""
    values = {
        "id": "1002",  # ids of credit notes are counted by themselves
        "objectName": "CreditNote",
        "creditNoteNumber": "GU-1001",
        "creditNoteDate": "2026-03-10T00:00:00+01:00",
        "contact": ref("501", "Contact"),
        "update": "2026-03-10T09:00:00+01:00",
        "status": "200",
        "currency": "EUR",
        "sumGross": "20",
        "paidAmount": 0,
        "payDate": None,
        "bookingCategory": "UNDERACHIEVEMENT",
        "refSrcInvoice": ref("1002", "Invoice"),
        "addressName": "Muster Bau GmbH",
        "addressStreet": "Beispielweg 7",
        "addressZip": "20095",
        "addressCity": "Hamburg",
    }
    return _row(values, changes)


def log(amount: str, on: str, id_: str = "51", **changes: Any) -> Row:
    """A booking of a transaction on invoice 1002."""
    values = {
        "id": id_,
        "objectName": "CheckAccountTransactionLog",
        "checkAccountTransaction": ref("41", "CheckAccountTransaction"),
        "fromStatus": "100",
        "toStatus": "400",
        "amountPaid": Decimal(amount),
        "bookingDate": f"{on}T00:00:00+01:00",
        "object": ref("1002", "Invoice"),
    }
    return _row(values, changes)


def company(**changes: Any) -> Row:
    values = {
        "id": "501",
        "objectName": "Contact",
        "name": "Muster Bau GmbH",
        "name2": None,
        "surename": None,
        "familyname": None,
        "titel": None,
        "academicTitle": None,
        "gender": None,
        "customerNumber": "1001",
        "vatNumber": None,
        "bankAccount": None,
        "governmentAgency": "0",
        "defaultTimeToPay": None,
        "sevClient": ref("9", "SevClient"),
    }
    return _row(values, changes)


def person(**changes: Any) -> Row:
    """A person: ``surename`` is her first name."""
    values = {
        "id": "502",
        "name": None,
        "surename": "Erika",
        "familyname": "Beispiel",
        "gender": "w",
        "customerNumber": "1002",
    }
    return company(**(values | changes))


def way(value: str, contact: str = "501", **changes: Any) -> Row:
    values = {
        "id": "701",
        "contact": ref(contact, "Contact"),
        "type": "EMAIL",
        "value": value,
        "key": ref("2", "CommunicationWayKey"),
        "main": "0",
    }
    return _row(values, changes)


def contact_address(contact: str = "501", **changes: Any) -> Row:
    values = {
        "id": "601",
        "contact": ref(contact, "Contact"),
        "street": "Beispielweg 7",
        "zip": "20095",
        "city": "Hamburg",
        "country": ref("1", "StaticCountry"),
        "category": ref("47", "Category"),
        "name": None,
    }
    return _row(values, changes)


def bank(**changes: Any) -> Row:
    values = {
        "id": "31",
        "objectName": "CheckAccount",
        "name": "Geschäftskonto",
        "type": "online",
        "importType": None,
        "currency": "EUR",
        "status": "100",
        "lastSync": "2026-03-10T06:00:00+01:00",
        "sevClient": ref("9", "SevClient"),
    }
    return _row(values, changes)


def transaction(**changes: Any) -> Row:
    values = {
        "id": "41",
        "objectName": "CheckAccountTransaction",
        "valueDate": "2026-03-20T00:00:00+01:00",
        "entryDate": "2026-03-21T00:00:00+01:00",
        "amount": "119",
        "paymtPurpose": "RE-1002",
        "payeePayerAcctNo": "DE02 1203 0000 0000 2020 51",
        "payeePayerName": "Muster Bau GmbH",
        "checkAccount": ref("31", "CheckAccount"),
        "status": "100",
        "deletedAt": None,
    }
    return _row(values, changes)

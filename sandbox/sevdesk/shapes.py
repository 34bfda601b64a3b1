"""Documents as rows: every field that live answers have, unset references left out (§1.1, §2.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.common.clock import midnight
from sandbox.sevdesk import wire
from sandbox.sevdesk.model import ZERO, CreditNote, Invoice
from sandbox.sevdesk.replies import Json
from sandbox.sevdesk.wire import day_stamp, flag, plain, reference, stamp, text
from sandbox.sevdesk.world import CLIENT, COUNTRIES, USER

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

ABSENT = "absent"
# What one euro is in another currency at the stand-in, for the variant foreign_sums.
_RATE = Decimal("1.25")
_UNUSED = {"accountIntervall": None, "accountLastInvoice": None, "accountNextInvoice": None}


def altered(row: Json, wire_fields: Json) -> Json:
    """The row with the fields that somebody put on the wire; ``absent`` drops one."""
    if not wire_fields:
        return row
    merged = {**row, **wire_fields}
    return {key: value for key, value in merged.items() if value != ABSENT}


def head(id_: str, kind: str) -> Json:
    return {"id": id_, "objectName": kind, "additionalInformation": None}


def client() -> Json:
    return {"sevClient": reference("SevClient", CLIENT)}


def invoice_row(world: World, each: Invoice, *, post: bool = False) -> Json:
    """An invoice; in the answer of a POST ``paidAmount`` is a string (§1.2)."""
    row = head(each.id, "Invoice")
    row |= {"invoiceNumber": each.number}
    if each.contact is not None:
        row["contact"] = reference("Contact", each.contact)
    row |= {"create": stamp(each.created), "update": stamp(each.updated), **client()}
    row |= {
        "invoiceDate": day_stamp(each.on),
        "header": each.header,
        "headText": each.head_text,
        "footText": None,
        "timeToPay": text(each.time_to_pay),
        "discountTime": text(each.discount_time),
        "discount": plain(each.discount),
    }
    row |= _address(world, each)
    row |= {
        "payDate": day_stamp(each.pay_date),
        "createUser": reference("SevUser", USER),
        "deliveryDate": day_stamp(each.delivery or each.on),
        "status": str(each.status),
        "smallSettlement": "0",
        "contactPerson": reference("SevUser", USER),
        "taxRate": "0",
        "taxText": "Umsatzsteuer 19%",
        "dunningLevel": text(each.level),
        "taxType": None if each.era == "2.0" else "default",
        "sendDate": stamp(each.sent),
        "invoiceType": each.kind,
        **_UNUSED,
        "accountStartDate": None,
        "accountEndDate": None,
    }
    row |= _reminder(world, each) | _sums(world, each)
    row |= {
        "paidAmount": plain(each.paid) if post else each.paid,
        "customerInternalNote": each.note,
        "einvoiceReference": None,
        "sepaMandateReference": each.mandate,
        "sepaCreditorId": None,
        "sepaPayerIban": None,
        "showNet": flag(each.net_prices),
        "enshrined": stamp(each.enshrined),
        "sendType": each.send_type,
        "deliveryDateUntil": day_stamp(each.delivery_until),
        "sendPaymentReceivedNotificationDate": None,
    }
    if each.era == "2.0":
        row["taxRule"] = reference("TaxRule", "1")
    if each.origin is not None:
        row["origin"] = reference(each.origin[1], each.origin[0])
    return altered(row, each.wire)


def _address(world: World, each: Invoice) -> Json:
    name, street, zip_, city, country = each.address or ("", "", "", "", "")
    lines = [name, street, f"{zip_} {city}".strip()]
    shown = world.variants["structured_address"] == "present"
    row: Json = {
        "addressName": (name or None) if shown else None,
        "addressStreet": (street or None) if shown else None,
        "addressZip": (zip_ or None) if shown else None,
        "addressCity": (city or None) if shown else None,
        "addressParentName": None,
        "addressParentName2": None,
        "addressName2": None,
        "addressGender": None,
        "address": "\n".join(line for line in lines if line) or None,
    }
    if country:
        row["addressCountry"] = reference("StaticCountry", COUNTRIES.get(country, "1"))
    return row


def _reminder(world: World, each: Invoice) -> Json:
    return {
        "reminderTotal": None if each.debit is None else plain(each.debit + each.charge),
        "reminderDebit": text(each.debit),
        "reminderDeadline": _deadline(world, each.deadline),
        "reminderCharge": plain(each.charge),
    }


def _deadline(world: World, day: date | None) -> str | None:
    form = world.variants["reminder_deadline"]
    if day is None or form == "iso":
        return day_stamp(day)
    return f"{day:%d.%m.%Y}" if form == "german" else str(int(midnight(day).timestamp()))


def _sums(world: World, each: Invoice | CreditNote) -> Json:
    """The sums; of another currency than the tenant's in one of two ways (variant)."""
    net, tax, gross, foreign = each.net, each.tax, each.gross, (ZERO, ZERO, ZERO)
    booked = (net, tax, gross)
    if each.currency != world.currency:
        booked = (wire.cents(net / _RATE), wire.cents(tax / _RATE), wire.cents(gross / _RATE))
        if world.variants["foreign_sums"] == "accounting":
            foreign = (net, tax, gross)
            net, tax, gross = booked
    found: Json = {"currency": each.currency}
    names = ("Net", "Tax", "Gross")
    found |= {f"sum{n}": plain(v) for n, v in zip(names, (net, tax, gross), strict=True)}
    found["sumDiscounts"] = "0"
    found |= {f"sum{n}ForeignCurrency": plain(v) for n, v in zip(names, foreign, strict=True)}
    found["sumDiscountsForeignCurrency"] = "0"
    found |= {f"sum{n}Accounting": plain(v) for n, v in zip(names, booked, strict=True)}
    for name in ("Net", "Gross", "NetForeignCurrency", "GrossForeignCurrency"):
        found[f"sumDiscount{name}"] = "0"
    return found


def credit_note_row(world: World, each: CreditNote) -> Json:
    """A credit note; its fields are parallel to an invoice's (§2.7)."""
    row = head(each.id, "CreditNote")
    row["creditNoteNumber"] = each.number
    if each.contact is not None:
        row["contact"] = reference("Contact", each.contact)
    row |= {"create": stamp(each.created), "update": stamp(each.updated), **client()}
    row |= {
        "creditNoteDate": day_stamp(each.on),
        "deliveryDate": day_stamp(each.on),
        "header": f"Gutschrift Nr. {each.number}" if each.number else "Gutschrift",
        "status": str(each.status),
        "bookingCategory": each.category,
        "payDate": day_stamp(each.pay_date),
        "sendDate": stamp(each.sent),
        "sendType": each.send_type,
        "paidAmount": each.paid,
        "showNet": "1",
        "taxType": None,
        "customerInternalNote": None,
        "enshrined": None,
        **_sums(world, each),
        "taxRule": reference("TaxRule", "1"),
    }
    if each.invoice is not None:
        row["refSrcInvoice"] = reference("Invoice", each.invoice)
        row["origin"] = reference("Invoice", each.invoice)
    return altered(row, each.wire)

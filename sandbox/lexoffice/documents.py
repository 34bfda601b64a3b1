"""Sales vouchers as their own endpoints show them (§2.2, §2.4, §2.5, §2.7)."""

from __future__ import annotations

from datetime import time, timedelta

from sandbox.common.clock import midnight
from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.amounts import line_amount, tax_rows, total_price, totals
from sandbox.lexoffice.model import BOOKED, Dunning, Json, Line, Related, Voucher
from sandbox.lexoffice.world import World

# In UTC this is the day before, in winter and in summer.
_HALF_PAST_MIDNIGHT = time(0, 30)
_IN_LISTS = frozenset({"sepadebit", "transferred"})
_TITLES = {
    "invoice": "Rechnung",
    "downpaymentinvoice": "Abschlagsrechnung",
    "creditnote": "Rechnungskorrektur",
    "quotation": "Angebot",
    "orderconfirmation": "Auftragsbestätigung",
    "deliverynote": "Lieferschein",
}


def get_invoice(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.voucher(id_, "invoices")))


def get_down_payment(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.voucher(id_, "down-payment-invoices")))


def get_credit_note(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.voucher(id_, "credit-notes")))


def get_quotation(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.voucher(id_, "quotations")))


def get_dunning(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown_dunning(world, world.dunning(id_)))


def shown(world: World, voucher: Voucher) -> Json:
    """A voucher with all its fields; one that has no value becomes None and is left out."""
    body = _common(world, voucher)
    if voucher.kind in {"invoice", "downpaymentinvoice"}:
        draft = voucher.status == "draft"
        body |= {
            "dueDate": None if draft else wire.day_stamp(voucher.due),
            "paymentConditions": payment_conditions(voucher),
            "shippingConditions": voucher.shipping,
            "closingInvoice": voucher.closing,
        }
    if voucher.closing:
        body |= {"claimedGrossAmount": voucher.claimed, "downPaymentDeductions": voucher.deductions}
    if voucher.kind == "downpaymentinvoice":
        body["closingInvoiceId"] = voucher.closing_invoice
    return body


def _common(world: World, voucher: Voucher) -> Json:
    sums = totals(voucher.lines, voucher.tax_type, voucher.discount)
    return {
        "id": voucher.id,
        "organizationId": world.organization_id,
        "createdDate": wire.stamp(voucher.created),
        "updatedDate": wire.stamp(voucher.updated),
        "version": voucher.version,
        "language": voucher.language,
        "archived": voucher.archived,
        # Never overdue, sepadebit or transferred here: they exist in lists and payments.
        "voucherStatus": "open" if voucher.status in _IN_LISTS else voucher.status,
        "voucherNumber": voucher.number,
        "voucherDate": voucher_date(world, voucher),
        "address": address_of(world, voucher),
        "electronicDocumentProfile": voucher.profile,
        "lineItems": [line_item(each, voucher.tax_type) for each in voucher.lines],
        "totalPrice": total_price(sums, voucher.discount),
        "taxAmounts": tax_rows(sums),
        "taxConditions": {"taxType": voucher.tax_type},
        "relatedVouchers": related(world, voucher.related),
        "title": voucher.title or _TITLES[voucher.kind],
        "introduction": voucher.introduction or None,
        "remark": voucher.remark or None,
    }


def voucher_date(world: World, voucher: Voucher) -> str | None:
    """Midnight, or for documents made in the web app the time of day (one official sample)."""
    if world.variants["voucher_time"] == "midnight" or voucher.kind in BOOKED:
        return wire.day_stamp(voucher.on)
    return wire.stamp(midnight(voucher.on, _HALF_PAST_MIDNIGHT))


def related(world: World, entries: list[Related]) -> list[Json]:
    """``relatedVouchers``: the word for a dunning, and whether those of people are listed, vary."""
    listed = []
    for each in entries:
        kind = each.type
        if kind == "dunning":
            if each.ui and world.variants["ui_dunnings_related"] == "no":
                continue
            kind = world.variants["dunning_related_type"]
        listed.append({"id": each.id, "voucherNumber": each.number or None, "voucherType": kind})
    return listed


def address_of(world: World, voucher: Voucher) -> Json:
    """The voucher's own address, else the one of its contact; never an e-mail address."""
    contact = world.contacts.get(voucher.contact or "")
    if voucher.address is not None:
        own = {"contactId": voucher.contact, "name": voucher.name, **voucher.address}
        if contact and "name" not in voucher.address:
            own["name"] = plain_name(contact.data)
        return own
    if contact is None:
        return {"contactId": voucher.contact, "name": voucher.name, "countryCode": "DE"}
    billing = contact.data.get("addresses", {}).get("billing") or [{"countryCode": "DE"}]
    return {
        "contactId": contact.id,
        "name": plain_name(contact.data),
        **billing[0],
        "contactPerson": _person(contact.data),
    }


def plain_name(data: Json) -> str:
    """The name as an address writes it: a person is ``Vorname Nachname``."""
    if data.get("company"):
        return str(data["company"]["name"])
    person = data.get("person", {})
    parts = (person.get("firstName"), person.get("lastName"))
    return " ".join(part for part in parts if part)


def _person(data: Json) -> str | None:
    people = data.get("company", {}).get("contactPersons") or []
    chosen = next((each for each in people if each.get("primary")), None)
    return plain_name({"person": chosen}) if chosen else None


def line_item(line: Line, tax_type: str) -> Json:
    """A line; one of text has neither price nor quantity."""
    if line.unit_price is None:
        return {"type": "text", "name": line.name, "description": line.description or None}
    share = 1 + line.rate / 100
    gross = tax_type == "gross"
    net = wire.cents(line.unit_price / share) if gross else line.unit_price
    return {
        "type": line.type,
        "name": line.name,
        "description": line.description or None,
        "quantity": line.quantity,
        "unitName": line.unit,
        "unitPrice": {
            "currency": "EUR",
            "netAmount": net,
            "grossAmount": line.unit_price if gross else wire.cents(line.unit_price * share),
            "taxRatePercentage": line.rate,
        },
        "discountPercentage": line.discount,
        "lineItemAmount": line_amount(line),
    }


def payment_conditions(voucher: Voucher) -> Json:
    """The term of payment with its discount, and the text it comes from."""
    label = f"Zahlbar in {voucher.term_days} Tagen"
    if voucher.skonto is None:
        return {
            "paymentTermLabel": label,
            "paymentTermLabelTemplate": "Zahlbar in {paymentRange} Tagen",
            "paymentTermDuration": voucher.term_days,
        }
    percent, days = voucher.skonto
    return {
        "paymentTermLabel": f"{label}, {percent} % Skonto in {days} Tagen",
        "paymentTermLabelTemplate": (
            "Zahlbar in {paymentRange} Tagen, {discount} Skonto in {discountRange} Tagen"
        ),
        "paymentTermDuration": voucher.term_days,
        "paymentDiscountConditions": {"discountPercentage": percent, "discountRange": days},
    }


def due_of(voucher: Voucher) -> None:
    """Derives the due date of a finalised voucher from its term."""
    voucher.due = voucher.on + timedelta(days=voucher.term_days)


def shown_dunning(world: World, dunning: Dunning) -> Json:
    """A dunning: a draft for ever, without number, due date and payment conditions."""
    sums = totals(dunning.lines, dunning.tax_type, dunning.discount)
    invoice = world.vouchers.get(dunning.invoice)
    entry = [Related(invoice.id, invoice.kind, invoice.number)] if invoice else []
    return {
        "id": dunning.id,
        "organizationId": world.organization_id,
        "createdDate": wire.stamp(dunning.created),
        "updatedDate": wire.stamp(dunning.updated),
        "version": dunning.version,
        "language": dunning.language,
        "archived": False,
        "voucherStatus": "draft",
        "voucherDate": wire.stamp(dunning.on),
        "address": dunning.address,
        "electronicDocumentProfile": "NONE",
        "lineItems": [line_item(each, dunning.tax_type) for each in dunning.lines],
        "totalPrice": total_price(sums, dunning.discount),
        "taxAmounts": tax_rows(sums),
        "taxConditions": {"taxType": dunning.tax_type},
        "shippingConditions": dunning.shipping,
        "relatedVouchers": related(world, entry),
        "title": dunning.title or None,
        "introduction": dunning.introduction or None,
        "remark": dunning.remark or None,
    }

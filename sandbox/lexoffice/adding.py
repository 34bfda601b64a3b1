"""What a person creates in the web app: contacts and vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.lexoffice.amounts import lines_for
from sandbox.lexoffice.contacts import add_contact
from sandbox.lexoffice.model import BOOKED, CREDITS, ENDPOINTS, EVENTS, ZERO, Json, Paid, Voucher
from sandbox.lexoffice.wire import cents, day_stamp
from sandbox.lexoffice.world import World

_TERM_DAYS = 14
_STATES = frozenset({"open", "draft", "paid", "voided", "transferred", "unchecked"})


def euros(amount: Decimal | str | int) -> Decimal:
    """An amount in euros with two places.

    Raises:
        TypeError: a float.
        ValueError: more than two places, or nothing above zero.
    """
    if isinstance(amount, float):
        raise TypeError("amounts are Decimal or text, never float")
    exact = Decimal(amount)
    if exact != cents(exact) or exact <= ZERO:
        raise ValueError(f"{amount} is no amount in euros and cents above zero")
    return cents(exact)


class Adding:
    """The creating half of the controls."""

    world: World

    def add_contact(
        self,
        *,
        company: str = "",
        person: tuple[str, str] | None = None,
        email: str = "",
        street: str = "Musterweg 1",
        zip: str = "12345",  # noqa: A002 - the platform's name
        city: str = "Musterstadt",
        country: str = "DE",
        vat_id: str = "",
        contact_person: tuple[str, str, str] | None = None,
        archived: bool = False,
        **extra: Any,
    ) -> str:
        """A customer; company or person (first name, last name). Returns its id.

        ``contact_person`` is (first name, last name, e-mail) and is the primary one; ``extra``
        are further fields of the API's body, such as ``note`` or ``phoneNumbers``.

        Raises:
            ValueError: neither a company nor a person, or both.
        """
        if bool(company) == bool(person):
            raise ValueError("a contact is a company or a person")
        address = {"street": street, "zip": zip, "city": city, "countryCode": country}
        data: Json = {"roles": {"customer": {}}}
        if person:
            data["person"] = {"firstName": person[0], "lastName": person[1]}
        else:
            data["company"] = _company(company, vat_id, contact_person)
        data["addresses"] = {"billing": [{k: v for k, v in address.items() if v}]}
        if email:
            data["emailAddresses"] = {"business": [email]}
        with self.world.lock:
            contact = add_contact(self.world, {**data, **extra})
            contact.archived = archived
            return contact.id

    def add_invoice(
        self,
        *,
        contact: str | None,
        gross: Decimal | str,
        on: date,
        due: date | None = None,
        number: str = "",
        name: str = "",
        address: Mapping[str, str] | None = None,
        status: str = "open",
        tax_rate: Decimal | int = 19,
        kind: str = "invoice",
        sepadebit: bool = False,
        skonto: tuple[Decimal, int] | None = None,
        shipping: date | None = None,
        language: str = "de",
        closing: Sequence[str] = (),
        profile: str = "NONE",
        title: str = "",
        text: str = "Leistung laut Vereinbarung",
    ) -> str:
        """A voucher of any kind that carries money; returns its id.

        Args:
            contact: id of a contact; None for a collective contact (``name`` is the customer's).
            gross: total in euros, tax included.
            on: voucher date.
            due: due date; 14 days after ``on`` otherwise.
            number: else the next one.
            name: the one-time customer, or of a contact the name on this voucher.
            address: a deviating one (street, zip, city, countryCode, supplement).
            status: open, draft, paid, voided, transferred or unchecked.
            tax_rate: percent; 0 makes it vatfree.
            kind: voucherType, such as invoice, downpaymentinvoice, salesinvoice or creditnote.
            sepadebit: open, but being collected by direct debit.
            skonto: (percent, days) of a discount for early payment.
            shipping: date of the delivery.
            language: de or en.
            closing: ids of the down-payment invoices that this closing invoice deducts.
            profile: NONE, EN16931 (ZUGFeRD) or XRechnung.
            title: else the word for the kind.
            text: the one line of it.

        Raises:
            ValueError: no such kind, state or amount.
        """
        if kind not in ENDPOINTS or status not in _STATES:
            raise ValueError(f"no voucher of kind {kind!r} in state {status!r}")
        world, total = self.world, euros(gross)
        lines, tax_type = lines_for(total, Decimal(tax_rate), text)
        with world.lock:
            known = world.contact(contact) if contact else None
            at = world.clock.now()
            due = due or on + timedelta(days=0 if kind in BOOKED else _TERM_DAYS)
            voucher = Voucher(
                world.new_id(),
                kind,
                number or world.next_number(kind),
                "sepadebit" if sepadebit and status == "open" else status,
                on,
                None if kind in CREDITS else due,
                contact,
                known.name if known else name or "Sammelkunde",
                total,
                at,
                at,
                address=_address(name, address, known is not None),
                lines=lines,
                tax_type=tax_type,
                skonto=skonto,
                term_days=(due - on).days,
                language=language,
                profile=profile,
                title=title,
            )
            if shipping is not None:
                voucher.shipping = {"shippingType": "delivery", "shippingDate": day_stamp(shipping)}
            self._close(voucher, closing)
            self._settle(voucher)
            world.add(voucher)
            if status != "draft":
                world.emit(f"{EVENTS[kind]}.status.changed", voucher.id)
            return voucher.id

    def _close(self, voucher: Voucher, closing: Sequence[str]) -> None:
        """Makes it a closing invoice: received down payments are deducted from its claim."""
        for id_ in closing:
            part = self.world.voucher(id_, "down-payment-invoices")
            received = sum((each.amount for each in part.paid), ZERO)
            share = 1 + (part.lines[0].rate / 100)
            net = cents(received / share)
            voucher.deductions.append(
                {
                    "id": part.id,
                    "voucherType": part.kind,
                    "title": part.title or "Abschlagsrechnung",
                    "voucherNumber": part.number,
                    "voucherDate": day_stamp(part.on),
                    "receivedGrossAmount": received,
                    "receivedNetAmount": net,
                    "receivedTaxAmount": received - net,
                    "taxRatePercentage": part.lines[0].rate,
                }
            )
            part.closing_invoice = voucher.id
        if closing:
            deducted = sum((each["receivedGrossAmount"] for each in voucher.deductions), ZERO)
            voucher.closing, voucher.claimed = True, voucher.gross - deducted

    def _settle(self, voucher: Voucher) -> None:
        if voucher.status != "paid":
            return
        voucher.status = voucher.settled_as
        paid_on = min(voucher.due or voucher.on, self.world.clock.today())
        kind = "partPaymentFinancialTransaction"
        voucher.paid.append(Paid(kind, paid_on, voucher.claimed or voucher.gross))


def _company(name: str, vat_id: str, contact_person: tuple[str, str, str] | None) -> Json:
    company: Json = {"name": name, "allowTaxFreeInvoices": False}
    if vat_id:
        company["vatRegistrationId"] = vat_id
    if contact_person:
        first, last, email = contact_person
        entry = {"firstName": first, "lastName": last, "primary": True, "emailAddress": email}
        company["contactPersons"] = [entry]
    return company


def _address(name: str, address: Mapping[str, str] | None, has_contact: bool) -> Json | None:
    if address is None and not (name and has_contact):
        return None
    own: Json = {"countryCode": "DE", **(address or {})}
    return {**own, "name": name} if name and has_contact else own

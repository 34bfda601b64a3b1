"""What a person creates in the web app: contacts and vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.lexoffice.amounts import lines_for, totals
from sandbox.lexoffice.contacts import add_contact
from sandbox.lexoffice.model import (
    BOOKED,
    CREDITS,
    ENDPOINTS,
    EVENTS,
    ZERO,
    Discount,
    Json,
    Paid,
    Voucher,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a voucher shall be.

    Raises:
        ValueError: no such kind or state, or a discount where there is none.
    """

    contact: str | None  # id; None: a collective contact, whose customer is ``name``
    gross: Decimal | str  # total in euros, tax included
    on: date  # voucher date
    due: date | None = None  # 14 days after ``on`` otherwise
    number: str = ""  # the next one otherwise
    name: str = ""  # the one-time customer; of a contact the name on this voucher
    address: Mapping[str, str] | None = None  # a deviating one: street, zip, city, countryCode
    status: str = "open"  # or draft, paid, voided, transferred, unchecked
    tax_rate: Decimal | int = 19  # percent; 0 makes it vatfree
    kind: str = "invoice"  # or downpaymentinvoice, salesinvoice, creditnote, salescreditnote …
    sepadebit: bool = False  # open, but being collected by direct debit
    skonto: tuple[Decimal, int] | None = None  # (percent, days)
    shipping: date | None = None  # date of the delivery
    language: str = "de"  # or en
    closing: Sequence[str] = ()  # down-payment invoices that this closing invoice deducts
    discount: Decimal | int = 0  # percent off the whole; ``gross`` is the sum before it
    profile: str = "NONE"  # or EN16931 (ZUGFeRD), XRechnung
    title: str = ""  # the word for the kind otherwise
    text: str = "Leistung laut Vereinbarung"  # its one line

    def __post_init__(self) -> None:
        if self.kind not in ENDPOINTS or self.status not in _STATES:
            raise ValueError(f"no voucher of kind {self.kind!r} in state {self.status!r}")
        if self.discount and self.kind in BOOKED:
            raise ValueError("bookkeeping vouchers have no discount on the whole")

    @property
    def due_on(self) -> date:
        """The due date; bookkeeping vouchers are due on their own day unless told otherwise."""
        return self.due or self.on + timedelta(days=0 if self.kind in BOOKED else _TERM_DAYS)


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

    def add_invoice(self, **fields: Any) -> str:
        """A voucher of any kind that carries money; ``fields`` are those of :class:`Order`.

        Returns its id.

        Raises:
            ValueError: no such kind, state or amount.
            TypeError: no such field, or one that is needed is missing.
        """
        order = Order(**fields)
        world = self.world
        with world.lock:
            voucher = _voucher(world, order)
            self._close(voucher, order.closing)
            self._settle(voucher)
            world.add(voucher)
            if order.status != "draft":
                world.emit(f"{EVENTS[order.kind]}.status.changed", voucher.id)
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


def _voucher(world: World, order: Order) -> Voucher:
    lines, tax_type = lines_for(euros(order.gross), Decimal(order.tax_rate), order.text)
    discount = Discount(Decimal(order.discount))
    known = world.contact(order.contact) if order.contact else None
    at = world.clock.now()
    direct = order.sepadebit and order.status == "open"
    voucher = Voucher(
        world.new_id(),
        order.kind,
        order.number or world.next_number(order.kind),
        "sepadebit" if direct else order.status,
        order.on,
        None if order.kind in CREDITS else order.due_on,
        order.contact,
        known.name if known else order.name or "Sammelkunde",
        totals(lines, tax_type, discount).gross,
        at,
        at,
        address=_address(order.name, order.address, known is not None),
        lines=lines,
        tax_type=tax_type,
        discount=discount,
        skonto=order.skonto,
        term_days=(order.due_on - order.on).days,
        language=order.language,
        profile=order.profile,
        title=order.title,
    )
    if order.shipping is not None:
        voucher.shipping = {"shippingType": "delivery", "shippingDate": day_stamp(order.shipping)}
    return voucher


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

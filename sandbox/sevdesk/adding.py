"""What a person creates in the web app: contacts, bank accounts, invoices of every type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.sevdesk import sending, wire
from sandbox.sevdesk.model import (
    DRAFT,
    INVOICE_TYPES,
    OPEN,
    PAID,
    PARTLY,
    TEMPLATE,
    ZERO,
    Account,
    Address,
    Contact,
    Invoice,
    Position,
    Way,
)
from sandbox.sevdesk.world import COUNTRIES, World
from sandbox.sevdesk.writing import sums

_STATES = frozenset({TEMPLATE, DRAFT, OPEN, PARTLY, PAID, 500})
ACCOUNT_TYPES = ("online", "offline", "register")
_RATE = Decimal(19)


def euros(amount: Decimal | str | int) -> Decimal:
    """An amount with two places; it may be negative.

    Raises:
        TypeError: a float.
        ValueError: more than two places.
    """
    if isinstance(amount, float):
        raise TypeError("amounts are Decimal or text, never float")
    exact = Decimal(amount)
    if exact != wire.cents(exact):
        raise ValueError(f"{amount} is no amount in euros and cents")
    return wire.cents(exact)


def _country(code: str) -> str:
    if code.lower() not in COUNTRIES:
        raise ValueError(f"no country {code!r}; there are: {', '.join(COUNTRIES)}")
    return code.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an invoice shall be.

    Raises:
        ValueError: no such type or status, or both ``due`` and ``time_to_pay``.
    """

    contact: str | None  # id; None: an invoice without contact
    gross: Decimal | str  # total, tax included; may be negative
    on: date  # invoiceDate
    due: date | None = None  # becomes timeToPay
    time_to_pay: int | None = -1  # days; -1: 14, None: null on the wire
    number: str = ""  # the next one otherwise; drafts have none
    status: int = OPEN
    kind: str = "RE"  # or TR, AR, ER, WKR, SR, MA
    currency: str = "EUR"
    discount: Decimal | str | int = 0  # Skonto, percent
    discount_time: int | None = None  # days
    delivery: date | None = None
    delivery_until: date | None = None
    origin: str | None = None  # id of the invoice it came from
    order: str | None = None  # id of the order it came from
    mandate: str | None = None  # sepaMandateReference
    note: str | None = None  # customerInternalNote
    text: str = "Leistung laut Vereinbarung"
    era: str = ""  # "1.0": made before the tenant changed to system 2.0
    send_type: str = "VM"

    def __post_init__(self) -> None:
        if self.kind not in INVOICE_TYPES or self.status not in _STATES:
            raise ValueError(f"no invoice of type {self.kind!r} with status {self.status!r}")
        if self.due is not None and self.time_to_pay != -1:
            raise ValueError("either due or time_to_pay")

    @property
    def days(self) -> int | None:
        if self.due is not None:
            return (self.due - self.on).days
        return 14 if self.time_to_pay == -1 else self.time_to_pay

    @property
    def origin_of(self) -> tuple[str, str] | None:
        if self.origin is not None:
            return self.origin, "Invoice"
        return None if self.order is None else (self.order, "Order")


class Adding:
    """The creating half of the controls."""

    world: World

    def add_contact(
        self,
        *,
        company: str = "",
        first: str = "",
        last: str = "",
        email: str = "",
        key: int = 8,
        street: str = "Musterweg 1",
        zip: str = "12345",  # noqa: A002 - the platform's name
        city: str = "Musterstadt",
        country: str = "de",
        vat_id: str | None = None,
        iban: str | None = None,
        customer_number: str | None = None,
        debitor_number: str | None = None,
        time_to_pay: int | None = None,
        parent: str | None = None,
    ) -> str:
        """A customer: an organisation, or a person with first and last name. Returns its id.

        ``key`` is the CommunicationWayKey of the e-mail (8: address for invoices); without a
        street there is no address.

        Raises:
            ValueError: neither an organisation nor a person, or both.
        """
        if bool(company) == bool(first or last):
            raise ValueError("a contact is a company or a person")
        world = self.world
        code = _country(country)
        with world.lock:
            at = world.now()
            contact = Contact(
                world.new_id("Contact"), company, first, last, None, at, at, vat_id=vat_id,
                iban=iban, time_to_pay=time_to_pay, parent=parent, debitor_number=debitor_number,
            )  # fmt: skip
            contact.number = customer_number or str(500 + int(contact.id))
            world.contacts[contact.id] = contact
            if street:
                self._add_address(contact.id, street, zip, city, code)
            if email:
                self.add_way(contact.id, email, key=key)
            return contact.id

    def _add_address(self, contact: str, street: str, zip_: str, city: str, code: str) -> None:
        world, at = self.world, self.world.now()
        id_ = world.new_id("ContactAddress")
        made = Address(id_, contact, street, zip_, city, code, 47, at, at)
        world.addresses[id_] = world.address_of[contact] = made

    def add_way(
        self,
        contact: str,
        value: str,
        *,
        key: int = 2,
        type: str = "EMAIL",  # noqa: A002 - the platform's name
        main: bool | None = None,
    ) -> str:
        """A way of communication; the first one of a contact is the main one. Returns its id."""
        world = self.world
        with world.lock:
            found = world.contact(contact)
            others = contact in world.reached
            world.reached.add(contact)
            at, id_ = world.now(), world.new_id("CommunicationWay")
            shown = not others if main is None else main
            world.ways[id_] = Way(id_, contact, type, value, key, shown, at, at)
            if world.variants["address_bumps_contact"] == "yes":
                world.touch(found)
            return id_

    def bank(
        self,
        name: str,
        iban: str | None = None,
        *,
        last_sync: datetime | None = None,
        synced: bool = True,
        type: str = "online",  # noqa: A002 - the platform's name
        import_type: str | None = None,
    ) -> str:
        """An account; ``last_sync`` stays as it is given, else it is this morning's six o'clock.

        Raises:
            ValueError: no such type.
        """
        if type not in ACCOUNT_TYPES:
            raise ValueError(f"type is one of {', '.join(ACCOUNT_TYPES)}")
        world = self.world
        with world.lock:
            id_ = world.new_id("CheckAccount")
            world.accounts[id_] = Account(
                id_, name, type, iban, world.now(), last_sync, synced,
                import_type=import_type, default=not world.accounts,
            )  # fmt: skip
            return id_

    def add_invoice(self, **fields: Any) -> str:
        """An invoice of any type, open by default; ``fields`` are those of :class:`Order`.

        Returns its id.

        Raises:
            ValueError: no such type, status or amount.
            TypeError: no such field, or one that is needed is missing.
        """
        order = Order(**fields)
        world = self.world
        with world.lock:
            made = _invoice(world, order)
            if order.status != DRAFT:
                at = world.now()
                made.number = order.number or made.number
                sending.send(world, made, order.send_type)
                made.status, made.updated = order.status, at
            if order.status == PAID:
                made.paid, made.pay_date = made.gross, made.due or made.on
            return world.keep(made).id

    def draft(self, **fields: Any) -> str:
        """The same as a draft: without number, not sent."""
        return self.add_invoice(**{**fields, "status": DRAFT})


def _invoice(world: World, order: Order) -> Invoice:
    gross = euros(order.gross)
    net = wire.cents(gross / (1 + _RATE / 100))
    positions = [Position(order.text, Decimal(1), net, _RATE)]
    net_prices = sum(sums(positions, net_prices=True), ZERO) == gross
    if not net_prices:
        positions = [Position(order.text, Decimal(1), gross, _RATE)]
    at = world.now()
    return Invoice(
        world.new_id("Invoice"),
        order.kind,
        None,
        DRAFT,
        order.contact,
        order.on,
        order.days,
        net,
        gross - net,
        gross,
        at,
        at,
        currency=order.currency,
        era=order.era or world.variants["bookkeeping"],
        net_prices=net_prices,
        origin=order.origin_of,
        delivery=order.delivery,
        delivery_until=order.delivery_until,
        discount=Decimal(order.discount),
        discount_time=order.discount_time,
        note=order.note,
        address=address_of(world, order.contact),
        mandate=order.mandate,
        positions=positions,
    )


def address_of(world: World, contact: str | None) -> tuple[str, str, str, str, str] | None:
    """The snapshot of the contact's address that an invoice keeps."""
    found = world.contacts.get(contact or "")
    if found is None:
        return None
    place = world.address_of.get(found.id)
    if place is None:
        return (found.title, "", "", "", "")
    return (found.title, place.street, place.zip, place.city, place.country)

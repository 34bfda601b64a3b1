"""What a person can add at the stand-in: customers and invoices in any state."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.stripe import returning, states
from sandbox.stripe.model import CHARGE, SEND, Customer, Invoice, Line, TaxId
from sandbox.stripe.shapes import address as checked
from sandbox.stripe.telling import tell, updating

if TYPE_CHECKING:
    from sandbox.stripe.world import World

Amount = Decimal | str | int
DAYS_TO_PAY = 14
# Hour in Berlin of a due day, by the variant ``due_time``: 23 becomes 23:59:59.
_DUE_HOURS = {"end_of_day": 24, "midnight": 0, "noon": 12}


class Adding:
    """Operations that make something; amounts in major units, days are those of Berlin."""

    world: World

    def add_customer(
        self,
        name: str | None = "Muster GmbH",
        email: str | None = "",
        *,
        address: dict[str, Any] | None = None,
        locale: str = "de",
        tax_id: tuple[str, ...] | None = None,
        metadata: dict[str, str] | None = None,
        **fields: Any,
    ) -> str:
        """A customer; returns his id.

        Args:
            name: None or "" for none; so is ``email``.
            email: his current address.
            address: line1, line2, postal_code, city, state, country; None for none at all.
            locale: the first of preferred_locales; "" for none.
            tax_id: (type, value) or (type, value, verification).
            metadata: texts by key.
            fields: phone, description, currency, tax_exempt.
        """
        world = self.world
        with world.lock:
            id_ = world.new_id("cus")
            made = Customer(
                id_,
                name or None,
                email or None,
                world.now(),
                address=checked(address),
                locales=[locale] if locale else [],
                metadata=dict(metadata or {}),
                prefix=f"MUST{len(world.customers) + 1:04d}",
                **fields,
            )
            world.customers.add(made)
            tell(world, "customer.created", made)
            if tax_id:
                self.add_tax_id(id_, *tax_id)
            return id_

    def add_tax_id(
        self,
        customer: str,
        type: str,  # noqa: A002 - the word of the field
        value: str,
        verification: str = "pending",
    ) -> str:
        """``eu_vat``, ``de_stn`` and so on; returns its id."""
        world = self.world
        with world.lock:
            who = world.customers.one(customer)
            made = TaxId(world.new_id("txi"), who.id, type, value, world.now(), verification)
            world.tax_ids.add(made)
            world.tax_ids_by[who.id].append(made.id)
            tell(world, "customer.tax_id.created", made)
            return made.id

    def update_customer(self, customer: str, **fields: Any) -> None:
        """Changes fields of :meth:`add_customer`; open invoices keep what was frozen."""
        world = self.world
        with world.lock:
            who = world.customers.one(customer)
            tax_id = fields.pop("tax_id", None)
            if "locale" in fields:
                fields["locales"] = [fields.pop("locale")]
            if "address" in fields:
                fields["address"] = checked(fields["address"])
            for name in fields:
                if name not in _CHANGEABLE:
                    raise ValueError(f"no field {name!r}; there are: {', '.join(_CHANGEABLE)}")
            with updating(world, "customer.updated", who):
                for name, value in fields.items():
                    setattr(who, name, value or None if name in {"name", "email"} else value)
            if tax_id:
                self.add_tax_id(customer, *tax_id)

    def delete_customer(self, customer: str) -> None:
        """Deletes him; his invoices survive (§3)."""
        world = self.world
        with world.lock:
            who = world.customers.one(customer)
            tell(world, "customer.deleted", who)
            who.deleted = True

    def draft(
        self,
        customer: str,
        gross: Amount,
        *,
        on: date,
        due: date | None = None,
        currency: str = "eur",
        automatic: bool = False,
        number: str | None = None,
        metadata: dict[str, str] | None = None,
        lines: int = 1,
        advance: bool | None = None,
        text: str = "Leistung",
    ) -> str:
        """A draft of a day; returns its id.

        Args:
            customer: his id.
            gross: in major units; negative for one that gives credit.
            on: day of creation, nine in the morning.
            due: due day; None: two weeks later, or never for ``automatic``.
            currency: lower case.
            automatic: Stripe collects it by itself.
            number: its number once it is finalised; None: the next of the customer.
            metadata: texts by key.
            lines: how many lines the sum stands in.
            advance: auto_advance; None: as ``automatic`` (§2: false for one-off invoices by API).
            text: description of the lines.
        """
        world = self.world
        with world.lock:
            who = world.customers.one(customer)
            total = world.minor(gross, currency)
            made = Invoice(
                world.new_id("in"),
                who.id,
                currency,
                total,
                world.at(on),
                collection=CHARGE if automatic else SEND,
                number=number,
                base=max(0, total),
                auto_advance=automatic if advance is None else advance,
                metadata=dict(metadata or {}),
                billing_reason="subscription_cycle" if automatic else "manual",
            )
            if not automatic:
                made.due = self._due(due or on + timedelta(days=DAYS_TO_PAY))
            made.lines = _lines(world, total, lines, text)
            world.invoices.add(made)
            world.invoices_by[who.id].append(made.id)
            tell(world, "invoice.created", made)
            return made.id

    def add_invoice(self, customer: str, gross: Amount, *, on: date, **fields: Any) -> str:
        """An open invoice of a day, finalised on it; the fields are those of :meth:`draft`."""
        with self.world.lock:
            made = self.draft(customer, gross, on=on, **fields)
            self.finalize(made)
            return made

    def finalize(self, invoice: str) -> None:
        """Draft → open, at the instant of its creation; paid when nothing is due."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            states.finalize(self.world, each, each.created)

    def delete(self, invoice: str) -> None:
        """Deletes a draft."""
        with self.world.lock:
            states.delete(self.world, self.world.invoices.one(invoice))

    def revise(self, invoice: str, gross: Amount, *, on: date | None = None) -> str:
        """A revision over another sum: the new invoice replaces the old one, which is void."""
        world = self.world
        with world.lock:
            old = world.invoices.one(invoice)
            states.expect(old, "open", "uncollectible")
            day = on or world.clock.today()
            made = world.invoices[
                self.draft(
                    old.customer or "",
                    gross,
                    on=day,
                    currency=old.currency,
                    automatic=old.collection == CHARGE,
                    metadata=old.metadata,
                )
            ]
            if old.due is not None:
                made.due = max(old.due, made.due or 0)
            made.from_invoice = old.id
            states.finalize(world, made, made.created)
            return made.id

    def credit(
        self, invoice: str, amount: Amount, *, refund: str = "", on: date | None = None
    ) -> str:
        """A credit note: before payment as far as the invoice is open, the rest after it.

        ``refund`` says where the rest goes: "" to the customer's balance, "new" as a refund that is
        made for it, "out_of_band", or the id of a refund. Returns the note's id.
        """
        world = self.world
        with world.lock:
            each = world.invoices.one(invoice)
            sum_, at = world.minor(amount, each.currency), self._at(on)
            return returning.credit(world, each, sum_, refund, at).id

    def void_credit(self, note: str) -> None:
        """Takes a credit note back, while its invoice is open."""
        with self.world.lock:
            returning.void_credit(self.world, self.world.credit_notes.one(note), self.world.now())

    def _at(self, on: date | None) -> int:
        """Noon of a day; now without one."""
        return self.world.now() if on is None else self.world.at(on, 12)

    def _due(self, day: date) -> int:
        """The instant of a due day: nobody has shown which one it is (variant due_time)."""
        hour = _DUE_HOURS[self.world.variants["due_time"]]
        if hour == 24:
            return self.world.at(day + timedelta(days=1), 0) - 1
        return self.world.at(day, hour)


_CHANGEABLE = (
    "name",
    "email",
    "address",
    "locales",
    "phone",
    "description",
    "currency",
    "metadata",
    "tax_exempt",
)


def _lines(world: World, total: int, count: int, text: str) -> list[Line]:
    """As many lines as are asked for; the last one takes the remainder."""
    part = total // count
    sums = [part] * (count - 1) + [total - part * (count - 1)]
    return [Line(world.new_id("il"), text, each) for each in sums]

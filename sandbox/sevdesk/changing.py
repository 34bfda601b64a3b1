"""What a person does in the web app: booking, assigning, cancelling, crediting, reminding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.sevdesk import money, sending
from sandbox.sevdesk.adding import euros
from sandbox.sevdesk.credit import new_note, open_note
from sandbox.sevdesk.model import DRAFT, DUE, Invoice
from sandbox.sevdesk.paying import Paying
from sandbox.sevdesk.reminders import keep_reminder, next_reminder
from sandbox.sevdesk.world import World

_CHANGEABLE = frozenset(
    {"on", "time_to_pay", "number", "status", "contact", "currency", "delivery", "delivery_until",
     "discount", "discount_time", "note", "mandate", "header"}
)  # fmt: skip
_CONTACT = {
    "vat_id": "vat_id",
    "iban": "iban",
    "customer_number": "number",
    "debitor_number": "debitor_number",
    "time_to_pay": "time_to_pay",
    "parent": "parent",
}


class Changing(Paying):
    """The changing half of the controls; unknown ids raise the API's error."""

    world: World

    def cancel(self, invoice: str) -> str:
        """Cancels: the original looks paid. Returns the id of the cancellation (SR)."""
        with self.world.lock:
            return money.cancel(self.world, self.world.invoice(invoice)).id

    def credit(
        self,
        invoice: str,
        amount: Decimal | str,
        *,
        open: bool = True,  # noqa: A002 - the word for it
        category: str = "UNDERACHIEVEMENT",
    ) -> str:
        """A credit note for an invoice; open, or offset against it at once. Returns its id."""
        world = self.world
        with world.lock:
            found = world.invoice(invoice)
            note = new_note(world, found, euros(amount))
            note.category = category
            open_note(world, note)
            if not open:
                self._offset(found, note.id)
            return note.id

    def _offset(self, invoice: Invoice, note_id: str) -> None:
        """Both are booked over the register: the invoice with +, the credit note with −."""
        world = self.world
        note, today = world.credit_notes[note_id], world.clock.today()
        account = self._account("register").id
        if not note.counted and invoice.status in DUE:
            line = money.new_transaction(world, account, note.gross, today, purpose="Verrechnung")
            money.book(world, invoice, line, money.Booking(note.gross, today))
        out = money.new_transaction(world, account, -note.gross, today, purpose="Verrechnung")
        money.book_credit_note(world, note, out)

    def dun(self, invoice: str, *, on: date | None = None, level: int | None = None) -> str:
        """A reminder that a person makes and sends; returns the id of the MA.

        Raises:
            ValueError: the invoice is not open.
        """
        world = self.world
        with world.lock:
            found = world.invoice(invoice)
            if found.status not in DUE:
                raise ValueError(f"{found.number} is {found.status}, not open")
            made = next_reminder(world, found, on or world.clock.today(), level)
            keep_reminder(world, made)
            sending.send(world, made, "VM")
            return made.id

    def reminders(self, invoice: str) -> list[str]:
        """The ids of its reminders (MA), oldest first."""
        with self.world.lock:
            return [each.id for each in self.world.family(self.world.invoice(invoice), "MA")]

    def finalize(self, invoice: str) -> None:
        """Sends a draft. Raises ValueError for what is none."""
        with self.world.lock:
            found = self.world.invoice(invoice)
            if found.status != DRAFT:
                raise ValueError(f"{found.number} is {found.status}, no draft")
            sending.send(self.world, found, "VM")

    def delete(self, invoice: str) -> None:
        """Takes an invoice, a reminder or a credit note away; its id is unknown from now on.

        The web app lets drafts go only; here everything may, so that it can be tried.
        """
        world = self.world
        with world.lock:
            if invoice in world.credit_notes and invoice not in world.invoices:
                del world.credit_notes[invoice]
            else:
                world.drop(world.invoice(invoice))

    def change(self, invoice: str, **fields: Any) -> None:
        """Changes fields of an invoice, such as ``due``, ``time_to_pay``, ``gross`` or ``number``.

        Raises:
            ValueError: no such field.
        """
        gross, due = fields.pop("gross", None), fields.pop("due", None)
        if not fields.keys() <= _CHANGEABLE:
            known = ", ".join(sorted({"gross", "due", *_CHANGEABLE}))
            raise ValueError(f"fields that can be changed: {known}")
        with self.world.lock:
            found = self.world.invoice(invoice)
            for name, value in fields.items():
                setattr(found, name, value)
            if due is not None:
                found.time_to_pay = (due - found.on).days
            if gross is not None:
                found.gross = euros(gross)
                found.net = found.gross - found.tax
            self.world.touch(found)

    def alter(self, invoice: str, **wire: Any) -> None:
        """Puts other values on the wire: ``sumGross="abc"``, ``contact="absent"``; without: none."""
        with self.world.lock:
            found = self.world.invoice(invoice)
            found.wire = wire
            self.world.touch(found)

    def alter_contact(self, contact: str, **wire: Any) -> None:
        """The same for a contact."""
        with self.world.lock:
            found = self.world.contact(contact)
            found.wire = wire
            self.world.touch(found)

    def tag(self, invoice: str, name: str) -> None:
        """Puts a tag on an invoice."""
        with self.world.lock:
            found = self.world.invoice(invoice)
            found.tags.append(self.world.tag_id(name))
            self.world.touch(found)

    def rename_contact(
        self, contact: str, *, company: str = "", first: str = "", last: str = ""
    ) -> None:
        """Another name; documents keep theirs."""
        with self.world.lock:
            found = self.world.contact(contact)
            found.name, found.first, found.last = company, first, last
            self.world.touch(found)

    def change_contact(self, contact: str, **fields: Any) -> None:
        """Changes a contact: vat_id, iban, numbers, time_to_pay, street, zip, city, email, key.

        Raises:
            ValueError: no such field.
        """
        place = {name: fields.pop(name) for name in ("street", "zip", "city") if name in fields}
        email, key = fields.pop("email", None), fields.pop("key", None)
        if not fields.keys() <= _CONTACT.keys():
            raise ValueError(f"fields that can be changed: {', '.join(sorted(_CONTACT))}")
        world = self.world
        with world.lock:
            found = world.contact(contact)
            for name, value in fields.items():
                setattr(found, _CONTACT[name], value)
            parts: list[Any] = [
                a for a in world.addresses.values() if a.contact == contact and place
            ]
            for each in parts:
                for name, value in place.items():
                    setattr(each, name, value)
            ways = [w for w in world.ways.values() if w.contact == contact and w.type == "EMAIL"]
            if email is not None and ways:
                ways[0].value, ways[0].key = email, key or ways[0].key
                parts.append(ways[0])
            for each in parts:
                each.updated = world.now()
            if fields or world.variants["address_bumps_contact"] == "yes":
                world.touch(found)

    def delete_contact(self, contact: str) -> None:
        """Takes a contact away; its documents keep the reference."""
        world = self.world
        with world.lock:
            del world.contacts[world.contact(contact).id]
            world.address_of.pop(contact, None)
            for table in (world.addresses, world.ways):
                for id_ in [i for i, each in table.items() if each.contact == contact]:
                    del table[id_]

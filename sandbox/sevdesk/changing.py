"""What a person does in the web app: booking, assigning, cancelling, crediting, reminding."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.sevdesk import money, sending
from sandbox.sevdesk.adding import euros
from sandbox.sevdesk.credit import new_note, open_note
from sandbox.sevdesk.model import DRAFT, DUE, TX_NEW, Account, Invoice, Transaction
from sandbox.sevdesk.reminders import keep_reminder, next_reminder
from sandbox.sevdesk.world import World

PAY_VIA = ("bank", "cash", "old")
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


class Changing:
    """The changing half of the controls; unknown ids raise the API's error."""

    world: World

    def pay(
        self,
        invoice: str,
        amount: Decimal | str | None = None,
        *,
        on: date | None = None,
        via: str = "bank",
        type: str = "",  # noqa: A002 - the platform's name
        logged: bool = True,
    ) -> str:
        """Money comes in and is booked; without an amount the rest. Returns the transaction.

        ``via`` bank: the automatic finds the line of the online account; cash: by hand in a
        register; old: as before release 4.181, a part payment leaves the status at 200. ``type``
        CB closes with less (Skonto), OF takes more than what is due. ``logged`` false leaves no
        booking log.

        Raises:
            ValueError: no such way.
            ApiError: it is a draft, paid, or more than what is due.
        """
        if via not in PAY_VIA:
            raise ValueError(f"via is one of {', '.join(PAY_VIA)}")
        with self.world.lock:
            found = self.world.invoice(invoice)
            paid = found.left if amount is None else euros(amount)
            day = on or self.world.clock.today()
            bump = "bank_match_bumps_update" if via == "bank" else "booking_bumps_update"
            booking = money.Booking(paid, day, type or "N", bump, via == "old", logged)
            account = self._account("register" if via == "cash" else "online")
            purpose, name = found.number or "", (found.address or ("",))[0]
            # The line would stay behind if the booking were refused.
            money.check(found, booking)
            line = money.new_transaction(
                self.world, account.id, paid, day, purpose=purpose, name=name
            )
            money.book(self.world, found, line, booking)
            return line.id

    def _account(self, kind: str) -> Account:
        """The first active account of a type; any other where there is none."""
        active = [each for each in self.world.accounts.values() if each.status]
        for each in active:
            if each.type == kind:
                return each
        if not active:
            raise ValueError("there is no bank account")
        return active[0]

    def unpay(self, invoice: str) -> None:
        """Takes every booking back (resetToOpen): the lines are unassigned again."""
        with self.world.lock:
            money.reopen(self.world, self.world.invoice(invoice))

    def unassigned(
        self,
        amount: Decimal | str,
        payer: str = "",
        iban: str | None = None,
        text: str = "",
        on: date | None = None,
        *,
        entry: date | None = None,
        account: str | None = None,
    ) -> str:
        """A line of the bank that nobody has assigned (status 100). Returns its id."""
        with self.world.lock:
            place = self.world.account(account) if account else self._account("online")
            day = on or self.world.clock.today()
            return money.new_transaction(
                self.world, place.id, euros(amount), day,
                purpose=text, name=payer, iban=iban, entry=entry,
            ).id  # fmt: skip

    def assign(self, transaction: str, invoice: str, amount: Decimal | str | None = None) -> None:
        """A person assigns a line to an invoice; without an amount all that fits."""
        with self.world.lock:
            line, found = self.world.transaction(transaction), self.world.invoice(invoice)
            part = min(line.amount, found.left) if amount is None else euros(amount)
            money.check(found, booking := money.Booking(part, line.value))
            money.book(self.world, found, line, booking)

    def drop_transaction(self, transaction: str) -> None:
        """Deletes a line: lists forget it, by id it has ``deletedAt``. Raises ValueError: booked."""
        with self.world.lock:
            line = self._unassigned(transaction)
            line.deleted = self.world.now()
            self.world.touch(line)

    def mark_private(self, transaction: str) -> None:
        """A line that has nothing to do with the business (status 300)."""
        with self.world.lock:
            line = self._unassigned(transaction)
            line.status = 300
            self.world.touch(line)

    def _unassigned(self, transaction: str) -> Transaction:
        line = self.world.transaction(transaction)
        if line.status != TX_NEW:
            raise ValueError(f"transaction {transaction} is {line.status}, not {TX_NEW}")
        return line

    def sync_bank(self, account: str, at: datetime | None, *, archived: bool = False) -> None:
        """When an account was last read; None: never. ``archived`` puts it away."""
        with self.world.lock:
            found = self.world.account(account)
            found.last_sync, found.synced = at, at is not None
            found.status = 0 if archived else 100

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
        """Puts other values on the wire: ``sumGross="abc"``, ``contact="absent"``."""
        with self.world.lock:
            found = self.world.invoice(invoice)
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

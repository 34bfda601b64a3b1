"""What a person does to vouchers in the web app: payments, credit, cancelling, dunning."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.lexoffice.adding import euros
from sandbox.lexoffice.amounts import lines_for, open_amount
from sandbox.lexoffice.contacts import put_contact
from sandbox.lexoffice.dunnings import by_hand, remove_dunning
from sandbox.lexoffice.model import NO_DISCOUNT, PAYMENT_KINDS, Paid, Voucher
from sandbox.lexoffice.sales import (
    check_creditable,
    clear,
    finalize_credit_note,
    finalize_voucher,
    link,
    reopen,
)
from sandbox.lexoffice.world import World

_PAYABLE = frozenset({"open", "sepadebit", "transferred"})
_SETTLED = frozenset({"paid", "paidoff"})
_CHANGEABLE = frozenset({"number", "on", "due", "term_days", "skonto", "status"}) | {
    "contact",
    "name",
    "address",
    "title",
    "introduction",
    "remark",
    "language",
    "profile",
}


class Changing:
    """The changing half of the controls; unknown ids raise the API's 404."""

    world: World

    def _in(self, id_: str, states: frozenset[str]) -> Voucher:
        """The voucher, when it is in one of these states; ValueError otherwise."""
        voucher = self.world.voucher(id_)
        if voucher.status not in states:
            raise ValueError(
                f"{voucher.number} is {voucher.status}, not {' or '.join(sorted(states))}"
            )
        return voucher

    def pay(
        self,
        invoice: str,
        amount: Decimal | str | None = None,
        *,
        on: date | None = None,
        kind: str = "partPaymentFinancialTransaction",
    ) -> None:
        """Books a payment item; without an amount the rest.

        ``kind`` is a paymentItemType: ``cashDiscount`` is Skonto, ``irrecoverableReceivable`` a
        write-off. ``dunningCosts`` come on top of the claim and do not clear it.

        Raises:
            ValueError: nothing is open, it is more than what is open, or no such kind.
        """
        if kind not in PAYMENT_KINDS:
            raise ValueError(f"no payment of kind {kind!r}; there are: {', '.join(PAYMENT_KINDS)}")
        with self.world.lock:
            voucher = self.world.voucher(invoice)
            left = open_amount(voucher)
            paid = left if amount is None else euros(amount)
            costs = kind == "dunningCosts" and amount is not None
            if not costs and (voucher.status not in _PAYABLE or not 0 < paid <= left):
                raise ValueError(f"{voucher.number} is {voucher.status}, open {left}: not {paid}")
            clear(self.world, voucher, Paid(kind, on or self.world.clock.today(), paid))

    def unpay(self, invoice: str) -> None:
        """Takes payment items away: a return debit, or money assigned by mistake.

        Raises:
            ValueError: there are none, or it is a draft or voided.
        """
        with self.world.lock:
            voucher = self._in(invoice, _PAYABLE | _SETTLED)
            if not voucher.paid:
                raise ValueError(f"{voucher.number} has no payments")
            reopen(self.world, voucher)

    def credit(self, invoice: str, amount: Decimal | str, *, linked: bool = True) -> str:
        """A final credit note; linked it is netted at once, else it stays open. Returns its id."""
        world, total = self.world, euros(amount)
        with world.lock:
            of = world.voucher(invoice, "invoices")
            self._in(invoice, _PAYABLE | _SETTLED)
            if linked:
                check_creditable(world, of)
            lines, tax_type = lines_for(total, of.lines[0].rate, f"Gutschrift zu {of.number}")
            at = world.clock.now()
            note = Voucher(
                world.new_id(),
                "creditnote",
                world.next_number("creditnote"),
                "draft",
                world.clock.today(),
                None,
                of.contact,
                of.name,
                total,
                at,
                at,
                lines=lines,
                tax_type=tax_type,
            )
            world.add(note)
            if linked:
                link(world, note, of)
            finalize_credit_note(world, note)
            return note.id

    def void(self, invoice: str) -> None:
        """Cancels a final one; nothing is open any more. Raises ValueError for others."""
        final = _PAYABLE | _SETTLED
        with self.world.lock, self.world.changing(self._in(invoice, final)) as voucher:
            voucher.status = "voided"

    def reopen_as_draft(self, invoice: str) -> None:
        """Takes a final one back to draft: its payments are unknown from then on (406).

        Raises:
            ValueError: it is not final, or a credit note is linked to it.
        """
        with self.world.lock:
            voucher = self._in(invoice, _PAYABLE | _SETTLED)
            if voucher.linked or any(each.type == "creditnote" for each in voucher.related):
                raise ValueError(f"{voucher.number} is linked with a credit note or an invoice")
            with self.world.changing(voucher, "payment.changed"):
                voucher.paid.clear()
                voucher.status = "draft"

    def finalize(self, invoice: str) -> None:
        """Makes a draft final. Raises ValueError for what is no draft."""
        with self.world.lock:
            finalize_voucher(self.world, self._in(invoice, frozenset({"draft"})))

    def delete(self, invoice: str) -> None:
        """Deletes a voucher or a dunning; its id is unknown afterwards."""
        with self.world.lock:
            if invoice in self.world.dunnings:
                remove_dunning(self.world, self.world.dunnings[invoice])
            else:
                self.world.remove(self.world.voucher(invoice))

    def change(self, invoice: str, **fields: Any) -> None:
        """Changes fields of a voucher, such as ``gross``, ``due``, ``number`` or ``name``.

        Raises:
            ValueError: no such field.
        """
        gross = fields.pop("gross", None)
        if not fields.keys() <= _CHANGEABLE:
            known = ", ".join(sorted({"gross", *_CHANGEABLE}))
            raise ValueError(f"fields that can be changed: {known}")
        with self.world.lock:
            voucher = self.world.voucher(invoice)
            with self.world.changing(voucher, "changed"):
                for name, value in fields.items():
                    setattr(voucher, name, value)
                if gross is not None:
                    rate = voucher.lines[0].rate
                    voucher.gross = euros(gross)
                    voucher.lines, voucher.tax_type = lines_for(
                        voucher.gross, rate, voucher.lines[0].name
                    )
                    voucher.claimed, voucher.discount = None, NO_DISCOUNT

    def change_contact(self, contact: str, **data: Any) -> None:
        """Replaces parts of a contact's body, such as ``emailAddresses`` or ``company``."""
        with self.world.lock:
            found = self.world.contact(contact)
            put_contact(self.world, found, {**found.data, **data})

    def archive(self, id: str, *, archived: bool = True) -> None:  # noqa: A002 - what it is
        """Archives a contact or a voucher, or takes that back."""
        with self.world.lock:
            if id in self.world.contacts:
                self.world.contacts[id].archived = archived
                self.world.emit("contact.changed", id)
                return
            with self.world.changing(self.world.voucher(id), "changed") as voucher:
                voucher.archived = archived

    def dun(self, invoice: str, *, title: str, on: date) -> str:
        """A dunning that a person makes in the web app; returns its id.

        Raises:
            ValueError: it is a draft or voided.
        """
        with self.world.lock:
            voucher = self._in(invoice, _PAYABLE | _SETTLED)
            return by_hand(self.world, voucher, title, on).id

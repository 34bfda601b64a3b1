"""The books of a creditor at sevDesk: what he knows of his invoices, and what is owed by them.

They are kept as a person understands them and not read from the stand-in's fields. The stand-in
shows what we believe of sevDesk: that we agree with it says nothing about sevDesk where the
reference is UNVERIFIED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sandbox.sevdesk import SevdeskSandbox

ZERO = Decimal(0)


@dataclass
class Note:
    """A credit note; ``left`` is what of it is not paid out or offset."""

    invoice: str
    amount: Decimal
    left: Decimal
    counted: bool  # sevDesk counts it in paidAmount of its invoice


@dataclass
class Claim:
    """One invoice as its creditor knows it."""

    kind: str
    who: str
    gross: Decimal
    on: date
    days: int | None
    state: str = "open"  # draft, open, closed, cancelled
    currency: str = "EUR"
    mandate: bool = False
    strange: bool = False  # a status that nobody knows
    revalued: bool = False  # its sum was changed after it was sent
    replaced: bool = False  # by a final invoice that claims it again
    money: list[tuple[date, Decimal, bool]] = field(default_factory=list)  # day, amount, logged
    skonto: Decimal = ZERO

    @property
    def paid(self) -> Decimal:
        return sum((amount for _, amount, _ in self.money), ZERO)


class Books:
    """What is true. Whoever inherits has the box, the customers (``people``) and what happened."""

    box: SevdeskSandbox
    people: list[str]
    claims: dict[str, Claim]
    notes: dict[str, Note]
    lines: dict[str, tuple[str, Decimal]]  # unassigned: invoice that it names, amount

    def left(self, id_):
        """What the customer owes of an invoice by sevDesk's books."""
        each = self.claims[id_]
        if each.state != "open":
            return ZERO
        counted = sum(
            (n.amount for n in self.notes.values() if n.invoice == id_ and n.counted), ZERO
        )
        return each.gross - each.paid - counted

    def odd(self, id_):
        """Nobody can tell what is owed; also after a booking of the wrong sign."""
        claim = self.claims[id_]
        return claim.strange or (claim.state == "open" and self.left(id_) > claim.gross)

    def due(self, id_):
        each = self.claims[id_]
        days = each.days
        if days is None:
            days = (
                21 if each.who == self.people[3] and each.who in self.box.world.contacts else None
            )
            if days is None and self.box.variants["sev_client"] == "answers":
                days = 14
        return None if days is None else each.on + timedelta(days=days)

    def owed(self):
        return {id_: self.left(id_) for id_ in self.claims if self.left(id_)}

    def credits(self):
        return {
            f"CreditNote:{id_}": -n.left
            for id_, n in self.notes.items()
            if n.left and not n.counted
        }

    def untouchable(self, id_):
        each = self.claims[id_]
        held = any(named == id_ for named, _ in self.lines.values())
        return (
            each.state != "open" or self.odd(id_) or each.mandate or each.replaced
            or each.currency != "EUR" or self.left(id_) <= 0 or held
        )  # fmt: skip

    def unassigned(self):
        lines = self.box.world.transactions.values()
        return {each.id for each in lines if each.status == 100 and each.amount > 0}

    def noted(self, id_):
        return any(each.invoice == id_ for each in self.notes.values())

    def balance(self, who):
        """What a customer owes in euros, all in all."""
        mine = {id_ for id_, c in self.claims.items() if c.who == who and c.currency == "EUR"}
        written = (n.left for n in self.notes.values() if n.invoice in mine and not n.counted)
        return sum((self.left(id_) for id_ in mine), ZERO) - sum(written, ZERO)

"""The debtors of invoices and the money on their accounts, each read once in a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors._pile import Pile
from connectors._values import FieldError, Json, text
from connectors.stripe import doubts
from connectors.stripe.around import Around
from connectors.stripe.customers import (
    balances,
    completed,
    debtor_of_invoice,
    is_deleted,
    parse_customer,
    unusable_email,
)
from connectors.stripe.events import ref
from connectors.stripe.problems import error
from core.domain.platform_records import BankLine, InvoiceRecord, Unread
from core.errors import NotFound
from core.ports import Known

_EMBEDDED = ("tax_ids", "cash_balance")


@dataclass(slots=True)
class Balances:
    """Money of customers that is applied to nothing, of those that were read."""

    lines: list[BankLine] = field(default_factory=list)
    of: set[str] = field(default_factory=set)

    def put(self, customer: str, lines: tuple[BankLine, ...]) -> None:
        self.lines = [each for each in self.lines if each.debtor != customer] + list(lines)
        self.of.add(customer)


class Buyers:
    """Puts debtors on a pile. ``number_key``: of the metadata that holds their account number."""

    def __init__(self, around: Around, known: Known, number_key: str) -> None:
        self.balances = Balances()
        self._around = around
        self._known = known
        self._number_key = number_key
        self._read: dict[str, Json] = {}
        self._put: set[str] = set()

    def forget(self) -> None:
        self._read.clear()
        self._put.clear()

    def with_customer(self, row: Json, *, deep: bool) -> Json:
        """The invoice with its customer embedded. ``deep``: also where that costs a request."""
        shown = row.get("customer")
        id_ = ref(row, "customer")
        if not id_:
            return row
        if id_ in self._read:
            return {**row, "customer": self._read[id_]}
        whole = isinstance(shown, Mapping) and (
            is_deleted(shown) or all(each in shown for each in _EMBEDDED)
        )
        if whole or not deep:
            return row
        return {**row, "customer": self.read(id_)}

    def read(self, customer: str) -> Json:
        """A customer as he is now; one that is gone as Stripe shows a deleted one (§3)."""
        if customer not in self._read:
            try:
                found = self._around.customer(customer)
            except NotFound:
                found = {"id": customer, "deleted": True}
            self._read[customer] = found
        return self._read[customer]

    def put(self, pile: Pile, row: Json, record: InvoiceRecord) -> None:
        """The debtor of an invoice, once for each pass."""
        if record.debtor in self._put:
            return
        self._put.add(record.debtor)
        customer = row.get("customer")
        if isinstance(customer, Mapping) and not is_deleted(customer):
            self.put_customer(pile, customer, row)
            return
        if record.open and (not customer or isinstance(customer, Mapping)):
            pile.problems.append(doubts.customer_missing(row))
        if isinstance(customer, str) and self._known.debtors([record.debtor]):
            return  # what is stored of him is newer than an old invoice
        try:
            # Only an id, of a settled invoice: what stands on it does until he owes something.
            pile.debtors.append(replace(debtor_of_invoice(row), external_id=record.debtor))
        except FieldError as bad:
            pile.unread.append(unread_customer(record.debtor, bad))

    def put_customer(self, pile: Pile, customer: Json, invoice: Json | None = None) -> None:
        """A customer, and the money on his account."""
        id_ = text(customer, "id")
        self._put.add(id_)
        try:
            debtor = parse_customer(customer, number_key=self._number_key)
            lines = balances(customer)
            debtor = debtor if invoice is None else completed(debtor, invoice)
        except FieldError as bad:
            pile.unread.append(unread_customer(id_, bad))
            return
        pile.debtors.append(debtor)
        if email := unusable_email(customer):
            pile.problems.append(doubts.unusable_email(customer, email))
        self.balances.put(id_, lines)


def unread_customer(customer: str, bad: FieldError) -> Unread:
    """A customer who cannot be read: nobody knows where his notices would go, or what he has paid."""
    return Unread(
        customer,
        customer,
        error(
            "stripe_customer_unreadable",
            f"{customer} {bad.path}",
            f"Das Feld {bad.path} {bad.reason}; der Kunde wird nicht gemahnt. Bitte den Kunden in Stripe "
            "prüfen und vervollständigen.",
        ),
    )

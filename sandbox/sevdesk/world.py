"""The state of one tenant at the stand-in: what exists, which ids and numbers come next."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sandbox.common.clock import SandboxClock, midnight
from sandbox.common.variants import Variants
from sandbox.sevdesk.model import (
    ZERO,
    Account,
    Address,
    Contact,
    CreditNote,
    Invoice,
    Log,
    Transaction,
    Way,
)
from sandbox.sevdesk.replies import ApiError
from sandbox.sevdesk.variants import VARIANTS

Thing = TypeVar("Thing")
CLIENT, USER = "9", "77"
# First id of each table: ids are unique in their table only, as numbers of a database are.
_FIRST = {
    "CheckAccount": 31,
    "CheckAccountTransaction": 41,
    "CheckAccountTransactionLog": 51,
    "InvoiceLog": 61,
    "Tag": 91,
    "TagRelation": 95,
    "Contact": 501,
    "ContactAddress": 601,
    "CommunicationWay": 701,
    "Invoice": 1001,
    "CreditNote": 3001,
    "InvoicePos": 7001,
    "Email": 9001,
}
# id of StaticCountry by code; only 1 = de is documented, the others are chosen here.
COUNTRIES = {"de": "1", "at": "2", "ch": "3", "fr": "4", "nl": "5", "ie": "6", "lu": "7"}


class World:
    """Everything the platform knows of one tenant.

    ``lock`` is held by every request and every control operation; what is kept here is only
    read and changed under it. The same operations give the same ids.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.variants = Variants(VARIANTS)
        self.company = "Musterbetrieb e.K."
        self.time_to_pay: int | None = 14  # SevClient.invoiceTimeToPay
        self.reminder_days: int | None = 7  # SevClient.invoiceReminderDuration
        self.reminder_charge: Decimal = ZERO  # SevClient.invoiceReminderCharge
        self.currency = "EUR"
        self.contacts: dict[str, Contact] = {}
        self.addresses: dict[str, Address] = {}
        self.address_of: dict[str, Address] = {}  # the first one, by contact
        self.ways: dict[str, Way] = {}
        self.reached: set[str] = set()  # contacts that have a way
        self.invoices: dict[str, Invoice] = {}
        self.children: defaultdict[str, list[str]] = defaultdict(list)  # MA and SR by origin
        self.credit_notes: dict[str, CreditNote] = {}
        self.accounts: dict[str, Account] = {}
        self.transactions: dict[str, Transaction] = {}
        self.logs: dict[str, Log] = {}
        self.logs_of: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.tags: dict[str, str] = {}  # id -> name
        self._ids = dict(_FIRST)
        self._numbers: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        found = self._ids[kind]
        self._ids[kind] = found + 1
        return str(found)

    def next_number(self, prefix: str) -> str:
        """``RE-1001`` and so on; SR share the sequence of RE (§2.6)."""
        self._numbers[prefix] = self._numbers.get(prefix, 1000) + 1
        return f"{prefix}-{self._numbers[prefix]}"

    def now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

    def contact(self, id_: str) -> Contact:
        """Raises ApiError not found; so do the next ones."""
        return self._one(self.contacts, id_, "Contact")

    def invoice(self, id_: str) -> Invoice:
        return self._one(self.invoices, id_, "Invoice")

    def credit_note(self, id_: str) -> CreditNote:
        return self._one(self.credit_notes, id_, "CreditNote")

    def account(self, id_: str) -> Account:
        return self._one(self.accounts, id_, "CheckAccount")

    def transaction(self, id_: str) -> Transaction:
        return self._one(self.transactions, id_, "CheckAccountTransaction")

    def _one(self, table: dict[str, Thing], id_: str, kind: str) -> Thing:
        found = table.get(id_)
        if found is None:
            raise self.not_found(kind)
        return found

    def not_found(self, kind: str) -> ApiError:
        """404 with code 151 as measured, or 400 as documented."""
        if self.variants["not_found"] == "404":
            return ApiError(404, "object not found", 151)
        return ApiError(400, f"{kind} was not found")

    def keep(self, invoice: Invoice) -> Invoice:
        """Adds a document; its origin knows it."""
        self.invoices[invoice.id] = invoice
        if invoice.origin and invoice.origin[1] == "Invoice":
            self.children[invoice.origin[0]].append(invoice.id)
        return invoice

    def drop(self, invoice: Invoice) -> None:
        """Deletes a document; nothing tells of it afterwards."""
        del self.invoices[invoice.id]
        if invoice.origin and invoice.id in self.children[invoice.origin[0]]:
            self.children[invoice.origin[0]].remove(invoice.id)

    def family(self, invoice: Invoice, kind: str) -> list[Invoice]:
        """Its documents of a type (MA or SR), oldest first."""
        found = [self.invoices[each] for each in self.children.get(invoice.id, ())]
        return [each for each in found if each.kind == kind]

    def notes_of(self, invoice: Invoice) -> list[CreditNote]:
        return [each for each in self.credit_notes.values() if each.invoice == invoice.id]

    def touch(self, *things: Invoice | Contact | CreditNote | Transaction) -> None:
        """``update`` moves to now, and never stands still or goes back."""
        for each in things:
            each.updated = max(self.now(), each.updated)

    def tag_id(self, name: str) -> str:
        """The id of a tag; made when there is none of that name."""
        for id_, known in self.tags.items():
            if known == name:
                return id_
        made = self.new_id("Tag")
        self.tags[made] = name
        return made

    def morning(self) -> datetime:
        """Six o'clock of today: when the bank was read."""
        return midnight(self.clock.today()) + timedelta(hours=6)

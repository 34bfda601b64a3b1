"""A platform in memory: customers and invoices, payments and faults, for stories about syncing.

Its connector keeps the rules of the port: it never writes, an empty cursor reads everything, every
cursor survives JSON, and what is believed open is compared each time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from core.domain.model import Address, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import (
    AccountInfo,
    BankLine,
    Batch,
    EventKind,
    InvoiceRecord,
    PaymentKind,
    PaymentPart,
    PlatformNotice,
    Progress,
    Unread,
)
from core.domain.records import DebtorRecord
from core.errors import NotSupported, Problem, Severity
from core.ports import Capability, Lane, Platform, Platforms

SLUG = "muster"
PLATFORM = Platform(SLUG, "Muster Online", (), frozenset(Capability), list_page=250)


def euro(amount):
    return Money(Decimal(amount), "EUR").rounded()


class Killed(BaseException):
    """The process ends here, as after kill -9: nothing may catch it."""


@dataclass
class FakePlatform:
    """What stands on the platform. ``page`` records come in one batch."""

    page: int = 2
    contacts: dict = field(default_factory=dict)
    invoices: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)  # payments that the list does not tell
    dunnings: dict = field(default_factory=dict)
    broken: dict = field(default_factory=dict)  # external id -> debtor that the reader can name
    faults: list = field(default_factory=list)  # raised one by one, see ``fault``
    asked: list = field(default_factory=list)  # (lane, what) of every request
    edition: int = 0
    closed: int = 0  # connectors
    bank: list | None = None  # lines that are assigned to nothing; None = it does not show them
    booked: date | None = None  # the day up to which its bank accounts are read
    silent: bool = False  # the payments of settled invoices cannot be told

    def platforms(self):
        return Platforms({SLUG: PLATFORM}, connect=self._connect)

    def _connect(self, _creditor, connection, lane):
        return FakeConnector(self, lane, connection.name)

    def contact(self, id_, name, **fields):
        place = Address(name, (), "Musterweg 1", "90402", "Nürnberg")
        given = {"address": place, "email": f"{id_}@kunde.example"} | fields
        self.contacts[id_] = DebtorRecord(id_, f"K-{id_}", name, **given)

    def invoice(self, id_, debtor, amount, on, *, days=14, **fields):
        if debtor not in self.contacts:
            self.contact(debtor, f"Beispiel {debtor} GmbH")
        total = euro(amount)
        record = InvoiceRecord(
            id_, ItemKind.INVOICE, f"RE-{id_}", debtor, on, on + timedelta(days=days), total,
            total, ItemState.OPEN, "open", "", payments_read=True,
        )  # fmt: skip
        self.set(replace(record, **fields))

    def set(self, record):
        """Puts a record with a new mark, as every change on the platform does."""
        self.edition += 1
        self.invoices[record.external_id] = replace(record, mark=f"m{self.edition}")

    def change(self, id_, **fields):
        self.set(replace(self.invoices[id_], **fields))

    def settled(self, id_, debtor, amount, on, paid_on):
        """An old invoice whose payment only the history tells."""
        self.invoice(id_, debtor, amount, on)
        self.history[id_] = (PaymentPart(paid_on, euro(amount), PaymentKind.PAYMENT),)
        self.change(
            id_, outstanding=euro(0), state=ItemState.SETTLED, source_state="paid",
            payments_read=False,
        )  # fmt: skip

    def pay(self, id_, amount, on, kind=PaymentKind.PAYMENT):
        old = self.invoices[id_]
        left = old.outstanding - euro(amount)
        self.change(
            id_,
            outstanding=left,
            payments=(*old.payments, PaymentPart(on, euro(amount), kind)),
            state=ItemState.PARTLY_PAID if left.amount else ItemState.SETTLED,
            source_state="open" if left.amount else "paid",
            settled_on=None if left.amount else on,
        )

    def receive(self, id_, amount, on, *, payer="", text="", iban=""):
        """Money comes to the bank and nobody assigns it."""
        self.bank = [*(self.bank or ()), BankLine(id_, on, euro(amount), payer, iban, text)]

    def assign(self, id_):
        """Somebody assigns it to whatever it pays."""
        self.bank = [line for line in self.bank if line.external_id != id_]

    def delete(self, id_):
        self.edition += 1
        del self.invoices[id_]

    def dun(self, id_, title, on, marker=""):
        self.edition += 1
        notice = PlatformNotice(f"d{len(self.dunnings) + 1}", id_, on, title, marker)
        self.dunnings.setdefault(id_, []).append(notice)
        self.change(id_)

    def fault(self, *errors):
        """What the next requests raise; None lets one pass."""
        self.faults.extend(errors)


class FakeConnector:
    slug = SLUG
    capabilities = frozenset(Capability)

    def __init__(self, platform, lane, name):
        self.platform, self.lane, self.name, self.requests = platform, lane, name, 0

    def _ask(self, what):
        self.requests += 1
        self.platform.asked.append((Lane(self.lane), what))
        fault = self.platform.faults.pop(0) if self.platform.faults else None
        if fault is not None:
            raise fault

    def close(self):
        self.platform.closed += 1

    def check(self):
        return AccountInfo("org-1", "Muster Handels GmbH")

    def fetch_debtors(self, cursor, known, scope):
        if cursor.get("read_on") == scope.today.isoformat():
            return
        ids = sorted(self.platform.contacts)
        start = cursor.get("next", 0) if "read_on" not in cursor else 0
        while start < len(ids):
            self._ask("debtors")
            some = ids[start : start + self.platform.page]
            start += len(some)
            end = {"read_on": scope.today.isoformat()} if start >= len(ids) else {"next": start}
            found = tuple(self.platform.contacts[id_] for id_ in some)
            yield Batch(_json(end), debtors=found, progress=Progress(start, len(ids)))

    def fetch_invoices(self, cursor, known, scope):
        rows = self.platform.invoices
        wanted = sorted(
            (
                row
                for row in rows.values()
                if row.open or (row.invoice_date and row.invoice_date >= scope.since)
            ),
            key=lambda row: (not row.open, row.external_id),
        )
        marks = known.marks([row.external_id for row in wanted])
        unread = known.unread()
        todo = [
            row.external_id
            for row in wanted
            if marks.get(row.external_id) != row.mark or row.external_id in unread
        ]
        gone = sorted(set(known.open_invoices()) - set(rows))
        done = 0
        for start in range(0, len(todo), self.platform.page):
            some = todo[start : start + self.platform.page]
            batch = self._read(some, known)
            done += len(some)
            left = len(todo) - done
            yield replace(
                batch,
                cursor=_json({"edition": 0}),
                progress=Progress(done, len(todo), left),
            )
        self._ask("list")
        bank = self.platform.bank
        yield Batch(
            _json({"edition": self.platform.edition}),
            gone=tuple(gone),
            bank_lines=None if bank is None else tuple(bank),
            booked_until=self.platform.booked,
        )

    def _read(self, ids, known):
        invoices, unread, notices = [], [], []
        for id_ in ids:
            self._ask(id_)
            if id_ in self.platform.broken:
                said = f"Beleg {id_}: Betrag „abc“ ist keine Zahl; bitte in der Plattform prüfen."
                problem = Problem("bad_amount", Severity.ERROR, f"{id_} totalAmount", said)
                unread.append(Unread(id_, self.platform.broken[id_], problem))
                continue
            invoices.append(self.platform.invoices[id_])
            notices += self.platform.dunnings.get(id_, [])
        seen = known.notices([each.external_id for each in notices])
        new = tuple(each for each in notices if each.external_id not in seen)
        return Batch({}, tuple(invoices), (), new, tuple(unread))

    def fetch_payments(self, cursor, known, scope):
        count = len(known.without_payments(1000))
        while ids := known.without_payments(self.platform.page):
            found = []
            for id_ in ids:
                self._ask(f"payments {id_}")
                parts = self.platform.history.get(id_, ())
                old = known.invoices([id_])[id_]
                paid = max((part.on for part in parts), default=None)
                if not self.platform.silent:
                    old = replace(old, payments=parts, payments_read=True, settled_on=paid)
                found.append(old)
            left = len(known.without_payments(1000)) - len(ids)
            yield Batch(_json({}), tuple(found), progress=Progress(count - left, count, left))

    def fetch_invoice(self, external_id, known):
        if external_id not in self.platform.invoices:
            self._ask(external_id)
            return Batch({}, gone=(external_id,))
        return self._read([external_id], known)

    def fetch_named(self, kind, external_id, known):
        if kind in (EventKind.INVOICE, EventKind.PAYMENT, EventKind.CREDIT_NOTE):
            return self.fetch_invoice(external_id, known)
        self._ask(external_id)
        if kind is EventKind.DEBTOR:
            found = self.platform.contacts.get(external_id)
            return Batch({}, debtors=() if found is None else (found,))
        raise NotSupported


def _json(cursor):
    return json.loads(json.dumps(cursor))


def day(text):
    return date.fromisoformat(text)

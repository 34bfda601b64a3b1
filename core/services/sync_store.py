"""Records of a live platform into the store: what was read, its cursor, and the ledgers they change.

All of a batch is stored in one transaction, or in several short ones whose last carries the cursor:
records are stored at least once, and storing one again changes nothing. So nobody waits for a long
writer, and whoever is killed goes on where he was (architecture §4.11).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from core.domain.model import Connection, CreditorId, DebtorId, ItemState
from core.domain.platform_ledger import build_debtor, merged_debtor
from core.domain.platform_records import ALONE, Batch, InvoiceRecord, LostCredit, Unread
from core.ports import LedgerChanges, PlatformNoticeRow, Tx
from core.services.app import App
from core.services.bank_lines import check_all, check_debtors
from core.services.booked import book_from_platform
from core.services.lost_credits import concerned, with_holds
from core.services.recompute import BACKLOG_DAYS

DEBTORS, INVOICES, PAYMENTS = "debtors", "invoices", "payments"  # streams of a connector
ONBOARDING = "onboarding"  # how the first reading stands; kept beside the connector's cursors
# Records of one transaction: about 50 ms on two slow cores, for debtors with seven invoices each.
PART = 40


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a batch brought to light: foreign dunnings that were not known before.

    ``new_lines``: unassigned money came to the bank, or was assigned.
    """

    notices: tuple[PlatformNoticeRow, ...] = ()
    changes: LedgerChanges = field(default_factory=LedgerChanges)
    new_lines: bool = False


def store_batch(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    stream: str,
    batch: Batch,
    *,
    on: date,
    began: datetime,
    own: Collection[str] = frozenset(),
    beside: Mapping[str, Any] | None = None,
) -> Stored:
    """Stores a batch and the ledgers of the debtors that it touches.

    ``stream`` "" keeps no cursor: a single invoice that was read on request. What changed in the
    store after ``began``, the instant from which the batch was read, is newer than the batch and
    stays, save what the same reading stored itself (``own``). ``beside`` is kept as the state of
    the onboarding.
    """
    parts = list(_parts(batch))
    stored = Stored()
    for n, part in enumerate(parts, 1):
        with app.store.write() as tx:
            saving = _Saving(tx, creditor, connection, on, app.clock.now())
            found = saving.save(part, began, own)
            if n == len(parts):
                if stream:
                    tx.connections.save_cursor(creditor, connection.id, stream, batch.cursor)
                if beside is not None:
                    tx.connections.save_cursor(creditor, connection.id, ONBOARDING, beside)
        stored = Stored(
            stored.notices + found.notices,
            stored.changes + found.changes,
            stored.new_lines or found.new_lines,
        )
    if stored.new_lines:
        stored = replace(stored, changes=stored.changes + check_all(app, creditor, on=on))
    return stored


def _parts(batch: Batch) -> Iterator[Batch]:
    """The batch in parts that are stored quickly, each debtor beside his invoices.

    What cannot be read, what is gone and what was dunned come last: they are about records that
    must be there before.
    """
    if len(batch.invoices) + len(batch.debtors) <= PART:
        yield batch
        return
    invoices = sorted(batch.invoices, key=lambda each: each.debtor)
    debtors = {each.external_id: each for each in batch.debtors}
    for start in range(0, len(invoices), PART):
        some = tuple(invoices[start : start + PART])
        named = {each.debtor: None for each in some}
        beside = tuple(debtors.pop(each) for each in named if each in debtors)
        yield Batch({}, some, beside)
    left = list(debtors.values())
    for start in range(0, len(left), PART):
        yield Batch({}, (), tuple(left[start : start + PART]))
    yield replace(batch, invoices=(), debtors=())


@dataclass(frozen=True, slots=True)
class _Saving:
    """One transaction of a batch."""

    tx: Tx
    creditor: CreditorId
    connection: Connection
    on: date
    at: datetime

    def save(self, batch: Batch, began: datetime, own: Collection[str]) -> Stored:
        batch = self._with_payments(self._without_stale(batch, began, own))
        batch = self._without_stale_lines(batch, began, own)
        before = self._unread()
        new_lines = self._bank(batch)
        touched = self.tx.sources.save(self.creditor, self.connection.id, batch, self.at)
        touched |= self._of_unread(batch, before)
        changes = self._rebuild(touched)
        if changes:
            refs = {"connection": self.connection.id}
            self.tx.events.append(self.creditor, "ledger", refs, asdict(changes), self.at)
        return Stored(tuple(self._seen(batch)), changes, new_lines)

    def _bank(self, batch: Batch) -> bool:
        """What the platform knows of the bank: until when it is read, and money that nobody has
        assigned. Stored before the ledgers, which it holds.
        """
        tx, creditor, connection = self.tx, self.creditor, self.connection.id
        if batch.booked_until is not None:
            book_from_platform(tx, creditor, connection, batch.booked_until, on=self.on, at=self.at)
        if batch.bank_lines is None:
            return False
        return tx.bank_lines.replace(
            creditor, connection, batch.bank_lines, self.at, batch.bank_lines_of
        )

    def _without_stale(self, batch: Batch, began: datetime, own: Collection[str]) -> Batch:
        """Leaves out what was read again on request while the batch was under way."""
        ids = {*(each.external_id for each in batch.invoices), *batch.gone}.difference(own)
        newer = self.tx.sources.changed_since(
            self.creditor, self.connection.id, ids, began, self.at
        )
        if not newer:
            return batch
        return replace(
            batch,
            invoices=tuple(each for each in batch.invoices if each.external_id not in newer),
            gone=tuple(each for each in batch.gone if each not in newer),
        )

    def _without_stale_lines(self, batch: Batch, began: datetime, own: Collection[str]) -> Batch:
        """Leaves alone debtors of whom money was seen on request while the batch was under way: a last
        look has found it, and its notice may be about to leave.
        """
        if batch.bank_lines is None or not batch.bank_lines_of:
            return batch
        newer = self.tx.bank_lines.changed_since(
            self.creditor, self.connection.id, batch.bank_lines_of.difference(own), began, self.at
        )
        if not newer:
            return batch
        return replace(
            batch,
            bank_lines=tuple(each for each in batch.bank_lines if each.debtor not in newer),
            bank_lines_of=batch.bank_lines_of - newer,
        )

    def _with_payments(self, batch: Batch) -> Batch:
        """A line of a list does not tell payments: those that were read stay while it agrees."""
        silent = [each.external_id for each in batch.invoices if not each.payments_read]
        known = self.tx.sources.by_id(self.creditor, self.connection.id, silent)
        return replace(
            batch,
            invoices=tuple(_filled(each, known.get(each.external_id)) for each in batch.invoices),
        )

    def _unread(self) -> dict[str, Unread]:
        found = self.tx.sources.unread(self.creditor, self.connection.id)
        return {each.external_id: each for each in found}

    def _of_unread(self, batch: Batch, before: Mapping[str, Unread]) -> set[str]:
        """Debtors of stored invoices that nobody could read, or that can be read again.

        Such a record may not say whose it is; the invoice that was stored earlier does.
        """
        read = [*(each.external_id for each in batch.invoices), *batch.gone]
        ids = {each.external_id for each in batch.unread} | {id_ for id_ in read if id_ in before}
        known = self.tx.sources.by_id(self.creditor, self.connection.id, ids)
        return {each.debtor for each in known.values()}

    def _rebuild(self, touched: Collection[str]) -> LedgerChanges:
        """The ledgers of these debtors, and of those to whom a new credit of nobody may belong."""
        if not touched:
            return LedgerChanges()
        tx, creditor, connection = self.tx, self.creditor, self.connection.id
        before = tx.sources.lost_credits(creditor, connection)
        changes = self._build(touched, before)
        if any(each.startswith(ALONE) for each in touched):
            now = tx.sources.lost_credits(creditor, connection)
            changes += self._build(concerned(tx, creditor, connection, before ^ now), now)
        return changes

    def _build(self, touched: Collection[str], lost: Collection[LostCredit]) -> LedgerChanges:
        if not touched:
            return LedgerChanges()
        tx, creditor, connection = self.tx, self.creditor, self.connection.id
        invoices = tx.sources.invoices(creditor, connection, touched)
        masters = tx.sources.debtors(creditor, connection, touched)
        unread = list(self._unread().values())
        accounts = sorted(touched)
        merged = [merged_debtor(masters.get(d), invoices.get(d, [])) for d in accounts]
        tx.debtors.upsert(creditor, connection, [each for each in merged if each is not None])
        ids = tx.debtors.ensure(creditor, connection, {d: d for d in accounts})
        changes = tx.ledger.save_ledger(
            creditor,
            connection,
            {
                DebtorId(ids[d]): with_holds(
                    build_debtor(
                        invoices.get(d, []), [each for each in unread if each.debtor in ("", d)]
                    ),
                    d,
                    known.name if known else "",
                    lost,
                )
                for d, known in zip(accounts, merged, strict=True)
            },
            backlog_before=backlog_before(tx, creditor, self.connection),
            start_level=int(self.connection.settings.get("start_level", "1")),
            on=self.on,
            gone=ItemState.CANCELLED,  # deleted, not paid: no charge of it is owed
        )
        own = [DebtorId(ids[debtor]) for debtor in accounts]
        return changes + check_debtors(tx, creditor, own, on=self.on)

    def _seen(self, batch: Batch) -> Iterator[PlatformNoticeRow]:
        """Dunnings that somebody made on the platform: a contact with the debtor, not yet a level
        (architecture §4.14). A day to come is no contact yet, today is.
        """
        tx, creditor = self.tx, self.creditor
        found = tx.platform_notices.save_seen(creditor, self.connection.id, batch.notices, self.at)
        items = tx.items.many(creditor, [row.item for row in found if row.item is not None])
        for row in found:
            if row.item in items and row.on is not None:
                debtor = items[row.item].debtor
                tx.notices.record_contact(creditor, debtor, min(row.on, self.on), None)
            yield row


def _filled(now: InvoiceRecord, before: InvoiceRecord | None) -> InvoiceRecord:
    if now.payments_read or before is None or not before.payments_read:
        return now
    if (now.total, now.outstanding) != (before.total, before.outstanding):
        return now
    return replace(
        now,
        payments=before.payments,
        payments_read=True,
        settled_on=now.settled_on or before.settled_on,
    )


def backlog_before(tx: Tx, creditor: CreditorId, connection: Connection) -> date | None:
    """While the first reading lasts, items due before that day are backlog; None afterwards.

    It counts from the day the reading began, also when it is taken up again later.
    """
    began = connection.first_import_on
    if began is None or tx.connections.cursors(creditor, connection.id).get(ONBOARDING, {}).get(
        "done"
    ):
        return None
    return began - timedelta(days=BACKLOG_DAYS)

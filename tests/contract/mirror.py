"""What the store and the sync service do with the batches of a connector, in memory.

``Mirror`` fulfils ``core.ports.Known``. Like the service it keeps records and cursor of a batch
together or not at all, and every cursor travels through JSON on its way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.platform_records import (
    BankLine,
    Batch,
    Cursor,
    InvoiceRecord,
    PlatformNotice,
    Unread,
)
from core.domain.records import DebtorRecord
from core.errors import Problem
from core.ports import PlatformConnector, SyncScope

STREAMS = ("debtors", "invoices")
ENOUGH = 300  # batches that no stream of this suite has


@dataclass
class Mirror:
    """Everything read from one connection so far, by external id."""

    cursors: dict[str, Cursor] = field(default_factory=dict)
    invoice: dict[str, InvoiceRecord] = field(default_factory=dict)
    debtor: dict[str, DebtorRecord] = field(default_factory=dict)
    notice: dict[str, PlatformNotice] = field(default_factory=dict)
    unreadable: dict[str, Unread] = field(default_factory=dict)
    bank_lines: tuple[BankLine, ...] | None = None  # None: never read
    booked_until: date | None = None
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def marks(self, external_ids: Collection[str]) -> Mapping[str, str]:
        return {each: self.invoice[each].mark for each in external_ids if each in self.invoice}

    def invoices(self, external_ids: Collection[str]) -> Mapping[str, InvoiceRecord]:
        return {each: self.invoice[each] for each in external_ids if each in self.invoice}

    def open_invoices(self) -> Mapping[str, str]:
        return {key: each.mark for key, each in self.invoice.items() if each.open}

    def debtors(self, external_ids: Collection[str]) -> frozenset[str]:
        return frozenset(external_ids) & frozenset(self.debtor)

    def notices(self, external_ids: Collection[str]) -> frozenset[str]:
        return frozenset(external_ids) & frozenset(self.notice)

    def unread(self) -> frozenset[str]:
        return frozenset(self.unreadable)

    def without_payments(self, limit: int) -> Sequence[str]:
        waiting = [r for r in self.invoice.values() if not r.open and not r.payments_read]
        waiting.sort(key=lambda r: (r.invoice_date or date.min, r.external_id), reverse=True)
        return [each.external_id for each in waiting[:limit]]

    def store(self, batch: Batch, stream: str = "") -> None:
        """One batch; with ``stream`` its cursor too (a single read has none)."""
        if stream:
            self.cursors[stream] = json.loads(json.dumps(dict(batch.cursor)))
        self.invoice |= {each.external_id: each for each in batch.invoices}
        self.debtor |= {each.external_id: each for each in batch.debtors}
        self.notice |= {each.external_id: each for each in batch.notices}
        for each in (*batch.invoices, *batch.debtors):
            self.unreadable.pop(each.external_id, None)
        for lost in batch.gone:
            self.invoice.pop(lost, None)
            self.unreadable.pop(lost, None)
        self.unreadable |= {each.external_id: each for each in batch.unread}
        if batch.bank_lines is not None:
            of = batch.bank_lines_of
            kept = [each for each in self.bank_lines or () if of and each.debtor not in of]
            self.bank_lines = (*kept, *batch.bank_lines)
        self.booked_until = batch.booked_until or self.booked_until
        self.gone += batch.gone
        self.problems += batch.problems

    def read(self, connector: PlatformConnector, stream: str, scope: SyncScope) -> Iterator[Batch]:
        """Batches from where the stream stands; each is stored before the next is asked for."""
        fetch = getattr(connector, f"fetch_{stream}")
        for count, batch in enumerate(fetch(self.cursors.get(stream, {}), self, scope)):
            assert count < ENOUGH, f"the stream of {stream} does not end"
            self.store(batch, stream)
            yield batch

    def sync(
        self,
        connector: PlatformConnector,
        scope: SyncScope,
        streams: Sequence[str] = STREAMS,
    ) -> list[Batch]:
        """All batches of all streams, stored."""
        return [each for stream in streams for each in self.read(connector, stream, scope)]

    def refresh(self, connector: PlatformConnector, external_id: str) -> Batch:
        """One invoice read again, stored."""
        batch = connector.fetch_invoice(external_id, self)
        self.store(batch)
        return batch

    def records(self) -> dict[str, dict[str, object]]:
        """All that was read, for comparing two states."""
        return {
            "invoices": dict(sorted(self.invoice.items())),
            "debtors": dict(sorted(self.debtor.items())),
            "notices": dict(sorted(self.notice.items())),
            "unread": dict(sorted(self.unreadable.items())),
        }

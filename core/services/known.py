"""What the store has of a connection, as a connector asks for it while it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.domain.model import ConnectionId, CreditorId
from core.domain.platform_records import InvoiceRecord
from core.ports import Store


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """Fulfils ``core.ports.Known``; every question is a read transaction of its own."""

    store: Store
    creditor: CreditorId
    connection: ConnectionId

    def marks(self, external_ids: Collection[str]) -> Mapping[str, str]:
        with self.store.read() as tx:
            return tx.sources.marks(self.creditor, self.connection, external_ids)

    def invoices(self, external_ids: Collection[str]) -> Mapping[str, InvoiceRecord]:
        with self.store.read() as tx:
            return tx.sources.by_id(self.creditor, self.connection, external_ids)

    def open_invoices(self) -> Mapping[str, str]:
        with self.store.read() as tx:
            return tx.sources.open_marks(self.creditor, self.connection)

    def debtors(self, external_ids: Collection[str]) -> frozenset[str]:
        with self.store.read() as tx:
            return tx.sources.known_debtors(self.creditor, self.connection, external_ids)

    def notices(self, external_ids: Collection[str]) -> frozenset[str]:
        with self.store.read() as tx:
            return tx.platform_notices.known(self.creditor, self.connection, external_ids)

    def unread(self) -> frozenset[str]:
        with self.store.read() as tx:
            found = tx.sources.unread(self.creditor, self.connection)
        return frozenset(each.external_id for each in found)

    def without_payments(self, limit: int) -> Sequence[str]:
        with self.store.read() as tx:
            return tx.sources.without_payments(self.creditor, self.connection, limit)

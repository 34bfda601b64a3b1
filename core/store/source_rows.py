"""A record of a platform as one row of its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.domain.platform_records import BankLine, Batch, InvoiceRecord, Unread
from core.domain.records import DebtorRecord
from core.store.codec import Codec

INVOICE, DEBTOR, UNREAD, BANK_LINE = "invoice", "debtor", "unread", "bank_line"
INVOICES = Codec(InvoiceRecord)
DEBTORS = Codec(DebtorRecord)
UNREADS = Codec(Unread)
BANK_LINES = Codec(BankLine)
ROW_VALUES = ("debtor", "dated", "mark", "open", "payments_read", "record")

Key = tuple[str, str]  # kind, external id


@dataclass(frozen=True, slots=True)
class Row:
    debtor: str
    dated: date | None
    mark: str
    open: bool
    payments_read: bool
    record: str

    @property
    def values(self) -> tuple[Any, ...]:
        return (self.debtor, self.dated, self.mark, self.open, self.payments_read, self.record)


def rows_of(batch: Batch) -> dict[Key, Row]:
    rows: dict[Key, Row] = {}
    for debtor in batch.debtors:
        record = DEBTORS.dumps(debtor)
        rows[DEBTOR, debtor.external_id] = Row(debtor.external_id, None, "", False, False, record)
    for invoice in batch.invoices:
        rows[INVOICE, invoice.external_id] = Row(
            invoice.debtor,
            invoice.invoice_date,
            invoice.mark,
            invoice.open,
            invoice.payments_read,
            INVOICES.dumps(invoice),
        )
    for unread in batch.unread:
        rows[UNREAD, unread.external_id] = Row(
            unread.debtor, None, "", False, False, UNREADS.dumps(unread)
        )
    return rows

"""The stream of payments of settled invoices: how long customers take to pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors._pile import ROWS
from connectors._values import FieldError, Json
from connectors.sevdesk.invoices import with_logs
from connectors.sevdesk.problems import warning
from connectors.sevdesk.stream import Pass
from core.domain.platform_records import Batch, Cursor, InvoiceRecord, Progress


def payments(work: Pass, cursor: Cursor) -> Iterator[Batch]:
    """Payments of settled invoices, newest first; the store says which are missing.

    Where the embed of the list showed the bookings, none is. Else one list has them all: no invoice
    costs a request, and none is asked for twice.
    """
    tried: set[str] = set()
    while True:
        asked = [id_ for id_ in work.known.without_payments(ROWS) if id_ not in tried]
        if not asked:
            return
        tried.update(asked)
        logs = work.around.logs()
        for record in work.known.invoices(asked).values():
            work.pile.invoices.append(_with(work, record, logs.get(record.external_id, ())))
        yield work.pile.take(cursor, Progress(len(tried)))


def _with(work: Pass, record: InvoiceRecord, rows: Sequence[Json]) -> InvoiceRecord:
    try:
        return with_logs(record, rows, work.scope.today)
    except FieldError as bad:
        work.pile.problems.append(
            warning(
                "bookings_unreadable",
                f"{record.number} ({record.external_id}) {bad.path}",
                f"Das Feld {bad.path} {bad.reason}; für das Zahlungsverhalten zählt dieser "
                "ausgeglichene Beleg nicht. Bitte den Beleg in sevDesk prüfen.",
            )
        )
        return replace(record, payments_read=True)

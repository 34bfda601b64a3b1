"""Whether a document is as it was, and what of it is worth another request. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors._values import Json
from connectors.sevdesk.around import has_logs
from connectors.sevdesk.records import Mapped
from core.domain.platform_records import InvoiceRecord


def wants_logs(
    row: Json, record: InvoiceRecord | None, before: InvoiceRecord | None, *, alone: bool
) -> bool:
    """Whether a list of its own is worth reading, which alone can say when the payments came."""
    if record is None or not record.payments or has_logs(row):
        return False
    if before is None:
        return alone or record.open
    moved = (before.total, before.outstanding) != (record.total, record.outstanding)
    return (moved or not before.payments_read) and (alone or record.open or before.open)


def with_known_payments(mapped: Mapped, before: InvoiceRecord) -> Mapped:
    """Payments of a closed document that were read once are not forgotten."""
    now = mapped.record
    if now is None or now.payments_read or not before.payments_read:
        return mapped
    if (now.total, now.outstanding) != (before.total, before.outstanding):
        return mapped
    return mapped._replace(record=replace(now, payments=before.payments, payments_read=True))


def chunks(rows: Iterable[Json], size: int) -> Iterator[list[Json]]:
    """Rows in groups, for questions to the store."""
    group: list[Json] = []
    for row in rows:
        group.append(row)
        if len(group) >= size:
            yield group
            group = []
    if group:
        yield group

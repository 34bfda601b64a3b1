"""The stream of payments of settled invoices: how long customers take to pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors._pile import READS
from connectors.stripe.stream import Pass
from core.domain.platform_records import Batch, Cursor, Progress


def payments(work: Pass, cursor: Cursor) -> Iterator[Batch]:
    """Only where lists did not show them (another server): invoice by invoice, newest first."""
    tried: set[str] = set()
    while True:
        asked = [id_ for id_ in work.known.without_payments(READS) if id_ not in tried]
        if not asked:
            return
        tried.update(asked)
        for id_ in asked:
            work.reader.read_listed(id_)
        read = {each.external_id for each in work.pile.invoices}
        for record in work.known.invoices([id_ for id_ in asked if id_ not in read]).values():
            # Nobody can tell its payments: it is not asked for again.
            work.pile.invoices.append(replace(record, payments_read=True))
        yield replace(work.batch(cursor), progress=Progress(len(tried)))

"""The stream of payments of settled invoices: how long customers take to pay."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.lexoffice.client import LexofficeClient
from connectors.lexoffice.pile import READS
from connectors.lexoffice.reading import VoucherReader
from core.domain.platform_records import Batch, Cursor, Progress
from core.ports import Known

_ASKED_AT_ONCE = 50


def payments(client: LexofficeClient, cursor: Cursor, known: Known) -> Iterator[Batch]:
    """Payments of settled invoices, newest first; the store says which are missing."""
    reader = VoucherReader(client, known)
    tried: set[str] = set()
    while True:
        asked = [id_ for id_ in known.without_payments(_ASKED_AT_ONCE) if id_ not in tried]
        if not asked:
            return
        tried.update(asked)
        stored = known.invoices(asked)
        for place, id_ in enumerate(asked, 1):
            record = stored.get(id_)
            read = reader.read_payments(record) if record else None
            if read is not None:
                reader.pile.invoices.append(read)
            if place % READS == 0 or place == len(asked):
                yield reader.pile.take(cursor, Progress(len(tried) - len(asked) + place))

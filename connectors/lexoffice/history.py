"""The stream of payments of settled invoices: how long customers take to pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors._pile import READS, Pile
from connectors._values import FieldError
from connectors.lexoffice.client import LexofficeClient
from connectors.lexoffice.kinds import INVOICE, SETTLED_STATUSES
from connectors.lexoffice.mapping import type_of, with_payments
from connectors.lexoffice.movements import read_movements
from connectors.lexoffice.problems import warning
from core.domain.platform_records import Batch, Cursor, InvoiceRecord, Progress
from core.errors import NotFound
from core.ports import Known

_ASKED_AT_ONCE = 50


def payments(client: LexofficeClient, cursor: Cursor, known: Known) -> Iterator[Batch]:
    """Payments of settled invoices, newest first; the store says which are missing.

    No invoice is asked for twice, whatever became of it: the stream always ends.
    """
    pile = Pile()
    tried: set[str] = set()
    while True:
        asked = [id_ for id_ in known.without_payments(_ASKED_AT_ONCE) if id_ not in tried]
        if not asked:
            return
        done = len(tried)
        tried.update(asked)
        stored = known.invoices(asked)
        for place, id_ in enumerate(asked, 1):
            if id_ in stored:
                _read(client, pile, stored[id_])
            if place % READS == 0 or place == len(asked):
                yield pile.take(cursor, Progress(done + place))


def _read(client: LexofficeClient, pile: Pile, record: InvoiceRecord) -> None:
    where = f"{record.number} ({record.external_id})"
    type_ = type_of(record) or INVOICE
    code = record.total.currency
    try:
        paid = read_movements(client, record.external_id, type_, code, where)
    except NotFound:
        paid = None  # the list of changes tells what became of it
    except FieldError as bad:
        paid = None
        pile.problems.append(
            warning(
                "payments_unreadable",
                f"{where} {bad.path}",
                f"Das Feld {bad.path} {bad.reason}; für das Zahlungsverhalten zählt dieser "
                "ausgeglichene Beleg nicht. Bitte den Beleg in lexoffice prüfen.",
            )
        )
    if paid is None:
        pile.invoices.append(replace(record, payments_read=True))
    elif not paid.open.amount and paid.status in SETTLED_STATUSES:
        pile.invoices.append(with_payments(record, paid))
        pile.problems.extend(paid.problems)
    # Else it is open again: the next sync sees that, with everything that belongs to it.

"""Everything open, as the list has it now: the sweep that no missed change survives."""

from __future__ import annotations

from datetime import date

from connectors._values import text
from connectors.lexoffice.client import Json, LexofficeClient
from connectors.lexoffice.kinds import DIRECT_DEBIT, OPEN
from connectors.lexoffice.listing import Search, walk
from connectors.lexoffice.reading import VoucherReader
from connectors.lexoffice.vouchers import Voucher

# "overdue" may not be asked beside another status, and rows of both searches bear it (§0.5): which
# search a row came from tells whether its money is being collected.
SEARCHES = (Search((OPEN,)), Search(tuple(sorted(DIRECT_DEBIT)), asked="sepadebit"))
_TRIES = 3


def sweep(client: LexofficeClient, reader: VoucherReader, today: date) -> dict[str, Voucher]:
    """All open rows by id, oldest first. A row that cannot be read is on the reader's pile."""
    found: dict[str, tuple[Json, str]] = {}
    for search in SEARCHES:
        found |= _listed(client, reader, search, today)
    rows: dict[str, Voucher] = {}
    for values, asked in found.values():
        row = reader.add_row(values, asked)
        if row is not None:
            rows[row.id] = row
    return rows


def _listed(
    client: LexofficeClient, reader: VoucherReader, search: Search, today: date
) -> dict[str, tuple[Json, str]]:
    """Lists again while the pages shift under our eyes: a row may slip from one to another.

    Rows of a list that was made before stay: reading them alone tells what became of them.
    """
    found: dict[str, tuple[Json, str]] = {}
    for _ in range(_TRIES):
        shifted = False
        seen: set[str] = set()
        for listed in walk(client, search, today):
            shifted |= listed.shifted
            if listed.problem and listed.problem not in reader.pile.problems:
                reader.pile.problems.append(listed.problem)
            for values in listed.rows:
                id_ = text(values, "id") or f"#{text(values, 'voucherNumber')}"
                shifted |= id_ in seen
                seen.add(id_)
                found[id_] = (values, search.asked)
        if not shifted:
            break
    return found

"""Items of other connections that may be the same claim: found by their number, or named by hand.

In two steps, because most numbers stand on one connection: which numbers stand on several is read
from an index alone, and only their items are read as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, ItemId, ItemKind, OpenItem
from core.domain.same_claim import claim_key
from core.store import item_rows
from core.store import tables as t
from core.store.base import Repo, chunks

_I = t.open_item.c
# A line of a list, which may know of the amount no more than what is open.
_LISTED = '"opos"'
# A number that so many items have names none of them.
_COMMON = 50
_RESIDUAL = ItemKind.CHARGE_RESIDUAL
Pair = tuple[ItemId, ItemId]


@dataclass(frozen=True, slots=True)
class TwinRow:
    """An item with what is stored of it beside; ``listed``: a list tells of it."""

    item: OpenItem
    listed: bool
    settled_on: date | None


class TwinRows(Repo):
    def beside(
        self,
        creditor: CreditorId,
        mine: Mapping[ItemId, OpenItem],
        together: Collection[Pair],
        *,
        lock: bool,
    ) -> list[tuple[TwinRow, TwinRow]]:
        """Each of ``mine`` with each item of another connection that may be the same.

        ``together`` are pairs that a person put together, whatever their numbers are.
        """
        keys = {claim_key(i.number) for i in mine.values() if i.kind is not _RESIDUAL} - {""}
        shared = [key for part in chunks(sorted(keys)) for key in self._shared(creditor, part)]
        rows: dict[ItemId, TwinRow] = {}
        for part in chunks(shared):
            found = self._rows(creditor, self._among(_I.number_key, part), lock=lock)
            rows |= {row.item.id: row for row in found}
        named = [pair for pair in together if pair[0] in mine or pair[1] in mine]
        missing = sorted({id_ for pair in named for id_ in pair if id_ not in rows})
        for ids in chunks(missing):
            found = self._rows(creditor, self._among(_I.id, ids), lock=lock)
            rows |= {row.item.id: row for row in found}
        pairs = dict.fromkeys(_alike(mine, rows, frozenset(shared)))
        for one, other in named:
            pairs |= {p: None for p in ((one, other), (other, one)) if p[0] in mine}
        return [
            (rows[one], rows[other])
            for one, other in sorted(pairs)
            if one in rows and other in rows
        ]

    def _shared(self, creditor: CreditorId, keys: Sequence[str]) -> list[str]:
        """Those keys that stand on several connections."""
        query = (
            sa.select(_I.number_key)
            .where(_I.creditor_id == creditor, self._among(_I.number_key, keys))
            .group_by(_I.number_key)
            .having(sa.func.min(_I.connection_id) != sa.func.max(_I.connection_id))
        )
        return list(self._db.execute(query).scalars())

    def _rows(
        self,
        creditor: CreditorId,
        which: sa.ColumnElement[bool],
        lock: bool,
    ) -> list[TwinRow]:
        query = (
            sa.select(_I.facts.contains(_LISTED), _I.settled_on, *item_rows.COLUMNS)
            .where(_I.creditor_id == creditor, which, _I.kind != _RESIDUAL.value)
            .order_by(_I.id)
        )
        if lock:  # nobody changes them while we are at it; SQLite has one writer anyway
            query = query.with_for_update()
        return [
            TwinRow(item_rows.item_of(row), bool(listed), settled)
            for listed, settled, *row in self._db.execute(query).all()
        ]


def _alike(
    mine: Mapping[ItemId, OpenItem], rows: Mapping[ItemId, TwinRow], shared: Collection[str]
) -> Iterator[Pair]:
    """Pairs of items with a like number on different connections."""
    by_key: dict[str, list[OpenItem]] = defaultdict(list)
    for row in rows.values():
        by_key[claim_key(row.item.number)].append(row.item)
    for item in mine.values():
        key = claim_key(item.number)
        if key not in shared or item.kind is _RESIDUAL or len(by_key[key]) > _COMMON:
            continue
        for other in by_key[key]:
            if other.connection != item.connection:
                yield (item.id, other.id)

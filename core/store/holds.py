"""Holds (Mahnsperren). A released hold is kept: the time in it does not count (§4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, Hold, HoldKind, HoldTerms, ItemId
from core.errors import UsageError
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import Codec
from core.store.links import Links

_C = t.hold.c
COLUMNS = (_C.id, _C.kind, _C.debtor_id, _C.open_item_id, _C.reason, _C.author, _C.from_on,
           _C.until_on, _C.released_on, _C.terms)  # fmt: skip
_TERMS = Codec(HoldTerms)
_DAY = timedelta(days=1)


def hold_of(row: Sequence[Any]) -> Hold:
    """A hold from :data:`COLUMNS`; it ends the day before its release."""
    id_, kind, debtor, item, reason, author, from_on, until_on, released_on, terms = row
    if released_on is not None:
        last = released_on - _DAY
        until_on = last if until_on is None else min(until_on, last)
    return Hold(
        id_,
        HoldKind(kind),
        DebtorId(debtor),
        None if item is None else ItemId(item),
        reason,
        author,
        from_on,
        until_on,
        None if terms == "{}" else _TERMS.loads(terms),
    )


class Holds(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        item: ItemId | None,
        reason: str,
        author: str,
        from_on: date,
        until_on: date | None,
        source_key: str = "",
        terms: HoldTerms | None = None,
    ) -> int:
        id_ = self._ids(creditor, "hold")[0]
        self._db.execute(
            sa.insert(t.hold),
            {
                "creditor_id": creditor,
                "id": id_,
                "kind": HoldKind(kind).value,
                "debtor_id": debtor,
                "open_item_id": item,
                "reason": reason,
                "author": author,
                "source_key": source_key,
                "from_on": from_on,
                "until_on": until_on,
                "terms": "{}" if terms is None else _TERMS.dumps(terms),
            },
        )
        return id_

    def release(self, creditor: CreditorId, hold: int, on: date) -> None:
        """Ends a hold; ``on`` is the first day without it.

        Raises:
            UsageError: no such hold, or it was released before.

        """
        done = self._db.execute(
            sa.update(t.hold)
            .where(_C.creditor_id == creditor, _C.id == hold, _C.released_on.is_(None))
            .values(released_on=on)
        )
        if done.rowcount == 0:
            raise UsageError(
                f"Die Mahnsperre {hold} gibt es nicht oder sie ist schon aufgehoben.",
                en=f"There is no hold {hold}, or it is released already.",
            )

    def settle(
        self, creditor: CreditorId, hold: int, terms: HoldTerms, free_from: date | None
    ) -> None:
        """Writes down how a promise or plan ended; ``free_from`` is the first day without it
        (None: it ends as it was agreed).
        """
        values: dict[str, object] = {"terms": _TERMS.dumps(terms)}
        if free_from is not None:
            values["released_on"] = sa.func.coalesce(_C.released_on, free_from)
        self._db.execute(
            sa.update(t.hold).where(_C.creditor_id == creditor, _C.id == hold).values(**values)
        )

    def active(self, creditor: CreditorId, on: date) -> list[Hold]:
        query = sa.select(*COLUMNS).where(
            _C.creditor_id == creditor,
            _C.from_on <= on,
            sa.or_(_C.until_on.is_(None), _C.until_on >= on),
            sa.or_(_C.released_on.is_(None), _C.released_on > on),
        )
        return [hold_of(row) for row in self._db.execute(query.order_by(_C.id))]

    def of_debtor(self, creditor: CreditorId, debtor: DebtorId) -> list[Hold]:
        """All holds of the debtor and his items, ended ones too; of all he is linked with."""
        own = self._links.among_group(creditor, _C.debtor_id, debtor)
        query = sa.select(*COLUMNS).where(_C.creditor_id == creditor, own)
        return [hold_of(row) for row in self._db.execute(query.order_by(_C.id))]

"""Holds that the source asks for, and the end of holds for locally known payments.

A hold keeps its source key for as long as the source asks for it. One that a user released keeps
it too: the next import does not set it again, unless the source now asks for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import sqlalchemy as sa

from core.domain.ledger import LedgerHold, LedgerResult
from core.domain.model import ConnectionId, CreditorId, DebtorId, HoldKind
from core.errors import RuleError
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks, iso

_C = t.hold.c
_VALUES = ("kind", "open_item_id", "reason", "until_on")
_INSERTED = ("creditor_id", "id", "debtor_id", "source_key", "author", "from_on", *_VALUES)
_STEP = 500
_KEY_LENGTH = 200

ItemIds = Mapping[tuple[DebtorId, str], int]
Key = tuple[DebtorId, str]
Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    released_on: date | None
    values: Values

    def stands_for(self, values: Values) -> bool:
        """True when a user who released this hold meant ``values`` too: the same thing of the same
        item until the same day. The wording names file and row, which change with each export.
        """
        kind, item, _, until = values
        return (kind, item, until) == (self.values[0], self.values[1], self.values[3])


class SyncedHolds(Repo):
    """Keeps the holds with the source keys of one connection equal to what the source says."""

    def __init__(
        self, db: sa.Connection, creditor: CreditorId, connection: ConnectionId, on: date
    ) -> None:
        super().__init__(db)
        self._creditor = creditor
        self._connection = connection
        self._on = on
        self._prefix = f"sync:{connection}:"
        self._set: list[tuple[int, str, str | None]] = []
        self._ended: list[int] = []

    def save(self, results: Mapping[DebtorId, LedgerResult], ids: ItemIds) -> LedgerChanges:
        for part in chunks(sorted(results), _STEP):
            self._sync({debtor: results[debtor] for debtor in part}, ids)
            self._end_local(part)
        return LedgerChanges(holds=tuple(self._set), holds_ended=tuple(self._ended))

    def _sync(self, results: Mapping[DebtorId, LedgerResult], ids: ItemIds) -> None:
        wanted = {
            (debtor, self._key(hold)): self._values(debtor, hold, ids)
            for debtor, result in results.items()
            for hold in result.holds
        }
        stored = self._stored(results)
        changed: list[dict[str, object]] = []
        over = [hold for key, hold in stored.items() if key not in wanted]
        added = {key: values for key, values in wanted.items() if key not in stored}
        for key in wanted.keys() & stored.keys():
            hold, values = stored[key], wanted[key]
            if hold.released_on is None:
                if hold.values != values:
                    changed.append({"id": hold.id, **dict(zip(_VALUES, values, strict=True))})
                    self._note(hold.id, values)
            elif not hold.stands_for(values):
                over.append(hold)
                added[key] = values
        self._bulk_update(t.hold, self._creditor, _VALUES, changed)
        self._end(over)
        self._add(dict(sorted(added.items())))

    def _key(self, hold: LedgerHold) -> str:
        """Source keys hold foreign numbers of any length; the column has a limit."""
        key = self._prefix + hold.key
        if len(key) <= _KEY_LENGTH:
            return key
        return self._prefix + sha256(hold.key.encode()).hexdigest()

    def _values(self, debtor: DebtorId, hold: LedgerHold, ids: ItemIds) -> Values:
        item = None if hold.item is None else ids.get((debtor, hold.item))
        if hold.item is not None and item is None:
            raise RuleError(
                f"Eine Mahnsperre gilt dem unbekannten Posten {hold.item}.",
                en=f"A hold is for the unknown item {hold.item}.",
            )
        return (hold.kind.value, item, hold.reason, hold.until_on)

    def _note(self, hold: int, values: Values) -> None:
        kind, _, _, until = values
        self._set.append((hold, str(kind), iso(until) if isinstance(until, date) else None))

    def _stored(self, results: Mapping[DebtorId, LedgerResult]) -> dict[Key, _Stored]:
        query = sa.select(
            _C.debtor_id, _C.source_key, _C.id, _C.released_on, *(_C[name] for name in _VALUES)
        ).where(
            _C.creditor_id == self._creditor,
            _C.source_key.startswith(self._prefix, autoescape=True),
            self._among(_C.debtor_id, list(results)),
        )
        return {
            (DebtorId(row[0]), row[1]): _Stored(row[2], row[3], tuple(row[4:]))
            for row in self._db.execute(query)
        }

    def _add(self, added: Mapping[Key, Values]) -> None:
        if not added:
            return
        ids = self._ids(self._creditor, "hold", len(added))
        rows = []
        for id_, ((debtor, key), values) in zip(ids, added.items(), strict=True):
            self._note(id_, values)
            kind, item, reason, until = values
            assert until is None or isinstance(until, date)  # noqa: S101 - as built above
            rows.append(
                (
                    self._creditor, id_, debtor, key, "sync", self._on.isoformat(),
                    kind, item, reason, iso(until),
                )
            )  # fmt: skip
        self._bulk_insert(t.hold, _INSERTED, rows)

    def _end(self, holds: Iterable[_Stored]) -> None:
        """The source does not ask for these any more: they end, and their keys are free."""
        ended = list(holds)
        self._ended += (hold.id for hold in ended if hold.released_on is None)
        for part in chunks([hold.id for hold in ended]):
            self._db.execute(
                sa.update(t.hold)
                .where(_C.creditor_id == self._creditor, self._among(_C.id, part))
                .values(source_key="", released_on=sa.func.coalesce(_C.released_on, self._on))
            )

    def _end_local(self, debtors: Sequence[DebtorId]) -> None:
        """The source agrees when its outstanding fell by what was said to be paid."""
        i = t.open_item.c
        agreed = sa.exists().where(
            i.creditor_id == _C.creditor_id,
            i.id == _C.open_item_id,
            i.connection_id == self._connection,
            sa.or_(i.outstanding_minor <= _C.expected_minor, i.outstanding_minor <= 0),
        )
        ended = self._db.execute(
            sa.update(t.hold)
            .where(
                _C.creditor_id == self._creditor,
                _C.kind == HoldKind.PAID_LOCALLY.value,
                _C.expected_minor.is_not(None),
                _C.released_on.is_(None),
                self._among(_C.debtor_id, debtors),
                agreed,
            )
            .values(released_on=self._on)
            .returning(_C.id)
        )
        self._ended += sorted(ended.scalars())

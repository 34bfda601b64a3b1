"""Holds that somebody else asks for, under keys of his own, for as long as he does.

A hold keeps its key for as long as it is asked for. One that a user released keeps it too: it is
not set again, unless something else is asked for now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, HoldKind
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks, iso

_C = t.hold.c
_VALUES = ("kind", "open_item_id", "reason", "until_on")
_INSERTED = ("creditor_id", "id", "debtor_id", "source_key", "author", "from_on", *_VALUES)
_STEP = 500  # debtors of one statement
_KEY_LENGTH = 200

Key = tuple[DebtorId, str]


class Asked(NamedTuple):
    """What a hold is asked to be."""

    kind: str
    item: int | None
    reason: str
    until: date | None


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    released_on: date | None
    asked: Asked

    def stands_for(self, asked: Asked) -> bool:
        """True when a user who released this hold meant ``asked`` too: the same thing of the same
        item until the same day. The wording names file and row, which change with each export.
        """
        was = self.asked
        return (asked.kind, asked.item, asked.until) == (was.kind, was.item, was.until)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What must be done so that the stored holds are as they are asked for."""

    added: Mapping[Key, Asked]
    changed: Sequence[tuple[DebtorId, int, Asked]]
    over: Sequence[tuple[DebtorId, _Stored]]


class KeptHolds(Repo):
    """The holds of one creditor whose keys begin with ``prefix``."""

    def __init__(self, db: sa.Connection, creditor: CreditorId, prefix: str, on: date) -> None:
        super().__init__(db)
        self._creditor, self._prefix, self._on = creditor, prefix, on
        self._set: list[tuple[int, str, str | None]] = []
        self._ended: list[int] = []

    @property
    def changes(self) -> LedgerChanges:
        return LedgerChanges(holds=tuple(self._set), holds_ended=tuple(self._ended))

    def key(self, text: str) -> str:
        """Keys hold foreign numbers of any length; the column has a limit."""
        key = self._prefix + text
        if len(key) <= _KEY_LENGTH:
            return key
        return self._prefix + sha256(text.encode()).hexdigest()

    def keep(self, wanted: Mapping[Key, Asked], debtors: Collection[DebtorId]) -> None:
        """Makes the holds of these debtors what is asked for, by debtor and :meth:`key`."""
        for part in chunks(sorted(debtors), _STEP):
            among = set(part)
            asked = {key: values for key, values in wanted.items() if key[0] in among}
            self._apply(self._steps(asked, self._among(_C.debtor_id, part)))

    def unlike(self, wanted: Mapping[Key, Asked]) -> set[DebtorId]:
        """All debtors of the creditor whose holds are not what is asked for."""
        steps = self._steps(wanted, sa.true())
        found = {debtor for debtor, _ in steps.added}
        return found | {row[0] for row in steps.changed} | {row[0] for row in steps.over}

    def _steps(self, wanted: Mapping[Key, Asked], condition: sa.ColumnElement[bool]) -> _Steps:
        stored, twice = self._stored(condition)
        changed = []
        over = [(key[0], hold) for key, hold in stored.items() if key not in wanted] + twice
        added = {key: asked for key, asked in wanted.items() if key not in stored}
        for key in wanted.keys() & stored.keys():
            hold, asked = stored[key], wanted[key]
            if hold.released_on is None:
                if hold.asked != asked:
                    changed.append((key[0], hold.id, asked))
            elif not hold.stands_for(asked):
                over.append((key[0], hold))
                added[key] = asked
        return _Steps(dict(sorted(added.items())), changed, over)

    def _apply(self, steps: _Steps) -> None:
        rows = []
        for _, id_, asked in steps.changed:
            rows.append({"id": id_, **dict(zip(_VALUES, asked, strict=True))})
            self._note(id_, asked)
        self._bulk_update(t.hold, self._creditor, _VALUES, rows)
        self._end(hold for _, hold in steps.over)
        self._add(steps.added)

    def _stored(
        self, condition: sa.ColumnElement[bool]
    ) -> tuple[dict[Key, _Stored], list[tuple[DebtorId, _Stored]]]:
        """Those that are kept, and those that stand there twice: two processes may have set the
        same one at the same moment (PostgreSQL).
        """
        query = sa.select(
            _C.debtor_id, _C.source_key, _C.id, _C.released_on, *(_C[name] for name in _VALUES)
        ).where(
            _C.creditor_id == self._creditor,
            _C.source_key.startswith(self._prefix, autoescape=True),
            condition,
        )
        found: dict[Key, _Stored] = {}
        twice: list[tuple[DebtorId, _Stored]] = []
        for debtor, key, id_, released, *values in self._db.execute(query.order_by(_C.id)):
            hold = _Stored(id_, released, Asked(*values))
            if found.setdefault((DebtorId(debtor), key), hold) is not hold:
                twice.append((DebtorId(debtor), hold))
        return found, twice

    def _note(self, hold: int, asked: Asked) -> None:
        self._set.append((hold, HoldKind(asked.kind).value, iso(asked.until)))

    def _add(self, added: Mapping[Key, Asked]) -> None:
        if not added:
            return
        ids = self._ids(self._creditor, "hold", len(added))
        rows = []
        for id_, ((debtor, key), asked) in zip(ids, added.items(), strict=True):
            self._note(id_, asked)
            rows.append(
                (
                    self._creditor, id_, debtor, key, "sync", self._on.isoformat(),
                    asked.kind, asked.item, asked.reason, iso(asked.until),
                )
            )  # fmt: skip
        self._bulk_insert(t.hold, _INSERTED, rows)

    def _end(self, holds: Iterable[_Stored]) -> None:
        """Nobody asks for these any more: they end, and their keys are free."""
        ended = list(holds)
        self._ended += (hold.id for hold in ended if hold.released_on is None)
        for part in chunks([hold.id for hold in ended]):
            self._db.execute(
                sa.update(t.hold)
                .where(_C.creditor_id == self._creditor, self._among(_C.id, part))
                .values(source_key="", released_on=sa.func.coalesce(_C.released_on, self._on))
            )

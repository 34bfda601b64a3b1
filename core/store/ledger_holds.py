"""Holds that the source asks for, and the end of holds for locally known payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.ledger import LedgerHold, LedgerResult
from core.domain.model import ConnectionId, CreditorId, DebtorId, HoldKind
from core.errors import RuleError
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.kept_holds import Asked, KeptHolds

_C = t.hold.c
_STEP = 500

ItemIds = Mapping[tuple[DebtorId, str], int]


class SyncedHolds(Repo):
    """Keeps the holds with the source keys of one connection equal to what the source says."""

    def __init__(
        self, db: sa.Connection, creditor: CreditorId, connection: ConnectionId, on: date
    ) -> None:
        super().__init__(db)
        self._creditor = creditor
        self._connection = connection
        self._on = on
        self._kept = KeptHolds(db, creditor, f"sync:{connection}:", on)
        self._ended: list[int] = []

    def save(self, results: Mapping[DebtorId, LedgerResult], ids: ItemIds) -> LedgerChanges:
        for part in chunks(sorted(results), _STEP):
            wanted = {
                (debtor, self._kept.key(hold.key)): _asked(debtor, hold, ids)
                for debtor in part
                for hold in results[debtor].holds
            }
            self._kept.keep(wanted, part)
            self._end_local(part)
        return self._kept.changes + LedgerChanges(holds_ended=tuple(self._ended))

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


def _asked(debtor: DebtorId, hold: LedgerHold, ids: ItemIds) -> Asked:
    item = None if hold.item is None else ids.get((debtor, hold.item))
    if hold.item is not None and item is None:
        raise RuleError(
            f"Eine Mahnsperre gilt dem unbekannten Posten {hold.item}.",
            en=f"A hold is for the unknown item {hold.item}.",
        )
    return Asked(hold.kind.value, item, hold.reason, hold.until_on)

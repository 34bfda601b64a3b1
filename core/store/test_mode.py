"""What was sent in test mode reached nobody: when a creditor goes live, it never happened."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, ItemKind, ItemState, NoticeState, Pending
from core.ports import TEST_MODE, TestModeEnd
from core.store import tables as t
from core.store.base import Repo

# Only these have made anybody believe that something left.
_LEFT = (
    NoticeState.SENT.value,
    NoticeState.PRINTED.value,
    NoticeState.HANDING_OVER.value,
    NoticeState.UNKNOWN.value,
)
_OVER = (NoticeState.REJECTED.value, NoticeState.WITHDRAWN.value)


class TestMode(Repo):
    """Set-based: test mode may have run over all the books."""

    __test__ = False  # for pytest: not a test

    def forget(self, creditor: CreditorId, on: date) -> TestModeEnd:
        """Takes levels, contacts, tasks and proposals of test mode back; the history stays."""
        n, i, line = t.notice.c, t.open_item.c, t.notice_item.c
        ended = TestModeEnd(
            self._count(n.creditor_id == creditor, n.state.in_(_LEFT)),
            self._count(n.creditor_id == creditor, n.living),
        )
        dunned = sa.select(line.open_item_id).where(
            line.creditor_id == creditor, line.level > 0, line.living
        )
        self._db.execute(
            sa.update(t.open_item)
            .where(i.creditor_id == creditor, i.id.in_(dunned))
            .values(level=0, last_notice_on=None, pending=Pending.NONE.value)
        )
        self._db.execute(
            sa.update(t.debtor)
            .where(t.debtor.c.creditor_id == creditor)
            .values(last_notice_on=None, last_deadline=None, last_word_on=None)
        )
        self._db.execute(
            sa.update(t.notice_item).where(line.creditor_id == creditor).values(living=False)
        )
        self._db.execute(
            sa.update(t.delivery).where(t.delivery.c.creditor_id == creditor).values(living=False)
        )
        self._db.execute(
            sa.update(t.notice)
            .where(n.creditor_id == creditor, n.state.not_in(_OVER))
            .values(
                state=NoticeState.WITHDRAWN.value, living=False, reason=TEST_MODE, printed_on=None
            )
        )
        self._forget_charges(creditor, on)
        self._db.execute(
            sa.update(t.task)
            .where(t.task.c.creditor_id == creditor, t.task.c.done_on.is_(None))
            .values(done_on=on)
        )
        return ended

    def _forget_charges(self, creditor: CreditorId, on: date) -> None:
        """Nobody was asked for them."""
        i = t.open_item.c
        self._db.execute(sa.delete(t.charge).where(t.charge.c.creditor_id == creditor))
        self._db.execute(
            sa.update(t.open_item)
            .where(i.creditor_id == creditor, i.kind == ItemKind.CHARGE_RESIDUAL.value)
            .values(outstanding_minor=0, state=ItemState.CANCELLED.value, settled_on=on)
        )

    def _count(self, *conditions: sa.ColumnElement[bool]) -> int:
        return self._db.execute(sa.select(sa.func.count()).where(*conditions)).scalar_one()

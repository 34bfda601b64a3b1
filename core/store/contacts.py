"""When a debtor was last written to, and until when he was asked to pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId
from core.errors import UsageError
from core.store import tables as t

_TABLE = t.debtor
_C = _TABLE.c


def note(
    db: sa.Connection, creditor: CreditorId, debtor: DebtorId, on: date, deadline: date | None
) -> None:
    """Notes a contact; the later day and deadline count.

    Raises:
        UsageError: no such debtor.
    """
    own = sa.and_(_C.creditor_id == creditor, _C.id == debtor)
    query = sa.select(_C.last_notice_on, _C.last_deadline).where(own).with_for_update()
    row = db.execute(query).first()
    if row is None:
        raise UsageError(f"Den Kunden {debtor} gibt es nicht.", en=f"There is no debtor {debtor}.")
    values = {"last_notice_on": _latest((on, row[0])), "last_deadline": _latest((deadline, row[1]))}
    db.execute(sa.update(t.debtor).where(own).values(values))


def note_word(db: sa.Connection, creditor: CreditorId, debtor: DebtorId, on: date) -> None:
    """Notes a contact that starts no interval: a notice that was taken back, or its apology."""
    own = sa.and_(_C.creditor_id == creditor, _C.id == debtor)
    later = sa.or_(_C.last_word_on.is_(None), _C.last_word_on < on)
    db.execute(sa.update(_TABLE).where(own, later).values(last_word_on=on))


def take_back(
    db: sa.Connection,
    whose: sa.ColumnElement[bool],
    taken: tuple[date | None, date | None],
    left: tuple[date | None, date | None],
) -> None:
    """Day and deadline of a notice that does not count any more (``taken``) give way to those of
    the notices that are ``left``. Where something else was noted later, that stands.
    """
    columns = (_C.last_notice_on, _C.last_deadline)
    for column, was, now in zip(columns, taken, left, strict=True):
        if was is not None:
            db.execute(sa.update(_TABLE).where(whose, column == was).values({column.name: now}))


def share(db: sa.Connection, creditor: CreditorId, debtors: Sequence[DebtorId]) -> None:
    """Gives all of them the latest contact of any: whoever got the letter, it was for all."""
    own = sa.and_(_C.creditor_id == creditor, _C.id.in_(debtors))
    columns = (_C.last_notice_on, _C.last_deadline, _C.last_word_on)
    rows = db.execute(sa.select(*columns).where(own)).all()
    values = {
        column.name: _latest(row[place] for row in rows) for place, column in enumerate(columns)
    }
    db.execute(sa.update(t.debtor).where(own).values(values))


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)

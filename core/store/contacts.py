"""When a debtor was last written to, and until when he was asked to pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId
from core.errors import UsageError
from core.store import tables as t

_C = t.debtor.c


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


def share(db: sa.Connection, creditor: CreditorId, debtors: Sequence[DebtorId]) -> None:
    """Gives all of them the latest contact of any: whoever got the letter, it was for all."""
    own = sa.and_(_C.creditor_id == creditor, _C.id.in_(debtors))
    rows = db.execute(sa.select(_C.last_notice_on, _C.last_deadline).where(own)).all()
    values = {
        "last_notice_on": _latest(row[0] for row in rows),
        "last_deadline": _latest(row[1] for row in rows),
    }
    db.execute(sa.update(t.debtor).where(own).values(values))


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)

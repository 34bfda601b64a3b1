"""Leases: who may do a thing alone for a while; compare-and-set, no waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from core.domain.model import CreditorId
from core.store import tables as t
from core.store.base import Repo, instant, passed

_C = t.lease.c


class Leases(Repo):
    def take(
        self, creditor: CreditorId, name: str, owner: str, now: datetime, seconds: int
    ) -> bool:
        """Takes or renews a lease; False when somebody else's is still running."""
        until = instant(now + timedelta(seconds=seconds))
        renewed = self._db.execute(
            sa.update(t.lease)
            .where(
                _C.creditor_id == creditor,
                _C.name == name,
                sa.or_(_C.owner == owner, passed(_C.until_at, now)),
            )
            .values(owner=owner, until_at=until)
        )
        if renewed.rowcount:
            return True
        added = self._db.execute(
            self._insert(t.lease)
            .values(creditor_id=creditor, name=name, owner=owner, until_at=until)
            .on_conflict_do_nothing()
            .returning(_C.owner)
        )
        return added.first() is not None

    def release(self, creditor: CreditorId, name: str, owner: str) -> None:
        self._db.execute(
            sa.delete(t.lease).where(_C.creditor_id == creditor, _C.name == name, _C.owner == owner)
        )

    def holder(self, creditor: CreditorId, name: str) -> str:
        """Owner of the lease row, running or ended; "" when nobody has it."""
        query = sa.select(_C.owner).where(_C.creditor_id == creditor, _C.name == name)
        return self._db.execute(query).scalar() or ""

"""Creditors (Mandanten): profile, switches and encrypted secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain.model import Creditor, CreditorId, CreditorProfile
from core.errors import UsageError
from core.ports import TestModeEnd
from core.store import tables as t
from core.store.base import Repo, instant
from core.store.codec import Codec, dumps
from core.store.events import genesis
from core.store.test_mode import TestMode

_PROFILE = Codec(CreditorProfile)
_COLUMNS = (t.creditor.c.id, t.creditor.c.profile, t.creditor.c.live, t.creditor.c.stopped)


def _creditor(row: Sequence[Any]) -> Creditor:
    return Creditor(CreditorId(row[0]), _PROFILE.loads(row[1]), bool(row[2]), bool(row[3]))


class Creditors(Repo):
    def add(self, creditor: CreditorId, profile: CreditorProfile, at: datetime) -> None:
        if self.get(creditor) is not None:
            raise UsageError(
                f"Den Mandanten „{creditor}“ gibt es schon.",
                en=f"There is a creditor {creditor} already.",
            )
        self._db.execute(
            sa.insert(t.creditor),
            {"id": creditor, "profile": _PROFILE.dumps(profile), "created_at": instant(at)},
        )
        # The head exists from the start, so that two first writers meet at its row lock.
        self._db.execute(
            sa.insert(t.event_head), {"creditor_id": creditor, "seq": 0, "hash": genesis(creditor)}
        )

    def get(self, creditor: CreditorId) -> Creditor | None:
        row = self._db.execute(sa.select(*_COLUMNS).where(t.creditor.c.id == creditor)).first()
        return None if row is None else _creditor(row)

    def all(self) -> list[Creditor]:
        rows = self._db.execute(sa.select(*_COLUMNS).order_by(t.creditor.c.id))
        return [_creditor(row) for row in rows]

    def save_profile(self, creditor: CreditorId, profile: CreditorProfile) -> None:
        self._set(creditor, profile=_PROFILE.dumps(profile))

    def set_live(self, creditor: CreditorId, live: bool) -> None:
        self._set(creditor, live=live)

    def forget_test_mode(self, creditor: CreditorId, on: date) -> TestModeEnd:
        return TestMode(self._db).forget(creditor, on)

    def set_stopped(self, creditor: CreditorId, stopped: bool) -> None:
        self._set(creditor, stopped=stopped)

    def secrets(self, creditor: CreditorId) -> Mapping[str, str]:
        query = sa.select(t.creditor.c.secrets).where(t.creditor.c.id == creditor)
        text = self._db.execute(query).scalar()
        return {} if text is None else dict(json.loads(text))

    def save_secret(self, creditor: CreditorId, name: str, encrypted: str) -> None:
        self._set(creditor, secrets=dumps({**self.secrets(creditor), name: encrypted}))

    def _set(self, creditor: CreditorId, **values: object) -> None:
        done = self._db.execute(
            sa.update(t.creditor).where(t.creditor.c.id == creditor).values(**values)
        )
        if done.rowcount == 0:
            raise UsageError(
                f"Den Mandanten „{creditor}“ gibt es nicht.", en=f"There is no creditor {creditor}."
            )

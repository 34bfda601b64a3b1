"""One-time links, sessions, API tokens, and mail addresses that do not work."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, NoticeId
from core.ports import ApiToken, BadAddress, Login
from core.store import tables as t
from core.store.base import Repo, instant
from core.store.codec import dumps

_L, _A, _B = t.web_login.c, t.api_token.c, t.bad_address.c


class Logins(Repo):
    def add(
        self,
        creditor: CreditorId,
        digest: str,
        kind: str,
        person: str,
        at: datetime,
        expires_at: datetime,
    ) -> None:
        self._db.execute(
            sa.insert(t.web_login),
            {
                "creditor_id": creditor,
                "token_sha256": digest,
                "kind": kind,
                "person": person,
                "created_at": instant(at),
                "expires_at": instant(expires_at),
            },
        )

    def find(self, digest: str, kind: str, now: datetime) -> Login | None:
        query = sa.select(_L.creditor_id, _L.person, _L.expires_at).where(
            _L.token_sha256 == digest,
            _L.kind == kind,
            _L.ended_at.is_(None),
            _L.expires_at > instant(now),
        )
        row = self._db.execute(query).first()
        return None if row is None else Login(CreditorId(row[0]), row[1], row[2])

    def end(self, creditor: CreditorId, digest: str, at: datetime) -> bool:
        return bool(self._end(at, _L.creditor_id == creditor, _L.token_sha256 == digest))

    def end_all(self, creditor: CreditorId, at: datetime) -> int:
        return self._end(at, _L.creditor_id == creditor)

    def _end(self, at: datetime, *conditions: sa.ColumnElement[bool]) -> int:
        done = self._db.execute(
            sa.update(t.web_login)
            .where(_L.ended_at.is_(None), *conditions)
            .values(ended_at=instant(at))
        )
        return done.rowcount


class ApiTokens(Repo):
    def add(
        self,
        creditor: CreditorId,
        jti: str,
        name: str,
        scopes: Sequence[str],
        at: datetime,
        expires_at: datetime,
    ) -> None:
        self._db.execute(
            sa.insert(t.api_token),
            {
                "creditor_id": creditor,
                "jti": jti,
                "name": name,
                "scopes": dumps(list(scopes)),
                "created_at": instant(at),
                "expires_at": instant(expires_at),
            },
        )

    def get(self, creditor: CreditorId, jti: str) -> ApiToken | None:
        found = self._many(creditor, _A.jti == jti)
        return found[0] if found else None

    def all(self, creditor: CreditorId) -> list[ApiToken]:
        return self._many(creditor)

    def _many(self, creditor: CreditorId, *conditions: sa.ColumnElement[bool]) -> list[ApiToken]:
        columns = (_A.jti, _A.name, _A.scopes, _A.created_at, _A.expires_at, _A.revoked_at)
        query = sa.select(*columns).where(_A.creditor_id == creditor, *conditions)
        rows = self._db.execute(query.order_by(_A.created_at, _A.jti))
        return [
            ApiToken(jti, name, tuple(json.loads(scopes)), created, expires, revoked or "")
            for jti, name, scopes, created, expires, revoked in rows
        ]

    def revoke(self, creditor: CreditorId, jti: str, at: datetime) -> bool:
        done = self._db.execute(
            sa.update(t.api_token)
            .where(_A.creditor_id == creditor, _A.jti == jti, _A.revoked_at.is_(None))
            .values(revoked_at=instant(at))
        )
        return bool(done.rowcount)


class BadAddresses(Repo):
    def mark(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        address: str,
        reason: str,
        on: date,
        notice: NoticeId | None,
    ) -> None:
        values = {"reason": reason, "since_on": on, "notice_id": notice, "ended_on": None}
        self._db.execute(
            self._insert(t.bad_address)
            .values(creditor_id=creditor, debtor_id=debtor, address=address.lower(), **values)
            .on_conflict_do_update(
                index_elements=[_B.creditor_id, _B.debtor_id, _B.address], set_=values
            )
        )
        self._tell_debtor(creditor, debtor)

    def _tell_debtor(self, creditor: CreditorId, debtor: DebtorId) -> None:
        bad = "\n".join(each.address for each in self.of(creditor, [debtor]))
        d = t.debtor.c
        own = sa.and_(d.creditor_id == creditor, d.id == debtor)
        self._db.execute(sa.update(t.debtor).where(own).values(bad_emails=bad))

    def of(self, creditor: CreditorId, debtors: Collection[DebtorId]) -> list[BadAddress]:
        return self._many(creditor, self._among(_B.debtor_id, debtors))

    def all(self, creditor: CreditorId) -> list[BadAddress]:
        return self._many(creditor)

    def _many(self, creditor: CreditorId, *conditions: sa.ColumnElement[bool]) -> list[BadAddress]:
        columns = (_B.debtor_id, _B.address, _B.reason, _B.since_on, _B.notice_id)
        query = sa.select(*columns).where(
            _B.creditor_id == creditor, _B.ended_on.is_(None), *conditions
        )
        return [
            BadAddress(
                DebtorId(debtor), address, reason, since, NoticeId(notice) if notice else None
            )
            for debtor, address, reason, since, notice in self._db.execute(
                query.order_by(_B.debtor_id, _B.address)
            )
        ]

    def end(self, creditor: CreditorId, debtor: DebtorId, address: str, on: date) -> bool:
        done = self._db.execute(
            sa.update(t.bad_address)
            .where(
                _B.creditor_id == creditor,
                _B.debtor_id == debtor,
                _B.address == address.lower(),
                _B.ended_on.is_(None),
            )
            .values(ended_on=on)
        )
        self._tell_debtor(creditor, debtor)
        return bool(done.rowcount)

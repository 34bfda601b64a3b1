"""Debtors: master data as synced, what the user set beside it, and the last contact."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    Address,
    ConnectionId,
    CreditorId,
    Debtor,
    DebtorId,
    DebtorType,
    Terms,
)
from core.domain.records import DebtorRecord
from core.errors import UsageError
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.codec import Codec, dumps

_C = t.debtor.c
_RECORD = Codec(DebtorRecord)
COLUMNS = (
    _C.id,
    _C.connection_id,
    _C.external_id,
    _C.label,
    _C.name,
    _C.record,
    _C.overrides,
    _C.bad_emails,
)
# What a user may set, and how the text is read.
_ADDRESS = {
    "address_name": "name",
    "street": "street",
    "postcode": "postcode",
    "city": "city",
    "country": "country",
}
_TEXTS = frozenset(
    {
        "name",
        "salutation",
        "email",
        "language",
        "type_evidence",
        "procedure",
        "vat_id",
        "land",
        "segment",
        "governing_law",
    }
)
_LAW = frozenset({"terms", "consumer_notice_since", "type_confirmed"})
_OTHER = frozenset({"type", "allowed_levels", "direct_debit"})
EVIDENCE = "_evidence"  # a field of this ending says where the setting of that name comes from
_EVIDENCE = frozenset(f"{name}{EVIDENCE}" for name in (*_LAW, "governing_law", "segment"))
OVERRIDES = _TEXTS | _LAW | _OTHER | _EVIDENCE | frozenset(_ADDRESS)
_TYPES = {kind.value: kind for kind in DebtorType}
_NOWHERE = Address()


def debtor_of(row: Sequence[Any]) -> Debtor:
    """A debtor from :data:`COLUMNS`; what the user set goes before what was synced."""
    id_, connection, external_id, label, name, record, overrides, bad_emails = row
    data: dict[str, Any] = json.loads(record)
    address = data.get("address")
    debtor = Debtor(
        id=DebtorId(id_),
        connection=ConnectionId(connection),
        external_id=external_id,
        name=name or label,  # an account without master data is known by its number
        address=_address(address) if address else _NOWHERE,
        salutation=data.get("salutation", ""),
        email=data.get("email", ""),
        language=data.get("language", "de"),
        type=_TYPES.get(data.get("type", ""), DebtorType.UNKNOWN),
        type_evidence=data.get("type_evidence", ""),
        allowed_levels=data.get("allowed_levels", 0),
        direct_debit=data.get("direct_debit", False),
        vat_id=data.get("vat_id", ""),
        iban=data.get("iban", ""),
        label=label,
    )
    if overrides != "{}":
        debtor = _overridden(debtor, json.loads(overrides))
    if bad_emails and debtor.email.strip().lower() in bad_emails.splitlines():
        return replace(debtor, mail_bounces=True)
    return debtor


def _address(data: Mapping[str, Any]) -> Address:
    return Address(
        data.get("name", ""),
        tuple(data.get("lines", ())),
        data.get("street", ""),
        data.get("postcode", ""),
        data.get("city", ""),
        data.get("country", "DE"),
    )


def _overridden(debtor: Debtor, overrides: Mapping[str, str]) -> Debtor:
    values: dict[str, Any] = {k: v for k, v in overrides.items() if k in _TEXTS}
    if "type" in overrides:
        values["type"] = DebtorType(overrides["type"])
        values["type_confirmed"] = True  # a person set it
    if "allowed_levels" in overrides:
        values["allowed_levels"] = int(overrides["allowed_levels"])
    if "direct_debit" in overrides:
        values["direct_debit"] = overrides["direct_debit"] == "true"
    if "terms" in overrides:
        values["terms"] = Terms(overrides["terms"])
    if "consumer_notice_since" in overrides:
        values["consumer_notice_since"] = date.fromisoformat(overrides["consumer_notice_since"])
    if "type_confirmed" in overrides:
        values["type_confirmed"] = overrides["type_confirmed"] == "true"
    evidence = {k.removesuffix(EVIDENCE): v for k, v in overrides.items() if k in _EVIDENCE}
    if evidence:
        values["evidence"] = evidence
    place: dict[str, Any] = {_ADDRESS[k]: v for k, v in overrides.items() if k in _ADDRESS}
    if place:
        values["address"] = replace(debtor.address, **place)
    return replace(debtor, **values)


class Debtors(Repo):
    def upsert(
        self, creditor: CreditorId, connection: ConnectionId, records: Sequence[DebtorRecord]
    ) -> None:
        """Stores master data; a later record of the same account replaces an earlier one."""
        newest = {record.external_id: record for record in records}
        for part in chunks(list(newest.values())):
            self._upsert(creditor, connection, part)

    def _upsert(
        self, creditor: CreditorId, connection: ConnectionId, records: Sequence[DebtorRecord]
    ) -> None:
        known = self._known(creditor, connection, [r.external_id for r in records])
        changed: list[dict[str, object]] = []
        added: list[tuple[str, str, str, str]] = []
        for record in records:
            row = (record.account_label, record.name, _RECORD.dumps(record))
            old = known.get(record.external_id)
            if old is None:
                added.append((record.external_id, *row))
            elif old[1:] != row:
                values = dict(zip(("label", "name", "record"), row, strict=True))
                changed.append({"id": old[0], **values})
        self._bulk_update(t.debtor, creditor, ("label", "name", "record"), changed)
        self._add(creditor, connection, added)

    def _known(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, tuple[int, str, str, str]]:
        query = sa.select(_C.external_id, _C.id, _C.label, _C.name, _C.record).where(
            _C.creditor_id == creditor,
            _C.connection_id == connection,
            self._among(_C.external_id, accounts),
        )
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in self._db.execute(query).all()}

    def _add(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        rows: Sequence[tuple[str, str, str, str]],
    ) -> dict[str, DebtorId]:
        """Inserts (external id, label, name, record) rows; returns their ids."""
        ids = self._ids(creditor, "debtor", len(rows)) if rows else range(0)
        columns = ("creditor_id", "id", "connection_id", "external_id", "label", "name", "record")
        self._bulk_insert(
            t.debtor,
            columns,
            [(creditor, id_, connection, *row) for id_, row in zip(ids, rows, strict=True)],
        )
        return {row[0]: DebtorId(id_) for id_, row in zip(ids, rows, strict=True)}

    def ensure(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Mapping[str, str]
    ) -> dict[str, DebtorId]:
        found: dict[str, DebtorId] = {}
        for part in chunks(list(accounts)):
            known = self._known(creditor, connection, part)
            found |= {account: DebtorId(row[0]) for account, row in known.items()}
            missing = [(a, accounts[a], "", "{}") for a in part if a not in known]
            found |= self._add(creditor, connection, missing)
        return found

    def get(self, creditor: CreditorId, debtor: DebtorId) -> Debtor | None:
        query = sa.select(*COLUMNS).where(_C.creditor_id == creditor, _C.id == debtor)
        row = self._db.execute(query).first()
        return None if row is None else debtor_of(row)

    def record(self, creditor: CreditorId, debtor: DebtorId) -> DebtorRecord | None:
        """Master data as synced; None for an account that came without any."""
        query = sa.select(_C.record).where(_C.creditor_id == creditor, _C.id == debtor)
        text = self._db.execute(query).scalar()
        return None if text in (None, "{}") else _RECORD.loads(text)

    def all(self, creditor: CreditorId) -> list[Debtor]:
        query = sa.select(*COLUMNS).where(_C.creditor_id == creditor).order_by(_C.id)
        return [debtor_of(row) for row in self._db.execute(query)]

    def records(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Iterable[str]
    ) -> dict[str, DebtorRecord]:
        found: dict[str, DebtorRecord] = {}
        for part in chunks(sorted(set(accounts))):
            for account, row in self._known(creditor, connection, part).items():
                if row[3] != "{}":
                    found[account] = _RECORD.loads(row[3])
        return found

    def find(self, creditor: CreditorId, text: str) -> list[Debtor]:
        """Debtors whose id, account (as written or canonical) or exact name is ``text``."""
        if not text:
            return []
        same = [_C.external_id == text, _C.label == text, _C.name == text]
        if text.isascii() and text.isdigit() and len(text) < 19:
            same.append(_C.id == int(text))
        query = sa.select(*COLUMNS).where(_C.creditor_id == creditor, sa.or_(*same))
        return [debtor_of(row) for row in self._db.execute(query.order_by(_C.id))]

    def overrides(self, creditor: CreditorId, debtor: DebtorId) -> Mapping[str, str]:
        query = sa.select(_C.overrides).where(_C.creditor_id == creditor, _C.id == debtor)
        text = self._db.execute(query).scalar()
        return {} if text is None else dict(json.loads(text))

    def save_overrides(
        self, creditor: CreditorId, debtor: DebtorId, overrides: Mapping[str, str]
    ) -> None:
        """Replaces what the user set.

        Raises:
            UsageError: a field that cannot be set, or no such debtor.

        """
        unknown = sorted(set(overrides) - OVERRIDES)
        if unknown:
            raise UsageError(
                f"Feld „{unknown[0]}“ eines Kunden lässt sich nicht setzen.",
                en=f"The field {unknown[0]} of a debtor cannot be set.",
            )
        done = self._db.execute(
            sa.update(t.debtor)
            .where(_C.creditor_id == creditor, _C.id == debtor)
            .values(overrides=dumps(dict(overrides)))
        )
        if done.rowcount == 0:
            raise UsageError(
                f"Den Kunden {debtor} gibt es nicht.", en=f"There is no debtor {debtor}."
            )

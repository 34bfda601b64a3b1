"""Postings and balances as imported; the open items made of them are in ``ledger_save``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain.ledger import LedgerResult
from core.domain.model import ConnectionId, CreditorId, DebtorId, ItemState
from core.domain.money import Money
from core.domain.records import (
    Balance,
    BatchInfo,
    Posting,
    PostingKind,
)
from core.errors import UsageError
from core.ports import BatchRow, LedgerChanges, StoredBatch
from core.store import tables as t
from core.store.base import chunks, instant
from core.store.codec import Codec, dumps
from core.store.ledger_masters import Masters
from core.store.ledger_save import LedgerSave

_P, _O, _B = t.posting.c, t.opos_balance.c, t.import_batch.c
_POSTING = Codec(
    Posting,
    skip=frozenset(
        {"external_id", "content_key", "account", "item_key", "booked_on", "kind", "effect",
         "base_effect", "has_guid"}
    ),
)  # fmt: skip
_BALANCE = Codec(Balance, skip=frozenset({"account", "item_key", "as_of", "outstanding"}))
_INFO = Codec(BatchInfo)
_POSTING_COLUMNS = (
    "creditor_id", "id", "connection_id", "batch_id", "external_id", "content_key", "account",
    "item_key", "booked_on", "kind", "currency", "effect_minor", "base_currency",
    "base_effect_minor", "has_guid", "record",
)  # fmt: skip
_BALANCE_COLUMNS = (
    "creditor_id", "id", "connection_id", "batch_id", "account", "item_key", "as_of", "currency",
    "outstanding_minor", "record",
)  # fmt: skip
_KINDS = {kind.value: kind for kind in PostingKind}


def _posting(row: Sequence[Any]) -> Posting:
    external, content, account, key, booked, kind, cur, effect, base, base_effect, guid, rec = row
    return _POSTING.loads(
        rec,
        external_id=external,
        content_key=content,
        account=account,
        item_key=key,
        booked_on=booked,
        kind=_KINDS[kind],
        effect=Money.from_minor(effect, cur),
        base_effect=Money.from_minor(base_effect, base),
        has_guid=guid,
    )


def _balance(row: Sequence[Any]) -> Balance:
    account, key, as_of, currency, outstanding, record = row
    money = Money.from_minor(outstanding, currency)
    return _BALANCE.loads(record, account=account, item_key=key, as_of=as_of, outstanding=money)


class Ledger(Masters):
    def batches(self, creditor: CreditorId, connection: ConnectionId) -> list[StoredBatch]:
        query = sa.select(
            _B.id, _B.info, _B.row_error_accounts, _B.superseded, _B.imported_at
        ).where(_B.creditor_id == creditor, _B.connection_id == connection)
        return [
            StoredBatch(id_, _INFO.loads(info), frozenset(json.loads(errors)), superseded, at)
            for id_, info, errors, superseded, at in self._db.execute(query.order_by(_B.id))
        ]

    def add_batch(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        info: BatchInfo,
        row_error_accounts: Iterable[str],
        at: datetime,
    ) -> int:
        id_ = self._ids(creditor, "batch")[0]
        self._db.execute(
            sa.insert(t.import_batch),
            {
                "creditor_id": creditor,
                "id": id_,
                "connection_id": connection,
                "category": info.category,
                "identity": info.identity,
                "sha256": info.sha256,
                "file": info.file,
                "info": _INFO.dumps(info),
                "row_error_accounts": dumps(sorted(set(row_error_accounts))),
                "imported_at": instant(at),
            },
        )
        return id_

    def supersede_batch(self, creditor: CreditorId, batch: int) -> set[str]:
        done = self._db.execute(
            sa.update(t.import_batch)
            .where(_B.creditor_id == creditor, _B.id == batch)
            .values(superseded=True)
        )
        if done.rowcount == 0:
            raise UsageError(
                f"Den Import {batch} gibt es nicht.", en=f"There is no import {batch}."
            )
        accounts: set[str] = set()
        for table in (t.posting, t.opos_balance):
            own = sa.and_(table.c.creditor_id == creditor, table.c.batch_id == batch)
            accounts |= set(
                self._db.execute(sa.select(table.c.account).where(own).distinct()).scalars()
            )
            self._db.execute(sa.delete(table).where(own))
        return accounts

    def batch_rows(
        self, creditor: CreditorId, connection: ConnectionId, batch: int
    ) -> dict[str, BatchRow]:
        query = sa.select(_P.external_id, _P.account, _P.base_effect_minor).where(
            _P.creditor_id == creditor, _P.connection_id == connection, _P.batch_id == batch
        )
        return {row[0]: BatchRow(row[1], row[2]) for row in self._db.execute(query).all()}

    def known_rows(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Sequence[str]
    ) -> set[str]:
        known: set[str] = set()
        for part in chunks(external_ids):
            query = sa.select(_P.external_id).where(
                _P.creditor_id == creditor,
                _P.connection_id == connection,
                self._among(_P.external_id, part),
            )
            known.update(row[0] for row in self._db.execute(query))
        return known

    def add_postings(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        batch: int,
        postings: Sequence[Posting],
    ) -> set[str]:
        changed: set[str] = set()
        for part in chunks(postings):
            known = self._known_postings(creditor, connection, [p.external_id for p in part])
            new: dict[str, Posting] = {}
            for posting in part:
                if posting.external_id not in known:
                    new.setdefault(posting.external_id, posting)
            if not new:
                continue
            ids = self._ids(creditor, "posting", len(new))
            self._bulk_insert(
                t.posting,
                _POSTING_COLUMNS,
                [
                    (
                        creditor, id_, connection, batch, p.external_id, p.content_key, p.account,
                        p.item_key, p.booked_on.isoformat(), p.kind.value, p.effect.currency,
                        p.effect.minor, p.base_effect.currency, p.base_effect.minor, p.has_guid,
                        _POSTING.dumps(p),
                    )
                    for id_, p in zip(ids, new.values(), strict=True)
                ],
            )  # fmt: skip
            changed |= {p.account for p in new.values()}
        return changed

    def _known_postings(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Sequence[str]
    ) -> set[str]:
        query = sa.select(_P.external_id).where(
            _P.creditor_id == creditor,
            _P.connection_id == connection,
            self._among(_P.external_id, external_ids),
        )
        return set(self._db.execute(query).scalars())

    def add_balances(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        batch: int,
        balances: Sequence[Balance],
    ) -> set[str]:
        for part in chunks(balances):
            ids = self._ids(creditor, "balance", len(part))
            self._bulk_insert(
                t.opos_balance,
                _BALANCE_COLUMNS,
                [
                    (
                        creditor, id_, connection, batch, b.account, b.item_key,
                        b.as_of.isoformat(), b.outstanding.currency, b.outstanding.minor,
                        _BALANCE.dumps(b),
                    )
                    for id_, b in zip(ids, part, strict=True)
                ],
            )  # fmt: skip
        return {b.account for b in balances}

    def accounts(self, creditor: CreditorId, connection: ConnectionId) -> set[str]:
        found: set[str] = set()
        for c in (_P, _O):
            query = sa.select(c.account).where(
                c.creditor_id == creditor, c.connection_id == connection
            )
            found |= set(self._db.execute(query.distinct()).scalars())
        return found

    def postings(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, list[Posting]]:
        """Postings by account, in the order of their import."""
        found: dict[str, list[Posting]] = defaultdict(list)
        for part in chunks(accounts, 500):
            query = sa.select(
                _P.external_id, _P.content_key, _P.account, _P.item_key, _P.booked_on, _P.kind,
                _P.currency, _P.effect_minor, _P.base_currency, _P.base_effect_minor, _P.has_guid,
                _P.record,
            ).where(
                _P.creditor_id == creditor,
                _P.connection_id == connection,
                self._among(_P.account, part),
            )  # fmt: skip
            for row in self._db.execute(query.order_by(_P.id)).all():
                found[row[2]].append(_posting(row))
        return dict(found)

    def balances(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, list[Balance]]:
        found: dict[str, list[Balance]] = defaultdict(list)
        for part in chunks(accounts, 500):
            query = sa.select(
                _O.account, _O.item_key, _O.as_of, _O.currency, _O.outstanding_minor, _O.record
            ).where(
                _O.creditor_id == creditor,
                _O.connection_id == connection,
                self._among(_O.account, part),
            )
            for row in self._db.execute(query.order_by(_O.id)):
                found[row[0]].append(_balance(row))
        return dict(found)

    def opos_days(self, creditor: CreditorId, connection: ConnectionId) -> list[date]:
        """As-of days of all living OPOS lists, of an empty one too: it says that nothing is open."""
        living = (
            b.info.as_of
            for b in self.batches(creditor, connection)
            if b.info.category == "opos" and not b.superseded
        )
        return sorted({day for day in living if day is not None})

    def equal_rows(
        self, creditor: CreditorId, connection: ConnectionId, content_keys: Iterable[str]
    ) -> set[str]:
        found: set[str] = set()
        for part in chunks(sorted(set(content_keys))):
            query = sa.select(_P.content_key).where(
                _P.creditor_id == creditor,
                _P.connection_id == connection,
                sa.not_(_P.has_guid),
                self._among(_P.content_key, part),
            )
            found |= set(self._db.execute(query.distinct()).scalars())
        return found

    def save_ledger(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        results: Mapping[DebtorId, LedgerResult],
        *,
        backlog_before: date | None,
        start_level: int,
        on: date,
        gone: ItemState = ItemState.SETTLED,
    ) -> LedgerChanges:
        save = LedgerSave(self._db, creditor, connection, on, backlog_before, start_level, gone)
        return save.save(results)

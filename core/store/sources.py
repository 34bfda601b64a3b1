"""Records of live platforms as they were read: what open items and debtors are computed from.

Every row is written again only when it differs, so that the same sync twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.domain.platform_records import ALONE, Batch, InvoiceRecord, LostCredit, Unread
from core.domain.records import DebtorRecord
from core.store import tables as t
from core.store.base import Repo, chunks, instant, iso
from core.store.source_rows import (
    DEBTOR,
    DEBTORS,
    INVOICE,
    INVOICES,
    ROW_VALUES,
    UNREAD,
    UNREADS,
    Key,
    Row,
    rows_of,
)

_C = t.source_record.c
_COLUMNS = ("creditor_id", "connection_id", "kind", "external_id", "seen_at", *ROW_VALUES)


class Sources(Repo):
    def save(
        self, creditor: CreditorId, connection: ConnectionId, batch: Batch, at: datetime
    ) -> set[str]:
        wanted = rows_of(batch)
        read = [*(i.external_id for i in batch.invoices), *batch.gone]
        stored = self._stored(creditor, connection, wanted, read)
        touched: set[str] = set()
        for key, row in wanted.items():
            old = stored.get(key)
            if old is None or old.values != row.values:
                touched |= {row.debtor} | ({old.debtor} if old else set())
        self._write(creditor, connection, wanted, stored, at)
        # What was read now, or is gone, is not unread any more.
        read += [each.external_id for each in batch.debtors]
        over: list[Key] = [(UNREAD, id_) for id_ in read]
        over += [(INVOICE, id_) for id_ in batch.gone]
        over = [key for key in over if key in stored and key not in wanted]
        self._delete(creditor, connection, over)
        touched |= {stored[key].debtor for key in over}
        return touched - {""}

    def _write(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        wanted: Mapping[Key, Row],
        stored: Mapping[Key, Row],
        at: datetime,
    ) -> None:
        seen = instant(at)
        added: list[tuple[object, ...]] = []
        changed: list[dict[str, object]] = []
        for (kind, id_), row in wanted.items():
            old = stored.get((kind, id_))
            if old is None:
                values = (iso(v) if isinstance(v, date) else v for v in row.values)
                added.append((creditor, connection, kind, id_, seen, *values))
            elif old.values != row.values:
                named = dict(zip(ROW_VALUES, row.values, strict=True))
                bound = {f"b_{name}": value for name, value in named.items()}
                changed.append({"b_kind": kind, "b_id": id_, "b_seen": seen, **bound})
        self._bulk_insert(t.source_record, _COLUMNS, added)
        if changed:
            self._db.execute(
                sa.update(t.source_record)
                .where(
                    self._of(creditor, connection),
                    _C.kind == sa.bindparam("b_kind"),
                    _C.external_id == sa.bindparam("b_id"),
                )
                .values(
                    seen_at=sa.bindparam("b_seen"),
                    **{name: sa.bindparam(f"b_{name}") for name in ROW_VALUES},
                ),
                changed,
            )

    def _delete(self, creditor: CreditorId, connection: ConnectionId, keys: Sequence[Key]) -> None:
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, id_ in keys:
            by_kind[kind].append(id_)
        for kind, ids in by_kind.items():
            for part in chunks(ids):
                self._db.execute(
                    sa.delete(t.source_record).where(
                        self._of(creditor, connection, kind), self._among(_C.external_id, part)
                    )
                )

    def _of(
        self, creditor: CreditorId, connection: ConnectionId, kind: str = ""
    ) -> sa.ColumnElement[bool]:
        own = sa.and_(_C.creditor_id == creditor, _C.connection_id == connection)
        return sa.and_(own, _C.kind == kind) if kind else own

    def _stored(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        wanted: Mapping[Key, Row],
        read: Sequence[str],
    ) -> dict[Key, Row]:
        ids = sorted({id_ for _, id_ in wanted} | set(read))
        found: dict[Key, Row] = {}
        columns = (_C.kind, _C.external_id, *(_C[name] for name in ROW_VALUES))
        for part in chunks(ids):
            query = sa.select(*columns).where(
                self._of(creditor, connection), self._among(_C.external_id, part)
            )
            for kind, id_, *values in self._db.execute(query):
                found[kind, id_] = Row(*values)
        return found

    def invoices(
        self, creditor: CreditorId, connection: ConnectionId, debtors: Collection[str]
    ) -> dict[str, list[InvoiceRecord]]:
        found: dict[str, list[InvoiceRecord]] = defaultdict(list)
        for part in chunks(sorted(debtors)):
            query = (
                sa.select(_C.debtor, _C.record)
                .where(self._of(creditor, connection, INVOICE), self._among(_C.debtor, part))
                .order_by(_C.dated, _C.external_id)
            )
            for debtor, record in self._db.execute(query):
                found[debtor].append(INVOICES.loads(record))
        return found

    def by_id(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, InvoiceRecord]:
        found: dict[str, InvoiceRecord] = {}
        for part in chunks(sorted(external_ids)):
            query = sa.select(_C.external_id, _C.record).where(
                self._of(creditor, connection, INVOICE), self._among(_C.external_id, part)
            )
            found |= {id_: INVOICES.loads(record) for id_, record in self._db.execute(query)}
        return found

    def debtors(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, DebtorRecord]:
        found: dict[str, DebtorRecord] = {}
        for part in chunks(sorted(external_ids)):
            query = sa.select(_C.external_id, _C.record).where(
                self._of(creditor, connection, DEBTOR), self._among(_C.external_id, part)
            )
            found |= {id_: DEBTORS.loads(record) for id_, record in self._db.execute(query)}
        return found

    def unread(self, creditor: CreditorId, connection: ConnectionId) -> list[Unread]:
        query = (
            sa.select(_C.record)
            .where(self._of(creditor, connection, UNREAD))
            .order_by(_C.external_id)
        )
        return [UNREADS.loads(record) for record in self._db.execute(query).scalars()]

    def marks(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in chunks(sorted(external_ids)):
            query = sa.select(_C.external_id, _C.mark).where(
                self._of(creditor, connection, INVOICE), self._among(_C.external_id, part)
            )
            found |= {row[0]: row[1] for row in self._db.execute(query)}
        return found

    def open_marks(self, creditor: CreditorId, connection: ConnectionId) -> dict[str, str]:
        query = sa.select(_C.external_id, _C.mark).where(
            self._of(creditor, connection, INVOICE), _C.open
        )
        return {row[0]: row[1] for row in self._db.execute(query)}

    def changed_since(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        external_ids: Collection[str],
        at: datetime,
        until: datetime | None = None,
    ) -> set[str]:
        found: set[str] = set()
        bound = sa.true() if until is None else _C.seen_at <= instant(until)
        for part in chunks(sorted(external_ids)):
            query = sa.select(_C.external_id).where(
                self._of(creditor, connection, INVOICE),
                self._among(_C.external_id, part),
                _C.seen_at > instant(at),
                bound,
            )
            found.update(self._db.execute(query).scalars())
        return found

    def lost_credits(self, creditor: CreditorId, connection: ConnectionId) -> frozenset[LostCredit]:
        item, debtor = t.open_item.c, t.debtor.c
        query = (
            sa.select(item.external_id, debtor.name, item.outstanding_minor)
            .join(
                t.debtor,
                sa.and_(debtor.creditor_id == item.creditor_id, debtor.id == item.debtor_id),
            )
            .where(
                item.creditor_id == creditor,
                item.connection_id == connection,
                item.outstanding_minor < 0,
                debtor.external_id.startswith(ALONE, autoescape=True),
            )
        )
        return frozenset(LostCredit(*row) for row in self._db.execute(query))

    def forget_marks(self, creditor: CreditorId, connection: ConnectionId) -> None:
        self._db.execute(
            sa.update(t.source_record)
            .where(self._of(creditor, connection, INVOICE))
            .values(mark="")
        )

    def known_debtors(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> frozenset[str]:
        found: set[str] = set()
        for part in chunks(sorted(external_ids)):
            query = sa.select(_C.external_id).where(
                self._of(creditor, connection, DEBTOR), self._among(_C.external_id, part)
            )
            found.update(self._db.execute(query).scalars())
        return frozenset(found)

    def without_payments(
        self, creditor: CreditorId, connection: ConnectionId, limit: int
    ) -> list[str]:
        query = (
            sa.select(_C.external_id)
            .where(
                self._of(creditor, connection, INVOICE),
                sa.not_(_C.open),
                sa.not_(_C.payments_read),
            )
            .order_by(_C.dated.desc().nulls_last(), _C.external_id)
            .limit(limit)
        )
        return list(self._db.execute(query).scalars())

    def counts(self, creditor: CreditorId, connection: ConnectionId) -> Mapping[str, int]:
        of_kind = {
            name: sa.func.count().filter(_C.kind == kind)
            for name, kind in (("invoices", INVOICE), ("debtors", DEBTOR), ("unread", UNREAD))
        }
        invoice = _C.kind == INVOICE
        of_kind["open"] = sa.func.count().filter(invoice, _C.open)
        of_kind["without_payments"] = sa.func.count().filter(
            invoice, sa.not_(_C.open), sa.not_(_C.payments_read)
        )
        row = self._db.execute(
            sa.select(*of_kind.values()).where(self._of(creditor, connection))
        ).one()
        return dict(zip(of_kind, map(int, row), strict=True))

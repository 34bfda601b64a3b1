"""Payment terms and sundry addresses: what postings refer to by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.domain.records import PaymentTerm, SundryAddress
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.codec import Codec

_TERM, _ADDRESS = Codec(PaymentTerm), Codec(SundryAddress)


class Masters(Repo):
    def save_terms(
        self, creditor: CreditorId, connection: ConnectionId, terms: Sequence[PaymentTerm]
    ) -> None:
        rows = [{"number": x.number, "record": _TERM.dumps(x)} for x in terms]
        self._replace(t.payment_term, creditor, connection, ("number",), rows)

    def terms(self, creditor: CreditorId, connection: ConnectionId) -> dict[int, PaymentTerm]:
        c = t.payment_term.c
        query = sa.select(c.number, c.record).where(
            c.creditor_id == creditor, c.connection_id == connection
        )
        return {number: _TERM.loads(record) for number, record in self._db.execute(query)}

    def save_addresses(
        self, creditor: CreditorId, connection: ConnectionId, addresses: Sequence[SundryAddress]
    ) -> None:
        rows = [
            {"account": x.account, "number": x.number, "record": _ADDRESS.dumps(x)}
            for x in addresses
        ]
        self._replace(t.sundry_address, creditor, connection, ("account", "number"), rows)

    def addresses(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, dict[str, SundryAddress]]:
        c = t.sundry_address.c
        found: dict[str, dict[str, SundryAddress]] = defaultdict(dict)
        for part in chunks(accounts):
            query = sa.select(c.account, c.number, c.record).where(
                c.creditor_id == creditor,
                c.connection_id == connection,
                self._among(c.account, part),
            )
            for account, number, record in self._db.execute(query):
                found[account][number] = _ADDRESS.loads(record)
        return dict(found)

    def _replace(
        self,
        table: sa.Table,
        creditor: CreditorId,
        connection: ConnectionId,
        key: tuple[str, ...],
        rows: Sequence[Mapping[str, object]],
    ) -> None:
        """Inserts records, or replaces those with the same key; the last of equal keys counts."""
        if not rows:
            return
        statement = self._insert(table)
        upsert = statement.on_conflict_do_update(
            index_elements=["creditor_id", "connection_id", *key],
            set_={"record": statement.excluded.record},
        )
        self._db.execute(
            upsert, [{"creditor_id": creditor, "connection_id": connection, **r} for r in rows]
        )

"""Dunnings that stand on a platform: made there by a person, or written there by us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId, ItemId, NoticeId
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import UsageError
from core.ports import PlatformNoticeRow
from core.store import tables as t
from core.store.base import Repo, chunks, instant

_C = t.platform_notice.c
_COLUMNS = (_C.id, _C.connection_id, _C.external_id, _C.open_item_id, _C.invoice, _C.dated,
            _C.title, _C.marker, _C.notice_id, _C.state, _C.level, _C.reason, _C.sent_on,
            _C.tries, _C.asked_at)  # fmt: skip


def _row(row: Sequence[Any]) -> PlatformNoticeRow:
    return PlatformNoticeRow(*row)


class PlatformNotices(Repo):
    def save_seen(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        notices: Sequence[PlatformNotice],
        at: datetime,
    ) -> list[PlatformNoticeRow]:
        known = self._known(creditor, connection, [n.external_id for n in notices])
        items = self._items(creditor, connection, [n.invoice for n in notices])
        added: list[PlatformNoticeRow] = []
        for notice in {n.external_id: n for n in notices}.values():
            row = known.get(notice.external_id)
            if row is not None:
                self._follow(creditor, row, notice, items)
            elif not self._completes(creditor, connection, notice):
                added.append(self._add(creditor, connection, notice, items, at))
        return [row for row in added if row.state == "foreign"]

    def _follow(
        self,
        creditor: CreditorId,
        row: PlatformNoticeRow,
        notice: PlatformNotice,
        items: dict[str, int],
    ) -> None:
        """The item may have come after its dunning; title and day may have been edited."""
        item = items.get(notice.invoice, row.item)
        if (row.title, row.on, row.item) != (notice.title, notice.on, item):
            self._db.execute(
                sa.update(t.platform_notice)
                .where(_C.creditor_id == creditor, _C.id == row.id)
                .values(title=notice.title, dated=notice.on, open_item_id=item)
            )

    def _completes(
        self, creditor: CreditorId, connection: ConnectionId, notice: PlatformNotice
    ) -> bool:
        """True for one that we wrote: its row waits under the marker."""
        if not notice.marker:
            return False
        done = self._db.execute(
            sa.update(t.platform_notice)
            .where(
                _C.creditor_id == creditor,
                _C.connection_id == connection,
                _C.marker == notice.marker,
                _C.external_id == "",
            )
            .values(external_id=notice.external_id, state="written", reason="")
        )
        return done.rowcount > 0

    def _add(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        notice: PlatformNotice,
        items: dict[str, int],
        at: datetime,
    ) -> PlatformNoticeRow:
        # Ours by its marker: of a home that is not this one, or a second one on the platform.
        # Written either way, and nobody's reminder.
        state = "written" if notice.marker else "foreign"
        taken = notice.marker and self._marked(creditor, connection, notice.marker)
        values: dict[str, Any] = {
            "id": self._ids(creditor, "platform_notice")[0],
            "connection_id": connection,
            "external_id": notice.external_id,
            "open_item_id": items.get(notice.invoice),
            "invoice": notice.invoice,
            "dated": notice.on,
            "title": notice.title,
            "marker": "" if taken else notice.marker,
            "notice_id": None,
            "state": state,
            "level": 0,
            "reason": "",
        }
        self._db.execute(
            sa.insert(t.platform_notice),
            {"creditor_id": creditor, "created_at": instant(at), **values},
        )
        return _row(list(values.values()))

    def _items(
        self, creditor: CreditorId, connection: ConnectionId, invoices: Sequence[str]
    ) -> dict[str, int]:
        i = t.open_item.c
        found: dict[str, int] = {}
        for part in chunks(sorted(set(invoices))):
            query = sa.select(i.external_id, i.id).where(
                i.creditor_id == creditor,
                i.connection_id == connection,
                self._among(i.external_id, part),
            )
            found |= {row[0]: row[1] for row in self._db.execute(query)}
        return found

    def known(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> frozenset[str]:
        return frozenset(self._known(creditor, connection, external_ids))

    def _known(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, PlatformNoticeRow]:
        found: dict[str, PlatformNoticeRow] = {}
        # "" is not an id: many rows wait with it for theirs.
        for part in chunks(sorted(set(external_ids) - {""})):
            query = sa.select(*_COLUMNS).where(
                _C.creditor_id == creditor,
                _C.connection_id == connection,
                self._among(_C.external_id, part),
            )
            rows = map(_row, self._db.execute(query))
            found |= {row.external_id: row for row in rows}
        return found

    def _marked(self, creditor: CreditorId, connection: ConnectionId, marker: str) -> bool:
        query = sa.select(_C.id).where(
            _C.creditor_id == creditor, _C.connection_id == connection, _C.marker == marker
        )
        return self._db.execute(query).first() is not None

    def rows(
        self, creditor: CreditorId, *, states: Sequence[str] = (), notice: NoticeId | None = None
    ) -> list[PlatformNoticeRow]:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor).order_by(_C.id)
        if states:
            query = query.where(_C.state.in_(states))
        if notice is not None:
            query = query.where(_C.notice_id == notice)
        return [_row(row) for row in self._db.execute(query)]

    def get(self, creditor: CreditorId, row: int) -> PlatformNoticeRow | None:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor, _C.id == row)
        found = self._db.execute(query).first()
        return None if found is None else _row(found)

    def intend(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        notice: NoticeId,
        item: ItemId,
        write: NoticeToWrite,
        at: datetime,
    ) -> int | None:
        if self._marked(creditor, connection, write.marker):
            return None
        row = self._ids(creditor, "platform_notice")[0]
        self._db.execute(
            sa.insert(t.platform_notice),
            {
                "creditor_id": creditor,
                "id": row,
                "connection_id": connection,
                "open_item_id": item,
                "invoice": write.invoice,
                "dated": write.on,
                "title": write.title,
                "marker": write.marker,
                "notice_id": notice,
                "state": "writing",
                "created_at": instant(at),
            },
        )
        return row

    def set_state(
        self,
        creditor: CreditorId,
        row: int,
        state: str,
        *,
        external_id: str | None = None,
        level: int = 0,
        reason: str = "",
        sent_on: date | None = None,
        tries: int | None = None,
        asked_at: str | None = None,
    ) -> None:
        values: dict[str, object] = {"state": state, "level": level, "reason": reason}
        values["sent_on"] = sent_on
        given = {"external_id": external_id, "tries": tries, "asked_at": asked_at}
        values |= {name: value for name, value in given.items() if value is not None}
        done = self._db.execute(
            sa.update(t.platform_notice)
            .where(_C.creditor_id == creditor, _C.id == row)
            .values(**values)
        )
        if done.rowcount == 0:
            raise UsageError(
                f"Die Plattform-Mahnung {row} gibt es nicht.",
                en=f"There is no platform notice {row}.",
            )

"""Notices that left in the present cycle of an item, as the item sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.domain.model import CreditorId, ItemId, NoticeKind, NoticeState, OpenItem, PastNotice
from core.store import tables as t
from core.store.base import Repo, chunks

_I, _N, _L = t.open_item.c, t.notice.c, t.notice_item.c


class PastNotices(Repo):
    """By debtor, because a range of debtors is read faster than a list of items."""

    def of(
        self,
        creditor: CreditorId,
        dunned: Mapping[ItemId, OpenItem],
        whose: sa.ColumnElement[bool],
        elsewhere: Sequence[ItemId],
    ) -> dict[ItemId, tuple[PastNotice, ...]]:
        """Of the dunned items, by day. ``whose``: notices to their debtors; ``elsewhere``: items of
        debtors that are or were linked, about which notices may have gone to somebody else.
        """
        rows = self._sent(creditor, whose)
        if elsewhere:
            seen = {(row[0], row[2]) for row in rows}
            more = self._sent(creditor, self._among(_L.open_item_id, elsewhere))
            rows += [row for row in more if (row[0], row[2]) not in seen]
            rows.sort(key=lambda row: (row[4], row[2]))
        found: dict[ItemId, tuple[PastNotice, ...]] = {}
        for item, cycle, *rest in rows:
            known = dunned.get(item)
            if known is not None and known.cycle == cycle:
                found[item] = (*found.get(item, ()), PastNotice(*rest))
        return found

    def about(
        self, creditor: CreditorId, items: Sequence[ItemId]
    ) -> dict[ItemId, list[PastNotice]]:
        """Those that left in the present cycle of each item, whoever got them."""
        found: dict[ItemId, list[PastNotice]] = defaultdict(list)
        for part in chunks(items):
            now = sa.and_(_I.creditor_id == creditor, self._among(_I.id, part))
            rows = self._db.execute(sa.select(_I.id, _I.cycle).where(now))
            cycles = {row[0]: row[1] for row in rows}
            for item, cycle, *rest in self._sent(creditor, self._among(_L.open_item_id, part)):
                if cycles.get(item) == cycle:
                    found[item].append(PastNotice(*rest))
        return found

    def _sent(self, creditor: CreditorId, which: sa.ColumnElement[bool]) -> list[tuple[Any, ...]]:
        query = (
            sa.select(
                _L.open_item_id, _L.cycle, _N.id, _L.level, _N.sent_on, _N.channel,
                _N.deadline, _L.counts_as_mahnung, sa.func.coalesce(_L.disputed_minor, 0),
            )
            .select_from(t.notice_item)
            .join(t.notice, sa.and_(_N.creditor_id == _L.creditor_id, _N.id == _L.notice_id))
            .where(
                _N.creditor_id == creditor,
                which,
                _N.state == NoticeState.SENT.value,
                _N.kind == NoticeKind.NOTICE.value,
                _L.level > 0,
                sa.not_(_L.dropped),
            )
            .order_by(_N.sent_on, _N.id)
        )  # fmt: skip
        return [tuple(row) for row in self._db.execute(query)]

"""What was said about a claim from a connection from which it is not dunned any more (ADR 0028).

The Mahnung that brought default about stays one when another connection leads: letters, the last
deadline and their fees count for the item that leads now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from core.domain.model import (
    Account,
    CreditorId,
    DebtorId,
    ItemId,
    Match,
    NoticeId,
    OpenCharge,
    PastNotice,
    Twin,
)
from core.store import charges as charge_rows
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.links import Links
from core.store.past_notices import PastNotices

_C = t.charge.c


class TwinPast(Repo):
    """Read once for a chunk of accounts; nothing is read where no twin was ever dunned."""

    def __init__(
        self,
        connection: sa.Connection,
        links: Links,
        creditor: CreditorId,
        twins: Iterable[Mapping[ItemId, Sequence[Twin]]],
    ) -> None:
        super().__init__(connection)
        self._heads = links.heads(creditor)
        self._leading = {
            twin.id: item
            for of in twins
            for item, found in of.items()
            if not any(each.leads and each.match is Match.SAME for each in found)
            for twin in found
            if twin.level and twin.match is Match.SAME
        }
        said = PastNotices(self._db).about(creditor, sorted(self._leading))
        self._notices: dict[ItemId, list[PastNotice]] = defaultdict(list)
        for twin_id, past in said.items():
            self._notices[self._leading[twin_id]] += past
        self._fees = self._read_fees(creditor)

    def added(self, account: Account) -> Account:
        """The account with what was said about its claims from elsewhere."""
        heard = {i.id: self._notices[i.id] for i in account.items if i.id in self._notices}
        if not heard:
            return account
        notices = dict(account.notices)
        for item, past in heard.items():
            notices[item] = tuple(sorted((*notices.get(item, ()), *past), key=_by_day))
        every = [each for past in heard.values() for each in past]
        deadlines = [account.last_deadline, *(each.deadline for each in every)]
        fees = [
            fee
            for notice in sorted({each.notice for each in every})
            for whose, fee in self._fees.get(notice, ())
            if self._head(whose) != self._head(account.debtor.id)
        ]
        return replace(
            account,
            notices=notices,
            last_deadline=max((day for day in deadlines if day), default=None),
            charges=(*account.charges, *fees),
        )

    def _head(self, debtor: DebtorId) -> DebtorId:
        return self._heads.get(debtor, debtor)

    def _read_fees(
        self, creditor: CreditorId
    ) -> Mapping[NoticeId, Sequence[tuple[DebtorId, OpenCharge]]]:
        """By notice its fee, which stays owed by whom it was sent to: here it is only set off."""
        about = {each.notice for past in self._notices.values() for each in past}
        found: dict[NoticeId, list[tuple[DebtorId, OpenCharge]]] = defaultdict(list)
        for part in chunks(sorted(about)):
            query = (
                sa.select(_C.debtor_id, *charge_rows.COLUMNS)
                .where(
                    _C.creditor_id == creditor,
                    _C.open_item_id.is_(None),
                    self._among(_C.notice_id, part),
                )
                .order_by(_C.id)
            )
            for debtor, *row in self._db.execute(query):
                fee = charge_rows.open_charge_of(row)
                found[fee.notice].append((DebtorId(debtor), replace(fee, paid=True)))
        return found


def _by_day(past: PastNotice) -> tuple[date, int]:
    return (past.sent_on, past.notice)

"""Looks again at kept charges whose principal is paid: what of them was owed at all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.domain.charges_settled import owed_of_paid
from core.domain.claim_law import LawView
from core.domain.model import (
    Account,
    CreditorId,
    ItemId,
    Notice,
    NoticeKind,
    NoticeState,
    OpenItem,
    PastNotice,
)
from core.domain.money import Money
from core.ports import ChargeRow, Tx
from core.services.app import App
from core.services.law_book import LawBook
from core.services.lookup import creditor_of


@dataclass(frozen=True, slots=True)
class Second:
    """The second look of one run; ``law`` is that of the creditor."""

    tx: Tx
    creditor: CreditorId
    law: LawBook
    on: date

    @classmethod
    def of(cls, app: App, tx: Tx, creditor: CreditorId, on: date) -> Second:
        return cls(tx, creditor, LawBook.of(app, creditor_of(tx, creditor).profile), on)

    def owed(self, row: ChargeRow) -> Money:
        """What is owed of a charge that no open claim bears any more, at most its amount."""
        tx, creditor, charge = self.tx, self.creditor, row.charge
        account = tx.items.account(creditor, row.debtor, self.on)
        if account is None:
            return charge.amount
        left = tx.notices.many(creditor, states=(NoticeState.SENT,), debtor=row.debtor)
        sent = [n for n in left if n.kind is NoticeKind.NOTICE]
        about = {x.item for n in sent if n.id == charge.notice for x in n.lines if x.level > 0}
        wanted = about if charge.item is None else {charge.item}
        claims = list(tx.items.many(creditor, sorted(wanted)).values())
        known = _with(account, claims, sent)
        view = LawView(known, self.law.for_debtor(account.debtor), charge.since)
        return owed_of_paid(charge, claims, known, view)


def _with(account: Account, claims: Iterable[OpenItem], sent: Iterable[Notice]) -> Account:
    """The account as if those claims were still on it, with the notices about them."""
    items = {item.id: item for item in (*account.items, *claims)}
    return replace(account, items=tuple(items.values()), notices=_past(items, sent))


def _past(
    items: Mapping[ItemId, OpenItem], sent: Iterable[Notice]
) -> Mapping[ItemId, tuple[PastNotice, ...]]:
    found: dict[ItemId, tuple[PastNotice, ...]] = {}
    for notice in sorted(sent, key=lambda each: (each.sent_on or date.max, each.id)):
        for line in notice.lines:
            item = items.get(line.item)
            if item is None or notice.sent_on is None or line.level <= 0:
                continue
            if line.cycle == item.cycle:
                past = PastNotice(
                    notice.id,
                    line.level,
                    notice.sent_on,
                    notice.channel,
                    notice.deadline,
                    line.counts_as_mahnung,
                    line.disputed.minor if line.disputed else 0,
                )
                found[item.id] = (*found.get(item.id, ()), past)
    return found

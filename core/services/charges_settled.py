"""Looks again at kept charges whose principal is paid: what of them was owed at all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain.charges_settled import owed_of_paid
from core.domain.claim_law import LawView
from core.domain.model import (
    Account,
    CreditorId,
    DebtorId,
    ItemId,
    Match,
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
        sent = self._sent({row.debtor})
        about = {x.item for n in sent if n.id == charge.notice for x in n.lines if x.level > 0}
        wanted = about if charge.item is None else {charge.item}
        claims = list(tx.items.many(creditor, sorted(wanted)).values())
        twins = self._twins(claims)
        debtors = {item.debtor for item, _ in twins.values()} - {row.debtor}
        if debtors:
            sent = [*sent, *(n for n in self._sent(debtors) if n not in sent)]
        known = _with(account, claims, sent, twins)
        view = LawView(known, self.law.for_debtor(account.debtor), charge.since)
        return owed_of_paid(charge, claims, known, view)

    def _sent(self, debtors: Iterable[DebtorId]) -> list[Notice]:
        found = [
            self.tx.notices.many(self.creditor, states=(NoticeState.SENT,), debtor=debtor)
            for debtor in sorted(debtors)
        ]
        return [n for each in found for n in each if n.kind is NoticeKind.NOTICE]

    def _twins(self, claims: Sequence[OpenItem]) -> dict[ItemId, tuple[OpenItem, ItemId]]:
        """The same claims on other connections, from which they may have been dunned before, each
        with the one of ``claims`` that it is.
        """
        found = self.tx.twins.of(self.creditor, claims)
        same = {x.id: item for item, each in found.items() for x in each if x.match is Match.SAME}
        twins = self.tx.items.many(self.creditor, sorted(same))
        return {id_: (twin, same[id_]) for id_, twin in twins.items()}


def _with(
    account: Account,
    claims: Iterable[OpenItem],
    sent: Iterable[Notice],
    twins: Mapping[ItemId, tuple[OpenItem, ItemId]],
) -> Account:
    """The account as if those claims were still on it, with the notices about them."""
    items = {item.id: item for item in (*account.items, *claims)}
    own = {id_: (item, id_) for id_, item in items.items()}
    past = _past({**own, **twins}, sent)
    return replace(account, items=tuple(items.values()), notices=past)


def _past(
    items: Mapping[ItemId, tuple[OpenItem, ItemId]], sent: Iterable[Notice]
) -> Mapping[ItemId, tuple[PastNotice, ...]]:
    found: dict[ItemId, tuple[PastNotice, ...]] = {}
    for notice in sorted(sent, key=lambda each: (each.sent_on or date.max, each.id)):
        for line in notice.lines:
            if line.item not in items or notice.sent_on is None or line.level <= 0:
                continue
            item, claim = items[line.item]
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
                found[claim] = (*found.get(claim, ()), past)
    return found

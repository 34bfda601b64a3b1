"""The holds of one account on one day: how long each lasts, and what of each item it stops.

A promise or plan ends by itself when money comes or stays away; a dispute about a part stops
nothing but that part, and not the clock of the item either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.domain.agreement import Agreement, as_ended, weigh_all
from core.domain.business_days import Calendar
from core.domain.dispute import contested, disputed_part, is_partial, undisputed
from core.domain.model import Account, Hold, ItemId, OpenItem
from core.domain.money import Money


class HoldView:
    """``agreements`` are the promises and plans, ended ones too; ``account`` is the account with
    the ends that they gave their holds.
    """

    __slots__ = ("_of_debtor", "_of_item", "account", "agreements", "any", "disputes")

    def __init__(self, account: Account, on: date, calendar: Calendar) -> None:
        self.account = account
        self.agreements: Sequence[Agreement] = ()
        self.disputes: Mapping[ItemId, Money] = {}  # as they were contested
        self._of_debtor: list[Hold] = []
        self._of_item: dict[ItemId, list[Hold]] = {}
        self.any = bool(account.holds)
        if not self.any:
            return
        self.agreements = weigh_all(account.holds, account.items, on, calendar, account.connections)
        self.disputes = contested(account.holds, on)
        if self.agreements:
            self.account = replace(account, holds=as_ended(account.holds, self.agreements))
        for hold in self.account.holds:
            if not is_partial(hold):
                self._add(hold)

    def _add(self, hold: Hold) -> None:
        if hold.item is not None:
            self._of_item.setdefault(hold.item, []).append(hold)
        elif hold.terms is not None and hold.terms.items:
            # Agreed for those items only: what is invoiced later is not part of it.
            for item in hold.terms.items:
                self._of_item.setdefault(item, []).append(hold)
        else:
            self._of_debtor.append(hold)

    def of(self, item: ItemId) -> list[Hold]:
        """Holds that stop all of that item, whenever they are."""
        return self._of_debtor + self._of_item.get(item, [])

    def disputed(self, items: Iterable[OpenItem]) -> dict[ItemId, Money]:
        """The contested part of each item, at most what is open of it."""
        found = {item.id: disputed_part(item, self.disputes.get(item.id)) for item in items}
        return {item: part for item, part in found.items() if part is not None}


def only_undisputed(items: Iterable[OpenItem], disputed: Mapping[ItemId, Money]) -> list[OpenItem]:
    """The items with what may be dunned of them as outstanding."""
    return [undisputed(i, disputed[i.id]) if i.id in disputed else i for i in items]

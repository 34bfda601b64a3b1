"""What is owed on the claims of an account: principal, interest and costs, for an allocation.

Interest is owed by law from default on, whether or not it was ever demanded (§ 288 BGB); costs are
only those of the sub-ledger, and only where default came before them (§§ 280, 286 BGB).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.allocation import Owed
from core.domain.charges import INTEREST, LUMP_SUM, carries_lump, person_decides
from core.domain.claim_law import LawView, settled_until
from core.domain.deferral import covers
from core.domain.interest import Interest
from core.domain.model import (
    Account,
    HoldKind,
    ItemId,
    ItemKind,
    NoticeId,
    OpenCharge,
    OpenItem,
)

_DAY = timedelta(days=1)
# By notice: its claims, and since when each was in default as the notice printed it.
NoticeFacts = dict[NoticeId, Mapping[ItemId, date | None]]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a payment can settle; ``items`` and ``numbers`` are by the key of ``owed``.

    ``not_owed``: kept charges without default before them. ``assumed``: numbers of claims whose
    interest rests on an assumed receipt. ``known_until``: interest after that day is not known.
    """

    owed: tuple[Owed, ...]
    items: Mapping[str, OpenItem]
    numbers: Mapping[str, str]
    not_owed: tuple[OpenCharge, ...]
    credits: tuple[OpenItem, ...]
    assumed: tuple[str, ...]
    known_until: date | None
    abroad: bool  # a consumer abroad: no interest without a person


def owed_claims(
    account: Account,
    items: Sequence[OpenItem],
    view: LawView,
    notices: NoticeFacts,
    *,
    interest: bool = True,
) -> Claims:
    """The claims among ``items`` (of one currency, outstanding) as they were owed after ``view.on``.

    ``view.on`` is the day before the payment, whose day bears no interest. Held and disputed parts
    are owed like the rest. ``interest`` False: the creditor renounces what has accrued.
    """
    currency = items[0].outstanding.currency
    known = {item.id: item for item in items}
    kept = [c for c in account.charges if not c.paid and c.amount.currency == currency]
    bearing, not_owed = _bearing(kept, known, view, notices)
    abroad = person_decides(account, view)
    found: list[Owed] = []
    assumed: list[str] = []
    until: date | None = None
    for item in items:
        accrued = _interest(account, item, view) if interest and not abroad else None
        if accrued is not None and accrued.open_ended and accrued.until is not None:
            until = accrued.until
        if accrued is not None and accrued.total.minor and view.default(item).assumed:
            assumed.append(item.number or item.external_id)
        costs = [charge for charge, bearer in bearing if bearer == item.id]
        found.append(_owed(item, view, accrued, costs, _due(account, item, view.on + _DAY)))
    orphans = {f"fee {c.id:012d}": c for c, on in bearing if on is None}
    found += [
        Owed(key, 0, c.since, costs=c.amount.minor, arose_on=c.since) for key, c in orphans.items()
    ]
    numbers = {_key(item): item.number or item.external_id for item in items}
    return Claims(
        tuple(found),
        {_key(item): item for item in items},
        numbers | {key: f"M-{c.notice}" for key, c in orphans.items()},
        tuple(not_owed),
        _credits(account, currency),
        tuple(assumed),
        until,
        abroad,
    )


def _credits(account: Account, currency: str) -> tuple[OpenItem, ...]:
    return tuple(
        each
        for each in account.items
        if each.outstanding.minor < 0 and each.outstanding.currency == currency
    )


def _key(item: OpenItem) -> str:
    return f"item {item.id:012d}"


def _owed(
    item: OpenItem,
    view: LawView,
    accrued: Interest | None,
    costs: Iterable[OpenCharge],
    due: date,
) -> Owed:
    residual = item.kind is ItemKind.CHARGE_RESIDUAL  # bears no interest, § 289 BGB
    return Owed(
        _key(item),
        item.outstanding.minor,
        due,
        accrued.total.minor if accrued is not None else 0,
        sum(charge.amount.minor for charge in costs),
        rate=view.rate(item) * (not residual),
        arose_on=item.invoice_date,
    )


def _due(account: Account, item: OpenItem, on: date) -> date:
    """The due date; a claim that is deferred on that day is due when the deferral is over."""
    due = item.due_date or date.max
    for hold in account.holds:
        if covers(hold, item.id) and hold.kind is HoldKind.DEFERRAL and hold.active(on):
            due = max(due, hold.until_on + _DAY if hold.until_on else date.max)
    return due


def _interest(account: Account, item: OpenItem, view: LawView) -> Interest | None:
    if item.kind is ItemKind.CHARGE_RESIDUAL:
        return None
    return view.interest(item, (), settled_until(account, item.id))


def _bearing(
    kept: Iterable[OpenCharge], items: Mapping[ItemId, OpenItem], view: LawView, facts: NoticeFacts
) -> tuple[list[tuple[OpenCharge, ItemId | None]], list[OpenCharge]]:
    """(costs that are owed, each with the claim that bears it; costs that are not owed).

    A fee is borne by the first claim of its notice that was in default; None when all are paid.
    """
    owed: list[tuple[OpenCharge, ItemId | None]] = []
    not_owed: list[OpenCharge] = []
    for charge in kept:
        if charge.kind == INTEREST or charge.since > view.on + _DAY:
            continue  # interest is computed; what came after the payment is not owed yet
        about = facts.get(charge.notice, {}) if charge.item is None else {charge.item: None}
        late = [i for i, since in about.items() if _late(i, since, charge.since, items, view)]
        item = items.get(charge.item) if charge.item is not None else None
        # The debtor may have turned out to be a consumer since.
        none_due = charge.kind == LUMP_SUM and item is not None and not carries_lump(item, view)
        if not late or none_due:
            not_owed.append(charge)
            continue
        still = sorted((items[i] for i in late if i in items), key=view.burden)
        owed.append((charge, still[0].id if still else None))
    return owed, not_owed


def _late(
    id_: ItemId, printed: date | None, on: date, items: Mapping[ItemId, OpenItem], view: LawView
) -> bool:
    """Whether the claim was in default when its notice left: by today's facts while it is open."""
    item = items.get(id_)
    since = view.default(item).since if item is not None else printed
    return since is not None and since <= on

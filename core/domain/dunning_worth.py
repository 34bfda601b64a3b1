"""Is a notice worth sending? The account's arrears, the net, and the minimums.

All per currency: nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from core.domain.decision import Verdict
from core.domain.dunning_account import AccountView, skip
from core.domain.model import ItemId, OpenItem
from core.domain.money import Money
from core.domain.procedure import DunningLevel
from core.domain.reasons import Reason

Claim = tuple[OpenItem, DunningLevel]
# A credit and the (negative) part of it that one notice deducts.
Deduction = tuple[OpenItem, Decimal]
Verdicts = dict[ItemId, Verdict]
NOTHING = Decimal(0)


def account_late_enough(
    claims: Sequence[Claim], view: AccountView, verdicts: Verdicts
) -> Sequence[Claim]:
    """All claims when the account's worst item is late enough, else none."""
    minimum, oldest = view.procedure.min_days_in_arrears, view.oldest_due
    if oldest is None or view.today - oldest >= minimum:
        return claims
    next_on = date.fromordinal(oldest + minimum)
    facts = {"days_late": str(view.today - oldest), "minimum_days": str(minimum)}
    for item, _ in claims:
        verdicts[item.id] = skip(item, Reason.ACCOUNT_NOT_LATE_ENOUGH, facts, next_on)
    return ()


def refuse_net(claims: Iterable[Claim], net: Decimal, currency: str, verdicts: Verdicts) -> None:
    """Verdicts for claims that credits cover; ``net`` is what remains, in units of the currency."""
    facts = {"net": str(Money(net, currency))}
    for item, _ in claims:
        verdicts[item.id] = skip(item, Reason.NET_NOT_POSITIVE, facts)


def worth_it(
    claims: list[Claim],
    deductions: Sequence[Deduction],
    currency: str,
    minimum_total: Mapping[str, Decimal],
    verdicts: Verdicts,
) -> list[Claim]:
    """Those claims that stay when net and the minimum of every level are looked at.

    A level whose minimum is above the net of the notice is not triggered; the items of other
    levels stay, and the net is looked at again without it.
    """
    credit = sum((part for _, part in deductions), NOTHING)
    while claims:
        net = sum((item.outstanding.amount for item, _ in claims), credit)
        if net <= 0:
            refuse_net(claims, net, currency, verdicts)
            return []
        below = [claim for claim in claims if _minimum(claim[1], currency) > net]
        if not below:
            if net < minimum_total.get(currency, NOTHING):
                _below_total(claims, Money(net, currency), minimum_total, verdicts)
                return []
            break
        for item, level in below:
            verdicts[item.id] = _below_minimum(item, level, Money(net, currency))
        claims = [claim for claim in claims if _minimum(claim[1], currency) <= net]
    return claims


def _minimum(level: DunningLevel, currency: str) -> Decimal:
    """A currency without an entry has no minimum."""
    return level.min_amount.get(currency, NOTHING)


def _below_minimum(item: OpenItem, level: DunningLevel, net: Money) -> Verdict:
    facts = {
        "net": str(net),
        "level": str(level.number),
        "minimum": str(Money(_minimum(level, net.currency), net.currency)),
    }
    return skip(item, Reason.BELOW_MINIMUM, facts)


def _below_total(
    claims: Iterable[Claim], net: Money, minimum_total: Mapping[str, Decimal], verdicts: Verdicts
) -> None:
    minimum = Money(minimum_total[net.currency], net.currency)
    facts = {"net": str(net), "minimum": str(minimum)}
    for item, _ in claims:
        verdicts[item.id] = skip(item, Reason.BELOW_TOTAL, facts)

"""Invented claims in default with their charges; the interest is computed, rates are the shipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from letter_samples import ISSUED, line

from config.base_rates import RateFiles
from core.domain.interest import compute
from core.domain.law import de
from core.domain.law.rates import RateRule
from core.domain.model import Charge, ItemId, NoticeLine
from core.domain.money import Money

RATES = RateFiles()
FEE = "§ 280 Abs. 1, 2, § 286 BGB"


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def late(
    n: int,
    outstanding: str,
    *,
    since: date | None,
    rule: str = "calendar",
    of: str | None = None,
    level: int = 2,
    disputed: str | None = None,
) -> NoticeLine:
    """A claim in default at a level that counts as Mahnung."""
    return line(n, outstanding, of=of, level=level)._replace(
        default_since=since,
        default_rule=rule,
        counts_as_mahnung=True,
        disputed=None if disputed is None else euro(disputed),
    )


def interest(
    n: int,
    principal: str,
    since: date,
    *,
    until: date = ISSUED,
    rule: RateRule = de.BUSINESS,
    law: str = "de",
    changes: Sequence[tuple[date, str]] = (),
    demanded: bool = True,
) -> Charge:
    """Interest on the claim ``n`` of ``principal`` EUR; ``changes`` are payments by day."""
    owed = compute(
        euro(principal).minor,
        "EUR",
        since,
        until,
        rule,
        RATES.table(law),
        changes=[(day, euro(amount).minor) for day, amount in changes],
    )
    return Charge(
        "default_interest",
        owed.total,
        rule.basis,
        ItemId(n),
        f"RE-2026-{n:04d}",
        demanded,
        since,
        owed.until,
        owed.open_ended,
        owed.segments,
    )


def lump_sum(
    n: int, *, demanded: bool = True, amount: str = "40.00", basis: str = de.PACK.lump_basis
) -> Charge:
    return Charge("lump_sum", euro(amount), basis, ItemId(n), f"RE-2026-{n:04d}", demanded)


def fee(amount: str = "2.50", *, of: date | None = None) -> Charge:
    """The fee of this notice, or one that is kept from the notice of the day ``of``."""
    return Charge("dunning_fee", euro(amount), FEE, since=of, earlier=None if of is None else 7)

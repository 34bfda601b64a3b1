"""Sums of a list, one per currency: amounts of different currencies are never added."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.money import Money, total


def per_currency(amounts: Iterable[Money]) -> list[tuple[Money, int]]:
    """Sum and number of the amounts of each currency, in order of the currency's code."""
    groups: dict[str, list[Money]] = {}
    for amount in amounts:
        groups.setdefault(amount.currency, []).append(amount)
    return [(total(group, currency), len(group)) for currency, group in sorted(groups.items())]

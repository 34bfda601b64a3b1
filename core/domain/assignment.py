"""Which dunning procedure an account gets: debtor, else segment, else amount tier, else creditor.

The first rule that names one decides. It is asked anew on every run: an account that grows above
an amount changes its procedure, and keeps its level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from core.domain.dunning_account import is_certain, is_claim_kind
from core.domain.model import Account, CreditorProfile
from core.domain.money import Money, is_currency_code
from core.domain.procedure_table import is_procedure_name
from core.errors import ConfigError

TIER_CURRENCY = "EUR"  # of a tier that names none


class AssignmentRule(StrEnum):
    """What gave an account its procedure."""

    DEBTOR = "debtor"
    SEGMENT = "segment"
    TIER = "tier"
    CREDITOR = "creditor"


class Assigned(NamedTuple):
    """A procedure by name, and why it is this one. ``facts``: the segment, or balance and limit."""

    name: str
    rule: AssignmentRule
    facts: Mapping[str, str]


class Tier(NamedTuple):
    """Accounts that owe at least ``limit`` in its currency get that procedure."""

    limit: Money
    procedure: str


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    """The rules of one creditor. ``segments`` by casefolded name; ``tiers`` highest limit first."""

    default: str
    segments: Mapping[str, str] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = ()

    @classmethod
    def of(cls, profile: CreditorProfile) -> AssignmentRules:
        """The rules of a profile.

        Raises:
            ConfigError: a rule cannot be read; names field and remedy.
        """
        return cls(
            profile.procedure,
            parse_segments(profile.procedure_segments),
            parse_tiers(profile.procedure_tiers),
        )

    @property
    def names(self) -> list[str]:
        """Procedures that an account without one of its own can get, the default first."""
        found = [self.default, *self.segments.values(), *(tier.procedure for tier in self.tiers)]
        return list(dict.fromkeys(found))


def procedure_for(account: Account, rules: AssignmentRules) -> Assigned:
    """The procedure of an account: debtor, else segment, else amount tier, else creditor."""
    debtor = account.debtor
    if debtor.procedure:
        return Assigned(debtor.procedure, AssignmentRule.DEBTOR, {})
    segment = debtor.segment or debtor.type.value
    named = rules.segments.get(segment.casefold())
    if named is not None:
        return Assigned(named, AssignmentRule.SEGMENT, {"segment": segment})
    for limit, procedure in rules.tiers:
        balance = open_balance(account, limit.currency)
        if balance.amount >= limit.amount:
            facts = {"balance": str(balance), "limit": str(limit)}
            return Assigned(procedure, AssignmentRule.TIER, facts)
    return Assigned(rules.default, AssignmentRule.CREDITOR, {})


def open_balance(account: Account, currency: str) -> Money:
    """What the account owes in that currency, due or not, less its credits; nothing is converted.

    An evidence connection repeats what the leading one has and is left out, and so is what is not
    certain.
    """
    counted = (
        item.outstanding.amount
        for item in account.items
        if item.outstanding.currency == currency
        and (item.outstanding.amount < 0 or is_claim_kind(item))
        and is_certain(item, account)
    )
    return Money(sum(counted, Decimal(0)), currency)


def parse_segments(text: str) -> dict[str, str]:
    """``business=b2b, stammkunde=sanft`` as procedure by casefolded segment.

    Raises:
        ConfigError: it cannot be read; the sentence says how it is written.
    """
    found: dict[str, str] = {}
    for segment, procedure in _pairs(text, "business=b2b, consumer=verbraucher"):
        if segment.casefold() in found:
            raise ConfigError(
                f"Das Segment „{segment}“ steht zweimal da. Eine der beiden Angaben streichen.",
                en=f'The segment "{segment}" is there twice. Remove one of the two.',
            )
        found[segment.casefold()] = procedure
    return found


def parse_tiers(text: str) -> tuple[Tier, ...]:
    """``5000=sanft, 20000 CHF=b2b`` as tiers, highest first; EUR where no currency is named.

    Raises:
        ConfigError: it cannot be read; the sentence says how it is written.
    """
    tiers = [
        Tier(_limit(amount), procedure)
        for amount, procedure in _pairs(text, "5000=sanft, 20000 CHF=b2b")
    ]
    limits = [tier.limit for tier in tiers]
    twice = next((limit for limit in limits if limits.count(limit) > 1), None)
    if twice is not None:
        raise ConfigError(
            f"Der Betrag {twice} steht zweimal da. Eine der beiden Angaben streichen.",
            en=f"The amount {twice} is there twice. Remove one of the two.",
        )
    # Within a currency the highest limit that is reached wins; EUR is looked at first.
    tiers.sort(key=lambda tier: (tier.limit.currency != TIER_CURRENCY, tier.limit.currency))
    tiers.sort(key=lambda tier: tier.limit.amount, reverse=True)
    return tuple(tiers)


def _limit(text: str) -> Money:
    number, _, currency = text.partition(" ")
    currency = currency.strip() or TIER_CURRENCY
    try:
        amount = Decimal(number)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount <= 0 or not is_currency_code(currency):
        raise ConfigError(
            f"„{text}“ ist kein Betrag. Schreibweise: 5000=sanft oder 5000 CHF=sanft, Cent mit "
            "Punkt.",
            en=f'"{text}" is not an amount. Write 5000=sanft or 5000 CHF=sanft, cents after a '
            "point.",
        )
    return Money(amount, currency).rounded()


def _pairs(text: str, example: str) -> list[tuple[str, str]]:
    """``a=b, c=d`` as pairs; the right side can be a procedure's name."""
    pairs: list[tuple[str, str]] = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        left, equals, right = (piece.strip() for piece in part.partition("="))
        if not (left and equals and is_procedure_name(right)):
            raise ConfigError(
                f"„{part}“ ist nicht lesbar. Schreibweise: {example}.",
                en=f'"{part}" cannot be read. Write {example}.',
            )
        pairs.append((left, right))
    return pairs

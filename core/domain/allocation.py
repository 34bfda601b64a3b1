"""What a payment settles: §§ 366, 367 BGB (law §3.2). Amounts are minor units of one currency.

The debtor's choice comes first, then the order of the law. Nothing is lost and nothing is taken
that is not owed; what is left over is handed back to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from core.errors import RuleError


@dataclass(frozen=True, slots=True)
class Owed:
    """One claim with its extras, in minor units, all >= 0.

    ``costs_owed`` False: fees that were printed but are not owed (the Mahnung that brings default
    about is free); they never eat a payment. ``rate`` is interest in percent a year (how burdensome
    the debt is); ``arose_on`` its age, else the due date.
    """

    key: str
    principal: int
    due_date: date
    interest: int = 0
    costs: int = 0
    costs_owed: bool = True
    secured: bool = False
    rate: Decimal = Decimal(0)
    arose_on: date | None = None

    @property
    def total(self) -> int:
        """Everything that is owed on the claim."""
        return self.principal + self.interest + (self.costs if self.costs_owed else 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the debtor said he pays (§ 366 Abs. 1 BGB): keys of claims.

    ``principal_first``: he also wants principal before costs and interest; the creditor may then
    refuse the payment (§ 367 Abs. 2 BGB).
    """

    keys: tuple[str, ...]
    principal_first: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What of a payment went to one claim. ``chosen``: by the debtor's choice, else by law."""

    key: str
    costs: int
    interest: int
    principal: int
    chosen: bool = False

    @property
    def total(self) -> int:
        """The part of the payment that this claim took."""
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True)
class AllocationResult:
    """``parts`` in the order in which the claims were served; ``left_over`` belongs to no claim.

    ``possible_choice``: the payment is exactly the principal of these claims and nothing was said;
    ask whether that was a choice. ``may_refuse``: the creditor may refuse the payment, § 367 Abs. 2
    BGB.
    """

    parts: tuple[Settled, ...]
    left_over: int
    possible_choice: tuple[str, ...] = ()
    may_refuse: bool = False


def allocate(
    amount: int, claims: Iterable[Owed], choice: Choice | None = None, *, on: date
) -> AllocationResult:
    """Shares out a payment of ``amount`` minor units that arrived on ``on``.

    First the chosen claims, then due before not due, less secured, more burdensome, older, and
    equal ones pro rata; inside a claim costs, interest, principal. The order in which claims are
    given does not matter.

    Raises:
        RuleError: a negative amount, two claims with one key, or a choice of a claim not there.
    """
    known = _checked(amount, claims, choice)
    chosen, others = _divided(known, choice)
    principal_first = choice is not None and choice.principal_first
    parts, left = _serve(amount, chosen, on, principal_first=principal_first, chosen=True)
    by_law, left = _serve(left, others, on)
    return AllocationResult(
        parts=(*parts, *by_law),
        left_over=left,
        possible_choice=() if choice else _possible_choice(amount, known, by_law),
        may_refuse=principal_first and _extras_remain(chosen, parts),
    )


def _checked(amount: int, claims: Iterable[Owed], choice: Choice | None) -> list[Owed]:
    known = sorted(claims, key=lambda claim: claim.key)
    keys = {claim.key for claim in known}
    if len(keys) != len(known):
        raise RuleError(
            "Eine Forderung steht doppelt in der Verrechnung.", en="A claim is given twice."
        )
    if amount < 0 or any(min(c.principal, c.interest, c.costs) < 0 for c in known):
        raise RuleError(
            "Verrechnet werden nur Beträge ab null.",
            en="Only amounts of zero or more are allocated.",
        )
    if choice and not set(choice.keys) <= keys:
        raise RuleError(
            "Die Tilgungsbestimmung nennt eine Forderung, die es nicht gibt.",
            en="The debtor's choice names a claim that is not there.",
        )
    return known


def served_in_order(
    claims: Iterable[Owed], choice: Choice | None = None, *, on: date
) -> tuple[Owed, ...]:
    """All claims in the order in which a payment that arrived on ``on`` reaches them.

    Raises:
        RuleError: as :func:`allocate`.
    """
    chosen, others = _divided(_checked(0, claims, choice), choice)
    return (*_ranked(chosen, on), *_ranked(others, on))


def _divided(claims: Sequence[Owed], choice: Choice | None) -> tuple[list[Owed], list[Owed]]:
    """(what the debtor chose, the others)."""
    keys = frozenset(choice.keys) if choice else frozenset()
    chosen = [claim for claim in claims if claim.key in keys]
    return chosen, [claim for claim in claims if claim.key not in keys]


def _ranked(claims: Sequence[Owed], on: date) -> list[Owed]:
    return sorted(claims, key=lambda claim: (_rank(claim, on), claim.key))


def _rank(claim: Owed, on: date) -> tuple[bool, bool, Decimal, date]:
    """Smaller is served first (§ 366 Abs. 2 BGB)."""
    # Due on the day itself: the creditor may already demand it (§ 271 BGB).
    return (claim.due_date > on, claim.secured, -claim.rate, claim.arose_on or claim.due_date)


def _serve(
    amount: int,
    claims: Sequence[Owed],
    on: date,
    *,
    principal_first: bool = False,
    chosen: bool = False,
) -> tuple[list[Settled], int]:
    """Parts in the order of the law, and what is left."""
    parts: list[Settled] = []
    for _, group in groupby(_ranked(claims, on), key=lambda claim: _rank(claim, on)):
        equal = list(group)
        shares = _pro_rata(amount, [claim.total for claim in equal])
        for claim, share in zip(equal, shares, strict=True):
            if share:
                parts.append(_inside(claim, share, principal_first, chosen))
        amount -= sum(shares)
    return parts, amount


def _pro_rata(amount: int, owed: Sequence[int]) -> list[int]:
    """``amount`` shared by what is owed, to the cent by largest remainder; never more than owed."""
    total = sum(owed)
    if amount >= total:
        return list(owed)
    shares = [amount * each // total for each in owed]
    by_remainder = sorted(range(len(owed)), key=lambda i: -(amount * owed[i] % total))
    for i in by_remainder[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def _inside(claim: Owed, share: int, principal_first: bool, chosen: bool) -> Settled:
    """Costs, interest, principal (§ 367 Abs. 1 BGB); the other way round if that was wanted."""
    owed = {
        "costs": claim.costs if claim.costs_owed else 0,
        "interest": claim.interest,
        "principal": claim.principal,
    }
    names = ("principal", "interest", "costs") if principal_first else tuple(owed)
    taken: dict[str, int] = {}
    for name in names:
        taken[name] = min(share, owed[name])
        share -= taken[name]
    return Settled(claim.key, taken["costs"], taken["interest"], taken["principal"], chosen)


def _extras_remain(claims: Sequence[Owed], parts: Sequence[Settled]) -> bool:
    """True when principal was served while costs or interest of the chosen claims stay open."""
    owed = sum(claim.total - claim.principal for claim in claims)
    return owed > sum(part.costs + part.interest for part in parts)


def _possible_choice(
    amount: int, claims: Sequence[Owed], parts: Sequence[Settled]
) -> tuple[str, ...]:
    """Claims whose principal is exactly what came, unless one of them was served just so."""
    matching = [claim.key for claim in claims if claim.principal == amount > 0]
    served = any(part.key in matching and part.principal == amount for part in parts)
    return () if served else tuple(matching)

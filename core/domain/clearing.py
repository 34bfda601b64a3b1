"""Second tries for money that no number places: only inside one account, only when unique.

Order of datev.md §2.5: the number cut to 12 characters with the same amount, the number without
its special characters, a number named in the text, the exact amount. What is still left stays
on account; it is never spread over items by guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from core.domain.ledger_parts import ZERO, Group, Move, Part
from core.domain.ledger_tokens import alphanumeric, normalised, tokens

# Belegfeld 1 had 12 characters; one widespread tool cut longer numbers from the left.
CUT_LENGTH = 12


def clear(groups: Sequence[Group]) -> None:
    """Places credits and returned money on the claims of ``groups``, in place."""
    open_ends = [group for group in groups if not group.claim and group.left]
    if not open_ends:
        return
    open_ends.sort(key=lambda group: (group.day, group.external_id))
    credits_ = [group for group in open_ends if group.left < 0]
    returns = [group for group in open_ends if group.left > 0]
    claims = _Claims([group for group in groups if group.claim])
    for back in returns:
        _reopen_named(back, claims)
    for rule, find in (
        ("truncated", claims.truncated),
        ("alphanumeric", claims.alphanumeric),
        ("reference", claims.referenced),
        ("amount", claims.same_amount),
    ):
        for credit in credits_:
            if credit.left < 0:
                _place(credit, find(credit), rule, claims)
    unnamed = [back for back in returns if back.left > 0]
    if unnamed:
        payments = _Payments(groups)
        for back in unnamed:
            payments.bring_back(back)


def texts_of(group: Group) -> Iterable[str]:
    """All free text that came with a group."""
    for posting in group.postings:
        yield posting.number
        yield from posting.references
        yield posting.text
    if group.row is not None:
        yield group.row.number
        yield group.row.text


class _Claims:
    """The claims of one account, found by number, part of a number, or amount."""

    def __init__(self, claims: list[Group]) -> None:
        self._keys: dict[str, list[Group]] = {}
        self._plain: dict[str, list[Group]] = {}
        self._cut: dict[int, dict[str, list[Group]]] = {}
        self._amounts: dict[tuple[str, Decimal], dict[str, Group]] = {}
        self._claims = claims
        self._short_lengths = {len(c.key) for c in claims if _was_cut(c)}
        for claim in claims:
            key = claim.key or normalised(claim.number)
            self._keys.setdefault(key, []).append(claim)
            self._plain.setdefault(alphanumeric(key), []).append(claim)
            self._index(claim)

    def _index(self, claim: Group) -> None:
        if claim.left > 0:
            self._amounts.setdefault((claim.currency, claim.left), {})[claim.external_id] = claim

    def take(self, claim: Group, move: Move) -> None:
        """Books ``move`` on ``claim`` and keeps the amounts findable."""
        self._amounts.get((claim.currency, claim.left), {}).pop(claim.external_id, None)
        claim.add(move)
        self._index(claim)

    def truncated(self, credit: Group) -> Group | None:
        if not credit.key:
            return None
        found = list(self._by_suffix(len(credit.key), credit.key)) if _was_cut(credit) else []
        for length in sorted(self._short_lengths):
            if length < len(credit.key):
                short = self._keys.get(credit.key[-length:], [])
                found += [claim for claim in short if _was_cut(claim)]
        return _only(c for c in found if _fits(c, credit) and c.left == -credit.left)

    def _by_suffix(self, length: int, key: str) -> Iterable[Group]:
        if length not in self._cut:
            index: dict[str, list[Group]] = {}
            for claim in self._claims:
                if len(claim.key) > length:
                    index.setdefault(claim.key[-length:], []).append(claim)
            self._cut[length] = index
        return self._cut[length].get(key, ())

    def alphanumeric(self, credit: Group) -> Group | None:
        plain = alphanumeric(credit.key)
        if not plain:
            return None
        return _only(c for c in self._plain.get(plain, ()) if _fits(c, credit))

    def referenced(self, credit: Group) -> Group | None:
        return _only(c for c in self.named(credit) if _fits(c, credit))

    def named(self, group: Group) -> list[Group]:
        """Claims, open or not, whose number the text names."""
        found: dict[str, Group] = {}
        for token in tokens(texts_of(group)):
            for claim in self._keys.get(token, ()):
                found[claim.external_id] = claim
        return list(found.values())

    def same_amount(self, credit: Group) -> Group | None:
        """The one open item of exactly that amount that existed when the credit came.

        Who names an invoice pays that one (§ 366 Abs. 1 BGB), so that equal amounts of others
        do not count then.
        """
        named = {claim.external_id for claim in self.named(credit)}
        equal = self._amounts.get((credit.currency, -credit.left), {})
        return _only(
            claim
            for claim in equal.values()
            if claim.start <= credit.day and (not named or claim.external_id in named)
        )


def _was_cut(group: Group) -> bool:
    return CUT_LENGTH in (len(group.key), len(group.number.strip())) and bool(group.key)


def _fits(claim: Group, credit: Group) -> bool:
    return claim.left > 0 and claim.currency == credit.currency


def _only(found: Iterable[Group]) -> Group | None:
    """The one group in ``found``; None when there is none or more than one."""
    first: Group | None = None
    for group in found:
        if first is not None:
            return None
        first = group
    return first


def main_part(group: Group) -> Part:
    """What money without a claim is: credit note, payment, returned money, or else."""
    sign: Callable[[Move], bool] = (
        (lambda move: move.value < 0) if group.left < 0 else (lambda move: move.value > 0)
    )
    parts = {move.part for move in group.moves if sign(move)}
    if Part.PAYMENT in parts:
        return Part.PAYMENT
    return min(parts)


def _place(credit: Group, claim: Group | None, rule: str, claims: _Claims) -> None:
    if claim is None:
        return
    amount = min(-credit.left, claim.left)
    part, day = main_part(credit), credit.day
    credit.add(Move(day, part, claim.external_id, amount, rule))
    claims.take(claim, Move(day, part, credit.external_id, -amount, rule))


def _reopen_named(back: Group, claims: _Claims) -> None:
    """Returned money re-opens the one paid item that its text names."""
    claim = _only(
        claim
        for claim in claims.named(back)
        if claim.currency == back.currency and _paid(claim, back.left)
    )
    if claim is not None:
        claims.take(claim, _carry_back(back, claim, "reference"))


def _carry_back(back: Group, target: Group, rule: str) -> Move:
    """Empties ``back`` and returns the movement that the target gets for it."""
    amount, day, part = back.left, back.day, main_part(back)
    back.add(Move(day, part, target.external_id, -amount, rule))
    return Move(day, part, back.external_id, amount, rule)


def _paid(group: Group, amount: Decimal) -> bool:
    paid = sum((move.value for move in group.moves if move.part is Part.PAYMENT), ZERO)
    returned = sum((move.value for move in group.moves if move.part is Part.RETURN), ZERO)
    return -paid - returned >= amount


class _Payments:
    """Payments on claims by amount, for money that comes back without a number."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups
        self._paid: dict[tuple[str, Decimal], list[tuple[date, Group]]] = {}
        for group in groups:
            for move in group.moves if group.claim else ():
                if move.part is Part.PAYMENT:
                    same = self._paid.setdefault((group.currency, -move.value), [])
                    same.append((move.day, group))

    def bring_back(self, back: Group) -> None:
        """Books money back on what was overpaid by as much, else on the one payment of as much."""
        overpaid = [
            group
            for group in self._groups
            if group.left == -back.left
            and group.currency == back.currency
            and group.start <= back.day
        ]
        paid = [
            group
            for day, group in self._paid.get((back.currency, back.left), ())
            if day <= back.day and not any(move.part is Part.RETURN for move in group.moves)
        ]
        target = _only(overpaid or paid)
        if target is not None:
            target.add(_carry_back(back, target, "amount"))

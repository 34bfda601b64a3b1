"""The same invoice on two connections: when it is one claim, and from where it is dunned.

An invoice of sevDesk stands in the tax adviser's DATEV export as well. It is the same claim when
number, gross amount, currency and debtor agree; where one of them is in doubt, a person decides,
and until then neither is dunned (architecture §2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.domain.clearing import CUT_LENGTH
from core.domain.ledger_tokens import alphanumeric, normalised
from core.domain.model import ConnectionId, ItemKind, Match, OpenItem, Role

# Index key: letters and digits only, and so few that a number that was cut has the same.
_KEY_LENGTH = 8
# Number ranges may begin anew every year: the same number of another year is another invoice.
APART = timedelta(days=92)
_CREDITS = frozenset({ItemKind.CREDIT_NOTE, ItemKind.UNAPPLIED})


@dataclass(frozen=True, slots=True)
class Side:
    """An item as it is compared with one of another connection.

    ``gross_known`` False: it comes from a list that may only tell what is open.
    """

    item: OpenItem
    role: Role
    gross_known: bool = True


def claim_key(number: str) -> str:
    """What items with that number, whole or cut, are found by; "" for what has no number.

    DATEV's Belegfeld 1 had 12 characters, and some cut longer numbers from the left; senders
    strip or replace what it may not contain (datev.md §2.5). Equal keys prove nothing.
    """
    return alphanumeric(normalised(number)[-CUT_LENGTH:])[-_KEY_LENGTH:]


def goes_before(one: Side, other: Side) -> bool:
    """True when the claim is dunned from ``one``: a leading connection goes before one that is
    evidence, and among equal ones the one that was made first.
    """
    return _rank(one) < _rank(other)


def _rank(side: Side) -> tuple[bool, ConnectionId]:
    return (side.role is Role.EVIDENCE, side.item.connection)


def match_of(
    one: Side, other: Side, debtor: bool | None, decided: bool | None = None
) -> Match | None:
    """What the items of two connections are to each other; None: two claims.

    ``debtor``: True when both owe as one person, False when certainly not, None when nobody knows.
    ``decided`` is what a person said of the two items; it counts before everything else.
    """
    if decided is not None:
        return Match.SAME if decided else None
    if debtor is False or not _comparable(one.item, other.item):
        return None
    if normalised(one.item.number) == normalised(other.item.number):
        return _same_number(one, other, known=bool(debtor))
    if not _like_number(one.item.number, other.item.number) or not _same_day(one, other):
        return None
    if not _same_gross(one, other):
        return None
    return Match.SAME if debtor else Match.SUSPECT


def _comparable(one: OpenItem, other: OpenItem) -> bool:
    """Credits are compared with credits. An invoice that was overpaid is money on account, though,
    with the number of the invoice.
    """
    kinds = {one.kind, other.kind}
    if ItemKind.CHARGE_RESIDUAL in kinds or one.connection == other.connection:
        return False
    if len(kinds) > 1 and ItemKind.DUNNING_CHARGE in kinds:
        return False
    if one.total.currency != other.total.currency:
        # Kept in another currency than it was posted in: the amounts cannot be compared.
        return one.currency_unclear or other.currency_unclear
    if (one.kind in _CREDITS) is not (other.kind in _CREDITS):
        return ItemKind.UNAPPLIED in kinds
    return (one.total.amount < 0) is (other.total.amount < 0)


def _same_number(one: Side, other: Side, *, known: bool) -> Match | None:
    near = _near(one.item, other.item)
    if not known:
        # Nobody knows whose it is: number and amount together are no coincidence, nor number and
        # day where a list tells only what is open of it.
        listed = _same_day(one, other) and _same_gross(one, other)
        return Match.SUSPECT if listed or one.item.total == other.item.total else None
    if _same_gross(one, other):
        return Match.SAME if near else Match.SUSPECT
    return Match.SUSPECT if near else None


def _same_gross(one: Side, other: Side) -> bool:
    """Equal, or what is open of it where a list knows no more than that."""
    mine, theirs = one.item.total, other.item.total
    if mine.currency != theirs.currency:
        return False
    if one.item.currency_unclear or other.item.currency_unclear:
        return False
    if (one.item.kind in _CREDITS) is not (other.item.kind in _CREDITS):
        return False
    if mine == theirs:
        return True
    if not one.gross_known and abs(mine.amount) < abs(theirs.amount):
        return True
    return not other.gross_known and abs(theirs.amount) < abs(mine.amount)


def _near(one: OpenItem, other: OpenItem) -> bool:
    """False for invoices of different years."""
    if one.invoice_date is None or other.invoice_date is None:
        return True
    return abs(one.invoice_date - other.invoice_date) <= APART


def _same_day(one: Side, other: Side) -> bool:
    day = one.item.invoice_date
    return day is not None and day == other.item.invoice_date


def _like_number(one: str, other: str) -> bool:
    """True when they differ in punctuation only, or when one is the other cut to 12 characters."""
    mine, theirs = normalised(one), normalised(other)
    if alphanumeric(mine) == alphanumeric(theirs):
        return bool(alphanumeric(mine))
    short, long = sorted((mine, theirs), key=len)
    return len(short) == CUT_LENGTH and long.endswith(short)

"""Money that went back after a payment: refunds and disputes (§0.7, §3). Pure.

An invoice stays paid then (UNVERIFIED in a sandbox); reading invoices alone would miss it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors._values import FieldError, Json, text
from connectors.stripe.kinds import DISPUTE_LOST, DISPUTE_OVER, REFUND_FAILED
from connectors.stripe.values import amount, currency, readable_day
from core.domain.money import Money
from core.domain.platform_records import PaymentKind, PaymentPart

REFUND, DISPUTE = "Rückerstattung", "Rückbuchung"
Index = Mapping[str, Sequence[Json]]


class Return(NamedTuple):
    """Money that went back, of one refund or one lost dispute."""

    id: str
    on: date | None
    amount: Money
    word: str  # German

    @property
    def part(self) -> PaymentPart:
        return PaymentPart(self.on, self.amount, PaymentKind.RETURNED, f"{self.word} {self.id}")


class Returns(NamedTuple):
    """What refunds and disputes say of some payments.

    ``failed``: ids of refunds that brought nothing back; ``disputed``: ids of disputes that nobody
    has decided yet.
    """

    found: tuple[Return, ...] = ()
    failed: frozenset[str] = frozenset()
    disputed: tuple[str, ...] = ()


def returns_of(
    links: Collection[str], refunds: Index, disputes: Index, code: str, zone: ZoneInfo
) -> Returns:
    """Refunds and disputes of a payment, the earliest first.

    Args:
        links: ids of its PaymentIntent and charge.
        refunds: by the id of either.
        disputes: by the id of either.
        code: currency of the payment.
        zone: the creditor's.

    Raises:
        FieldError: one of them cannot be read; nobody knows then what was given back.

    """
    given = _linked(links, refunds)
    argued = _linked(links, disputes)
    states = {text(row, "id"): text(row, "status") for row in argued}
    back = [
        *(_return(row, REFUND, code, zone) for row in given if not _has_failed(row)),
        *(
            _return(row, DISPUTE, code, zone)
            for row in argued
            if states[text(row, "id")] == DISPUTE_LOST
        ),
    ]
    over = DISPUTE_OVER | {DISPUTE_LOST}
    return Returns(
        tuple(sorted(back, key=lambda each: (each.on or date.min, each.id))),
        frozenset(text(row, "id") for row in given if _has_failed(row)),
        tuple(sorted(id_ for id_, state in states.items() if state not in over)),
    )


class Shares:
    """Gives to each payment what went back of it, and never more in all than went back.

    One PaymentIntent may pay several invoices; then a refund counts for each of them up to what it
    paid there, for nobody says of which it is. The invoice waits for a person anyway.
    """

    def __init__(self) -> None:
        self._taken: dict[str, Money] = {}

    def of(self, paid: Money, found: Sequence[Return]) -> Iterator[Return]:
        for each in found:
            left = each.amount - self._taken.get(each.id, Money.zero(paid.currency))
            own = min(left, paid)
            if own.amount <= 0:
                continue
            paid -= own
            self._taken[each.id] = each.amount - left + own
            yield each._replace(amount=own)


def _linked(links: Collection[str], index: Index) -> list[Json]:
    """Each row once, although it is found by its PaymentIntent and by its charge."""
    rows = {text(row, "id"): row for link in sorted(links) for row in index.get(link, ())}
    return [rows[id_] for id_ in sorted(rows)]


def _has_failed(row: Json) -> bool:
    return text(row, "status") in REFUND_FAILED


def _return(row: Json, word: str, code: str, zone: ZoneInfo) -> Return:
    id_ = text(row, "id")
    own = currency({"currency": code, **row})
    if own != code:
        raise FieldError(f"{id_}.currency", f"ist {own} statt {code}")
    try:
        return Return(id_, readable_day(row, "created", zone), amount(row, "amount", code), word)
    except FieldError as bad:
        raise FieldError(f"{id_}.{bad.path}", bad.reason) from None

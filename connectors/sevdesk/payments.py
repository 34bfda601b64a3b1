"""What was paid on an invoice of sevDesk, and when (§2.5). Pure.

The invoice says how much; the days come from booking logs, which are not documented, else from
``payDate``, else a payment counts from the day on which we first saw it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from connectors._values import Json, child, text
from connectors.sevdesk.values import amount, readable, ref, ref_kind
from core.domain.money import Money, total
from core.domain.platform_records import PaymentKind, PaymentPart

BOOKED = "Zahlung"
SKONTO = "Skonto"
UNDATED = "Zahlung, in sevDesk ohne Tag"
_AMOUNTS = ("amountPaid", "ammountPayed", "amountPayed")  # three spellings, all on the wire (§1.2)
_MONEY = frozenset({PaymentKind.PAYMENT, PaymentKind.CREDIT})
_UNSPLIT = {PaymentKind.CHARGE: PaymentKind.PAYMENT}  # is split off anew each time
_CLOSING = {PaymentKind.DISCOUNT: SKONTO, PaymentKind.WRITE_OFF: "Ausbuchung"}
_CREATED = "100"  # a transaction that is linked to nothing (any more)


class Log(NamedTuple):
    """One booking of a transaction on a document (CheckAccountTransactionLog)."""

    on: date | None
    amount: Money


class Claim(NamedTuple):
    """What the invoice itself says of its payments. ``paid`` is never negative."""

    whole: Money
    paid: Money
    closed: bool  # status 1000, and not because it was cancelled
    paid_on: date | None
    skonto: Money  # the most that it allows to be taken off


def index_logs(rows: Iterable[Json]) -> dict[tuple[str, str], tuple[Json, ...]]:
    """Booking logs by ("Invoice" or "CreditNote", id), each once, whatever page it came on."""
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for row in rows:
        document = (ref_kind(row, "object"), ref(row, "object"))
        if all(document):
            found.setdefault(document, {})[text(row, "id") or str(len(found))] = row
    return {document: tuple(each.values()) for document, each in found.items()}


def parse_logs(rows: Sequence[Json], code: str) -> tuple[Log, ...]:
    """Money that came in by booking logs, the earliest first; what was undone is left out.

    Raises:
        FieldError: an amount cannot be read.

    """
    logs = (_log(row, code) for row in rows if text(row, "toStatus") != _CREATED)
    return tuple(sorted((log for log in logs if log.amount.amount > 0), key=_day_first))


def read_payments(
    claim: Claim,
    logs: Sequence[Log] | None,
    notes: Sequence[PaymentPart],
    before: Sequence[PaymentPart],
    today: date,
) -> tuple[PaymentPart, ...]:
    """The movements of an invoice; without a Skonto or write-off they add up to what is paid.

    Args:
        claim: what the invoice says.
        logs: its bookings, the latest of which give way where they are too many; None = not read.
        notes: its credit notes, in case that they lower the invoice (UNVERIFIED, §2.7): exactly
            their sum is paid, and no booking says of what. Without bookings nobody can tell.
        before: the movements that were known so far.
        today: the day on which we see it.

    """
    booked = [PaymentPart(log.on, log.amount, PaymentKind.PAYMENT, BOOKED) for log in logs or ()]
    parts = _capped(booked, claim.paid)
    rest = claim.paid - _sum(parts, claim)
    kept = _kept(before, parts)
    # What came before the first credit note is none: only what neither bookings nor such money
    # explain can be one.
    money = _capped([part for part in kept if _came_before(part, notes)], rest)
    gap = rest - _sum(money, claim)
    if logs is not None and notes and _sum(notes, claim) == gap and _may_count(claim, notes):
        parts += [*money, *notes]
    else:
        parts += _capped(kept, rest)
    rest = claim.paid - _sum(parts, claim)
    if rest.amount > 0:
        parts.append(_new(claim, rest, today, first=not parts))
    return (*_charges_apart(parts, claim), *_closing(claim))


def _came_before(part: PaymentPart, notes: Sequence[PaymentPart]) -> bool:
    first = min((note.on for note in notes if note.on is not None), default=date.min)
    return part.kind is not PaymentKind.CREDIT and part.on is not None and part.on < first


def _may_count(claim: Claim, notes: Sequence[PaymentPart]) -> bool:
    """False when the invoice was settled before one of its credit notes was written."""
    written = max((part.on for part in notes if part.on is not None), default=None)
    return claim.paid_on is None or written is None or claim.paid_on >= written


def _kept(before: Sequence[PaymentPart], booked: Sequence[PaymentPart]) -> list[PaymentPart]:
    """What was known and still holds: a day on which money was first seen must not move on.

    Bookings that have become known since take the place of all that was known without them.
    """
    money = [part._replace(kind=_UNSPLIT.get(part.kind, part.kind)) for part in before]
    money = [part for part in money if part.kind in _MONEY]
    if not booked:
        return money
    rest = [part for part in money if part.seen or part.kind is not PaymentKind.PAYMENT]
    # Nothing was taken back: what came to it since explains a part of the rest at most.
    still = Counter(part for part in money if part not in rest) <= Counter(booked)
    return rest if still else []


def _new(claim: Claim, rest: Money, today: date, *, first: bool) -> PaymentPart:
    """What neither a booking nor our memory explains of ``paid``."""
    if claim.closed and first and claim.paid_on is not None:
        return PaymentPart(claim.paid_on, rest, PaymentKind.PAYMENT, BOOKED)
    if claim.closed and not first and rest <= claim.skonto and claim.paid <= claim.whole:
        # Whether a Skonto that was taken counts as paid is UNVERIFIED (§2.2, CB).
        return PaymentPart(claim.paid_on, rest, PaymentKind.DISCOUNT, SKONTO)
    return PaymentPart(today, rest, PaymentKind.PAYMENT, UNDATED, seen=True)


def _charges_apart(parts: Sequence[PaymentPart], claim: Claim) -> Iterator[PaymentPart]:
    """A closed invoice is overpaid by reminder charges only: sevDesk refuses any other (§2.5, OF).

    The latest money is what came for them, and never a credit note; what we only saw once counts as
    the earliest.
    """
    left = claim.whole if claim.closed else claim.paid
    own: dict[int, Money] = {}
    early = [part.seen or part.kind is PaymentKind.CREDIT for part in parts]
    for n, part in sorted(enumerate(parts), key=lambda each: not early[each[0]]):
        own[n] = min(part.amount, left)
        left -= own[n]
    for n, part in enumerate(parts):
        if own[n].amount > 0:
            yield part._replace(amount=own[n])
        if own[n] < part.amount:
            yield part._replace(amount=part.amount - own[n], kind=PaymentKind.CHARGE)


def _closing(claim: Claim) -> Iterator[PaymentPart]:
    """What was given up when the invoice was closed for less (§2.5: CB, O)."""
    rest = claim.whole - claim.paid
    if claim.closed and rest.amount > 0:
        taken = claim.skonto.amount and claim.paid.amount
        kind = PaymentKind.DISCOUNT if taken else PaymentKind.WRITE_OFF
        yield PaymentPart(claim.paid_on, rest, kind, _CLOSING[kind])


def _capped(parts: Sequence[PaymentPart], most: Money) -> list[PaymentPart]:
    """The first parts that add up to ``most`` at most; the last of them may be cut."""
    found = []
    for part in parts:
        own = min(part.amount, most)
        if own.amount <= 0:
            break
        most -= own
        found.append(part._replace(amount=own))
    return found


def _sum(parts: Sequence[PaymentPart], claim: Claim) -> Money:
    return total((part.amount for part in parts), claim.whole.currency)


def _log(row: Json, code: str) -> Log:
    """The day is the value day of the transaction (§2.5), which ``bookingDate`` repeats."""
    on = readable(row, "bookingDate")
    on = on or readable(child(row, "checkAccountTransaction"), "valueDate")
    found = next((each for each in _AMOUNTS if row.get(each) is not None), _AMOUNTS[0])
    return Log(on, amount(row, found, code) or Money.zero(code))


def _day_first(log: Log) -> tuple[date, int]:
    return (log.on or date.min, log.amount.minor)

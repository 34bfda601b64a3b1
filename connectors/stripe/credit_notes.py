"""Credit notes of an invoice: before payment they lower it, after it they explain a refund (§3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors._values import Json, children, text
from connectors.stripe.kinds import CREDIT_NOTE_VOID
from connectors.stripe.values import optional, readable_day, ref
from core.domain.money import Money, total
from core.domain.platform_records import PaymentKind, PaymentPart

WORD = "Gutschrift"
_PRE, _POST = "pre_payment", "post_payment"


class Note(NamedTuple):
    """A credit note: ``before`` lowered the invoice, ``explains`` is what was given back by it."""

    on: date | None
    number: str
    before: Money
    explains: Money


def notes_of(
    row: Json, rows: Sequence[Json] | None, failed: Collection[str], code: str, zone: ZoneInfo
) -> tuple[Note, ...]:
    """The credit notes of an invoice, the earliest first.

    Args:
        row: the invoice, which names their sums; what they do not explain of those is one more.
        rows: its credit notes; None = not read.
        failed: ids of refunds that brought nothing back.
        code: its currency.
        zone: the creditor's.

    Raises:
        FieldError: an amount cannot be read.

    """
    issued = [each for each in rows or () if text(each, "status") != CREDIT_NOTE_VOID]
    found = sorted(
        (_note(each, failed, code, zone) for each in issued),
        key=lambda each: (each.on or date.min, each.number),
    )
    before = optional(row, "pre_payment_credit_notes_amount", code)
    # Without the notes nobody knows whether money or the customer's balance paid them out: in
    # favour of the debtor all of it counts as given back.
    after = optional(row, "post_payment_credit_notes_amount", code) if rows is None else None
    zero = Money.zero(code)
    missing = (before or zero) - total((each.before for each in found), code)
    if missing.amount > 0 or after:
        found.append(Note(None, "", max(missing, zero), after or zero))
    return tuple(found)


def credits_before(notes: Sequence[Note], most: Money) -> list[PaymentPart]:
    """What lowered the invoice before it was paid, ``most`` at most."""
    return list(_parts(((each, each.before) for each in notes), most))


def credits_after(notes: Sequence[Note], most: Money) -> list[PaymentPart]:
    """What explains that money went back: the claim became smaller by as much."""
    return list(_parts(((each, each.explains) for each in notes), most))


def _parts(amounts: Iterator[tuple[Note, Money]], most: Money) -> Iterator[PaymentPart]:
    for note, amount in amounts:
        own = min(amount, most)
        if own.amount > 0:
            most -= own
            name = f"{WORD} {note.number}".strip()
            yield PaymentPart(note.on, own, PaymentKind.CREDIT, name)


def _note(row: Json, failed: Collection[str], code: str, zone: ZoneInfo) -> Note:
    on = readable_day(row, "effective_at", zone) or readable_day(row, "created", zone)
    zero = Money.zero(code)
    whole = optional(row, "total", code) or optional(row, "amount", code) or zero
    kind = text(row, "type")
    before = optional(row, "pre_payment_amount", code)
    after = optional(row, "post_payment_amount", code)
    if before is None:
        before = whole - after if after is not None else whole if kind == _PRE else zero
    if after is None:
        after = max(whole - before, zero)
    return Note(on, text(row, "number"), max(before, zero), _explained(row, after, failed, code))


def _explained(row: Json, after: Money, failed: Collection[str], code: str) -> Money:
    """How much of a credit note after payment was given back as money, by refund or elsewhere.

    What went to the customer's balance explains no refund.
    """
    zero = Money.zero(code)
    outside = optional(row, "out_of_band_amount", code) or zero
    refunds = children(row, "refunds")
    paid = [each for each in refunds if ref(each, "refund") not in failed]
    by_refund = total((optional(each, "amount_refunded", code) or zero for each in paid), code)
    if refunds or outside.amount or ref(row, "customer_balance_transaction"):
        return min(by_refund + outside, after)
    # Nothing says how it was paid out: in favour of the debtor by the money that went back.
    return after

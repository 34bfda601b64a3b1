"""What became of a claim: paid, credited, given back; all of it adds up with what is open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from connectors._values import Json
from connectors.stripe.beside import Beside
from connectors.stripe.credit_notes import Note, credits_after, credits_before, notes_of
from connectors.stripe.payments import (
    BOOKED,
    OUTSIDE,
    Receipt,
    other_links,
    paid_on,
    receipts_of,
)
from connectors.stripe.returned import Return, Returns, Shares, returns_of
from connectors.stripe.sums import Sums
from core.domain.money import Money, total
from core.domain.platform_records import PaymentKind, PaymentPart

BALANCE = "Guthaben des Kunden verrechnet"
WITHOUT = "in Stripe ohne Zahlung ausgeglichen"
P = TypeVar("P", PaymentPart, Return)


class Course(NamedTuple):
    """Movements of a claim.

    Args:
        parts: they and what is open add up to the whole claim.
        read: whether the days of its payments are known.
        reopened: what went back without a credit note, and Stripe does not count as open.
        back: refunds and lost disputes.
        owed_back: what of them no credit note explains, whether Stripe counts it as open or not.
        disputed: ids of disputes that nobody has decided yet.

    """

    parts: tuple[PaymentPart, ...]
    read: bool
    reopened: Money
    back: tuple[Return, ...] = ()
    owed_back: Money | None = None
    disputed: tuple[str, ...] = ()


def course_of(row: Json, sums: Sums, beside: Beside, invoice_date: date) -> Course:
    """The movements of an invoice over a positive amount.

    Raises:
        FieldError: an amount of a payment, refund, dispute or credit note cannot be read.

    """
    code = sums.whole.currency
    receipts = receipts_of(row, sums, beside)
    shares, returns = _returned(receipts, beside, code)
    stray = _stray(beside, code)
    notes = notes_of(row, beside.credit_notes, returns.failed, code, beside.zone)
    flow = _flow(sums, receipts, shares, notes)
    money = _money(receipts, flow.money, row, beside)
    lowered = credits_before(notes, flow.gross - flow.money)
    rest = flow.gross - flow.money - _sum(lowered, code)
    back = _capped(shares, flow.back)
    explained = credits_after(notes, flow.explained)
    still = _on_balance(rest, sums, invoice_date, paid_on(row, beside))
    return Course(
        (*money, *lowered, *still, *(each.part for each in back), *explained),
        beside.payments is not None or not flow.money.amount or bool(back),
        flow.back - flow.known - flow.explained,
        (*back, *stray.found),
        flow.back - flow.explained + total((each.amount for each in stray.found), code),
        tuple(sorted({*returns.disputed, *stray.disputed})),
    )


class _Flow(NamedTuple):
    """Sums of a course. ``gross``: what was settled before any of it went back, ``money`` of it was
    paid; ``back`` went back, Stripe has ``known`` of it itself, and credit notes explain
    ``explained`` of the rest.
    """

    gross: Money
    money: Money
    back: Money
    known: Money
    explained: Money


def _flow(
    sums: Sums, receipts: Sequence[Receipt], shares: Sequence[Return], notes: Sequence[Note]
) -> _Flow:
    code = sums.whole.currency
    zero = Money.zero(code)
    came = max(total((each.amount for each in receipts), code) - sums.overpaid, zero)
    # What went back of an overpayment was never owed.
    back = max(total((each.amount for each in shares), code) - sums.overpaid, zero)
    # Whether Stripe counts money as open again that went back is UNVERIFIED (§0.7, it seems not to):
    # where it did, more came by InvoicePayments than is settled of what was to be paid.
    known = min(back, max(came - (came if sums.settled is None else sums.settled), zero))
    gross = sums.whole - sums.remaining + known
    back = min(back, gross)
    after = total((each.explains for each in notes), code)
    # Before basil amount_paid had nothing of what came outside of Stripe; its payments may name it.
    paid = max(came, sums.paid or zero)
    return _Flow(gross, min(gross, paid), back, known, min(after, back - known))


def _returned(
    receipts: Sequence[Receipt], beside: Beside, code: str
) -> tuple[list[Return], Returns]:
    """What went back of each payment, and what refunds and disputes say of all of them."""
    links = frozenset(link for each in receipts for link in each.links)
    every = returns_of(links, beside.refunds, beside.disputes, code, beside.zone)
    shares = Shares()
    found: list[Return] = []
    for each in receipts:
        own = returns_of(each.links, beside.refunds, beside.disputes, code, beside.zone)
        found += shares.of(each.amount, own.found)
    return found, every


def _stray(beside: Beside, code: str) -> Returns:
    """What went back of a payment that Stripe does not count as paid (any more)."""
    links = other_links(beside)
    return returns_of(links, beside.refunds, beside.disputes, code, beside.zone)


def _money(
    receipts: Sequence[Receipt], most: Money, row: Json, beside: Beside
) -> list[PaymentPart]:
    """The payments, the latest of which give way where they are too many; what the invoice counts as
    paid beside them came outside of Stripe (§2 ``amount_paid``).
    """
    parts = _capped((each.part for each in receipts), most)
    rest = most - _sum(parts, most.currency)
    if rest.amount:
        outside, on = beside.payments is not None, paid_on(row, beside)
        # It is one payment or several, and the invoice was settled with the last: nobody knows when
        # each of them came.
        word, earlier = (OUTSIDE, on is not None) if outside else (BOOKED, False)
        parts.append(PaymentPart(on, rest, PaymentKind.PAYMENT, word, earlier))
    return parts


def _on_balance(
    rest: Money, sums: Sums, invoice_date: date, settled_on: date | None
) -> list[PaymentPart]:
    """What neither money nor credit notes settled: a credit of the customer, else Stripe let it go
    (amounts below its minimum, §2 ``amount_due``).
    """
    used = min(rest, max(-sums.balance, Money.zero(rest.currency)))
    parts = [
        PaymentPart(invoice_date, used, PaymentKind.CREDIT, BALANCE),
        PaymentPart(settled_on, rest - used, PaymentKind.OTHER, WITHOUT),
    ]
    return [part for part in parts if part.amount.amount]


def _capped(parts: Iterable[P], most: Money) -> list[P]:
    """The first parts that add up to ``most`` at most; the last of them may be cut."""
    found = []
    for part in parts:
        own = min(part.amount, most)
        most -= own
        if own.amount:
            found.append(part._replace(amount=own))
    return found


def _sum(parts: Iterable[PaymentPart], code: str) -> Money:
    return total((part.amount for part in parts), code)

"""From the records of a live platform to open items: what one debtor owes there, and what he paid.

The platform's outstanding amount is the claim, whatever its payments add up to. Where the parts
do not explain it, the doubt counts for the debtor: what is missing counts as never owed, and what
is too much is taken off the latest parts, so that no day bears more interest than it may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from core.domain.claim_course import Step, came_back_on, changes
from core.domain.ledger_types import (
    REOPENED,
    LedgerHold,
    LedgerItem,
    LedgerPayment,
    LedgerResult,
)
from core.domain.model import Address, HoldKind, ItemKind, ItemState, Reduction
from core.domain.money import Money, total
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart, Unread
from core.domain.records import DebtorRecord

RULE = "platform"  # how every allocation came about: the platform says so
SEEN = "platform_seen"  # the same, and its day is only the one on which we saw the money first
_CLAIMS = frozenset({ItemKind.INVOICE, ItemKind.DOWN_PAYMENT_REQUEST, ItemKind.DUNNING_CHARGE})
_CLOSED = frozenset({ItemState.SETTLED, ItemState.CANCELLED, ItemState.WRITTEN_OFF})
# Money that moved; what came for a dunning charge settles no part of the invoice.
_MONEY = frozenset({PaymentKind.PAYMENT, PaymentKind.CHARGE, PaymentKind.RETURNED})
_NOWHERE = Address()


def build_debtor(invoices: Sequence[InvoiceRecord], unread: Sequence[Unread]) -> LedgerResult:
    """Items, payments and holds of one debtor; their order in the platform does not matter.

    ``unread`` are the records of this debtor that could not be read, and those of nobody knows
    whom that are among ``invoices``: the former hold the whole debtor, the latter their item.
    """
    records = sorted(invoices, key=lambda each: each.external_id)
    return LedgerResult(
        items=tuple(_item(record) for record in records),
        payments=tuple(payment for record in records for payment in _payments(record)),
        holds=(
            *_asked_for(records),
            *_holds({record.external_id for record in records}, unread),
        ),
    )


def _item(record: InvoiceRecord) -> LedgerItem:
    left = record.outstanding.amount
    kind = _kind(record)
    credit = left < 0 or kind is not record.kind
    steps = () if left < 0 else _steps(record)
    facts = {
        **record.facts,
        "due_rule": record.due_rule,
        "source_state": record.source_state,
        REOPENED: came_back_on(steps) if left > 0 else "",
    }
    return LedgerItem(
        external_id=record.external_id,
        kind=kind,
        number=record.number,
        invoice_date=record.invoice_date,
        due_date=None if credit else record.due_date,
        total=_total(record),
        outstanding=record.outstanding,
        state=_state(record),
        direct_debit=record.direct_debit,
        settled_on=None if left else record.settled_on or _last_day(record),
        facts={name: value for name, value in facts.items() if value},
        delivered_on=record.delivered_on,
        reductions=_reductions(record, steps),
    )


def _state(record: InvoiceRecord) -> ItemState:
    """Closed, and yet something is open: nobody knows which of both is true. Credited in full it
    was cancelled, whatever the platform calls it: no charge of it was ever owed.
    """
    if record.outstanding.amount:
        return ItemState.UNKNOWN if record.state in _CLOSED else record.state
    parts = _parts(record)
    credited = sum(part.amount.minor for part in parts if part.kind is PaymentKind.CREDIT)
    whole = record.state is ItemState.SETTLED and credited >= record.total.minor > 0
    return ItemState.CANCELLED if whole else record.state


def _kind(record: InvoiceRecord) -> ItemKind:
    """An overpaid invoice is money on account; a credit note paid back too often is no invoice."""
    left = record.outstanding.amount
    if record.kind in _CLAIMS:
        return ItemKind.UNAPPLIED if left < 0 else record.kind
    return ItemKind.OTHER if left > 0 else record.kind


def _total(record: InvoiceRecord) -> Money:
    """More can be open than was invoiced: a bank's fee comes back with a returned debit."""
    if record.outstanding.amount < 0 < record.total.amount:
        return record.outstanding
    return max(record.total, record.outstanding, key=lambda money: abs(money.amount))


def _last_day(record: InvoiceRecord) -> date | None:
    came = (part.on for part in _parts(record) if part.kind is not PaymentKind.RETURNED)
    return max((on for on in came if on is not None), default=None)


def _parts(record: InvoiceRecord) -> tuple[PaymentPart, ...]:
    """What is known of the payments of a claim; a credit note is paid out, not in."""
    if not record.payments_read or record.total.amount < 0:
        return ()
    return tuple(part for part in record.payments if part.amount.amount > 0)


def _steps(record: InvoiceRecord) -> Sequence[Step]:
    """What changed the claim, by day, as far as it explains what is open now."""
    known = [
        Step(_known_day(part), -part.amount.minor if _went_back(part) else part.amount.minor)
        for part in _parts(record)
        if part.kind is not PaymentKind.CHARGE and part.amount.currency == record.total.currency
    ]
    return changes(record.total.minor, record.outstanding.minor, known)


def _reductions(record: InvoiceRecord, steps: Sequence[Step]) -> tuple[Reduction, ...]:
    """What changed the claim after its first day, by day.

    Money that went back nobody knows when is none of it: since then no interest runs on it.
    """
    days: Counter[date] = Counter()
    for step in steps:
        began = record.invoice_date is None or step.on > record.invoice_date
        if date.min < step.on < date.max and began:
            days[step.on] += step.minor
    return tuple(Reduction(day, minor) for day, minor in sorted(days.items()) if minor)


def _went_back(part: PaymentPart) -> bool:
    return part.kind is PaymentKind.RETURNED


def _known_day(part: PaymentPart) -> date:
    """In the debtor's favour: money without a day came at first, and went back at last; of what
    we only saw first on a day the same is true of what came, and what went back counts from there.
    """
    if _went_back(part):
        return date.max if part.on is None else part.on
    return date.min if part.on is None or part.seen else part.on


def _payments(record: InvoiceRecord) -> Iterator[LedgerPayment]:
    """Money received, and (negative) what of it went back, by day; the Skonto of a day belongs to
    its last payment.

    Two equal payments of one day are two payments: the number behind them keeps them apart. A
    payment without a day is none that anybody could be told of; ``outstanding`` knows it.
    """
    dated = sorted((part for part in _parts(record) if part.on), key=_order)
    for day, parts in groupby(dated, key=lambda part: part.on):
        assert day is not None  # noqa: S101 - as filtered above
        yield from _payments_of(record, day, list(parts))


def _order(part: PaymentPart) -> tuple[date, str, str, int, str]:
    return (part.on or date.min, part.kind, part.amount.currency, part.amount.minor, part.text)


def _payments_of(
    record: InvoiceRecord, day: date, parts: Sequence[PaymentPart]
) -> Iterator[LedgerPayment]:
    currency = record.total.currency
    money = [part for part in parts if part.kind in _MONEY]
    settling = [n for n, part in enumerate(money) if _settles(part, currency)]
    back = [
        n for n, part in enumerate(money) if _went_back(part) and part.amount.currency == currency
    ]
    placed = {*settling, *back}
    skonto = [
        part.amount
        for part in parts
        if part.kind is PaymentKind.DISCOUNT and part.amount.currency == currency
    ]
    seen: Counter[str] = Counter()
    for n, part in enumerate(money):
        key = f"{record.external_id}/{day}/{part.kind}/{part.amount.currency}{part.amount.minor}"
        seen[key] += 1
        discount = total(skonto, currency) if skonto and n == max(settling, default=-1) else None
        moved = -part.amount if _went_back(part) else part.amount
        whole = moved + discount if discount else moved
        rule = SEEN if part.seen else RULE
        yield LedgerPayment(
            external_id=f"{key}/{seen[key]}",
            received_on=day,
            amount=moved,
            discount=discount,
            text=_text(part),
            allocations=((record.external_id, whole, rule),) if n in placed else (),
        )


def _text(part: PaymentPart) -> str:
    """What stands beside the payment; a day that is not the value date says so."""
    if not part.seen or part.on is None:
        return part.text
    seen = f"erstmals gesehen am {part.on:%d.%m.%Y}"
    return f"{part.text}, {seen}" if part.text else seen


def _settles(part: PaymentPart, currency: str) -> bool:
    return part.kind is PaymentKind.PAYMENT and part.amount.currency == currency


def _asked_for(records: Sequence[InvoiceRecord]) -> Iterator[LedgerHold]:
    """What the state of an invoice at its platform asks for; nothing is dunned once it is closed."""
    for record in records:
        for hold in record.holds if record.open else ():
            yield LedgerHold(
                key=f"record:{record.external_id}:{hold.key}",
                kind=hold.kind,
                item=record.external_id,
                reason=hold.reason,
                until_on=hold.until,
            )


def _holds(items: set[str], unread: Sequence[Unread]) -> Iterator[LedgerHold]:
    for each in sorted(unread, key=lambda one: (one.external_id, one.problem.code)):
        item = None if each.debtor else each.external_id
        if item is not None and item not in items:
            continue
        yield LedgerHold(
            # Another mistake is a new question, also to somebody who released the hold.
            key=f"unread:{each.external_id}:{each.problem.code}",
            kind=HoldKind.ROW_ERRORS,
            item=item,
            reason=each.problem.message,
        )


def merged_debtor(
    base: DebtorRecord | None, invoices: Sequence[InvoiceRecord]
) -> DebtorRecord | None:
    """The debtor as letters address him: his master data, and what stands on his invoices.

    The address of the newest open invoice goes first: it may deviate from the master data, and
    it is where the invoice went. It must do for a letter, unless the master data does not either.
    He is written to in the language of that invoice. None: nothing is known of him.
    """
    newest = sorted(invoices, key=_newness, reverse=True)
    if base is None and not newest:
        return None
    known = base or DebtorRecord(newest[0].debtor, "", "", _NOWHERE)
    unpaid = [each for each in newest if each.outstanding.amount > 0][:1]
    places = [each.address for each in unpaid if each.address]
    places += [known.address, *(each.address for each in newest if each.address)]
    address = next((each for each in places if each.is_postal), None)
    address = address or next((each for each in places if each != _NOWHERE), _NOWHERE)
    spoken = (unpaid[0].language if unpaid else "") or known.language
    return replace(
        known,
        name=known.name or address.name,
        address=address,
        language=spoken,
        # A form of address in one language is none in a letter of another.
        salutation=known.salutation if spoken == known.language else "",
    )


def _newness(record: InvoiceRecord) -> tuple[date, str]:
    return (record.invoice_date or date.min, record.external_id)

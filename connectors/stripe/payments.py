"""InvoicePayments: what was paid on an invoice and when, and what is still under way (§3). Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from connectors._values import FieldError, Json, child, text
from connectors.stripe.beside import Beside
from connectors.stripe.kinds import AT_REST, PAYMENT_CANCELED, PAYMENT_OPEN, PAYMENT_PAID
from connectors.stripe.sums import Sums
from connectors.stripe.values import amount, currency, readable_day, ref
from core.domain.money import Money, total
from core.domain.platform_records import PaymentKind, PaymentPart

BOOKED, OUTSIDE = "Zahlung", "Zahlung außerhalb von Stripe"
_RECORD = "payment_record"  # a payment that Stripe did not process (§3)
_CARRIERS = ("payment_intent", "charge")
_KNOWN = frozenset({PAYMENT_PAID, PAYMENT_OPEN, PAYMENT_CANCELED})


class Receipt(NamedTuple):
    """Money that came in. ``links``: ids of the PaymentIntent and charge that carried it."""

    on: date | None
    amount: Money
    links: frozenset[str]
    word: str = BOOKED

    @property
    def part(self) -> PaymentPart:
        return PaymentPart(self.on, self.amount, PaymentKind.PAYMENT, self.word)


def receipts_of(row: Json, sums: Sums, beside: Beside) -> list[Receipt]:
    """Money that came in on an invoice, the earliest first; only what is paid is money (§3).

    Without its InvoicePayments the invoice itself must do, which before basil named what carried
    its money (§0.4).

    Raises:
        FieldError: the amount of one cannot be read.

    """
    code = sums.total.currency
    if beside.payments is None:
        links = links_of(row, beside)
        if not links or not sums.paid or not sums.paid.amount:
            return []
        return _whole([Receipt(paid_on(row, beside), sums.paid, links)], sums)
    paid = (each for each in beside.payments if text(each, "status") == PAYMENT_PAID)
    found = (_receipt(each, code, beside) for each in paid)
    ordered = sorted(found, key=lambda each: (each.on or date.min, each.amount.minor, each.word))
    return _whole(ordered, sums)


def paid_on(row: Json, beside: Beside) -> date | None:
    """The day on which an invoice was settled."""
    return readable_day(child(row, "status_transitions"), "paid_at", beside.zone)


def names_payment(row: Json) -> bool:
    """Whether an invoice would say itself what carries its money, as those before basil did (§0.4)."""
    return any(key in row for key in _CARRIERS)


def other_links(beside: Beside) -> frozenset[str]:
    """Ids of what carried no money that Stripe counts as paid (any more)."""
    rest = [each for each in beside.payments or () if text(each, "status") != PAYMENT_PAID]
    return frozenset(id_ for each in rest for id_ in links_of(child(each, "payment"), beside))


def under_way(row: Json, beside: Beside) -> list[str]:
    """Ids of what may be bringing money for an invoice: a SEPA debit takes days (§3)."""
    if beside.payments is None:
        if not names_payment(row):
            return sorted(beside.in_flight)
        return sorted(id_ for id_ in links_of(row, beside) if _moves(id_, row, beside))
    return sorted({id_ for each in beside.payments if (id_ := _under_way(each, beside))})


def is_moving(intent: Json) -> bool:
    """Whether a PaymentIntent may be bringing money; a state that this version does not know may.

    A bank transfer over less than the whole stays on the customer's account (§0.9), and yet a
    PaymentIntent can be partially funded (§4): what it has received is money, too.
    """
    status, received = text(intent, "status"), intent.get("amount_received")
    has_some = isinstance(received, int) and received > 0
    return bool(status) and (status not in AT_REST or has_some)


def unknown_states(beside: Beside) -> list[str]:
    """States of InvoicePayments that this version does not know."""
    return sorted({text(each, "status") for each in beside.payments or ()} - _KNOWN)


def links_of(carrier: Json, beside: Beside) -> frozenset[str]:
    """Ids of the PaymentIntent and the charge that ``carrier`` names, expanded or not."""
    found = {ref(carrier, key) for key in _CARRIERS}
    intent = ref(carrier, "payment_intent")
    for each in (child(carrier, "payment_intent"), beside.intents.get(intent, {})):
        found.add(ref(each, "latest_charge"))
    return frozenset(found - {""})


def _whole(receipts: list[Receipt], sums: Sums) -> list[Receipt]:
    """With what was too much. Whether the InvoicePayment of too much money says all of it or what was
    due is UNVERIFIED; the latest one was it.
    """
    asked = sums.whole if sums.settled is None else sums.settled + sums.remaining
    came = total((each.amount for each in receipts), asked.currency)
    lacking = sums.overpaid - max(came - asked, Money.zero(asked.currency))
    if receipts and lacking.amount > 0:
        receipts[-1] = receipts[-1]._replace(amount=receipts[-1].amount + lacking)
    return receipts


def _receipt(row: Json, code: str, beside: Beside) -> Receipt:
    where = f"payments.{text(row, 'id')}"
    own = currency({**row, "currency": text(row, "currency") or code})
    if own != code:
        raise FieldError(f"{where}.currency", f"ist {own} statt {code}")
    try:
        came = amount(row, "amount_paid", code)
    except FieldError as bad:
        raise FieldError(f"{where}.{bad.path}", bad.reason) from None
    carrier = child(row, "payment")
    outside = text(carrier, "type") == _RECORD
    on = readable_day(child(row, "status_transitions"), "paid_at", beside.zone)
    return Receipt(on, came, links_of(carrier, beside), OUTSIDE if outside else BOOKED)


def _under_way(row: Json, beside: Beside) -> str:
    """What an InvoicePayment that is not paid waits for; "" when for nothing."""
    status = text(row, "status")
    if status in (PAYMENT_PAID, PAYMENT_CANCELED):
        return ""
    carrier = child(row, "payment")
    moving = sorted(id_ for id_ in links_of(carrier, beside) if _moves(id_, carrier, beside))
    if moving:
        return moving[0]
    # Nobody knows what another state says about the money.
    return "" if status == PAYMENT_OPEN else text(row, "id") or "payments"


def _moves(id_: str, carrier: Json, beside: Beside) -> bool:
    if id_ in beside.in_flight:
        return True
    shown = child(carrier, "payment_intent")
    return is_moving(shown if text(shown, "id") == id_ else beside.intents.get(id_, {}))

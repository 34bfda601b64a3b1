"""The amounts of an invoice: what it asks for, and what of that Stripe counts as open (§2). Pure."""

from __future__ import annotations

from typing import NamedTuple

from connectors._values import FieldError, Json
from connectors.stripe.kinds import PAID, VOID
from connectors.stripe.values import amount, optional
from core.domain.money import Money

REMAINING = "amount_remaining"


class Sums(NamedTuple):
    """Amounts of an invoice.

    Args:
        total: as it stands on the invoice; negative for a credit.
        whole: the claim: ``total``, with an older debt that the invoice took over from the
            customer's balance.
        remaining: what Stripe counts as open; 0 of what is paid or void, whatever its amounts say.
        settled: what of the amount that was to be paid is not open; None = not said.
        paid: what was paid; before basil only in Stripe; None = not said. Whether it holds what was
            too much is not said.
        overpaid: what was too much: it went to the customer's balance.
        credited: credit notes before payment; None = not said.
        balance: the customer's balance before the invoice; negative is a credit that it used.

    """

    total: Money
    whole: Money
    remaining: Money
    settled: Money | None
    paid: Money | None
    overpaid: Money
    credited: Money | None
    balance: Money


def sums_of(row: Json, status: str, code: str) -> Sums:
    """The amounts of an invoice.

    Raises:
        FieldError: one of them is missing or cannot be read.

    """
    zero = Money.zero(code)
    total = amount(row, "total", code, signed=True)
    overpaid = optional(row, "amount_overpaid", code) or zero
    paid = optional(row, "amount_paid", code)
    credited = optional(row, "pre_payment_credit_notes_amount", code)
    balance = optional(row, "starting_balance", code, signed=True) or zero
    # Decided by the status, then by the amounts (§0.5): those of a void invoice may stand as before.
    remaining = (
        zero if status in (PAID, VOID) else _remaining(row, total + max(balance, zero), code)
    )
    due = optional(row, "amount_due", code, signed=True)
    older = min(total + balance, remaining + (paid or zero) + (credited or zero))
    # An invoice may take over an older debt; it is a claim then even where it gives a credit itself.
    whole = max(total, older) if balance.amount > 0 and older.amount > 0 else total
    if remaining.amount > 0:
        whole = max(whole, remaining)
    settled = None if due is None else due - remaining
    return Sums(total, whole, remaining, settled, paid, overpaid, credited, balance)


def _remaining(row: Json, asked: Money, code: str) -> Money:
    """Of what was ``asked`` for: a claim of less than nothing cannot be; a credit may remain."""
    found = optional(row, REMAINING, code, signed=True)
    if found is None:
        due, paid = (optional(row, key, code, signed=True) for key in ("amount_due", "amount_paid"))
        if due is None or paid is None:
            raise FieldError(REMAINING, "fehlt")
        found = due - paid
    if asked.amount < 0:
        return min(found, Money.zero(code))
    if found.amount < 0:
        raise FieldError(REMAINING, f"„{found.plain()}“ ist negativ")
    return found

"""What nobody has verified about Stripe: each open point is a switch (UNVERIFIED in the reference).

The first value of each is what the stand-in does unless told otherwise. That it does so says
nothing about the platform: a connector has to live with every value.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.stripe.switches import SWITCHES

_TRANSPORT: Mapping[str, tuple[str, ...]] = {
    # GET /v1/account with the key at hand: a restricted one may have no right to it (§1).
    "account": ("answers", "refused", "missing"),
    # ``livemode`` on objects: another Stripe-compatible server may leave it out.
    "livemode": ("present", "missing"),
    # expand[] (§1): a compatible server may ignore it; customers and payments each alone.
    "expand": ("honoured", "ignored"),
    "expand_customer": ("honoured", "ignored"),
    "expand_payments": ("honoured", "ignored"),
    # Is cash_balance of a customer shown where it is asked for inside a list?
    "cash_balance_in_lists": ("honoured", "ignored"),
    # What an expansion shows whose resource the key may not read.
    "expand_denied": ("refused", "id"),
    # Lists inside of objects: cut at ten (§1; for lines UNVERIFIED).
    "sub_lists": ("cut", "whole"),
    # A cursor that no longer exists is "a 4xx" (§1).
    "lost_cursor": ("400", "404"),
}
_STATES: Mapping[str, tuple[str, ...]] = {
    # What a refund makes of a paid invoice (§0.7); the same for a lost dispute.
    "refund_leaves": ("paid", "reopened"),
    # How a SEPA return after success arrives (§0.7).
    "sepa_return": ("dispute_lost", "dispute_needs_response"),
    # Which InvoicePayment a payment outside of Stripe leaves.
    "out_of_band_payment": ("payment_record", "none"),
    # An amount below the smallest charge: due as any other, or paid at once and carried to the
    # customer's balance (§2 amount_due; the smallest charge is not in the reference, 0.50 here).
    "small_amounts": ("due", "carried"),
    # What the InvoicePayment of too much money says: all of it, or what was due.
    "overpaid_payment": ("whole", "capped"),
    # Amounts of a void invoice.
    "void_amounts": ("kept", "zero"),
    # An expanded customer that was deleted (§3), or one that is not named any more.
    "deleted_customer": ("stub", "null"),
}
_SHAPES: Mapping[str, tuple[str, ...]] = {
    # Links end 30 days after the due day, at the latest after 120 (§2).
    "links": ("stay", "expire"),
    # The instant of a due day: its end, its begin (the evening before in UTC), its noon.
    "due_time": ("end_of_day", "midnight", "noon"),
    # ISK and UGX (§2 Currencies): by the lists (ISK two, UGX none), both two, both none.
    "doubtful_currencies": ("as_listed", "two", "none"),
    # ``available`` of a cash balance without money.
    "empty_cash": ("null", "empty", "zero"),
    # POST /v1/customers/{id}/funding_instructions: nobody has tried.
    "funding_instructions": ("answers", "refused", "missing"),
}
VARIANTS: Mapping[str, tuple[str, ...]] = {**_TRANSPORT, **_STATES, **_SHAPES, **SWITCHES}

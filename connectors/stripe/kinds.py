"""States of Stripe's objects, and what they mean here (§2, §3)."""

from __future__ import annotations

# Invoice.status
DRAFT = "draft"
OPEN = "open"
PAID = "paid"
VOID = "void"
UNCOLLECTIBLE = "uncollectible"  # can still be paid or voided (§2)
STATUSES = frozenset({DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE})

# Invoice.collection_method
SEND_INVOICE = "send_invoice"
AUTOMATIC = "charge_automatically"

# InvoicePayment.status: only what is paid is money (§3).
PAYMENT_PAID = "paid"
PAYMENT_OPEN = "open"
PAYMENT_CANCELED = "canceled"

# PaymentIntent.status of an attempt that moves no money by itself. "processing" is normal for SEPA
# for days (§3); any other, one that this version does not know too, may be money under way.
AT_REST = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action", "canceled"}
)
CHARGE_PENDING = "pending"

# Refund.status: these brought no money back (§3). One that is under way may still fail.
REFUND_FAILED = frozenset({"failed", "canceled"})

# Dispute.status (§3).
DISPUTE_LOST = "lost"
# The money stays with the creditor; what else is there, appeals too, is undecided.
DISPUTE_OVER = frozenset({"won", "prevented", "warning_closed"})

CREDIT_NOTE_VOID = "void"

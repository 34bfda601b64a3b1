"""Types of events that endpoints can be subscribed to: those that the reference names (§4)."""

from __future__ import annotations

EVENT_TYPES = frozenset(
    [
        f"invoice.{name}"
        for name in (
            "created", "deleted", "finalized", "finalization_failed", "marked_uncollectible",
            "overdue", "overpaid", "paid", "payment_action_required", "payment_attempt_required",
            "payment_failed", "payment_succeeded", "sent", "upcoming", "updated", "voided",
            "will_be_due",
        )
    ]
    + ["invoice_payment.paid"]
    + [f"credit_note.{name}" for name in ("created", "updated", "voided")]
    + [
        f"charge.{name}"
        for name in (
            "succeeded", "pending", "failed", "updated", "refunded", "refund.updated",
            "dispute.created", "dispute.updated", "dispute.closed", "dispute.funds_withdrawn",
            "dispute.funds_reinstated",
        )
    ]
    + [f"refund.{name}" for name in ("created", "updated", "failed")]
    + [
        f"payment_intent.{name}"
        for name in (
            "created", "processing", "succeeded", "payment_failed", "canceled",
            "partially_funded", "requires_action",
        )
    ]
    + ["cash_balance.funds_available", "customer_cash_balance_transaction.created"]
    + [f"customer.{name}" for name in ("created", "updated", "deleted")]
    + [f"customer.tax_id.{name}" for name in ("created", "updated", "deleted")]
)  # fmt: skip

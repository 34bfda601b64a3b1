"""What an invoice says beside amounts and days, as texts for ``explain``. Pure."""

from __future__ import annotations

from connectors._values import Json, child, text
from connectors.stripe.beside import Beside
from connectors.stripe.course import Course
from connectors.stripe.payments import under_way
from connectors.stripe.states import is_automatic
from connectors.stripe.sums import Sums
from connectors.stripe.values import readable_day, ref

AUTO_ADVANCE = "auto_advance"
# §2 status_details, new in endive; others are shown as they are.
_REASONS = {
    "max_payment_attempts": "alle Einzugsversuche erfolglos",
    "payment_not_received": "keine Zahlung eingegangen",
    "subscription_canceled": "Abonnement gekündigt",
    "subscription_paused": "Abonnement pausiert",
    "user_forgiven": "von Hand erlassen",
}


def invoice_facts(row: Json, sums: Sums, course: Course | None, beside: Beside) -> dict[str, str]:
    """How it is collected, why it was written off, what went back; never empty texts."""
    next_attempt = readable_day(row, "next_payment_attempt", beside.zone)
    facts = {
        "collection": "Einzug durch Stripe" if is_automatic(row) else "",
        "billing_reason": text(row, "billing_reason"),
        # Stripe may go on by itself: remind, collect, match bank transfers (§0.10).
        AUTO_ADVANCE: "eingeschaltet" if row.get("auto_advance") is True else "",
        "attempts": text(row, "attempt_count").removeprefix("0"),
        "next_attempt": next_attempt.isoformat() if next_attempt else "",
        "under_way": ", ".join(under_way(row, beside)),
        "subscription": _subscription(row),
        "written_off_because": _written_off(row),
        "revision_of": ref(child(row, "from_invoice"), "invoice"),
        "revised_by": ref(row, "latest_revision"),
        "returned": _returned(course),
        "disputed": ", ".join(course.disputed) if course else "",
    }
    amounts = {
        "overpaid": sums.overpaid,
        "balance_before": sums.balance,
        "credited_before": sums.credited,
    }
    facts |= {name: str(each) for name, each in amounts.items() if each and each.amount}
    return {name: value for name, value in facts.items() if value}


def _subscription(row: Json) -> str:
    """Where basil moved it to, else where it was before (§2)."""
    details = child(child(row, "parent"), "subscription_details")
    return ref(details, "subscription") or ref(row, "subscription")


def _written_off(row: Json) -> str:
    reason = text(child(child(row, "status_details"), "uncollectible"), "reason")
    return _REASONS.get(reason, reason)


def _returned(course: Course | None) -> str:
    """Ids and amounts of what went back; a refund is shown whether it is explained or not."""
    shown = (
        f"{each.word} {each.id} {each.amount}" + (f" {each.on}" if each.on else "")
        for each in (course.back if course else ())
    )
    return ", ".join(shown)

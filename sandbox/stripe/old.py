"""Objects as versions before basil showed them (§0.4, §2): an invoice knew its charge."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.model import Charge
from sandbox.stripe.replies import Json
from sandbox.stripe.world import World

# What an invoice had no field for at that time.
_NEWER = (
    "payments",
    "parent",
    "status_details",
    "confirmation_secret",
    "amount_overpaid",
    "amount_paid_off_stripe",
)


def as_old(world: World, found: Any) -> Any:
    """``found`` with everything inside in the old form; what it was made of stays as it is."""
    if isinstance(found, list):
        return [as_old(world, each) for each in found]
    if not isinstance(found, dict):
        return found
    kind = found.get("object")
    if kind == "event":
        return found  # rendered once; the version of the reader changes nothing of it (§0.3)
    shown = {key: as_old(world, each) for key, each in found.items()}
    if kind == "invoice" and not found.get("deleted"):
        return _invoice(world, shown)
    if isinstance(kind, str) and kind in {"charge", "payment_intent"}:
        intent = found["id"] if kind == "payment_intent" else found.get("payment_intent")
        payment = world.payments.get(world.payment_of.get(str(intent), ""))
        shown["invoice"] = payment.invoice if payment else None
    return shown


def _invoice(world: World, shown: Json) -> Json:
    kept = {key: each for key, each in shown.items() if key not in _NEWER}
    payments = [world.payments[each] for each in world.payments_of.get(shown.get("id", ""), [])]
    intents = [each.payment for each in payments if each.kind == "payment_intent"]
    charges: list[Charge] = [
        world.charges[held.charge]
        for each in intents
        if (held := world.intents.get(each)) and held.charge and held.charge in world.charges
    ]
    invoice = world.invoices.get(shown.get("id", ""))
    outside = invoice.off_stripe if invoice else 0
    return {
        **kept,
        "paid": shown.get("status") == "paid",
        "paid_out_of_band": shown.get("status") == "paid" and outside > 0,
        # Payments outside of Stripe count since basil only (§2).
        "amount_paid": shown.get("amount_paid", 0) - outside,
        "charge": charges[-1].id if charges else None,
        "payment_intent": intents[-1] if intents else None,
        "subscription": None,
        "tax": None,
        "discount": None,
    }

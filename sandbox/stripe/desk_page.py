"""What the control page of Stripe's stand-in shows, and what its forms may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.stripe.currencies import exponent
from sandbox.stripe.faults import KINDS
from sandbox.stripe.model import DRAFT, OPEN, UNCOLLECTIBLE, Invoice
from sandbox.stripe.variants import VARIANTS

if TYPE_CHECKING:
    from sandbox.stripe.service import StripeSandbox
    from sandbox.stripe.world import World

_ROWS = 200
_LOG = 25
# What a form of the page may do, and which of its fields the operation takes.
FORMS: Mapping[str, tuple[str, ...]] = {
    "pay": ("invoice", "amount", "method"),
    "start_sepa": ("invoice",),
    "settle_sepa": ("intent",),
    "fail_sepa": ("intent",),
    "sepa_return": ("invoice",),
    "attempt_failed": ("invoice", "next"),
    "refund": ("invoice", "amount"),
    "dispute": ("invoice",),
    "close_dispute": ("dispute", "status"),
    "void": ("invoice",),
    "uncollectible": ("invoice",),
    "credit": ("invoice", "amount"),
    "send": ("invoice",),
    "new_link": ("invoice",),
    "finalize": ("invoice",),
    "delete": ("invoice",),
    "cash": ("customer", "amount", "currency"),
    "apply_cash": ("invoice",),
    "balance": ("customer", "amount", "currency"),
    "add_customer": ("name", "email"),
    "add_invoice": ("customer", "gross", "currency", "on", "due", "automatic"),
    "add_endpoint": ("url",),
    "roll_secret": ("endpoint",),
    "resend": ("event",),
    "hold_webhooks": (),
    "release_webhooks": ("shuffled", "copies"),
    "restrict": ("resources",),
    "fault": ("kind", "times", "path"),
    "clear_faults": (),
    "variant": ("name", "value"),
    "set_today": ("day",),
}
_UNDECIDED = ("won", "lost", "warning_closed", "prevented")


def values(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a form mean."""
    found = dict(given)
    if "automatic" in found:
        found["automatic"] = found["automatic"] == "yes"
    if "resources" in found:
        found["resources"] = found["resources"].replace(",", " ").split()
    if "shuffled" in found:
        found["shuffled"] = int(found["shuffled"])
    if "copies" in found:
        found["times"] = int(found.pop("copies"))
    if "currency" in found:
        found["currency"] = found["currency"].lower()
    return found


def state(sandbox: StripeSandbox) -> dict[str, Any]:
    """What the page shows."""
    world = sandbox.world
    with world.lock:
        newest = world.invoices.newest()
        customers = [each for each in world.customers.newest() if not each.deleted]
        return {
            "kinds": KINDS,
            "variants": VARIANTS,
            "today": world.clock.today(),
            "rows": [_row(world, each) for each in newest[:_ROWS]],
            "invoices": len(newest),
            "people": customers[:_ROWS],
            "customers": len(customers),
            "purses": _purses(world),
            "disputes": [each for each in world.disputes.newest() if each.status not in _UNDECIDED],
            "outcomes": _UNDECIDED,
            "restricted": " ".join(sorted(world.restricted)),
            "endpoints": [
                {"row": each, "old": len(each.secrets(world.now())) - 1}
                for each in sandbox.hooks.table.newest()
            ],
            "recent": sandbox.feed.recent()[:_LOG],
            "attempts": list(reversed(sandbox.webhook_attempts[-_LOG:])),
            "chosen": dict(world.variants.chosen),
            "active": sandbox.gateway.faults.active(),
            "log": list(reversed(sandbox.requests[-_LOG:])),
        }


def _row(world: World, invoice: Invoice) -> dict[str, Any]:
    due = world.day(invoice.due) if invoice.due is not None else None
    customer = world.customers.get(invoice.customer or "")
    payments = world.payments_for(invoice.id)
    under_way = [
        each.payment
        for each in payments
        if each.payment in world.intents and world.intents[each.payment].status == "processing"
    ]
    return {
        "invoice": invoice,
        "name": (customer.name if customer else None) or "–",
        "on": world.day(invoice.effective or invoice.created),
        "due": due,
        "late": bool(due and invoice.status == OPEN and due < world.clock.today()),
        "total": world.major(invoice.total, invoice.currency),
        "left": world.major(invoice.remaining, invoice.currency),
        "places": _places(world, invoice.currency),
        "open": invoice.status in {OPEN, UNCOLLECTIBLE} and invoice.remaining > 0,
        "draft": invoice.status == DRAFT,
        "under_way": under_way,
        "charged": any(each.status == "paid" for each in payments),
    }


def _places(world: World, currency: str) -> int:
    return exponent(currency, world.variants["doubtful_currencies"])


def _purses(world: World) -> list[dict[str, Any]]:
    """Money of customers that pays nothing yet: cash and credit."""
    return [
        {
            "name": customer.name or customer.id,
            "kind": kind,
            "amount": world.major(amount, currency),
            "currency": currency.upper(),
            "places": _places(world, currency),
        }
        for customer in world.customers.newest()
        for kind, held in (("cash", customer.cash), ("balance", customer.balances))
        for currency, amount in held.items()
        if amount
    ]

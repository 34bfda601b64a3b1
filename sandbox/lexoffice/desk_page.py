"""The control page: customers and vouchers with buttons, and switches for faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.lexoffice.amounts import open_amount
from sandbox.lexoffice.faults import KINDS
from sandbox.lexoffice.variants import VARIANTS
from sandbox.lexoffice.voucherlist import is_late

if TYPE_CHECKING:
    from sandbox.lexoffice.service import LexofficeSandbox

_ROWS = 200
_LOG = 25
# What a form of the page may do, and which of its fields the operation takes.
FORMS: Mapping[str, tuple[str, ...]] = {
    "pay": ("invoice", "amount", "kind"),
    "unpay": ("invoice",),
    "credit": ("invoice", "amount", "linked"),
    "void": ("invoice",),
    "reopen_as_draft": ("invoice",),
    "finalize": ("invoice",),
    "delete": ("invoice",),
    "dun": ("invoice", "title", "on"),
    "add_contact": ("company", "email"),
    "add_invoice": ("contact", "gross", "on", "due"),
    "fault": ("kind", "times", "path"),
    "clear_faults": (),
    "variant": ("name", "value"),
    "set_today": ("day",),
}


def values(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a form mean."""
    found = dict(given)
    if "linked" in found:
        found["linked"] = found["linked"] == "yes"
    return found


def state(sandbox: LexofficeSandbox) -> dict[str, Any]:
    """What the page shows."""
    world = sandbox.world
    with world.lock:
        today = world.clock.today()
        newest = sorted(world.vouchers.values(), key=lambda v: (v.on, v.number), reverse=True)
        rows = [
            {
                "voucher": each,
                "open": open_amount(each),
                "late": is_late(world, each, today),
                "dunnings": sum(1 for entry in each.related if entry.type == "dunning"),
            }
            for each in newest[:_ROWS]
        ]
        contacts = sorted(world.contacts.values(), key=lambda c: c.name.casefold())
        return {
            "sandbox": sandbox,
            "kinds": KINDS,
            "variants": VARIANTS,
            "today": today,
            "rows": rows,
            "vouchers": len(newest),
            "contacts": contacts[:_ROWS],
            "customers": len(contacts),
            "chosen": dict(world.variants.chosen),
            "active": sandbox.gateway.faults.active(),
            "log": list(reversed(sandbox.requests[-_LOG:])),
            "subscriptions": list(world.subscriptions.values()),
            "deliveries": list(reversed(sandbox.deliveries[-_LOG:])),
        }

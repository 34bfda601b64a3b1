"""What the control page of sevDesk's stand-in shows, and what its forms may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.sevdesk.embeds import is_late
from sandbox.sevdesk.faults import KINDS
from sandbox.sevdesk.model import DUE, TX_NEW
from sandbox.sevdesk.variants import VARIANTS

if TYPE_CHECKING:
    from sandbox.sevdesk.service import SevdeskSandbox

_ROWS = 200
_LOG = 25
# What a form of the page may do, and which of its fields the operation takes.
FORMS: Mapping[str, tuple[str, ...]] = {
    "pay": ("invoice", "amount", "via", "type"),
    "unpay": ("invoice",),
    "credit": ("invoice", "amount"),
    "cancel": ("invoice",),
    "finalize": ("invoice",),
    "delete": ("invoice",),
    "dun": ("invoice",),
    "tag": ("invoice", "name"),
    "unassigned": ("amount", "payer", "text"),
    "assign": ("transaction", "invoice"),
    "add_contact": ("company", "email"),
    "add_invoice": ("contact", "gross", "on", "due"),
    "fault": ("kind", "times", "path"),
    "clear_faults": (),
    "variant": ("name", "value"),
    "set_today": ("day",),
}


def state(sandbox: SevdeskSandbox) -> dict[str, Any]:
    """What the page shows."""
    world = sandbox.world
    with world.lock:
        newest = sorted(world.invoices.values(), key=lambda v: (v.on, int(v.id)), reverse=True)
        rows = [
            {
                "invoice": each,
                "name": each.address[0] if each.address else "",
                "left": each.left if each.status in DUE else None,
                "late": is_late(world, each),
                "reminders": len(world.family(each, "MA")),
                "tags": [world.tags[tag] for tag in each.tags],
            }
            for each in newest[:_ROWS]
        ]
        contacts = sorted(world.contacts.values(), key=lambda c: c.title.casefold())
        lines = [each for each in world.transactions.values() if each.status == TX_NEW]
        return {
            "kinds": KINDS,
            "variants": VARIANTS,
            "today": world.clock.today(),
            "rows": rows,
            "documents": len(newest),
            "contacts": contacts[:_ROWS],
            "customers": len(contacts),
            "lines": [each for each in lines if each.deleted is None][:_ROWS],
            "open": [row["invoice"] for row in rows if row["left"]],
            "accounts": list(world.accounts.values()),
            "chosen": dict(world.variants.chosen),
            "active": sandbox.gateway.faults.active(),
            "log": list(reversed(sandbox.requests[-_LOG:])),
        }

"""What all objects have in common on the wire, and which function shows which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import ADDRESS
from sandbox.stripe.replies import Json

if TYPE_CHECKING:
    from sandbox.stripe.world import World

ABSENT = "absent"  # a value of ``wire`` that drops the field


def finish(world: World, row: Json, wire: Json | None = None, *, live: bool = True) -> Json:
    """Adds ``livemode`` (§1: on every object), and what a test has altered."""
    if live and world.variants["livemode"] == "present":
        row["livemode"] = world.livemode
    if wire:
        row |= wire
        return {name: value for name, value in row.items() if value != ABSENT}
    return row


def address(given: Json | None) -> Json | None:
    """All six fields of an address, each nullable (§2 customer_address)."""
    return None if given is None else {name: given.get(name) for name in ADDRESS}


def deleted(kind: str, id_: str) -> Json:
    return {"id": id_, "object": kind, "deleted": True}

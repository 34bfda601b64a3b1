"""What factories and actions answer, and the references that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.common.replies import Reply
from sandbox.sevdesk.replies import ApiError, Json, objects

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def action(world: World, found: Json, status: int = 200) -> Reply:
    """The answer of a factory or an action: wrapped, or bare as in the description (§1.1)."""
    if world.variants["action_envelope"] == "bare":
        return Reply(status, found)
    return objects(found, status)


def referenced(body: Any, name: str, kind: str) -> str:
    """The id of ``{name: {id, objectName}}``.

    Raises:
        ApiError: 400, no such reference.
    """
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, dict) or found.get("objectName") != kind or not found.get("id"):
        raise ApiError(400, f"expected array with id and objectName for {name}")
    return str(found["id"])

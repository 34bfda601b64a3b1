"""What factories, actions and getPdf answer, and the references that they are given."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox.common import pdf
from sandbox.common.replies import Reply
from sandbox.sevdesk.replies import ApiError, Json, objects

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

PDF = "application/pdf"


def action(world: World, found: Json, status: int = 200) -> Reply:
    """The answer of a factory or an action: wrapped, or bare as in the description (§1.1)."""
    if world.variants["action_envelope"] == "bare":
        return Reply(status, found)
    return objects(found, status)


def pdf_answer(world: World, number: str | None, lines: Sequence[str]) -> Reply:
    """A document: an object with base64, or the file itself; a draft's is named ``.pdf`` (§2.4)."""
    content, name = pdf.document(lines), f"{number or ''}.pdf"
    if world.variants["pdf"] == "raw":
        kept = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Reply(200, content, kept, PDF)
    return objects(
        {
            "filename": name,
            "mimetype": PDF,
            "base64Encoded": True,
            "content": base64.b64encode(content).decode(),
        }
    )


def referenced(body: Any, name: str, kind: str) -> str:
    """The id of ``{name: {id, objectName}}``.

    Raises:
        ApiError: 400, no such reference.
    """
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, dict) or found.get("objectName") != kind or not found.get("id"):
        raise ApiError(400, f"expected array with id and objectName for {name}")
    return str(found["id"])

"""The body of a report that a platform sends by itself: bounded, one JSON object, in a known time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from core.errors import EventTooLarge, WebhookError


def bounded(raw: bytes, most: int) -> None:
    """Raises EventTooLarge: more than ``most`` bytes."""
    if len(raw) > most:
        raise EventTooLarge(
            f"Die Meldung ist größer als {most} Bytes und wurde nicht gelesen.",
            en=f"The event is larger than {most} bytes and was not read.",
        )


def json_object(raw: bytes, platform: str) -> dict[str, Any]:
    """Raises WebhookError: no JSON object."""
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise unreadable(platform, "JSON") from None
    if not isinstance(body, dict):
        raise unreadable(platform, "JSON")
    return body


def instant(value: object, platform: str, where: str) -> datetime:
    """An ISO instant in UTC. Raises WebhookError: none, or without offset."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise unreadable(platform, where)


def unreadable(platform: str, where: str) -> WebhookError:
    """``where``: the field of the body."""
    return WebhookError(
        f"Die Meldung von {platform} ist unlesbar ({where}). Häuft sich das, Mahnwerk aktualisieren.",
        en=f"The event of {platform} cannot be read ({where}). If that repeats, update Mahnwerk.",
    )

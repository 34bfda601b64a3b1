"""Booked-through: the day up to which money is booked (architecture §2)."""

from __future__ import annotations

import dataclasses
from datetime import date

from core.domain.model import Connection, CreditorId
from core.errors import UsageError
from core.services.app import App
from core.services.lookup import creditor_of


def set_booked_until(
    app: App, creditor: CreditorId, day: date, connection: str | None, *, by: str, on: date
) -> list[Connection]:
    """The user confirms that all money received up to ``day`` is booked.

    Raises:
        UsageError: the day lies in the future, or the connection does not exist.
    """
    if day > on:
        raise UsageError(
            f"{day:%d.%m.%Y} liegt in der Zukunft; bestätigt wird, was gebucht ist.",
            en=f"{day} lies in the future; what is booked is confirmed.",
        )
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        chosen = [c for c in tx.connections.all(creditor) if connection in (None, c.name)]
        if not chosen:
            raise UsageError(
                f"Keine Anbindung „{connection or ''}“.", en=f"No connection {connection or ''}."
            )
        source = app.say(f"bestätigt von {by}", f"confirmed by {by}")
        changed = [dataclasses.replace(c, booked_until=day, booked_source=source) for c in chosen]
        for each in changed:
            tx.connections.save(creditor, each)
            tx.events.append(
                creditor,
                "booked_until",
                {"connection": each.id},
                {"day": day.isoformat(), "by": by},
                app.clock.now(),
            )
    return changed

"""Booked-through: the day up to which money is booked (architecture §2)."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

from core.domain.model import BY_PLATFORM, Connection, ConnectionId, CreditorId
from core.errors import UsageError
from core.ports import Tx
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


def book_from_platform(
    tx: Tx, creditor: CreditorId, connection: ConnectionId, day: date, *, on: date, at: datetime
) -> None:
    """The platform says up to which day it has read its bank accounts.

    It replaces what it said before, also by an earlier day: one account whose feed stands still is
    enough for money to be missing. A later day that a person confirmed, or a file showed, stays.
    """
    known = tx.connections.get(creditor, connection)
    if known is None:
        return
    day, was = min(day, on), known.booked_until
    theirs = known.booked_source == BY_PLATFORM
    if was is not None and ((was == day and theirs) or (was > day and not theirs)):
        return
    changed = dataclasses.replace(known, booked_until=day, booked_source=BY_PLATFORM)
    tx.connections.save(creditor, changed)
    payload = {"day": day.isoformat(), "by": BY_PLATFORM, "before": was.isoformat() if was else ""}
    tx.events.append(creditor, "booked_until", {"connection": connection}, payload, at)


def source_words(app: App, connection: Connection) -> tuple[str, str]:
    """Who says up to which day money is booked (German, English); "" while nobody does."""
    source = connection.booked_source
    if source != BY_PLATFORM:
        return source, source
    label = platform_label(app, connection)
    platform = app.platforms.all.get(connection.platform)
    if platform is not None and platform.bank_transfers:
        # It books what it collects itself; there is no bank account that it reads.
        return f"laut {label}", f"according to {label}"
    return f"Bankabruf von {label}", f"bank feed of {label}"


def platform_label(app: App, connection: Connection) -> str:
    """The platform as its vendor writes it."""
    platform = app.platforms.all.get(connection.platform)
    return platform.label if platform else connection.platform

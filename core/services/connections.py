"""Connections (Anbindungen): setting up one, changing what it settles, and which there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from core.domain.model import Connection, CreditorId, Role
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.booked import source_words
from core.services.connection_settings import FILE_SETTINGS, check_settings
from core.services.connection_state import mode, organisation, synced_at
from core.services.lookup import creditor_of
from core.services.recompute import recompute

SETTINGS = FILE_SETTINGS
# What the ledger is computed with: a change recomputes all accounts.
_OF_LEDGER = ("currency", "default_due_days")
_NAME = re.compile(r"[^\s:\x00-\x1f][^:\x00-\x1f]{0,78}")


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection with what is known of it; ``live``: Mahnwerk reads it by itself.

    ``records`` are those stored of a live one: invoices, open, debtors, unread, without_payments.
    """

    connection: Connection
    live: bool
    organisation: str = ""
    synced_at: datetime | None = None
    records: Mapping[str, int] | None = None
    booked_source: str = ""  # who says up to which day money is booked
    mode: str = ""  # LIVE or TEST where the platform keeps real and invented data apart


def connections(app: App, creditor: CreditorId) -> list[ConnectionView]:
    """All connections in the order in which they were made."""
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        return [_view(app, tx, creditor, each) for each in tx.connections.all(creditor)]


def _view(app: App, tx: Tx, creditor: CreditorId, connection: Connection) -> ConnectionView:
    if connection.platform not in app.platforms.all:
        return ConnectionView(connection, live=False, booked_source=connection.booked_source)
    cursors = tx.connections.cursors(creditor, connection.id)
    return ConnectionView(
        connection,
        live=True,
        organisation=organisation(cursors),
        synced_at=synced_at(cursors),
        records=tx.sources.counts(creditor, connection.id),
        booked_source=app.say(*source_words(app, connection)),
        mode=mode(cursors),
    )


def connect(
    app: App,
    creditor: CreditorId,
    platform: str,
    name: str | None,
    settings: Mapping[str, str],
    *,
    by: str,
    on: date,
) -> Connection:
    """Makes the connection of that name to a platform that is read from files, or changes it.

    A live platform is connected by ``core.services.connect_platform``.

    Raises:
        NotSupported: there is no such platform.
        UsageError: unknown setting, wrong value, or a name that is taken or cannot be one.
    """
    checked = check_settings(app, creditor, platform, settings).plain
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        old = find_connection(tx, creditor, platform, name)
        new = old or add_connection(tx, creditor, platform, name, on)
        role = Role(checked.pop("role", new.role))
        changed = replace(new, role=role, settings={**new.settings, **checked})
        tx.connections.save(creditor, changed)
        if any(changed.settings.get(key) != new.settings.get(key) for key in _OF_LEDGER):
            recompute(tx, creditor, changed, None, on=on, at=app.clock.now())
        payload = {"name": changed.name, "by": by, "settings": {**checked, "role": role}}
        kind = "connection_changed" if old else "connected"
        tx.events.append(creditor, kind, {"connection": changed.id}, payload, app.clock.now())
    return changed


def find_connection(
    tx: Tx, creditor: CreditorId, platform: str, name: str | None
) -> Connection | None:
    """The connection of that name, or the platform's only one; None when it is to be made.

    Raises:
        UsageError: the name is that of another platform's, or none is named and there are several.
    """
    if name is not None:
        found = tx.connections.by_name(creditor, name)
        if found is not None and found.platform != platform:
            raise UsageError(
                f"„{name}“ ist schon eine Anbindung an {found.platform}.",
                en=f"{name!r} is a connection to {found.platform} already.",
            )
        return found
    same = [c for c in tx.connections.all(creditor) if c.platform == platform]
    if len(same) > 1:
        listed = ", ".join(c.name for c in same)
        raise UsageError(
            f"Mehrere Anbindungen; eine angeben mit --name: {listed}",
            en=f"There are several connections; name one with --name: {listed}",
        )
    return same[0] if same else None


def add_connection(
    tx: Tx, creditor: CreditorId, platform: str, name: str | None, on: date
) -> Connection:
    """A new leading connection; without a name it gets that of its platform.

    Raises:
        UsageError: the name is taken, or cannot be one.
    """
    return tx.connections.add(
        creditor, platform, checked_name(name or platform), Role.LEADING, "", on
    )


def checked_name(name: str) -> str:
    """The name.

    Raises:
        UsageError: it is too long, or ``connection:external_id`` could not be told apart.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"„{name}“ geht nicht als Name einer Anbindung: bis zu 79 Zeichen, kein Doppelpunkt.",
            en=f"{name!r} cannot be the name of a connection: up to 79 characters, no colon.",
        )
    return name

"""Connections whose platform reports changes by itself, and the entries of what is done to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain.model import Connection, CreditorId
from core.errors import NotSupported, UsageError
from core.ports import Capability, Tx
from core.services.app import App
from core.services.asking import live_connections


def able_connections(app: App, creditor: CreditorId, name: str | None) -> list[Connection]:
    with app.store.read() as tx:
        live, _files = live_connections(app, tx, creditor, name)
    able = [
        each
        for each in live
        if Capability.WEBHOOKS in app.platforms.all[each.platform].capabilities
    ]
    if not able:
        raise NotSupported(
            "Keine Anbindung, deren Plattform Änderungen von sich aus meldet.",
            en="There is no connection whose platform reports changes by itself.",
        )
    return able


def one_connection(app: App, creditor: CreditorId, name: str | None) -> Connection:
    return only_one(able_connections(app, creditor, name))


def only_one(found: Sequence[Connection]) -> Connection:
    """The connection that is meant.

    Raises:
        UsageError: there are several.
    """
    if len(found) > 1:
        listed = ", ".join(each.name for each in found)
        raise UsageError(
            f"Mehrere Anbindungen; eine angeben: {listed}",
            en=f"There are several connections; name one: {listed}",
        )
    return found[0]


def append_event(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    connection: Connection,
    event: str,
    payload: Mapping[str, object],
) -> None:
    refs = {"connection": connection.id}
    tx.events.append(creditor, event, refs, {"name": connection.name, **payload}, app.clock.now())

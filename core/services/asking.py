"""Opening a live platform to ask it something, and giving its network connections back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from core.domain.model import Connection, CreditorId
from core.errors import ConnectorError, UsageError
from core.ports import Lane, PlatformConnector, Tx
from core.services.app import App


@contextmanager
def asking(
    app: App, creditor: CreditorId, connection: Connection, lane: Lane
) -> Iterator[PlatformConnector]:
    """The connector of a connection, closed at the end.

    Raises:
        AuthFailed: its key is missing.
        NotSupported: its platform is read from files.
    """
    connector = app.platforms.connect(creditor, connection, lane)
    try:
        yield connector
    finally:
        connector.close()


@contextmanager
def asking_by_name(
    app: App, creditor: CreditorId, connection: Connection, lane: Lane
) -> Iterator[PlatformConnector]:
    """As ``asking``; what the platform refuses begins with the connection's name."""
    try:
        with asking(app, creditor, connection, lane) as connector:
            yield connector
    except ConnectorError as error:
        de, en = str(error), error.sentence("en")
        error.args, error.en = (f"{connection.name}: {de}",), f"{connection.name}: {en}"
        raise


def request_rate(app: App, connection: Connection) -> Decimal | None:
    """Requests a second that the connection may make; None when its platform has no such limit."""
    platform = app.platforms.all.get(connection.platform)
    text = platform.value(connection.settings, "rate") if platform else ""
    return Decimal(text) if text else None


def live_connections(
    app: App, tx: Tx, creditor: CreditorId, name: str | None
) -> tuple[list[Connection], list[Connection]]:
    """Connections that Mahnwerk reads by itself, and those read from files; all or the named one.

    Raises:
        UsageError: there is none, or none of that name.
    """
    every = tx.connections.all(creditor)
    if not every:
        raise UsageError(
            "Es gibt noch keine Anbindung. Einrichten: mahnwerk connect "
            f"{_platforms(app)} --set api_key=-",
            en="There is no connection yet. Set one up: mahnwerk connect "
            f"{_platforms(app)} --set api_key=-",
        )
    chosen = [each for each in every if name in (None, each.name)]
    if not chosen:
        listed = ", ".join(each.name for each in every)
        raise UsageError(
            f"Die Anbindung „{name}“ gibt es nicht. Vorhanden: {listed}",
            en=f"There is no connection {name}. There are: {listed}",
        )
    live = [each for each in chosen if each.platform in app.platforms.all]
    return live, [each for each in chosen if each not in live]


def _platforms(app: App) -> str:
    return "|".join(sorted(app.platforms.all))

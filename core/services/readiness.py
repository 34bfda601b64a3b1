"""Whether this installation can do its work now: database, schema, and how old what it knows is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.model import Connection, CreditorId
from core.errors import MahnwerkError
from core.ports import Tx
from core.services.app import App
from core.services.connection_state import synced_at


@dataclass(frozen=True, slots=True)
class Freshness:
    """One live connection. ``age``: since it was last read to the end; None = never."""

    creditor: CreditorId
    connection: Connection
    age: timedelta | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """``schema``: current, empty, behind, newer; "" = the database did not answer."""

    schema: str
    connections: tuple[Freshness, ...]
    error: str = ""

    @property
    def ready(self) -> bool:
        return self.schema == "current" and not any(each.stale for each in self.connections)

    def document(self) -> dict[str, object]:
        """For monitoring: names of connections and creditors, never of customers."""
        return {
            "ready": self.ready,
            "database": "ok" if self.schema else "unreachable",
            "schema": self.schema or None,
            "stale": [_named(each) for each in self.connections if each.stale],
            "connections": [_document(each) for each in self.connections],
            **({"error": self.error} if self.error else {}),
        }


def readiness(app: App, stale_hours: int) -> Readiness:
    """How it stands; an error of the database is part of the answer."""
    try:
        schema = app.store.schema_state()
        if schema != "current":
            return Readiness(schema, ())
        return Readiness(schema, tuple(freshness(app, stale_hours)))
    except MahnwerkError as error:
        return Readiness("", (), error.sentence(app.language))


def freshness(app: App, stale_hours: int) -> list[Freshness]:
    """Every connection that Mahnwerk reads by itself, over all creditors."""
    now, limit = app.clock.now(), timedelta(hours=stale_hours)
    with app.store.read() as tx:
        return [
            _freshness(tx, creditor.id, connection, now, limit)
            for creditor in tx.creditors.all()
            for connection in tx.connections.all(creditor.id)
            if connection.platform in app.platforms.all
        ]


def _freshness(
    tx: Tx, creditor: CreditorId, connection: Connection, now: datetime, limit: timedelta
) -> Freshness:
    last = synced_at(tx.connections.cursors(creditor, connection.id))
    if last is None:
        return Freshness(creditor, connection, None, stale=True)
    age = max(timedelta(0), now - last)
    return Freshness(creditor, connection, age, stale=age > limit)


def _named(each: Freshness) -> str:
    return f"{each.creditor}/{each.connection.name}"


def _document(each: Freshness) -> dict[str, object]:
    return {
        "creditor": each.creditor,
        "connection": each.connection.name,
        "platform": each.connection.platform,
        "age_seconds": None if each.age is None else round(each.age.total_seconds()),
        "stale": each.stale,
    }

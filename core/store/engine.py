"""Engines for the two databases, set up so that a transaction is what it says.

SQLite: WAL; foreign keys on; ``synchronous=FULL``, because ``handing_over`` must be on the disk
before a letter leaves (NORMAL may lose the last commits when the power fails, and then a letter
goes out twice). PostgreSQL: a lock is waited for as long as on SQLite, then it is an error.
"""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from core.errors import ConfigError

WRITE = "mahnwerk_write"  # execution option: this transaction writes


def is_memory(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def read_url(text: str) -> sa.URL:
    """The address of the store with the driver that we use.

    Raises:
        ConfigError: not an address, or another database than SQLite or PostgreSQL.

    """
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise ConfigError(
            "MAHNWERK_DATABASE_URL ist keine gültige Datenbankadresse. Beispiele: "
            "sqlite:////daten/mahnwerk.db, postgresql://user@host/mahnwerk",
            en="MAHNWERK_DATABASE_URL is no valid database address. Examples: "
            "sqlite:////data/mahnwerk.db, postgresql://user@host/mahnwerk",
        ) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url
    raise ConfigError(
        f"Datenbank „{url.drivername}“: möglich sind sqlite und postgresql.",
        en=f"Database {url.drivername}: possible are sqlite and postgresql.",
    )


def create(url: sa.URL, busy_seconds: float) -> sa.Engine:
    """An engine; connects only when it is used."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, busy_seconds)
    options = f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC -c jit=off"
    return sa.create_engine(
        url,
        hide_parameters=True,  # they hold names and addresses; exceptions end up in logs
        pool_pre_ping=True,
        connect_args={} if "options" in url.query else {"options": options},
    )


def _sqlite(url: sa.URL, busy_seconds: float) -> sa.Engine:
    connect = {"timeout": busy_seconds, "check_same_thread": False}
    if is_memory(url):
        engine = sa.create_engine(
            url, hide_parameters=True, connect_args=connect, poolclass=StaticPool
        )
    else:
        engine = sa.create_engine(url, hide_parameters=True, connect_args=connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """SQLAlchemy's recipe: the driver must not begin transactions on its own."""
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the driver of this engine
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "cache_size=-32000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    # A file on a read-only disk cannot be switched and is read as it is.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: sa.Connection) -> None:
    """Writers queue up at the start; readers cannot write at all (known failure 17)."""
    writes = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Engines for the two databases, set up so that a transaction is what it says.

SQLite: WAL; foreign keys on; ``synchronous=FULL``, because ``handing_over`` must be on the disk
before a letter leaves (NORMAL may lose the last commits when the power fails, and then a letter
goes out twice). PostgreSQL: a lock is waited for as long as on SQLite, then it is an error.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, StaticPool

from core.errors import ConfigError
from core.store.turn import Turn

# Execution options: this transaction writes; and what begins it, when writers queue up for it.
WRITE, BEGIN = "mahnwerk_write", "mahnwerk_begin"
_SINCE, _RESTED_SECONDS = "mahnwerk_since", 2.0
# Beside the five that stay open: one for each thread of a server, or some wait half a minute.
_MORE_CONNECTIONS = 60
Begin = Callable[[sqlite3.Connection], None]


def is_memory(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def turn_of(url: sa.URL, busy_seconds: float) -> Turn | None:
    """The queue of writers of a SQLite file; None elsewhere."""
    if url.get_backend_name() != "sqlite" or is_memory(url) or "uri" in url.query:
        return None
    return Turn(Path(str(url.database)), busy_seconds)


def read_url(text: str) -> sa.URL:
    """The address of the store with the driver that we use.

    Raises:
        ConfigError: not an address, or another database than SQLite or PostgreSQL.

    """
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:  # the second: a port that is no number
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
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # they hold names and addresses; exceptions end up in logs
        max_overflow=_MORE_CONNECTIONS,
        connect_args={} if "options" in url.query else {"options": options},
    )
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", partial(_ping, engine.dialect))
    return engine


def _rest(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_SINCE] = time.monotonic()


def _ping(
    dialect: sa.Dialect,
    connection: DBAPIConnection,
    record: ConnectionPoolEntry,
    _proxy: PoolProxiedConnection,
) -> None:
    """``pool_pre_ping`` for what rested for a while: a round trip less for each webhook.

    A connection that the server has ended is replaced, and nobody notices.
    """
    since = record.info.get(_SINCE)
    if since is None or time.monotonic() - since < _RESTED_SECONDS:
        return
    try:
        alive = dialect.do_ping(connection)
    except Exception as error:
        raise sa.exc.DisconnectionError from error
    if not alive:
        raise sa.exc.DisconnectionError


def _sqlite(url: sa.URL, busy_seconds: float) -> sa.Engine:
    connect = {"timeout": busy_seconds, "check_same_thread": False}
    if is_memory(url):
        engine = sa.create_engine(
            url, hide_parameters=True, connect_args=connect, poolclass=StaticPool
        )
    else:
        engine = sa.create_engine(
            url, hide_parameters=True, connect_args=connect, max_overflow=_MORE_CONNECTIONS
        )
        if "uri" not in url.query:
            event.listen(engine, "do_connect", partial(_keep_private, str(url.database)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _keep_private(path: str, *_given: object) -> None:
    """A new file is its owner's alone, whatever folder it lies in; those beside it follow it."""
    # What is wrong with the place, SQLite says a moment later.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


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
    options = connection.get_execution_options()
    writes, begin = options.get(WRITE, False), options.get(BEGIN)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    if begin is None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    else:
        begin(connection.connection.driver_connection)

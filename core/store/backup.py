"""The store as portable rows, and back: what a backup holds of the database.

A store that has not been brought up to date yet is read as it is (its tables are reflected), and a
backup of an older version is filled in at its own schema before the migrations run.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

from core import ports
from core.errors import ConfigError, DataRefused, UsageError
from core.ports.backup import CreditorMark, Refill, Snapshot, TableShape, Value
from core.store import migrate
from core.store import tables as t
from core.store.base import Repo
from core.store.unit import SqlStore, SqlTx

# Of the machine and the moment: leases and workers of processes that will be gone, and sessions of
# people, who log in again.
LEFT_OUT = frozenset({"lease", "worker_seen", "web_login"})
_ROWS = 500  # fetched at once


class Backups:
    """Fulfils ``core.ports.backup.BackupStore``."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._store.raw(writes=False) as connection:
            revision = migrate.version(connection)
            if revision is None:
                raise ConfigError(
                    "Es ist noch nichts eingerichtet; es gibt nichts zu sichern.",
                    en="Nothing is set up yet; there is nothing to back up.",
                )
            if revision != migrate.HEAD:
                migrate.check_known(revision)
            yield _Snapshot(connection, revision)

    @contextmanager
    def refill(self, schema: str) -> Iterator[Refill]:
        if schema != migrate.HEAD:
            migrate.check_known(schema)
        with self._store.raw(writes=True) as connection:
            if sa.inspect(connection).get_table_names():
                raise UsageError(
                    "Die Datenbank ist nicht leer; eingespielt wird nur in eine leere. "
                    "MAHNWERK_HOME auf einen neuen Ordner oder MAHNWERK_DATABASE_URL auf eine neue "
                    "Datenbank setzen.",
                    en="The database is not empty; a backup is restored into an empty one only. "
                    "Point MAHNWERK_HOME to a new folder, or MAHNWERK_DATABASE_URL to a new "
                    "database.",
                )
            if schema == migrate.HEAD:
                migrate.upgrade(connection)
            else:
                migrate.upgrade_to(connection, schema)
            yield _Refill(connection, schema)


def _tables(connection: sa.Connection, revision: str) -> dict[str, sa.Table]:
    """What is kept, each table after those that it refers to; of another version as it is there.

    Other tables are not ours: Alembic's, and the queue of the fleet, whose jobs are planned anew.
    """
    found = t.metadata
    if revision != migrate.HEAD:
        ours = set(t.metadata.tables) & set(sa.inspect(connection).get_table_names())
        found = sa.MetaData()
        found.reflect(connection, only=sorted(ours))
    return {table.name: table for table in found.sorted_tables if table.name not in LEFT_OUT}


class _Snapshot:
    def __init__(self, connection: sa.Connection, revision: str) -> None:
        self._db = connection
        self._tables = _tables(connection, revision)
        self.database = connection.dialect.name
        self.schema = revision

    def creditors(self) -> list[CreditorMark]:
        c, h = t.creditor.c, t.event_head.c
        query = (
            sa.select(c.id, c.profile, h.seq, h.hash)
            .select_from(t.creditor.outerjoin(t.event_head, c.id == h.creditor_id))
            .order_by(self._ordered(c.id))
        )
        return [
            CreditorMark(id_, json.loads(profile).get("name", ""), seq or 0, head or "")
            for id_, profile, seq, head in self._db.execute(query)
        ]

    def tables(self) -> list[TableShape]:
        return [
            TableShape(name, tuple(column.name for column in table.columns))
            for name, table in self._tables.items()
        ]

    def rows(self, table: str) -> Iterator[list[Value]]:
        found = self._tables[table]
        keys = [self._ordered(column) for column in found.primary_key.columns]
        query = sa.select(*found.columns).order_by(*keys)
        with self._db.execute(query.execution_options(yield_per=_ROWS)) as result:
            for row in result:
                yield [_out(value) for value in row]

    def _ordered(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Text by its bytes, as SQLite does: each PostgreSQL has an order of its own."""
        if self.database == "postgresql" and isinstance(column.type, sa.String):
            return sa.collate(column, "C")
        return column


def _out(value: object) -> Value:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


class _Refill(Repo):
    def __init__(self, connection: sa.Connection, revision: str) -> None:
        super().__init__(connection)
        self._tables = _tables(connection, revision)

    def add(self, table: TableShape, rows: Sequence[Sequence[Value]]) -> None:
        found = self._tables.get(table.name)
        if found is None or sorted(map(str, table.columns)) != sorted(found.columns.keys()):
            raise _odd(table.name)
        try:
            into = [_converter(found.columns[name]) for name in table.columns]
            made = [_row(into, row) for row in rows]
            self._bulk_insert(found, table.columns, made)
        # The last from numbers that no column can hold; half characters are a ValueError.
        except (TypeError, ValueError, OverflowError) as error:
            raise _odd(table.name) from error

    def finish(self) -> ports.Tx:
        if not self._sqlite:
            # The first commands would otherwise be planned for empty tables.
            for name in self._tables:
                self._db.exec_driver_sql(f"ANALYZE {name}")
        migrate.upgrade(self._db)
        return SqlTx(self._db)


def _row(
    into: Sequence[Callable[[Any], object] | None], row: Sequence[Value]
) -> tuple[object, ...]:
    return tuple(
        value if value is None or convert is None else convert(value)
        for convert, value in zip(into, row, strict=True)
    )


def _odd(table: str) -> DataRefused:
    return DataRefused(
        f"Die Tabelle „{table}“ der Sicherung passt nicht zu ihrem Schema. Eine andere Sicherung "
        "nehmen; nichts wurde eingespielt.",
        en=f"The table {table!r} of the backup does not fit its schema. Take another backup; nothing "
        "was restored.",
    )


def _converter(column: sa.Column[Any]) -> Callable[[Any], object] | None:
    """From JSON to what the drivers take; None where that is the same."""
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode
    if isinstance(column.type, sa.Boolean):
        return bool
    return None

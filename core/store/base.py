"""What all repositories share: ids, set-based conditions, bulk inserts, instants."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.model import CreditorId
from core.store import tables as t

T = TypeVar("T")
_FIRST_ANALYZE = 200  # rows that a session has inserted into one table
CHUNK = 2000  # rows of one statement: large enough to be fast, small enough to keep memory flat
FAR = timedelta(days=2)  # longer than any lease, and than any wait before another try

# Made once: putting a statement together costs more than running it, and every webhook runs this.
_NEXT = (
    sa.update(t.counter)
    .where(t.counter.c.creditor_id == sa.bindparam("of"), t.counter.c.name == sa.bindparam("named"))
    .values(next=t.counter.c.next + sa.bindparam("by"))
    .returning(t.counter.c.next)
)


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with microseconds: fixed width, so that text order is time order.

    Raises:
        ValueError: ``at`` has no zone.

    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def passed(column: sa.ColumnElement[str], now: datetime) -> sa.ColumnElement[bool]:
    """That a moment, at most hours ahead when it was written, has come.

    Further ahead it was written by a clock that was wrong: nothing waits for a year because a
    machine believed for a minute that it was next year.
    """
    return sa.or_(column <= instant(now), column > instant(now + FAR))


def iso(day: date | None) -> str | None:
    """A day as both databases take it in bulk inserts."""
    return None if day is None else day.isoformat()


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


@lru_cache(maxsize=64)
def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    # Names of our own tables and columns only; data goes through the marks.
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608


class Repo:
    """One connection inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def _among(self, column: sa.ColumnElement[T], values: Collection[T]) -> sa.ColumnElement[bool]:
        """``column IN values`` with one parameter, however many values there are."""
        if self._sqlite:
            each = sa.func.json_each(json.dumps(list(values))).table_valued("value")
            return column.in_(sa.select(each.c.value))
        kind = sa.Text() if any(isinstance(v, str) for v in values) else sa.BigInteger()
        bound = sa.bindparam(None, list(values), type_=postgresql.ARRAY(kind))
        return column == sa.any_(bound)

    def _insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT."""
        return sqlite.insert(table) if self._sqlite else postgresql.insert(table)

    def _ids(self, creditor: CreditorId, name: str, count: int = 1) -> range:
        """The next ``count`` ids of that creditor; the counter's row lock serialises writers."""
        step = {"of": creditor, "named": name, "by": count}
        after = self._db.execute(_NEXT, step).scalar()
        if after is None:
            first = {"creditor_id": creditor, "name": name, "next": 1}
            self._db.execute(self._insert(t.counter).on_conflict_do_nothing(), first)
            after = self._db.execute(_NEXT, step).scalar_one()
        return range(int(after) - count, int(after))

    def _bulk_insert(
        self, table: sa.Table, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Many rows at once, days as ISO text: executemany on SQLite, COPY on PostgreSQL."""
        if not rows:
            return
        if self._sqlite:
            self._db.exec_driver_sql(_insert_sql(table.name, columns), list(rows))
            return
        import psycopg  # not on SQLite, where most homes are
        from psycopg import sql

        raw = self._db.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only other driver
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        self._keep_statistics(table, len(rows))

    def _keep_statistics(self, table: sa.Table, rows: int) -> None:
        """ANALYZE while a table grows by powers of ten (PostgreSQL).

        A session keeps the plan of a foreign-key check. Made while the table was all but empty,
        it may read every row of the creditor for each new one: the first large run took 16 times
        as long. ANALYZE makes it plan again.
        """
        grown: dict[str, list[int]] = self._db.info.setdefault("mahnwerk_grown", {})
        count = grown.setdefault(table.name, [0, _FIRST_ANALYZE])
        count[0] += rows
        if count[0] >= count[1]:
            count[1] = 10 * count[0]
            self._db.exec_driver_sql(f"ANALYZE {table.name}")

    def _bulk_update(
        self,
        table: sa.Table,
        creditor: CreditorId,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, object]],
    ) -> None:
        """Sets ``columns`` of the rows with these ids; keys are the columns and ``id``."""
        if not rows:
            return
        statement = (
            sa.update(table)
            .where(table.c.creditor_id == creditor, table.c.id == sa.bindparam("b_id"))
            .values({name: sa.bindparam(f"b_{name}") for name in columns})
        )
        bound = [{f"b_{name}": row[name] for name in ("id", *columns)} for row in rows]
        self._db.execute(statement, bound)

    def _own(self, table: sa.Table, creditor: CreditorId) -> sa.ColumnElement[bool]:
        return table.c.creditor_id == creditor

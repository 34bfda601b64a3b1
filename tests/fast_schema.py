"""A new SQLite store gets a copy of the schema, instead of every migration from the first one on.

Alembic's way takes a tenth of a second, and most tests begin with an empty store. What it leads to
is read once per process and written down again; a store that is not empty, and PostgreSQL, migrate
as ever. Tests about migrations ask for the fixture ``real_migrations``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sqlalchemy as sa

from core.store import migrate
from core.store.unit import SqlStore

Upgrade = Callable[[sa.Connection], None]
REAL: Upgrade = migrate.upgrade


@lru_cache(maxsize=1)
def schema() -> tuple[str, ...]:
    """The statements that make a migrated, empty SQLite store."""
    store = SqlStore("sqlite://")
    with store._transaction(writes=True) as connection:
        REAL(connection)
        rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
        tables = {name for kind, name, _ in rows if kind == "table"} - {"alembic_version"}
        filled = [t for t in tables if connection.exec_driver_sql(f"SELECT 1 FROM {t}").first()]
    store.close()
    assert filled == [], "a migration fills tables: they must be copied too"
    made = [sql for _, _, sql in rows if sql]
    return (*made, f"INSERT INTO alembic_version (version_num) VALUES ('{migrate.HEAD}')")


def upgrade(connection: sa.Connection) -> None:
    """As ``core.store.migrate.upgrade``."""
    if connection.dialect.name != "sqlite" or sa.inspect(connection).get_table_names():
        REAL(connection)
        return
    for statement in schema():
        connection.exec_driver_sql(statement)

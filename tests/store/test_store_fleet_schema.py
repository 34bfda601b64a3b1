"""The queue's tables on PostgreSQL: as the pinned package wants them, made and taken away by us."""

from __future__ import annotations

import hashlib
from importlib import resources
from importlib.metadata import version

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from postgres_server import PostgresDatabases
from procrastinate.schema import SchemaManager

from core.store import migrate
from core.store.migrations import procrastinate
from core.store.unit import SqlStore

pytestmark = pytest.mark.usefixtures("real_migrations")
_LINE = "-" * 100 + "\n"
# What 0006 makes was released with this text; a later one is a later migration.
_RELEASED = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"

_OBJECTS = """
    SELECT 'function ' || oid::regprocedure::text || ' ' || md5(prosrc) FROM pg_proc
     WHERE proname LIKE 'procrastinate%'
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typname LIKE 'procrastinate%'
    UNION ALL SELECT 'table ' || relkind::text || ' ' || relname FROM pg_class
     WHERE relname LIKE '%procrastinate%'
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger
     WHERE tgname LIKE 'procrastinate%'
    UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE conrelid::regclass::text LIKE 'procrastinate%'
     ORDER BY 1
"""


def _copied() -> str:
    copied = resources.files("core.store.migrations") / procrastinate.SCHEMA
    head, line, text = copied.read_text(encoding="utf-8").partition(_LINE)
    assert line
    assert "MIT License" in head
    return text


def _objects(url: str) -> list[str]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return [row[0] for row in connection.execute(_OBJECTS).fetchall()]


def test_the_copy_is_the_schema_of_the_installed_package_and_stays_as_released() -> None:
    assert version("procrastinate").startswith("3.10.")
    assert _copied() == SchemaManager.get_schema()
    assert hashlib.sha256(_copied().encode()).hexdigest() == _RELEASED


def test_the_migration_makes_what_the_package_would_and_takes_it_away_again(
    postgres_databases: PostgresDatabases,
) -> None:
    theirs = postgres_databases.blank()
    with psycopg.connect(theirs.replace("+psycopg", "")) as connection:
        connection.execute(SchemaManager.get_schema())
    ours = postgres_databases.blank()
    store = SqlStore(ours)
    store.migrate()
    assert len(_objects(ours)) > 40
    assert _objects(ours) == _objects(theirs)
    settings = migrate.config()
    with store._transaction(writes=True) as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "0005")
    assert _objects(ours) == []
    store.migrate()
    assert _objects(ours) == _objects(theirs)
    store.close()


def test_a_store_on_sqlite_has_no_queue() -> None:
    store = SqlStore("sqlite://")
    store.migrate()
    with store._transaction(writes=False) as connection:
        tables = sa.inspect(connection).get_table_names()
    store.close()
    assert not [name for name in tables if "procrastinate" in name]

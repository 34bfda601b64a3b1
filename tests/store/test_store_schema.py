"""The migrations lead to exactly the tables that the code uses, on both databases."""

from __future__ import annotations

from pathlib import Path

import fast_schema
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from postgres_server import PostgresDatabases

from core.errors import ConfigError
from core.store.tables import metadata
from core.store.unit import SqlStore

pytestmark = pytest.mark.usefixtures("real_migrations")
FLEET = "procrastinate_"  # the queue's own tables: tests/store/test_store_fleet_schema.py


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'blank.db'}"
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    return databases.blank()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith(FLEET)


def _shape(connection: sa.Connection) -> dict[str, object]:
    """Everything a database tells of its tables, partial indexes with their condition."""
    found: dict[str, object] = {}
    inspector = sa.inspect(connection)
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        if table.startswith(FLEET):
            continue
        columns = [
            (c["name"], str(c["type"]), c["nullable"], c["default"])
            for c in inspector.get_columns(table)
        ]
        indexes = sorted(
            (
                str(i["name"]),
                tuple(i["column_names"]),
                bool(i["unique"]),
                str(sorted((k, str(v)) for k, v in i.get("dialect_options", {}).items())),
            )
            for i in inspector.get_indexes(table)
        )
        keys = sorted(
            (str(k["name"]), tuple(k["constrained_columns"]), k["referred_table"])
            for k in inspector.get_foreign_keys(table)
        )
        uniques = sorted(
            (str(u["name"]), tuple(u["column_names"]))
            for u in inspector.get_unique_constraints(table)
        )
        primary = inspector.get_pk_constraint(table)["constrained_columns"]
        found[table] = (columns, indexes, keys, uniques, primary)
    return found


def test_migrations_and_tables_agree(blank_url: str) -> None:
    store = SqlStore(blank_url)
    assert store.schema_state() == "empty"
    store.migrate()
    assert store.schema_state() == "current"
    store.migrate()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        assert compare_metadata(context, metadata) == []
        migrated = _shape(connection)
    store.close()
    assert len(migrated) == len(metadata.tables)
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA query_only=OFF") if "sqlite" in blank_url else None
        connection.execute(sa.text("DROP TABLE alembic_version"))
        metadata.drop_all(connection)
        metadata.create_all(connection)
        created = _shape(connection)
    store.close()
    assert migrated == created


def test_the_schema_that_other_tests_copy_is_the_migrated_one() -> None:
    def made(upgrade: fast_schema.Upgrade) -> list[sa.Row[tuple[str, str]]]:
        store = SqlStore("sqlite://")
        with store._transaction(writes=True) as connection:
            upgrade(connection)
            found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")
            rows = list(found)
        assert store.schema_state() == "current"
        store.close()
        return rows

    copied = made(fast_schema.upgrade)
    assert len(copied) > len(metadata.tables)
    assert copied == made(fast_schema.REAL)


def test_no_column_can_hold_a_float() -> None:
    kinds = {type(column.type) for table in metadata.tables.values() for column in table.columns}
    assert not any(issubclass(kind, sa.Numeric | sa.Float) for kind in kinds)


def test_a_half_migrated_store_is_behind_and_one_from_the_future_is_refused(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'old.db'}")
    store.migrate()

    def stamp(version: str) -> None:
        with store.write() as tx:
            db = tx.events._db
            db.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    stamp("0001")
    assert store.schema_state() == "behind"
    stamp("9999")
    with pytest.raises(ConfigError, match="neueren Version"):
        store.schema_state()
    store.close()


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("mysql://host/db", "nonsense"):
        with pytest.raises(ConfigError):
            SqlStore(url)

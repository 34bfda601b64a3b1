"""Fixtures of the whole suite: stores on every database, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import fast_engine
import fast_schema
import pytest
from hypothesis import settings
from postgres_server import PostgresDatabases

from core.store import engine, migrate
from core.store.unit import SqlStore

engine.create = fast_engine.create
migrate.upgrade = fast_schema.upgrade

# Every run tries the same examples: a failure can be repeated, and nothing fails by chance.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@dataclass
class FixedClock:
    """A clock that moves only when a test moves it."""

    instant: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def today(self, zone: str) -> date:
        return self.instant.astimezone(ZoneInfo(zone)).date()

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)

    def set_day(self, day: date) -> None:
        """Nine in the morning UTC of that day."""
        self.instant = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def real_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores are migrated step by step, as they are outside of tests."""
    monkeypatch.setattr(migrate, "upgrade", fast_schema.REAL)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    """One server for the whole run, one migrated database per worker."""
    databases = PostgresDatabases.start()
    try:
        yield databases
    finally:
        databases.stop()


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> str:
    """A migrated, empty PostgreSQL database."""
    return postgres_databases.emptied()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "memory":
        return "sqlite://"
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mahnwerk.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """A migrated, empty store on each database."""
    opened = SqlStore(store_url, busy_seconds=5)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[SqlStore]:
    """A migrated, empty store in a SQLite file: for tests that are not about the database."""
    opened = SqlStore(f"sqlite:///{tmp_path / 'mahnwerk.db'}", busy_seconds=5)
    opened.migrate()
    yield opened
    opened.close()

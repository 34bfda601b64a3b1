"""SQLite engines of one process share what SQLAlchemy has worked out about our statements.

Every command of the command line opens the store anew, and a new engine compiles each statement
again: a third of what a test of a command takes. A real command is a process of its own, so that
nothing of this is lost there. Nor does a test wait for the disk: it ends before the power fails.
"""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import event

from core.store import engine as engines

REAL = engines.create


@lru_cache(maxsize=1)
def _first() -> sa.Engine:
    made = REAL(sa.make_url("sqlite://"), 5)
    with made.connect():  # the dialect asks its first connection what it can
        pass
    return made


def create(url: sa.URL, busy_seconds: float) -> sa.Engine:
    """As ``core.store.engine.create``."""
    made = REAL(url, busy_seconds)
    if url.get_backend_name() == "sqlite":
        event.listen(made, "connect", lambda db, _: db.execute("PRAGMA synchronous=OFF"))
        made.dialect = made.pool._dialect = _first().dialect
        made._compiled_cache = _first()._compiled_cache
    return made

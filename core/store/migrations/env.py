"""Alembic's entry: runs the migrations on the connection that ``core.store.migrate`` hands in."""

from __future__ import annotations

from alembic import context

from core.store.tables import metadata

connection = context.config.attributes["connection"]
# The caller's transaction holds the lock and commits: all of an upgrade or nothing.
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()

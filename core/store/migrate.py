"""Schema versions: Alembic, run from the program itself, no command line and no ini file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.errors import ConfigError

_LOCK = 7_246_246  # any number, the same for all: one migration at a time on PostgreSQL


def config() -> Config:
    """Alembic's settings; the scripts travel inside the package."""
    found = Config()
    found.set_main_option("script_location", "core.store:migrations")
    found.set_main_option("path_separator", "os")
    return found


def upgrade(connection: sa.Connection) -> None:
    """Runs all missing migrations inside the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if state(connection) == "current":
        return
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def state(connection: sa.Connection) -> str:
    """Whether the schema is "current", "empty" or "behind"."""
    script = ScriptDirectory.from_config(config())
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return "empty"
    known = {revision.revision for revision in script.walk_revisions()}
    if found not in known:
        raise ConfigError(
            f"Die Datenbank (Stand {found}) stammt von einer neueren Version von Mahnwerk. "
            "Bitte das Programm aktualisieren."
        )
    return "current" if found == script.get_current_head() else "behind"

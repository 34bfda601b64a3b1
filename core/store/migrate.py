"""Schema versions: Alembic, run from the program itself, no command line and no ini file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.errors import ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"  # the newest migration; a test compares it with the scripts
_VERSIONS = sa.table("alembic_version", sa.column("version_num"))  # Alembic's own table
_LOCK = 7_246_246  # any number, the same for all: one migration at a time on PostgreSQL


def config() -> Config:
    """Alembic's settings; the scripts travel inside the package."""
    from alembic.config import Config

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
    upgrade_to(connection, "head")


def upgrade_to(connection: sa.Connection, revision: str) -> None:
    """Runs the migrations up to a revision inside the caller's transaction."""
    from alembic import command

    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)


def state(connection: sa.Connection) -> str:
    """Whether the schema is "current", "empty" or "behind"."""
    found = version(connection)
    if found in (HEAD, None):
        # The way of every command: it needs no Alembic, whose import costs more than a query.
        return "current" if found else "empty"
    check_known(found)
    return "behind"


def check_known(revision: str) -> None:
    """Raises ConfigError unless this version of Mahnwerk knows the revision."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config())
    if revision not in {known.revision for known in script.walk_revisions()}:
        raise ConfigError(
            f"Der Datenbestand (Stand {revision}) stammt von einer neueren Version von Mahnwerk. "
            "Bitte das Programm aktualisieren.",
            en=f"The data (state {revision}) are of a newer version of Mahnwerk. "
            "Please update the program.",
        )


def version(connection: sa.Connection) -> str | None:
    """The revision that the database says it has; None before the first migration."""
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.execute(sa.select(_VERSIONS.c.version_num)).scalar()
    return found

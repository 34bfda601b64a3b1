"""The tables, functions and types of Procrastinate, the fleet's queue; on PostgreSQL only.

What is made stands in a copy of the pinned package's own file, so that migration 0006 stays what
it was when the package moves on. A later version of the package brings its steps with it; they
become a migration of ours, with a copy of their own.
"""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa

SCHEMA = "procrastinate_3_10_0.sql"
_TABLES = ("events", "periodic_defers", "jobs", "workers")
_FUNCTIONS = (
    "defer_jobs_v1", "defer_periodic_job_v2", "fetch_job_v2", "finish_job_v1", "cancel_job_v1",
    "retry_job_v1", "retry_job_v2", "notify_queue_job_inserted_v1", "notify_queue_abort_job_v1",
    "trigger_function_status_events_insert_v1", "trigger_function_status_events_update_v1",
    "trigger_function_scheduled_events_v1", "trigger_abort_requested_events_procedure_v1",
    "unlink_periodic_defers_v1", "register_worker_v1", "unregister_worker_v1",
    "update_heartbeat_v1", "prune_stalled_workers_v1",
)  # fmt: skip
_TYPES = ("job_to_defer_v1", "job_event_type", "job_status")


def make(connection: sa.Connection) -> None:
    """Runs the copied schema inside the migration's transaction; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    import psycopg  # not on SQLite, where most homes are

    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver for PostgreSQL
    text = (resources.files("core.store.migrations") / SCHEMA).read_bytes()
    raw.execute(text)  # not through SQLAlchemy, which would read its % as marks


def remove(connection: sa.Connection) -> None:
    """Drops what ``make`` made, with the jobs in it; the work itself stands in our own tables."""
    if connection.dialect.name != "postgresql":
        return
    for kind, names, behind in (
        ("FUNCTION", _FUNCTIONS, " CASCADE"),  # with the triggers that call them
        ("TABLE", _TABLES, ""),
        ("TYPE", _TYPES, ""),
    ):
        for name in names:
            connection.exec_driver_sql(f"DROP {kind} procrastinate_{name}{behind}")

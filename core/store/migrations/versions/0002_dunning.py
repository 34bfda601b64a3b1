"""Holds, runs, notices, deliveries, tasks, leases and the event log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c

revision = "0002"
down_revision = "0001"

_LIVING = sa.column("living", sa.Boolean)


def upgrade() -> None:
    _hold()
    _dunning_run()
    _run_verdicts()
    _notice()
    _notice_item()
    _delivery()
    _task()
    _lease()
    _event_head()
    _event_log()
    _event_payload()


def downgrade() -> None:
    for table in (
        "event_payload",
        "event_log",
        "event_head",
        "lease",
        "task",
        "delivery",
        "notice_item",
        "notice",
        "run_verdicts",
        "dunning_run",
        "hold",
    ):
        op.drop_table(table)


def _hold() -> None:
    op.create_table(
        "hold",
        c.owner(),
        c.key(),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("open_item_id", sa.BigInteger),
        c.text("reason"),
        c.text("author", 80),
        c.text("source_key", 200),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date),
        sa.Column("released_on", sa.Date),
        sa.Column("expected_minor", sa.BigInteger),
        c.refers("debtor", "debtor_id"),
        c.refers("open_item", "open_item_id"),
    )
    op.create_index("ix_hold_debtor", "hold", ["creditor_id", "debtor_id"])


def _dunning_run() -> None:
    op.create_table(
        "dunning_run",
        c.owner(),
        c.key(),
        sa.Column("on_date", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        c.json("procedures"),
        c.json("counts"),
        c.text("audit_head", 64),
    )


def _run_verdicts() -> None:
    op.create_table(
        "run_verdicts",
        c.owner(),
        sa.Column("run_id", sa.BigInteger, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        c.refers("dunning_run", "run_id"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        c.owner(),
        c.key(),
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("procedure", sa.String(40), nullable=False),
        sa.Column("procedure_version", sa.String(64), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        # "" = all items of the debtor together; else the first item of a per-invoice notice.
        sa.Column("scope", sa.String(24), nullable=False, server_default=""),
        sa.Column("living", sa.Boolean, nullable=False),
        sa.Column("automation", sa.String(8), nullable=False),
        sa.Column("issue_date", sa.Date, nullable=False),
        sa.Column("deadline", sa.Date),
        sa.Column("total_minor", sa.BigInteger, nullable=False),
        c.json("channels", "[]"),
        c.json("charges", "[]"),
        c.text("reason"),
        c.text("approved_hash", 64),
        c.text("approved_by", 80),
        sa.Column("approved_on", sa.Date),
        sa.Column("printed_on", sa.Date),
        sa.Column("sent_on", sa.Date),
        c.text("channel", 16),
        c.text("document"),
        c.refers("dunning_run", "run_id"),
        c.refers("debtor", "debtor_id"),
    )
    op.create_index(
        "uq_notice_living",
        "notice",
        ["creditor_id", "debtor_id", "currency", "procedure", "kind", "scope"],
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    )
    op.create_index("ix_notice_state", "notice", ["creditor_id", "state"])
    op.create_index("ix_notice_run", "notice", ["creditor_id", "run_id"])
    op.create_index("ix_notice_debtor", "notice", ["creditor_id", "debtor_id"])


def _notice_item() -> None:
    op.create_table(
        "notice_item",
        c.owner(),
        sa.Column("notice_id", sa.BigInteger, primary_key=True),
        sa.Column("open_item_id", sa.BigInteger, primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("cycle", sa.SmallInteger, nullable=False),
        sa.Column("living", sa.Boolean, nullable=False),
        c.flag("dropped"),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("invoice_date", sa.Date),
        sa.Column("due_date", sa.Date),
        sa.Column("total_minor", sa.BigInteger, nullable=False),
        sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
        c.refers("notice", "notice_id"),
        c.refers("open_item", "open_item_id"),
    )
    op.create_index(
        "uq_notice_item_living",
        "notice_item",
        ["creditor_id", "open_item_id", "level", "cycle"],
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    )
    op.create_index("ix_notice_item_item", "notice_item", ["creditor_id", "open_item_id"])


def _delivery() -> None:
    op.create_table(
        "delivery",
        c.owner(),
        c.key(),
        sa.Column("notice_id", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("living", sa.Boolean, nullable=False),
        c.text("lease_owner", 80),
        sa.Column("lease_until", sa.String(32)),
        c.text("message_id"),
        c.text("file"),
        c.text("reason"),
        sa.Column("reserved_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        c.refers("notice", "notice_id"),
    )
    op.create_index(
        "uq_delivery_living",
        "delivery",
        ["creditor_id", "notice_id", "channel", "recipient"],
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    )
    op.create_index("ix_delivery_notice", "delivery", ["creditor_id", "notice_id"])
    op.create_index("ix_delivery_state", "delivery", ["creditor_id", "state"])


def _task() -> None:
    op.create_table(
        "task",
        c.owner(),
        c.key(),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("notice_id", sa.BigInteger),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date),
        c.refers("debtor", "debtor_id"),
        c.refers("notice", "notice_id"),
    )


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("until_at", sa.String(32), nullable=False),
    )


def _event_head() -> None:
    op.create_table(
        "event_head",
        sa.Column("creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _event_log() -> None:
    op.create_table(
        "event_log",
        c.owner(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        c.json("refs"),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _event_payload() -> None:
    op.create_table(
        "event_payload",
        c.owner(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("payload", sa.Text, nullable=False),
    )

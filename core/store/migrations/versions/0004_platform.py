"""Live platforms: records as read, their own dunnings, and request budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c

revision = "0004"
down_revision = "0003"

_OPEN = sa.text("open")


def upgrade() -> None:
    _source_record()
    _platform_notice()
    op.create_table(
        "request_budget",
        c.owner(),
        sa.Column("connection_id", sa.BigInteger, primary_key=True),
        sa.Column("next_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("lanes", sa.Text, nullable=False, server_default="{}"),
        sa.Column("blocked_until", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
        c.refers("connection", "connection_id"),
    )


def downgrade() -> None:
    for name in ("request_budget", "platform_notice", "source_record"):
        op.drop_table(name)


def _source_record() -> None:
    op.create_table(
        "source_record",
        c.owner(),
        sa.Column("connection_id", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("external_id", sa.Text, primary_key=True),
        c.text("debtor"),
        sa.Column("dated", sa.Date),
        c.text("mark"),
        c.flag("open"),
        c.flag("payments_read"),
        c.json("record"),
        sa.Column("seen_at", sa.String(32), nullable=False),
        c.refers("connection", "connection_id"),
    )
    of_connection = ["creditor_id", "connection_id"]
    op.create_index("ix_source_record_debtor", "source_record", [*of_connection, "debtor"])
    op.create_index(
        "ix_source_record_open",
        "source_record",
        of_connection,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _platform_notice() -> None:
    op.create_table(
        "platform_notice",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        c.text("external_id"),
        sa.Column("open_item_id", sa.BigInteger),
        sa.Column("invoice", sa.Text, nullable=False),
        sa.Column("dated", sa.Date),
        c.text("title"),
        c.text("marker", 80),
        sa.Column("notice_id", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("sent_on", sa.Date),
        c.text("reason"),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        c.text("asked_at", 32),
        sa.Column("created_at", sa.String(32), nullable=False),
        c.refers("connection", "connection_id"),
        c.refers("open_item", "open_item_id"),
        c.refers("notice", "notice_id"),
    )
    for column in ("external_id", "marker"):
        name = column.removesuffix("_id")
        op.create_index(
            f"uq_platform_notice_{name}",
            "platform_notice",
            ["creditor_id", "connection_id", column],
            unique=True,
            sqlite_where=sa.text(f"{column} != ''"),
            postgresql_where=sa.text(f"{column} != ''"),
        )
    op.create_index("ix_platform_notice_item", "platform_notice", ["creditor_id", "open_item_id"])

"""Default, charges, agreements with debtors, and what a run decided from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c

revision = "0003"
down_revision = "0002"

# The one procedure that came with the program until now, as its notices name it, and its levels
# that were a Mahnung. What one's own files said of theirs was not kept: those count as none.
_STANDARD = "a7f485a65556290e2030222dadc80d97479d0a1358b983473ed8fffdd93eb489"
_MAHNUNG = (2, 3, 4)


def upgrade() -> None:
    op.add_column("open_item", sa.Column("delivered_on", sa.Date))
    charged = sa.Column("charged_minor", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("open_item", charged)
    op.add_column("open_item", c.json("reductions", "[]"))
    op.add_column("open_item", c.json("own"))
    op.add_column("hold", c.json("terms"))
    op.add_column("notice_item", sa.Column("default_since", sa.Date))
    op.add_column("notice_item", c.text("default_rule", 24))
    op.add_column("notice_item", c.flag("counts_as_mahnung"))
    op.add_column("notice_item", sa.Column("disputed_minor", sa.BigInteger))
    _earlier_mahnungen()
    op.add_column("task", c.text("source_key", 80))
    op.add_column("dunning_run", c.text("decisions_sha256", 64))
    _charge()
    _run_input()


def _earlier_mahnungen() -> None:
    """Without this nobody would be in default by a Mahnung that was sent before."""
    notice = sa.table("notice", *map(sa.column, ("creditor_id", "id", "procedure_version")))
    line = sa.table(
        "notice_item", *map(sa.column, ("creditor_id", "notice_id", "level", "counts_as_mahnung"))
    )
    of_standard = sa.exists().where(
        notice.c.creditor_id == line.c.creditor_id,
        notice.c.id == line.c.notice_id,
        notice.c.procedure_version == _STANDARD,
    )
    counts = sa.update(line).where(line.c.level.in_(_MAHNUNG), of_standard)
    op.execute(counts.values(counts_as_mahnung=sa.true()))


def downgrade() -> None:
    op.drop_table("run_input")
    op.drop_table("charge")
    op.drop_column("dunning_run", "decisions_sha256")
    op.drop_column("task", "source_key")
    for name in ("disputed_minor", "counts_as_mahnung", "default_rule", "default_since"):
        op.drop_column("notice_item", name)
    op.drop_column("hold", "terms")
    op.drop_column("open_item", "own")
    op.drop_column("open_item", "reductions")
    op.drop_column("open_item", "charged_minor")
    op.drop_column("open_item", "delivered_on")


def _charge() -> None:
    op.create_table(
        "charge",
        c.owner(),
        c.key(),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("notice_id", sa.BigInteger, nullable=False),
        sa.Column("open_item_id", sa.BigInteger),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        c.text("basis"),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settled_on", sa.Date),
        c.text("settled_by", 80),
        sa.Column("residual_id", sa.BigInteger),
        c.refers("debtor", "debtor_id"),
        c.refers("notice", "notice_id"),
        c.refers("open_item", "open_item_id"),
    )
    op.create_index("ix_charge_debtor", "charge", ["creditor_id", "debtor_id"])
    # The lump sum is owed once per claim, and interest of a claim is one growing figure.
    op.create_index(
        "uq_charge_item",
        "charge",
        ["creditor_id", "open_item_id", "kind"],
        unique=True,
        sqlite_where=sa.text("open_item_id IS NOT NULL AND state = 'open'"),
        postgresql_where=sa.text("open_item_id IS NOT NULL AND state = 'open'"),
    )


def _run_input() -> None:
    op.create_table(
        "run_input",
        c.owner(),
        sa.Column("run_id", sa.BigInteger, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        c.refers("dunning_run", "run_id"),
    )

"""Creditors, connections, debtors, their claims, and the rows they were computed from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c

revision = "0001"
down_revision = None

_OPEN = sa.column("outstanding_minor", sa.BigInteger) != 0


def upgrade() -> None:
    _creditor()
    _counter()
    _connection()
    _debtor()
    _open_item()
    _payment()
    _allocation()
    _import_batch()
    _posting()
    _opos_balance()
    _payment_term()
    _sundry_address()


def downgrade() -> None:
    for table in (
        "sundry_address",
        "payment_term",
        "opos_balance",
        "posting",
        "import_batch",
        "allocation",
        "payment",
        "open_item",
        "debtor",
        "connection",
        "counter",
        "creditor",
    ):
        op.drop_table(table)


def _creditor() -> None:
    op.create_table(
        "creditor",
        sa.Column("id", sa.String(40), primary_key=True),
        c.json("profile"),
        c.json("secrets"),
        c.flag("live"),
        c.flag("stopped"),
        sa.Column("created_at", sa.String(32), nullable=False),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        c.owner(),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
    )


def _connection() -> None:
    op.create_table(
        "connection",
        c.owner(),
        c.key(),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        c.json("settings"),
        c.json("secrets"),
        c.json("cursor"),
        sa.Column("booked_until", sa.Date),
        c.text("booked_source"),
        c.text("client", 40),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.Column("first_import_on", sa.Date),
        sa.UniqueConstraint("creditor_id", "name"),
    )


def _debtor() -> None:
    op.create_table(
        "debtor",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        c.json("record"),
        c.json("overrides"),
        sa.Column("last_notice_on", sa.Date),
        sa.Column("last_deadline", sa.Date),
        c.refers("connection", "connection_id"),
        sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
    )


def _open_item() -> None:
    op.create_table(
        "open_item",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("invoice_date", sa.Date),
        sa.Column("due_date", sa.Date),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total_minor", sa.BigInteger, nullable=False),
        sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("last_notice_on", sa.Date),
        sa.Column("cycle", sa.SmallInteger, nullable=False, server_default="1"),
        sa.Column("start_level", sa.SmallInteger, nullable=False, server_default="1"),
        c.flag("backlog"),
        c.flag("direct_debit"),
        c.flag("currency_unclear"),
        sa.Column("pending", sa.String(16), nullable=False, server_default="none"),
        c.json("facts"),
        sa.Column("settled_on", sa.Date),
        c.refers("connection", "connection_id"),
        c.refers("debtor", "debtor_id"),
        sa.UniqueConstraint("creditor_id", "external_id", "connection_id", "kind"),
    )
    op.create_index(
        "ix_open_item_open",
        "open_item",
        ["creditor_id", "debtor_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_open_item_number", "open_item", ["creditor_id", "number"])
    op.create_index("ix_open_item_debtor", "open_item", ["creditor_id", "debtor_id"])


def _payment() -> None:
    op.create_table(
        "payment",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("debtor_id", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("source", sa.String(16), nullable=False),
        c.text("text"),
        c.refers("connection", "connection_id"),
        c.refers("debtor", "debtor_id"),
        sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
    )
    op.create_index("ix_payment_debtor", "payment", ["creditor_id", "debtor_id"])


def _allocation() -> None:
    op.create_table(
        "allocation",
        c.owner(),
        sa.Column("payment_id", sa.BigInteger, primary_key=True),
        sa.Column("open_item_id", sa.BigInteger, primary_key=True),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        c.text("rule", 40),
        c.refers("payment", "payment_id"),
        c.refers("open_item", "open_item_id"),
    )
    op.create_index("ix_allocation_item", "allocation", ["creditor_id", "open_item_id"])


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        c.text("identity"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        c.json("info"),
        c.json("row_error_accounts", "[]"),
        c.flag("superseded"),
        sa.Column("imported_at", sa.String(32), nullable=False),
        c.refers("connection", "connection_id"),
    )
    op.create_index(
        "ix_import_batch_identity", "import_batch", ["creditor_id", "connection_id", "identity"]
    )


def _posting() -> None:
    op.create_table(
        "posting",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("content_key", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("item_key", sa.Text, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("effect_minor", sa.BigInteger, nullable=False),
        sa.Column("base_currency", sa.String(3), nullable=False),
        sa.Column("base_effect_minor", sa.BigInteger, nullable=False),
        c.flag("has_guid"),
        c.json("record"),
        c.refers("connection", "connection_id"),
        c.refers("import_batch", "batch_id"),
        sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
    )
    op.create_index("ix_posting_account", "posting", ["creditor_id", "connection_id", "account"])
    op.create_index("ix_posting_batch", "posting", ["creditor_id", "batch_id"])
    op.create_index(
        "ix_posting_content", "posting", ["creditor_id", "connection_id", "content_key"]
    )


def _opos_balance() -> None:
    op.create_table(
        "opos_balance",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("item_key", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
        c.json("record"),
        c.refers("connection", "connection_id"),
        c.refers("import_batch", "batch_id"),
    )
    op.create_index(
        "ix_opos_balance_account", "opos_balance", ["creditor_id", "connection_id", "account"]
    )


def _payment_term() -> None:
    op.create_table(
        "payment_term",
        c.owner(),
        sa.Column("connection_id", sa.BigInteger, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        c.json("record"),
        c.refers("connection", "connection_id"),
    )


def _sundry_address() -> None:
    op.create_table(
        "sundry_address",
        c.owner(),
        sa.Column("connection_id", sa.BigInteger, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        c.json("record"),
        c.refers("connection", "connection_id"),
    )

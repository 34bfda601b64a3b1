"""Tables of creditors, their debtors and their books."""

from __future__ import annotations

import sqlalchemy as sa

from core.store.tables.columns import (
    flag_column,
    id_column,
    json_column,
    metadata,
    owner_column,
    refers,
    text_column,
)

creditor = sa.Table(
    "creditor",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    json_column("profile"),
    json_column("secrets"),  # name -> encrypted value
    flag_column("live"),
    flag_column("stopped"),
    sa.Column("created_at", sa.String(32), nullable=False),
)

counter = sa.Table(
    "counter",
    metadata,
    owner_column(),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("next", sa.BigInteger, nullable=False),
)

connection = sa.Table(
    "connection",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    json_column("settings"),
    json_column("secrets"),
    json_column("cursor"),
    sa.Column("booked_until", sa.Date),
    text_column("booked_source"),
    text_column("client", 40),
    sa.Column("created_on", sa.Date, nullable=False),
    sa.Column("first_import_on", sa.Date),
    sa.UniqueConstraint("creditor_id", "name"),
)

debtor = sa.Table(
    "debtor",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),  # account as the user knows it
    sa.Column("name", sa.Text, nullable=False),
    json_column("record"),  # DebtorRecord as synced
    json_column("overrides"),  # what the user set; survives every sync
    sa.Column("last_notice_on", sa.Date),
    sa.Column("last_deadline", sa.Date),
    sa.Column("last_word_on", sa.Date),  # a notice that was taken back, or its apology
    # Addresses of ``bad_address`` that count, a line each: what every reader of a debtor asks for.
    text_column("bad_emails"),
    refers("connection", "connection_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)

open_item = sa.Table(
    "open_item",
    metadata,
    owner_column(),
    id_column(),
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
    flag_column("backlog"),
    flag_column("direct_debit"),
    flag_column("currency_unclear"),
    sa.Column("pending", sa.String(16), nullable=False, server_default="none"),
    json_column("facts"),  # for explain: rule of the due date, file and row, references
    sa.Column("settled_on", sa.Date),
    sa.Column("delivered_on", sa.Date),
    sa.Column("charged_minor", sa.BigInteger, nullable=False, server_default="0"),
    json_column("reductions", "[]"),  # [day, minor units]: see ``Reduction``
    json_column("own"),  # ItemFacts: what a person said; survives every sync
    text_column("number_key"),  # what the same claim on another connection is found by
    refers("connection", "connection_id"),
    refers("debtor", "debtor_id"),
    sa.UniqueConstraint("creditor_id", "external_id", "connection_id", "kind"),
)
sa.Index(
    "ix_open_item_open",
    open_item.c.creditor_id,
    open_item.c.debtor_id,
    sqlite_where=open_item.c.outstanding_minor != 0,
    postgresql_where=open_item.c.outstanding_minor != 0,
)
sa.Index("ix_open_item_number", open_item.c.creditor_id, open_item.c.number)
sa.Index(
    "ix_open_item_number_key",
    open_item.c.creditor_id,
    open_item.c.number_key,
    open_item.c.connection_id,
)
sa.Index("ix_open_item_debtor", open_item.c.creditor_id, open_item.c.debtor_id)

payment = sa.Table(
    "payment",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),  # received; negative: went back
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("source", sa.String(16), nullable=False),  # platform | local
    text_column("text"),
    refers("connection", "connection_id"),
    refers("debtor", "debtor_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)
sa.Index("ix_payment_debtor", payment.c.creditor_id, payment.c.debtor_id)

allocation = sa.Table(
    "allocation",
    metadata,
    owner_column(),
    sa.Column("payment_id", sa.BigInteger, primary_key=True),
    sa.Column("open_item_id", sa.BigInteger, primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    text_column("rule", 40),  # which rule placed it: number | reference | amount | local
    refers("payment", "payment_id"),
    refers("open_item", "open_item_id"),
)
sa.Index("ix_allocation_item", allocation.c.creditor_id, allocation.c.open_item_id)

import_batch = sa.Table(
    "import_batch",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("category", sa.String(24), nullable=False),
    text_column("identity"),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    json_column("info"),  # BatchInfo
    json_column("row_error_accounts", "[]"),
    flag_column("superseded"),
    sa.Column("imported_at", sa.String(32), nullable=False),
    refers("connection", "connection_id"),
)
sa.Index("ix_import_batch_identity", import_batch.c.creditor_id, import_batch.c.connection_id,
         import_batch.c.identity)  # fmt: skip

posting = sa.Table(
    "posting",
    metadata,
    owner_column(),
    id_column(),
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
    flag_column("has_guid"),
    json_column("record"),  # the rest of the Posting
    refers("connection", "connection_id"),
    refers("import_batch", "batch_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)
sa.Index("ix_posting_account", posting.c.creditor_id, posting.c.connection_id, posting.c.account)
sa.Index("ix_posting_batch", posting.c.creditor_id, posting.c.batch_id)
sa.Index("ix_posting_content", posting.c.creditor_id, posting.c.connection_id,
         posting.c.content_key)  # fmt: skip

opos_balance = sa.Table(
    "opos_balance",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("batch_id", sa.BigInteger, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("item_key", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
    json_column("record"),
    refers("connection", "connection_id"),
    refers("import_batch", "batch_id"),
)
sa.Index("ix_opos_balance_account", opos_balance.c.creditor_id, opos_balance.c.connection_id,
         opos_balance.c.account)  # fmt: skip

payment_term = sa.Table(
    "payment_term",
    metadata,
    owner_column(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    json_column("record"),
    refers("connection", "connection_id"),
)

sundry_address = sa.Table(
    "sundry_address",
    metadata,
    owner_column(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    json_column("record"),
    refers("connection", "connection_id"),
)

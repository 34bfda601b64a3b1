"""Tables. Keys and foreign keys are composite (creditor, id): nothing crosses two creditors.

Money is BIGINT minor units beside its currency; days are DATE; instants are ISO 8601 UTC text;
structured extras are JSON text. No Numeric and no Float column anywhere (architecture §4.1). Text that
comes from outside has no length limit: PostgreSQL would refuse what SQLite takes.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner() -> sa.Column[str]:
    return sa.Column(
        "creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True, nullable=False
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False, nullable=False)


def _refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["creditor_id", column], [f"{table}.creditor_id", f"{table}.id"])


def _json(name: str, default: str = "{}") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


creditor = sa.Table(
    "creditor",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    _json("profile"),
    _json("secrets"),  # name -> encrypted value
    _flag("live"),
    _flag("stopped"),
    sa.Column("created_at", sa.String(32), nullable=False),
)

counter = sa.Table(
    "counter",
    metadata,
    _owner(),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("next", sa.BigInteger, nullable=False),
)

connection = sa.Table(
    "connection",
    metadata,
    _owner(),
    _id(),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    _json("settings"),
    _json("secrets"),
    _json("cursor"),
    sa.Column("booked_until", sa.Date),
    _text("booked_source"),
    _text("client", 40),
    sa.Column("created_on", sa.Date, nullable=False),
    sa.Column("first_import_on", sa.Date),
    sa.UniqueConstraint("creditor_id", "name"),
)

debtor = sa.Table(
    "debtor",
    metadata,
    _owner(),
    _id(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),  # account as the user knows it
    sa.Column("name", sa.Text, nullable=False),
    _json("record"),  # DebtorRecord as synced
    _json("overrides"),  # what the user set; survives every sync
    sa.Column("last_notice_on", sa.Date),
    sa.Column("last_deadline", sa.Date),
    _refers("connection", "connection_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)

open_item = sa.Table(
    "open_item",
    metadata,
    _owner(),
    _id(),
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
    _flag("backlog"),
    _flag("direct_debit"),
    _flag("currency_unclear"),
    sa.Column("pending", sa.String(16), nullable=False, server_default="none"),
    _json("facts"),  # for explain: rule of the due date, file and row, references
    sa.Column("settled_on", sa.Date),
    _refers("connection", "connection_id"),
    _refers("debtor", "debtor_id"),
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
sa.Index("ix_open_item_debtor", open_item.c.creditor_id, open_item.c.debtor_id)

payment = sa.Table(
    "payment",
    metadata,
    _owner(),
    _id(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),  # received, positive
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("source", sa.String(16), nullable=False),  # platform | local
    _text("text"),
    _refers("connection", "connection_id"),
    _refers("debtor", "debtor_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)
sa.Index("ix_payment_debtor", payment.c.creditor_id, payment.c.debtor_id)

allocation = sa.Table(
    "allocation",
    metadata,
    _owner(),
    sa.Column("payment_id", sa.BigInteger, primary_key=True),
    sa.Column("open_item_id", sa.BigInteger, primary_key=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    _text("rule", 40),  # which rule placed it: number | reference | amount | local
    _refers("payment", "payment_id"),
    _refers("open_item", "open_item_id"),
)
sa.Index("ix_allocation_item", allocation.c.creditor_id, allocation.c.open_item_id)

import_batch = sa.Table(
    "import_batch",
    metadata,
    _owner(),
    _id(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("category", sa.String(24), nullable=False),
    _text("identity"),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    _json("info"),  # BatchInfo
    _json("row_error_accounts", "[]"),
    _flag("superseded"),
    sa.Column("imported_at", sa.String(32), nullable=False),
    _refers("connection", "connection_id"),
)
sa.Index("ix_import_batch_identity", import_batch.c.creditor_id, import_batch.c.connection_id,
         import_batch.c.identity)  # fmt: skip

posting = sa.Table(
    "posting",
    metadata,
    _owner(),
    _id(),
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
    _flag("has_guid"),
    _json("record"),  # the rest of the Posting
    _refers("connection", "connection_id"),
    _refers("import_batch", "batch_id"),
    sa.UniqueConstraint("creditor_id", "connection_id", "external_id"),
)
sa.Index("ix_posting_account", posting.c.creditor_id, posting.c.connection_id, posting.c.account)
sa.Index("ix_posting_batch", posting.c.creditor_id, posting.c.batch_id)
sa.Index("ix_posting_content", posting.c.creditor_id, posting.c.connection_id,
         posting.c.content_key)  # fmt: skip

opos_balance = sa.Table(
    "opos_balance",
    metadata,
    _owner(),
    _id(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    sa.Column("batch_id", sa.BigInteger, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("item_key", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
    _json("record"),
    _refers("connection", "connection_id"),
    _refers("import_batch", "batch_id"),
)
sa.Index("ix_opos_balance_account", opos_balance.c.creditor_id, opos_balance.c.connection_id,
         opos_balance.c.account)  # fmt: skip

payment_term = sa.Table(
    "payment_term",
    metadata,
    _owner(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _json("record"),
    _refers("connection", "connection_id"),
)

sundry_address = sa.Table(
    "sundry_address",
    metadata,
    _owner(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    _json("record"),
    _refers("connection", "connection_id"),
)

hold = sa.Table(
    "hold",
    metadata,
    _owner(),
    _id(),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("open_item_id", sa.BigInteger),
    _text("reason"),
    _text("author", 80),
    _text("source_key", 200),  # stable key of a hold that a sync sets and takes away again
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("until_on", sa.Date),
    sa.Column("released_on", sa.Date),  # first day without it
    # Paid locally: the source agrees when the item's outstanding is not above this.
    sa.Column("expected_minor", sa.BigInteger),
    _refers("debtor", "debtor_id"),
    _refers("open_item", "open_item_id"),
)
sa.Index("ix_hold_debtor", hold.c.creditor_id, hold.c.debtor_id)

dunning_run = sa.Table(
    "dunning_run",
    metadata,
    _owner(),
    _id(),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # building | ready | failed
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32)),
    _json("procedures"),  # name -> version and content, as used
    _json("counts"),  # verdicts by reason
    _text("audit_head", 64),
)

run_verdicts = sa.Table(
    "run_verdicts",
    metadata,
    _owner(),
    sa.Column("run_id", sa.BigInteger, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # zlib of one JSON list
    _refers("dunning_run", "run_id"),
)

notice = sa.Table(
    "notice",
    metadata,
    _owner(),
    _id(),
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
    sa.Column("living", sa.Boolean, nullable=False),  # still a proposal (proposed/approved/held)
    sa.Column("automation", sa.String(8), nullable=False),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("deadline", sa.Date),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    _json("channels", "[]"),
    _json("charges", "[]"),
    _text("reason"),
    _text("approved_hash", 64),
    _text("approved_by", 80),
    sa.Column("approved_on", sa.Date),
    sa.Column("printed_on", sa.Date),
    sa.Column("sent_on", sa.Date),
    _text("channel", 16),
    _text("document"),
    _refers("dunning_run", "run_id"),
    _refers("debtor", "debtor_id"),
)
sa.Index(
    "uq_notice_living",
    notice.c.creditor_id,
    notice.c.debtor_id,
    notice.c.currency,
    notice.c.procedure,
    notice.c.kind,
    notice.c.scope,
    unique=True,
    sqlite_where=notice.c.living,
    postgresql_where=notice.c.living,
)
sa.Index("ix_notice_state", notice.c.creditor_id, notice.c.state)
sa.Index("ix_notice_run", notice.c.creditor_id, notice.c.run_id)
sa.Index("ix_notice_debtor", notice.c.creditor_id, notice.c.debtor_id)

notice_item = sa.Table(
    "notice_item",
    metadata,
    _owner(),
    sa.Column("notice_id", sa.BigInteger, primary_key=True),
    sa.Column("open_item_id", sa.BigInteger, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),  # 0 = a credit line
    sa.Column("cycle", sa.SmallInteger, nullable=False),
    sa.Column("living", sa.Boolean, nullable=False),
    _flag("dropped"),  # taken off by a person: no line of the notice any more
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("invoice_date", sa.Date),
    sa.Column("due_date", sa.Date),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
    _refers("notice", "notice_id"),
    _refers("open_item", "open_item_id"),
)
sa.Index(
    "uq_notice_item_living",
    notice_item.c.creditor_id,
    notice_item.c.open_item_id,
    notice_item.c.level,
    notice_item.c.cycle,
    unique=True,
    sqlite_where=notice_item.c.living,
    postgresql_where=notice_item.c.living,
)
sa.Index("ix_notice_item_item", notice_item.c.creditor_id, notice_item.c.open_item_id)

delivery = sa.Table(
    "delivery",
    metadata,
    _owner(),
    _id(),
    sa.Column("notice_id", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("living", sa.Boolean, nullable=False),  # False = failed or closed as not sent
    _text("lease_owner", 80),
    sa.Column("lease_until", sa.String(32)),
    _text("message_id"),
    _text("file"),
    _text("reason"),
    sa.Column("reserved_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32)),
    _refers("notice", "notice_id"),
)
sa.Index(
    "uq_delivery_living",
    delivery.c.creditor_id,
    delivery.c.notice_id,
    delivery.c.channel,
    delivery.c.recipient,
    unique=True,
    sqlite_where=delivery.c.living,
    postgresql_where=delivery.c.living,
)
sa.Index("ix_delivery_notice", delivery.c.creditor_id, delivery.c.notice_id)
sa.Index("ix_delivery_state", delivery.c.creditor_id, delivery.c.state)

task = sa.Table(
    "task",
    metadata,
    _owner(),
    _id(),
    sa.Column("kind", sa.String(24), nullable=False),  # hand_over
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_on", sa.Date, nullable=False),
    sa.Column("done_on", sa.Date),
    _refers("debtor", "debtor_id"),
    _refers("notice", "notice_id"),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("owner", sa.String(80), nullable=False),
    sa.Column("until_at", sa.String(32), nullable=False),
)

event_head = sa.Table(
    "event_head",
    metadata,
    sa.Column("creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

event_log = sa.Table(
    "event_log",
    metadata,
    _owner(),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    _json("refs"),  # ids only: what it is about
    sa.Column("payload_sha256", sa.String(64), nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

event_payload = sa.Table(
    "event_payload",
    metadata,
    _owner(),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payload", sa.Text, nullable=False),  # may be erased; the chain still verifies
)

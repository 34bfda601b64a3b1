"""Tables of holds, runs, notices, deliveries and the event log."""

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

hold = sa.Table(
    "hold",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("open_item_id", sa.BigInteger),
    text_column("reason"),
    text_column("author", 80),
    text_column("source_key", 200),  # stable key of a hold that a sync sets and takes away again
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("until_on", sa.Date),
    sa.Column("released_on", sa.Date),  # first day without it
    # Paid locally: the source agrees when the item's outstanding is not above this.
    sa.Column("expected_minor", sa.BigInteger),
    json_column("terms"),  # HoldTerms: what was promised, agreed or contested
    refers("debtor", "debtor_id"),
    refers("open_item", "open_item_id"),
)
sa.Index("ix_hold_debtor", hold.c.creditor_id, hold.c.debtor_id)

dunning_run = sa.Table(
    "dunning_run",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("on_date", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # building | ready | failed
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32)),
    json_column("procedures"),  # name -> version and content, as used
    json_column("counts"),  # verdicts by reason
    text_column("audit_head", 64),
    text_column("decisions_sha256", 64),  # of all decisions in order: what a replay must give
)

run_verdicts = sa.Table(
    "run_verdicts",
    metadata,
    owner_column(),
    sa.Column("run_id", sa.BigInteger, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # zlib of one JSON list
    refers("dunning_run", "run_id"),
)

run_input = sa.Table(
    "run_input",
    metadata,
    owner_column(),
    sa.Column("run_id", sa.BigInteger, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # zlib of JSON: what was decided from
    refers("dunning_run", "run_id"),
)

notice = sa.Table(
    "notice",
    metadata,
    owner_column(),
    id_column(),
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
    json_column("channels", "[]"),
    json_column("charges", "[]"),
    text_column("reason"),
    text_column("approved_hash", 64),
    text_column("approved_by", 80),
    sa.Column("approved_on", sa.Date),
    sa.Column("printed_on", sa.Date),
    sa.Column("sent_on", sa.Date),
    text_column("channel", 16),
    text_column("document"),
    refers("dunning_run", "run_id"),
    refers("debtor", "debtor_id"),
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
    owner_column(),
    sa.Column("notice_id", sa.BigInteger, primary_key=True),
    sa.Column("open_item_id", sa.BigInteger, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),  # 0 = a credit line
    sa.Column("cycle", sa.SmallInteger, nullable=False),
    sa.Column("living", sa.Boolean, nullable=False),
    flag_column("dropped"),  # taken off by a person: no line of the notice any more
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("invoice_date", sa.Date),
    sa.Column("due_date", sa.Date),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("outstanding_minor", sa.BigInteger, nullable=False),
    sa.Column("default_since", sa.Date),
    text_column("default_rule", 24),
    flag_column("counts_as_mahnung"),
    sa.Column("disputed_minor", sa.BigInteger),
    refers("notice", "notice_id"),
    refers("open_item", "open_item_id"),
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
    owner_column(),
    id_column(),
    sa.Column("notice_id", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("living", sa.Boolean, nullable=False),  # False = failed or closed as not sent
    text_column("lease_owner", 80),
    sa.Column("lease_until", sa.String(32)),
    text_column("message_id"),
    text_column("file"),
    text_column("reason"),
    sa.Column("reserved_at", sa.String(32), nullable=False),
    sa.Column("finished_at", sa.String(32)),
    refers("notice", "notice_id"),
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
sa.Index("ix_delivery_message", delivery.c.creditor_id, delivery.c.message_id)

task = sa.Table(
    "task",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("kind", sa.String(24), nullable=False),  # hand_over
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_on", sa.Date, nullable=False),
    sa.Column("done_on", sa.Date),
    text_column("source_key", 80),  # stable key of a task that a run sets once
    refers("debtor", "debtor_id"),
    refers("notice", "notice_id"),
)

charge = sa.Table(
    "charge",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("debtor_id", sa.BigInteger, nullable=False),
    sa.Column("notice_id", sa.BigInteger, nullable=False),
    sa.Column("open_item_id", sa.BigInteger),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    text_column("basis"),
    sa.Column("mode", sa.String(32), nullable=False),  # receivable | waive_when_principal_paid
    sa.Column("since", sa.Date, nullable=False),  # day its notice left
    # open | paid | waived | residual | withdrawn (its notice was taken back, or came back)
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("settled_on", sa.Date),
    text_column("settled_by", 80),
    # The open item that chases it when its principal is paid.
    sa.Column("residual_id", sa.BigInteger),
    refers("debtor", "debtor_id"),
    refers("notice", "notice_id"),
    refers("open_item", "open_item_id"),
)
sa.Index("ix_charge_debtor", charge.c.creditor_id, charge.c.debtor_id)
sa.Index(
    "uq_charge_item",
    charge.c.creditor_id,
    charge.c.open_item_id,
    charge.c.kind,
    unique=True,
    sqlite_where=sa.and_(charge.c.open_item_id.is_not(None), charge.c.state == "open"),
    postgresql_where=sa.and_(charge.c.open_item_id.is_not(None), charge.c.state == "open"),
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
    owner_column(),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    json_column("refs"),  # ids only: what it is about
    sa.Column("payload_sha256", sa.String(64), nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

event_payload = sa.Table(
    "event_payload",
    metadata,
    owner_column(),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payload", sa.Text, nullable=False),  # may be erased; the chain still verifies
)

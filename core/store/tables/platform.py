"""Tables of live platforms: their records as read, their dunnings, and their request budgets."""

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

# One row per record of the platform: the source of open items and debtors, never changed by us.
source_record = sa.Table(
    "source_record",
    metadata,
    owner_column(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),  # invoice | debtor | unread | bank_line
    sa.Column("external_id", sa.Text, primary_key=True),
    text_column("debtor"),  # external id of the debtor it belongs to
    sa.Column("dated", sa.Date),  # day of the invoice; value date of a bank line
    text_column("mark"),  # of a bank line: whether it is known whose it is
    flag_column("open"),  # an invoice of which something is outstanding
    flag_column("payments_read"),
    json_column("record"),
    sa.Column("seen_at", sa.String(32), nullable=False),  # when it was last read or changed
    refers("connection", "connection_id"),
)
sa.Index("ix_source_record_debtor", source_record.c.creditor_id, source_record.c.connection_id,
         source_record.c.debtor)  # fmt: skip
sa.Index(
    "ix_source_record_open",
    source_record.c.creditor_id,
    source_record.c.connection_id,
    sqlite_where=source_record.c.open,
    postgresql_where=source_record.c.open,
)

platform_notice = sa.Table(
    "platform_notice",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),
    text_column("external_id"),  # "" while we do not know whether the platform has it
    sa.Column("open_item_id", sa.BigInteger),
    sa.Column("invoice", sa.Text, nullable=False),
    sa.Column("dated", sa.Date),
    text_column("title"),
    text_column("marker", 80),  # ours; "" = made by a person on the platform
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("sent_on", sa.Date),  # of one that a person confirmed
    text_column("reason"),
    # Of an entry of our own: how often the platform was asked to make it, and when last.
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
    text_column("asked_at", 32),
    sa.Column("created_at", sa.String(32), nullable=False),
    refers("connection", "connection_id"),
    refers("open_item", "open_item_id"),
    refers("notice", "notice_id"),
)
sa.Index(
    "uq_platform_notice_external",
    platform_notice.c.creditor_id,
    platform_notice.c.connection_id,
    platform_notice.c.external_id,
    unique=True,
    sqlite_where=platform_notice.c.external_id != "",
    postgresql_where=platform_notice.c.external_id != "",
)
sa.Index(
    "uq_platform_notice_marker",
    platform_notice.c.creditor_id,
    platform_notice.c.connection_id,
    platform_notice.c.marker,
    unique=True,
    sqlite_where=platform_notice.c.marker != "",
    postgresql_where=platform_notice.c.marker != "",
)
sa.Index("ix_platform_notice_item", platform_notice.c.creditor_id, platform_notice.c.open_item_id)

request_budget = sa.Table(
    "request_budget",
    metadata,
    owner_column(),
    sa.Column("connection_id", sa.BigInteger, primary_key=True),
    # Microseconds UTC since 1970.
    sa.Column("next_at", sa.BigInteger, nullable=False, server_default="0"),  # next free place
    sa.Column("lanes", sa.Text, nullable=False, server_default="{}"),  # lane -> when it last asked
    sa.Column("blocked_until", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),  # in a row
    refers("connection", "connection_id"),
)

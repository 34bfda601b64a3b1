"""Tables of what comes in from outside, and of the unattended work."""

from __future__ import annotations

import sqlalchemy as sa

from core.store.tables.columns import (
    id_column,
    json_column,
    metadata,
    owner_column,
    refers,
    text_column,
)

hook = sa.Table(
    "hook",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("kind", sa.String(16), nullable=False),  # platform | inbound | returned_mail
    # 0 = none: returned mails belong to the creditor.
    sa.Column("connection_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("token_sha256", sa.String(64), nullable=False),
    text_column("token"),  # encrypted, to be shown again
    text_column("secret"),  # encrypted
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("ended_at", sa.String(32)),
)
sa.Index("uq_hook_token", hook.c.token_sha256, unique=True)
sa.Index(
    "uq_hook_living",
    hook.c.creditor_id,
    hook.c.kind,
    hook.c.connection_id,
    unique=True,
    sqlite_where=hook.c.ended_at.is_(None),
    postgresql_where=hook.c.ended_at.is_(None),
)

inbox_event = sa.Table(
    "inbox_event",
    metadata,
    owner_column(),
    id_column(),
    sa.Column("connection_id", sa.BigInteger, nullable=False),  # 0 = none
    sa.Column("event_key", sa.Text, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("change", sa.String(16), nullable=False),
    text_column("external_id"),
    text_column("organization"),
    text_column("mode", 16),
    sa.Column("event_at", sa.String(32), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("received_at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # new | done | failed
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", sa.String(32), nullable=False),
    text_column("reason"),
    sa.Column("finished_at", sa.String(32)),
)
sa.Index(
    "uq_inbox_event_key",
    inbox_event.c.creditor_id,
    inbox_event.c.connection_id,
    inbox_event.c.event_key,
    unique=True,
)
sa.Index(
    "ix_inbox_event_new",
    inbox_event.c.creditor_id,
    inbox_event.c.connection_id,
    inbox_event.c.next_at,
    sqlite_where=inbox_event.c.state == "new",
    postgresql_where=inbox_event.c.state == "new",
)

work_state = sa.Table(
    "work_state",
    metadata,
    owner_column(),
    text_column("ran_on", 10),
    text_column("advanced_at", 32),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    text_column("next_at", 32),
    text_column("error"),
    text_column("mail_at", 32),
    sa.Column("mail_failures", sa.Integer, nullable=False, server_default="0"),
)

worker_seen = sa.Table(
    "worker_seen",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # loop | fleet
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("seen_at", sa.String(32), nullable=False),
)

# One-time links to the approval page, and the sessions that they open. Only digests are kept.
web_login = sa.Table(
    "web_login",
    metadata,
    owner_column(),
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # link | session
    sa.Column("person", sa.Text, nullable=False),  # in whose name things are done
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("ended_at", sa.String(32)),  # used, or logged out
)

api_token = sa.Table(
    "api_token",
    metadata,
    owner_column(),
    sa.Column("jti", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    json_column("scopes", "[]"),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("revoked_at", sa.String(32)),
)

# Mail addresses that a mail server said for good that it does not know.
bad_address = sa.Table(
    "bad_address",
    metadata,
    owner_column(),
    sa.Column("debtor_id", sa.BigInteger, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),  # in lower case
    text_column("reason"),
    sa.Column("since_on", sa.Date, nullable=False),
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("ended_on", sa.Date),  # a person says that it is right
    refers("debtor", "debtor_id"),
)

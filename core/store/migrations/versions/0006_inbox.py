"""What comes in from outside, the unattended work, and who may look in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c
from core.store.migrations import procrastinate

revision = "0006"
down_revision = "0005"
_NOTICE = sa.table("notice", *(sa.column(name) for name in ("kind", "state", "living")))
_CHARGE = sa.table("charge", sa.column("state"))


def upgrade() -> None:
    _hook()
    _inbox_event()
    _work()
    _people()
    _what_comes_back()
    procrastinate.make(op.get_bind())


def downgrade() -> None:
    procrastinate.remove(op.get_bind())
    _nothing_comes_back()
    for name in (
        "bad_address",
        "api_token",
        "web_login",
        "worker_seen",
        "work_state",
        "inbox_event",
        "hook",
    ):
        op.drop_table(name)


def _hook() -> None:
    op.create_table(
        "hook",
        c.owner(),
        c.key(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("connection_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        c.text("token"),
        c.text("secret"),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
    )
    op.create_index("uq_hook_token", "hook", ["token_sha256"], unique=True)
    living = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_hook_living",
        "hook",
        ["creditor_id", "kind", "connection_id"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )


def _inbox_event() -> None:
    op.create_table(
        "inbox_event",
        c.owner(),
        c.key(),
        sa.Column("connection_id", sa.BigInteger, nullable=False),
        sa.Column("event_key", sa.Text, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("change", sa.String(16), nullable=False),
        c.text("external_id"),
        c.text("organization"),
        c.text("mode", 16),
        sa.Column("event_at", sa.String(32), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", sa.String(32), nullable=False),
        c.text("reason"),
        sa.Column("finished_at", sa.String(32)),
    )
    of_connection = ["creditor_id", "connection_id"]
    op.create_index("uq_inbox_event_key", "inbox_event", [*of_connection, "event_key"], unique=True)
    new = sa.text("state = 'new'")
    op.create_index(
        "ix_inbox_event_new",
        "inbox_event",
        [*of_connection, "next_at"],
        sqlite_where=new,
        postgresql_where=new,
    )


def _work() -> None:
    op.create_table(
        "work_state",
        c.owner(),
        c.text("ran_on", 10),
        c.text("advanced_at", 32),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        c.text("next_at", 32),
        c.text("error"),
        c.text("mail_at", 32),
        sa.Column("mail_failures", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "worker_seen",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )


def _people() -> None:
    op.create_table(
        "web_login",
        c.owner(),
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
    )
    op.create_table(
        "api_token",
        c.owner(),
        sa.Column("jti", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        c.json("scopes", "[]"),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("revoked_at", sa.String(32)),
    )
    op.create_table(
        "bad_address",
        c.owner(),
        sa.Column("debtor_id", sa.BigInteger, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        c.text("reason"),
        sa.Column("since_on", sa.Date, nullable=False),
        sa.Column("notice_id", sa.BigInteger),
        sa.Column("ended_on", sa.Date),
        c.refers("debtor", "debtor_id"),
    )


def _what_comes_back() -> None:
    op.add_column("debtor", sa.Column("last_word_on", sa.Date))
    op.add_column("debtor", c.text("bad_emails"))
    op.create_index("ix_delivery_message", "delivery", ["creditor_id", "message_id"])


def _nothing_comes_back() -> None:
    """The version before knows no letter that takes another one back: what waits of them never
    leaves, what has left stays in the history as a note of no level.
    """
    op.execute(
        sa.update(_NOTICE)
        .where(_NOTICE.c.kind == "apology", _NOTICE.c.living)
        .values(state="withdrawn", living=False)
    )
    op.execute(sa.update(_NOTICE).where(_NOTICE.c.kind == "apology").values(kind="plan"))
    op.execute(sa.update(_CHARGE).where(_CHARGE.c.state == "withdrawn").values(state="waived"))
    op.drop_index("ix_delivery_message", "delivery")
    op.drop_column("debtor", "bad_emails")
    op.drop_column("debtor", "last_word_on")

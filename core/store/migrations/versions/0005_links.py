"""The same debtor and the same claim on several connections: what a person decided of them."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from core.store.migrations import columns as c

revision = "0005"
down_revision = "0004"

_HOLD = sa.table("hold", sa.column("kind"))
_SOURCE = sa.table("source_record", sa.column("kind"))
_CONNECTION = sa.table("connection", *map(sa.column, ("booked_until", "booked_source")))
_ITEM = sa.table("open_item", *map(sa.column, ("creditor_id", "id", "number", "number_key")))
_STEP = 2000


def upgrade() -> None:
    op.add_column("open_item", c.text("number_key"))
    _fill_keys()
    op.create_index(
        "ix_open_item_number_key", "open_item", ["creditor_id", "number_key", "connection_id"]
    )
    op.create_table(
        "debtor_link",
        c.owner(),
        sa.Column("debtor_id", sa.BigInteger, primary_key=True),
        sa.Column("head_id", sa.BigInteger, nullable=False),
        c.text("linked_by"),
        sa.Column("linked_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        c.refers("debtor", "debtor_id"),
        c.refers("debtor", "head_id"),
    )
    op.create_index("ix_debtor_link_head", "debtor_link", ["creditor_id", "head_id"])
    op.create_table(
        "debtor_apart",
        c.owner(),
        sa.Column("debtor_id", sa.BigInteger, primary_key=True),
        sa.Column("other_id", sa.BigInteger, primary_key=True),
        c.text("decided_by"),
        sa.Column("decided_at", sa.String(32), nullable=False),
        c.refers("debtor", "debtor_id"),
        c.refers("debtor", "other_id"),
    )
    op.create_table(
        "claim_decision",
        c.owner(),
        sa.Column("item_id", sa.BigInteger, primary_key=True),
        sa.Column("other_id", sa.BigInteger, primary_key=True),
        c.flag("same"),
        c.text("decided_by"),
        sa.Column("decided_at", sa.String(32), nullable=False),
        c.refers("open_item", "item_id"),
        c.refers("open_item", "other_id"),
    )
    op.create_index("ix_claim_decision_other", "claim_decision", ["creditor_id", "other_id"])


def downgrade() -> None:
    _hold_without_bank()
    for name in ("claim_decision", "debtor_apart", "debtor_link"):
        op.drop_table(name)
    op.drop_index("ix_open_item_number_key", "open_item")
    op.drop_column("open_item", "number_key")


def _hold_without_bank() -> None:
    """The version before knows neither money that nobody has assigned, nor money that went back,
    nor a bank feed: what they held stays held until a person releases it, and a person says how
    far money is booked.
    """
    unknown = _HOLD.c.kind.in_(("unassigned_money", "money_returned"))
    op.execute(sa.update(_HOLD).where(unknown).values(kind="manual"))
    op.execute(sa.delete(_SOURCE).where(_SOURCE.c.kind == "bank_line"))
    op.execute(
        sa.update(_CONNECTION)
        .where(_CONNECTION.c.booked_source == "platform")
        .values(booked_until=None, booked_source="")
    )


def _key(number: str) -> str:
    cut = "".join(number.upper().split())[-12:]
    return re.sub(r"[^A-Z0-9]", "", cut)[-8:]


def _fill_keys() -> None:
    """As ``core.domain.same_claim.claim_key`` was when this was written."""
    db = op.get_bind()
    known = db.execute(sa.select(_ITEM.c.creditor_id, _ITEM.c.id, _ITEM.c.number)).all()
    keyed = [
        {"b_creditor": creditor, "b_id": id_, "b_key": _key(number)}
        for creditor, id_, number in known
        if number
    ]
    update = (
        sa.update(_ITEM)
        .where(
            _ITEM.c.creditor_id == sa.bindparam("b_creditor"), _ITEM.c.id == sa.bindparam("b_id")
        )
        .values(number_key=sa.bindparam("b_key"))
    )
    for start in range(0, len(keyed), _STEP):
        db.execute(update, keyed[start : start + _STEP])

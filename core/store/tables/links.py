"""Tables of what a person decided: which debtors, and which claims, are the same or are not."""

from __future__ import annotations

import sqlalchemy as sa

from core.store.tables.columns import flag_column, metadata, owner_column, refers, text_column

# Debtors that are one customer. The head stands for all of them, and has no row of its own. A link
# that has ended is kept: notices to its head are still part of the debtor's history.
debtor_link = sa.Table(
    "debtor_link",
    metadata,
    owner_column(),
    sa.Column("debtor_id", sa.BigInteger, primary_key=True),
    sa.Column("head_id", sa.BigInteger, nullable=False),
    text_column("linked_by"),
    sa.Column("linked_at", sa.String(32), nullable=False),
    sa.Column("ended_at", sa.String(32)),
    refers("debtor", "debtor_id"),
    refers("debtor", "head_id"),
)
sa.Index("ix_debtor_link_head", debtor_link.c.creditor_id, debtor_link.c.head_id)

# Two debtors that are not one customer, however alike they look; the lower id first.
debtor_apart = sa.Table(
    "debtor_apart",
    metadata,
    owner_column(),
    sa.Column("debtor_id", sa.BigInteger, primary_key=True),
    sa.Column("other_id", sa.BigInteger, primary_key=True),
    text_column("decided_by"),
    sa.Column("decided_at", sa.String(32), nullable=False),
    refers("debtor", "debtor_id"),
    refers("debtor", "other_id"),
)

# Two items of different connections that are one claim, or are not; the lower id first.
claim_decision = sa.Table(
    "claim_decision",
    metadata,
    owner_column(),
    sa.Column("item_id", sa.BigInteger, primary_key=True),
    sa.Column("other_id", sa.BigInteger, primary_key=True),
    flag_column("same"),
    text_column("decided_by"),
    sa.Column("decided_at", sa.String(32), nullable=False),
    refers("open_item", "item_id"),
    refers("open_item", "other_id"),
)
sa.Index("ix_claim_decision_other", claim_decision.c.creditor_id, claim_decision.c.other_id)

"""Columns that many tables share, as the first migrations wrote them: never changed again."""

from __future__ import annotations

import sqlalchemy as sa


def owner() -> sa.Column[str]:
    return sa.Column(
        "creditor_id", sa.String(40), sa.ForeignKey("creditor.id"), primary_key=True, nullable=False
    )


def key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False, nullable=False)


def refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["creditor_id", column], [f"{table}.creditor_id", f"{table}.id"])


def json(name: str, default: str = "{}") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default="")


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())

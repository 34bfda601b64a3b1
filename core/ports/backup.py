"""Backups: what the store gives of itself, and how it is filled again.

Rows are lists of what JSON knows, in the order of the named columns: days as ISO text, bytes as
Base64. They are the same whichever database they come from, so that either can take them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from core.ports.store import Tx

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class CreditorMark:
    """Where a creditor's event log stood."""

    id: str
    name: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table and its columns, in the order of the values of its rows."""

    name: str
    columns: tuple[str, ...]


class Snapshot(Protocol):
    """One moment of the store; nothing that others write meanwhile is seen."""

    database: str  # sqlite | postgresql
    schema: str  # revision

    def creditors(self) -> list[CreditorMark]: ...
    def tables(self) -> list[TableShape]:
        """All that is kept; a table comes after those that it refers to."""
        ...

    def rows(self, table: str) -> Iterator[list[Value]]:
        """In the order of the key, which is the same on every database."""
        ...


class Refill(Protocol):
    """An empty database with the schema of the backup, in one transaction."""

    def add(self, table: TableShape, rows: Sequence[Sequence[Value]]) -> None:
        """Raises DataRefused when table or columns are not those of that schema."""
        ...

    def finish(self) -> Tx:
        """Brings the schema up to date; the same transaction, by its repositories."""
        ...


class BackupStore(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Raises ConfigError: there is nothing yet."""
        ...

    def refill(self, schema: str) -> AbstractContextManager[Refill]:
        """Everything is stored when the block ends without an exception, else nothing.

        Raises:
            ConfigError: the schema is of a newer version.
            UsageError: the database is not empty.

        """
        ...

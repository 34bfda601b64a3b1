"""Claims that stand on several connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from core.domain.model import CreditorId, ItemId, OpenItem, Twin


class TwinRepo(Protocol):
    """The same claim, or what may be it, on other connections of the creditor (ADR 0028)."""

    def of(
        self, creditor: CreditorId, items: Iterable[OpenItem], *, lock: bool = False
    ) -> Mapping[ItemId, tuple[Twin, ...]]:
        """By item what other connections have of it, the leading one first; most have nothing.

        ``lock``: nobody changes it until the transaction ends.
        """
        ...

    def decisions(self, creditor: CreditorId) -> Mapping[tuple[ItemId, ItemId], bool]:
        """What a person said of two items, the lower id first: the same claim, or not."""
        ...

    def decide(
        self, creditor: CreditorId, one: ItemId, other: ItemId, by: str, at: datetime, *, same: bool
    ) -> None:
        """Keeps what a person said of two items, in place of what was said before."""
        ...

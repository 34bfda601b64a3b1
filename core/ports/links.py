"""Which debtors of a creditor are one customer, as a person decided it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.model import CreditorId, DebtorId


class DebtorLinkRepo(Protocol):
    """A group is a head and its members. The head's data counts; every group has one account.

    Asking for the account, holds, notices, charges or tasks of one of them answers for all of
    them, in every repository.
    """

    def heads(self, creditor: CreditorId) -> Mapping[DebtorId, DebtorId]:
        """The head of every member. Heads, and debtors without a link, are not in it."""
        ...

    def group(self, creditor: CreditorId, debtor: DebtorId) -> tuple[DebtorId, ...]:
        """All debtors of his group, the head first, then by id; himself alone without one."""
        ...

    def link(
        self,
        creditor: CreditorId,
        debtors: Sequence[DebtorId],
        head: DebtorId,
        by: str,
        at: datetime,
    ) -> None:
        """Makes them members of the head. Members of theirs become members of the head too.

        Raises:
            RuleError: one of them is the head, or the head is a member of another group.
        """
        ...

    def unlink(self, creditor: CreditorId, debtors: Sequence[DebtorId], at: datetime) -> None:
        """Ends the links of those members. Each keeps the contacts of the group, and gets back
        charges and holds on his own items.
        """
        ...

    def withdraw(
        self, creditor: CreditorId, debtors: Sequence[DebtorId], reason: str
    ) -> Sequence[int]:
        """Withdraws proposals and approved notices to them that nothing has left of; their ids."""
        ...

    def keep_apart(
        self, creditor: CreditorId, debtor: DebtorId, other: DebtorId, by: str, at: datetime
    ) -> None:
        """Notes that those two are not one customer."""
        ...

    def no_longer_apart(
        self, creditor: CreditorId, debtors: Sequence[DebtorId]
    ) -> Sequence[tuple[DebtorId, DebtorId]]:
        """Forgets that any two of them are to be kept apart; the pairs that were."""
        ...

    def apart(self, creditor: CreditorId) -> list[tuple[DebtorId, DebtorId]]:
        """Pairs that are not one customer, the lower id first."""
        ...

"""What a notice leaves behind in the store when it is taken back after it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.domain.model import Charge, CreditorId, DebtorId, ItemId, Notice, NoticeId


@dataclass(frozen=True, slots=True)
class ApologyDraft:
    """What an apology is made of: the notice that it takes back, and by which channels it goes."""

    taken_back: Notice
    channels: tuple[str, ...]
    on: date


class TakenBackRepo(Protocol):
    def add_apology(self, creditor: CreditorId, draft: ApologyDraft) -> NoticeId:
        """A proposal of the kind apology; its lines demand nothing."""
        ...

    def apologies(self, creditor: CreditorId, notice: NoticeId) -> list[NoticeId]:
        """Those that take this notice back, in the order in which they were made."""
        ...

    def set_level(self, creditor: CreditorId, item: ItemId, level: int, on: date | None) -> None:
        """Level of an item and day of its last notice, as what is left of its history says."""
        ...

    def set_contact(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        taken: tuple[date | None, date | None],
        left: tuple[date | None, date | None],
    ) -> None:
        """Day and deadline of a notice that does not count any more (``taken``) give way to those
        of the notices that are ``left``, of the debtor and of all that he is linked with. Where
        something later was noted, that stands.
        """
        ...

    def record_word(self, creditor: CreditorId, debtor: DebtorId, on: date) -> None:
        """A contact that starts no interval of a level (``Account.last_word_on``)."""
        ...

    def set_charge(
        self, creditor: CreditorId, charge: int, notice: NoticeId, to: Charge, on: date
    ) -> None:
        """An open charge is again what an earlier notice, which left on that day, made it."""
        ...

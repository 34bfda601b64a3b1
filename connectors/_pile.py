"""What the next batch is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.platform_records import (
    Batch,
    Cursor,
    InvoiceRecord,
    PlatformNotice,
    Progress,
    Unread,
)
from core.domain.records import DebtorRecord
from core.errors import Problem

READS = 25  # documents read for one batch: what a kill costs at most
ROWS = 100  # records of one batch that cost no request: what one transaction takes


@dataclass(slots=True)
class Pile:
    """Collects records until they are a batch."""

    invoices: list[InvoiceRecord] = field(default_factory=list)
    debtors: list[DebtorRecord] = field(default_factory=list)
    notices: list[PlatformNotice] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reads: int = 0  # documents, whatever became of them

    @property
    def full(self) -> bool:
        rows = len(self.invoices) + len(self.debtors)
        return self.reads >= READS or rows >= ROWS

    def heal(self, external_id: str) -> None:
        """A record was read after all: what was wrong with its row holds nobody any more."""
        for bad in [each for each in self.unread if each.external_id == external_id]:
            self.unread.remove(bad)
            self.problems.append(bad.problem)

    def take(self, cursor: Cursor, progress: Progress | None = None) -> Batch:
        """The batch of everything so far; the pile is empty then."""
        batch = Batch(
            cursor,
            invoices=tuple(self.invoices),
            debtors=tuple(self.debtors),
            notices=tuple(self.notices),
            unread=tuple(self.unread),
            gone=tuple(self.gone),
            problems=tuple(self.problems),
            progress=progress,
        )
        for each in (self.invoices, self.debtors, self.notices):
            each.clear()
        for other in (self.unread, self.gone, self.problems):
            other.clear()
        self.reads = 0
        return batch

"""What every step of a ``send`` is given, and a notice that may leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from core.domain.model import Creditor, Debtor, Notice
from core.domain.pay_ways import PayWays
from core.domain.procedure import DunningLevel, DunningProcedure
from core.ports import Attachment, TakenBackNotice
from core.services.app import App
from core.services.judge import Judge


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step of one ``send`` is given; ``creditor`` is read anew at each look."""

    app: App
    creditor: Creditor
    on: date
    owner: str

    def judge(self, creditor: Creditor) -> Judge:
        return Judge.for_creditor(self.app, creditor)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A notice that may leave, with everything that is needed to render it."""

    creditor: Creditor
    debtor: Debtor
    notice: Notice
    procedure: DunningProcedure
    hash: str
    source_read_at: datetime | None = None  # when its invoices were last read at their platform
    attachments: tuple[Attachment, ...] = ()  # of its mail
    pay_ways: PayWays = field(default_factory=dict)  # see LetterContext
    taken_back: TakenBackNotice | None = None  # of an apology

    @property
    def level(self) -> DunningLevel:
        """The highest level of a notice that has one; a note before an instalment has none."""
        return self.procedure.level(self.notice.level)

    @property
    def text(self) -> str:
        """Text block that it is written with."""
        return self.procedure.text_of(self.notice)

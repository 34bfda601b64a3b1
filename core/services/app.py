"""What every use case is given: ports, never their implementations; and whom it speaks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.domain.business_days import Calendar
from core.domain.law import RateTable
from core.domain.model import Creditor, Debtor
from core.domain.procedure import DunningProcedure
from core.domain.reasons import is_english
from core.ports import (
    Clock,
    FileConnector,
    LetterChannel,
    MailChannel,
    Platforms,
    Renderer,
    ReturnedMailbox,
    Store,
)


def _no_rates(_law: str) -> RateTable | None:
    return None


def _weekends_only(_debtor: Debtor) -> Calendar:
    return Calendar()


class _NoMailbox:
    def check(self, creditor: Creditor) -> None:
        pass

    def read(self, creditor: Creditor, keep: Callable[[bytes], None]) -> int:  # noqa: ARG002
        return 0


@dataclass(frozen=True, slots=True)
class App:
    """The composed application; built by ``config.bootstrap`` only."""

    store: Store
    clock: Clock
    renderer: Renderer
    mail: MailChannel
    letters: LetterChannel
    calendar: Callable[[str], Calendar]  # Land ("BY", "" = nationwide) -> working days
    procedure: Callable[[str], DunningProcedure]  # name -> procedure; raises ConfigError
    files: Mapping[str, FileConnector]  # platform -> reader of its export files
    check_email: Callable[[str], str]  # normalised address; raises UsageError
    language: str = "de"  # of whoever gives the command: what is told and stored reads like this
    # Law ("de", "at", "ch") -> base rates, None where the rate is fixed; raises ConfigError
    rates: Callable[[str], RateTable | None] = _no_rates
    # Working days where the debtor is, which is where he pays (§§ 269, 270 Abs. 4 BGB)
    place: Callable[[Debtor], Calendar] = _weekends_only
    # The mailbox that mails come back to
    mailbox: ReturnedMailbox = field(default_factory=_NoMailbox)
    # Live platforms, and how to open a connection to one
    platforms: Platforms = field(default_factory=Platforms)

    def say(self, de: str, en: str) -> str:
        """The sentence for whoever gave the command; stored reasons stay in that language."""
        return en if is_english(self.language) else de

"""What every use case is given: ports, never their implementations; and whom it speaks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.domain.business_days import Calendar
from core.domain.procedure import DunningProcedure
from core.domain.reasons import is_english
from core.ports import Clock, FileConnector, LetterChannel, MailChannel, Renderer, Store


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

    def say(self, de: str, en: str) -> str:
        """The sentence for whoever gave the command; stored reasons stay in that language."""
        return en if is_english(self.language) else de

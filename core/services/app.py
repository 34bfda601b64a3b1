"""What every use case is given: ports, never their implementations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.domain.business_days import Calendar
from core.domain.procedure import DunningProcedure
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

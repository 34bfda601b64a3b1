"""What `send` and `posted` report back, notice by notice."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.model import NoticeId


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """One line of `send --json`.

    ``outcome`` is sent, printed, held, withdrawn, failed or unknown; ``file`` is a name below the
    outbox, ``reason`` a German sentence ("" when there is nothing to say).
    """

    proposal: NoticeId
    channel: str
    outcome: str
    reason: str = ""
    file: str = ""
    message_id: str = ""


@dataclass(slots=True)
class SendReport:
    """``print_files`` are names below the outbox; ``warnings`` concern no single notice."""

    outcomes: list[SendOutcome] = field(default_factory=list)
    print_files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

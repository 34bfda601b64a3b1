"""What `send` and `posted` report back, notice by notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import shorten

from core.domain.model import NoticeId
from core.errors import MahnwerkError
from core.services.app import App

_LONGEST = 500  # a stored reason; an exception may quote what a server said at length


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """One line of `send --json`.

    ``outcome`` is sent, printed, held, withdrawn, failed or unknown; ``file`` is a name below the
    outbox, ``reason`` a sentence for whoever gave the command ("" when there is nothing to
    say).
    """

    proposal: NoticeId
    channel: str
    outcome: str
    reason: str = ""
    file: str = ""
    message_id: str = ""
    warnings: tuple[str, ...] = ()  # of what came after it left


@dataclass(slots=True)
class SendReport:
    """``print_files`` are names below the outbox; ``warnings`` concern no single notice.

    ``written`` notices were entered at their platform. ``exit_code`` is that of a platform that
    could not be asked, 0 when all answered. ``stopped``: it was told to end before it was through.
    """

    outcomes: list[SendOutcome] = field(default_factory=list)
    print_files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    exit_code: int = 0
    written: int = 0
    stopped: bool = False


def told(app: App, error: Exception) -> str:
    """An error in a reason: our own sentence, or the bare exception behind a word of warning."""
    if isinstance(error, MahnwerkError):
        return _short(error.sentence(app.language))
    return unexpected(app, error)


def unexpected(app: App, error: Exception) -> str:
    """An error that nobody foresaw, in a reason."""
    said = error.sentence(app.language) if isinstance(error, MahnwerkError) else repr(error)
    return _short(f"{app.say('Unerwarteter Fehler', 'Unexpected error')}: {said}")


def _short(text: str) -> str:
    """Ends with a whole word, so that nobody reads half a remedy as one."""
    return shorten(text, _LONGEST, placeholder=" …")


def warning(app: App, notice: int, error: MahnwerkError) -> str:
    """What went wrong beside the outcome of a notice."""
    return f"{app.say('Mahnung', 'Notice')} {notice}: {error.sentence(app.language)}"

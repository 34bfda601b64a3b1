"""Errors, sorted by who must act (style §5.5). Bad records are values: see ``Problem``.

The sentence of an exception is written for the operator; the class docstring is its default.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MahnwerkError(Exception):
    """Something went wrong."""

    exit_code = 70

    def __init__(self, message: str | None = None, *, en: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])
        self.en = en

    def sentence(self, language: str) -> str:
        """What the operator reads; the English sentence where one was given and is wanted."""
        return self.en if self.en and language == "en" else str(self)


class UsageError(MahnwerkError):
    """The command was called in a way that it cannot serve."""

    exit_code = 64


class Busy(UsageError):
    """Somebody else is doing the same for this creditor; it is left to him, or tried again soon."""


class DataRefused(MahnwerkError):
    """The input was refused; nothing was stored."""

    exit_code = 65


class NotMailable(DataRefused):
    """No mail can be sent to this address; use another channel."""


class NotPrintable(DataRefused):
    """A letter holds a character that no built-in font can print."""

    signs = ""  # the characters


class ConfigError(MahnwerkError):
    """A setting is missing or invalid."""

    exit_code = 78


class ConnectorError(MahnwerkError):
    """A connected system failed."""

    exit_code = 69
    connector = ""  # slug of the connector
    request_id = ""  # as the platform names the request, for its support
    status: int | None = None  # HTTP status, when there was an answer


class AuthFailed(ConnectorError):
    """The connected system refused the credentials; enter new ones."""

    exit_code = 77


class RateLimited(ConnectorError):
    """The connected system asks to slow down; try again later."""

    exit_code = 75
    retry_after: float | None = None  # seconds, when it said so


STORE = "store"  # ``Unavailable.connector`` when it is our own database


class Unavailable(ConnectorError):
    """The connected system cannot be reached; try again later."""

    exit_code = 75


class Unreachable(Unavailable):
    """A platform could not be reached, after all retries; nothing was lost, try again later."""

    exit_code = 69


class AnswerUnknown(Unreachable):
    """A write ended without an answer; it may have happened: look before it is repeated."""


class Rejected(ConnectorError):
    """The connected system refused the request."""

    exit_code = 70


class NotFound(Rejected):
    """The connected system does not have this record."""


class MalformedResponse(ConnectorError):
    """The connected system answered something that cannot be read."""

    exit_code = 70


class NotSupported(ConnectorError):
    """The connected system cannot do this."""

    exit_code = 64


class WebhookError(MahnwerkError):
    """A platform's event cannot be read."""

    status = 400  # HTTP status that the platform is answered with


class SignatureInvalid(WebhookError):
    """The signature of an event is missing or wrong; nothing of it was read."""


class EventStale(WebhookError):
    """An event was signed too long ago: it may be an old one that somebody sends again."""


class EventTooLarge(WebhookError):
    """An event is larger than any that the platform sends."""

    status = 413


class RuleError(MahnwerkError):
    """An invariant of the dunning rules was broken."""


class CurrencyMismatch(RuleError):
    """Amounts of different currencies cannot be combined."""


class IllegalTransition(RuleError):
    """The notice or delivery is in a state that does not allow this step."""

    exit_code = 64


class Severity(StrEnum):
    """How much a problem matters: an error refused the record, a warning kept it."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad or doubtful record: a value, never raised; its neighbours survive.

    ``code`` is stable and documented in docs/problems.md; ``where`` names file, line and field
    (``"EXTF_Buchungsstapel.csv:12 Belegdatum"``); ``message`` ends with the remedy.
    """

    code: str
    severity: Severity
    where: str
    message: str

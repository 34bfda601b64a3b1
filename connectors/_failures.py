"""Failures of a platform as errors by who must act (style §5.5), in words for the operator.

The sentences name neither key nor path; what the platform said is quoted shortly and redacted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from connectors._answer import Answer, TooLarge
from connectors._redact import Redactor
from connectors._statuses import BY_STATUS
from core.errors import (
    AnswerUnknown,
    ConnectorError,
    MalformedResponse,
    RateLimited,
    Unreachable,
)

_QUOTED = 120  # characters of an answer that are shown
_NOT_SENT = (NewConnectionError, ConnectTimeoutError, NameResolutionError)
_FINAL = (requests.exceptions.SSLError, requests.exceptions.InvalidURL)

Explain = Callable[[Answer], ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Broken:
    """A try that no answer came back for."""

    why: tuple[str, str]  # German, English
    sent: bool  # False: it certainly never reached the platform
    final: bool = False  # another try will not help
    too_large: bool = False

    @classmethod
    def of(cls, error: Exception, *, over: bool) -> Broken:
        too_large = isinstance(error, TooLarge)
        final = too_large or isinstance(error, _FINAL)
        return cls(_why(error, over=over), over or _was_sent(error), final, too_large)


@dataclass(frozen=True, slots=True)
class Failures:
    """Makes errors of one connector."""

    connector: str
    redact: Redactor
    explain: Explain | None = None

    def of(self, answer: Answer) -> ConnectorError:
        """The error that an answer other than 2xx means; vendor meaning first."""
        error = self.explain(answer) if self.explain else None
        return self.named(error or self._by_status(answer), answer)

    def named(self, error: ConnectorError, answer: Answer | None = None) -> ConnectorError:
        """``error`` with what the platform's support asks for, and without any key."""
        error.connector = error.connector or self.connector
        error.args = tuple(self.redact(str(each)) for each in error.args)
        error.en = self.redact(error.en)
        if answer is not None:
            error.status = error.status or answer.status
            error.request_id = error.request_id or self.redact(answer.request_id)[:80]
            if isinstance(error, RateLimited) and error.retry_after is None:
                error.retry_after = answer.retry_after()
        return error

    def _by_status(self, answer: Answer) -> ConnectorError:
        row = next(row for row in BY_STATUS if answer.status in row.statuses)
        said = self._said(answer)
        names = {
            "connector": self.connector,
            "status": answer.status,
            "said": f": „{said}“" if said else "",
            "said_en": f": {said!r}" if said else "",
        }
        return row.error(row.de.format(**names), en=row.en.format(**names))

    def _said(self, answer: Answer) -> str:
        """What the platform gave as its reason, for quoting; "" when it gave none."""
        problem = answer.problem
        text = problem.get("message") or problem.get("error") or ""
        if not problem and not _is_html(answer):
            text = answer.content[:1000].decode("utf-8", "replace")
        line = " ".join(self.redact(str(text)).split())
        return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"

    def unreadable(self, answer: Answer) -> MalformedResponse:
        """An answer that should have been JSON."""
        kind = "eine Internetseite" if _is_html(answer) else "kein lesbares JSON"
        kind_en = "a web page" if _is_html(answer) else "no readable JSON"
        start = " ".join(self.redact(answer.content[:400].decode("utf-8", "replace")).split())
        error = MalformedResponse(
            f"{self.connector} antwortet etwas Unlesbares ({kind}, „{start[:_QUOTED]}“). Bitte später "
            f"noch einmal versuchen und die Adresse (api_base) und einen Proxy dazwischen prüfen.",
            en=f"{self.connector} answers something unreadable ({kind_en}, {start[:_QUOTED]!r}). "
            "Please try again later, and check the address (api_base) and any proxy in between.",
        )
        self.named(error, answer)
        return error

    def broken(self, broken: Broken) -> ConnectorError:
        """What it means that no answer came."""
        de, en = broken.why
        error: ConnectorError
        if broken.too_large:
            error = MalformedResponse(
                f"{self.connector} antwortet mehr, als eine Antwort groß sein darf. Bitte die Adresse "
                "(api_base) prüfen.",
                en=f"{self.connector} answers more than an answer may hold. Please check the address "
                "(api_base).",
            )
        else:
            error = Unreachable(
                f"{self.connector} ist nicht zu erreichen ({de}). Es ging nichts verloren; bitte "
                "später noch einmal versuchen.",
                en=f"{self.connector} cannot be reached ({en}). Nothing was lost; please try again "
                "later.",
            )
        return self.named(error)

    def unknown(self, error: ConnectorError) -> AnswerUnknown:
        """A write that may have happened, although ``error`` came back for it."""
        unknown = AnswerUnknown(
            f"{self.connector} hat auf eine Eintragung nicht eindeutig geantwortet; sie kann trotzdem "
            "angekommen sein. Bitte dort nachsehen, bevor sie wiederholt wird.",
            en=f"{self.connector} gave no clear answer to an entry; it may have arrived all the same. "
            "Please look there before it is repeated.",
        )
        unknown.status = error.status
        unknown.request_id = error.request_id
        self.named(unknown)
        return unknown


def _is_html(answer: Answer) -> bool:
    kind = answer.headers.get("Content-Type", "").lower()
    return "html" in kind or answer.content.lstrip()[:1] == b"<"


def _why(error: Exception, *, over: bool) -> tuple[str, str]:
    """In German and English; never the text of ``error``, which may hold a key."""
    if over or isinstance(error, requests.Timeout) or isinstance(_root(error), ReadTimeoutError):
        return "Zeitüberschreitung", "timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "sein Zertifikat ist nicht zu prüfen", "its certificate cannot be verified"
    if isinstance(error, requests.exceptions.ProxyError):
        return "der Proxy lässt uns nicht durch", "the proxy does not let us through"
    if isinstance(_root(error), NameResolutionError):
        return "der Name ist nicht aufzulösen", "its name cannot be resolved"
    if isinstance(_root(error), NewConnectionError):
        return "keine Verbindung", "no connection"
    return "die Verbindung brach ab", "the connection broke"


def _was_sent(error: Exception) -> bool:
    """False when the request certainly never reached the platform."""
    return not isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL) and (
        not isinstance(_root(error), _NOT_SENT)
    )


def _root(error: Exception) -> object:
    """What urllib3 said, below the wrappings of requests."""
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", inner)


def not_understood(connector: str, platform: str, what: str) -> MalformedResponse:
    """An answer of 2xx of which nobody knows what it says; ``what`` was asked for."""
    error = MalformedResponse(
        f"{platform} hat auf {what} etwas geantwortet, das Mahnwerk nicht versteht. Bitte später noch "
        "einmal versuchen; bleibt es dabei, Mahnwerk aktualisieren und api_base prüfen.",
        en=f"{platform} answered {what} with something that Mahnwerk does not understand. Please try "
        "again later; if it stays so, update Mahnwerk and check api_base.",
    )
    error.connector = connector
    return error

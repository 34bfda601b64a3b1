"""An answer of a platform: read within its time, never larger than it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests

from connectors._json import loads
from core.errors import MalformedResponse

LARGEST = 32 * 1024 * 1024  # bytes, unpacked; no platform sends larger originals of invoices
LONGEST_WAIT = 3600.0  # seconds of a Retry-After that are believed
_PIECE = 64 * 1024
NO_CONTENT = HTTPStatus.NO_CONTENT
_REQUEST_IDS = ("x-amzn-requestid", "request-id", "x-request-id")


class CutOff(Exception):
    """The connection ended, and with it an answer that named no length."""


class TooLarge(Exception):
    """The answer is larger than any that is wanted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``url`` holds no key; ``headers`` are found in any spelling."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    url: str

    def json(self) -> Any:
        """The content; numbers with a fraction are Decimal.

        Raises:
            MalformedResponse: no JSON.

        """
        try:
            return loads(self.content)
        except (ValueError, RecursionError):
            pass
        # Outside of the handler: the cause quotes the content, which may hold a key.
        raise MalformedResponse(
            "Die Antwort der Plattform ist kein JSON. Bitte später noch einmal versuchen.",
            en="The platform's answer is not JSON. Please try again later.",
        )

    @property
    def problem(self) -> Mapping[str, Any]:
        """The error document, when it is one."""
        try:
            found = self.json()
        except MalformedResponse:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def request_id(self) -> str:
        """As the platform names the request, for its support."""
        for name in _REQUEST_IDS:
            if self.headers.get(name):
                return self.headers[name]
        if self.status < 400:
            return ""
        return str(self.problem.get("requestId") or "")

    def retry_after(self) -> float | None:
        """Seconds to wait, when the platform says so (RFC 9110 §10.2.3: seconds or a date)."""
        text = self.headers.get("Retry-After", "").strip()
        try:
            seconds = float(text) if text[:1].isdigit() else self._until(text)
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), LONGEST_WAIT)

    def _until(self, text: str) -> float:
        """By the platform's own clock, which its answer shows: ours may be wrong.

        Raises:
            ValueError: it shows none.
        """
        until, now = (
            parsedate_to_datetime(text),
            parsedate_to_datetime(self.headers.get("Date", "")),
        )
        return (until - now).total_seconds()


def read(response: requests.Response, url: str, *, file: bool = False) -> Answer:
    """The whole answer; how long that may take is watched by ``_deadline``.

    Raises:
        TooLarge: more than ``LARGEST`` bytes.
        CutOff: nobody can tell whether that was all.
        requests.RequestException: the connection broke, or the body is cut off.

    """
    content = bytearray()
    for piece in response.iter_content(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise TooLarge
    # A connection that breaks within the head looks like a whole answer to http.client. JSON shows
    # by itself where it ends; a file without a length does not.
    if _endless(response) and (file or not content):
        raise CutOff
    return Answer(response.status_code, response.headers, bytes(content), url)


def _endless(response: requests.Response) -> bool:
    framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
    return not framed and response.ok and response.status_code != NO_CONTENT

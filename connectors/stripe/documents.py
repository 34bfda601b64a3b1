"""The original of an invoice as PDF, from the address that Stripe names (§2 ``invoice_pdf``).

It lies on another host, for whoever has the link: the key never goes there. Over https only; on this
machine http as well, where the API itself is on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from connectors._files import MAX_BYTES, PDF, file_name, plain, safe_name
from connectors._http import Answer, HttpClient
from connectors._session import checked_base
from connectors._values import Json, text
from connectors.stripe.client import StripeClient, path_of
from core.domain.platform_records import Document
from core.errors import (
    ConfigError,
    ConnectorError,
    MalformedResponse,
    NotFound,
    Rejected,
)
from core.ports import Gate

_HOPS = 3  # redirections that are followed
_MOVED = (301, 302, 303, 307, 308)


class _Moved(Rejected):
    """The file lies elsewhere."""

    to = ""


@dataclass(slots=True)
class Download:
    """How originals are fetched. ``local``: the API is on this machine. ``requests``: sent so far."""

    gate: Gate
    local: bool
    patience: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    requests: int = 0

    def get(self, url: str) -> Answer:
        """The file at an address; at most ``_HOPS`` redirections are followed.

        Raises:
            Rejected: an address that is not safe to ask, or no file there.
            ConnectorError: nobody answers.

        """
        for _ in range(_HOPS + 1):
            try:
                return self._once(url)
            except _Moved as moved:
                url = urljoin(url, moved.to)
        raise _refused(
            f"Stripe verweist für das PDF mehr als {_HOPS}-mal weiter. Bitte die Rechnung von Hand "
            "mitschicken.",
            f"Stripe redirects more than {_HOPS} times for the PDF. Please send the invoice along by "
            "hand.",
        )

    def _once(self, url: str) -> Answer:
        parts = self._checked(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        http = HttpClient(
            connector="stripe",
            base=f"{parts.scheme}://{parts.netloc}",
            headers={},
            gate=self.gate,
            # Whoever has the link may read the invoice.
            secrets=(path,) if len(path) > 1 else (),
            patience=self.patience,
            sleep=self.sleep,
            explain=_explain,
        )
        try:
            return http.get(path, accept=PDF)
        finally:
            self.requests += http.requests
            http.close()

    def _checked(self, url: str) -> SplitResult:
        """The parts of an address that may be asked: an answer must not lead us into this machine."""
        with suppress(ValueError, ConfigError):
            parts = urlsplit(url)
            _, local = checked_base(f"{parts.scheme}://{parts.netloc}", "stripe")
            if parts.username is None and (self.local or not local):
                return parts
        raise _refused(
            "Stripe nennt für das PDF eine Adresse, die Mahnwerk nicht aufruft (nur https). Bitte die "
            "Rechnung von Hand mitschicken.",
            "Stripe names an address for the PDF that Mahnwerk does not call (https only). Please send "
            "the invoice along by hand.",
        )


def fetch(client: StripeClient, download: Download, invoice: str) -> Document:
    """The PDF of an invoice; its address is asked for first, since it may end (§2).

    Raises:
        Rejected: a draft, gone, or larger than ``MAX_BYTES``.
        MalformedResponse: what came is no PDF.

    """
    row = client.get(path_of("invoices", invoice))
    url = text(row, "invoice_pdf")
    if not url:
        raise _without(row)
    answer = download.get(url)
    content = plain(answer.content)
    if len(content) > MAX_BYTES:
        raise _refused(
            "Die Rechnung ist als PDF größer als 10 MB und geht nicht mit. Bitte von Hand senden.",
            "As a PDF the invoice is larger than 10 MB and is left out. Please send it by hand.",
        )
    if not content.startswith(b"%PDF"):
        error = MalformedResponse(
            "Stripe hat statt der Rechnung etwas anderes als ein PDF geschickt. Bitte die Rechnung in "
            "Stripe öffnen und prüfen.",
            en="Stripe sent something other than a PDF for the invoice. Please open the invoice in "
            "Stripe and check it.",
        )
        error.connector = "stripe"
        raise error
    number = (text(row, "number") or invoice).replace("/", "_")
    name = file_name(answer.headers) or safe_name(f"Rechnung-{number}")
    return Document(name, PDF, content)


def _explain(answer: Answer) -> ConnectorError | None:
    """What the other host means: it is not the API, and no key is wrong there."""
    if answer.status in _MOVED and answer.headers.get("Location"):
        moved = _Moved()
        moved.to = answer.headers["Location"]
        return moved
    if answer.status in (404, 410):
        return NotFound(
            "Das PDF der Rechnung ist bei Stripe nicht mehr abrufbar: der Link ist abgelaufen. Bitte "
            "die Rechnung in Stripe öffnen und von Hand mitschicken.",
            en="The PDF of the invoice cannot be fetched from Stripe any more: the link has ended. "
            "Please open the invoice in Stripe and send it along by hand.",
        )
    if 300 <= answer.status < 500 and answer.status not in (408, 429):
        return _refused(
            f"Stripe gibt das PDF der Rechnung nicht heraus ({answer.status}). Bitte von Hand mitschicken.",
            f"Stripe does not hand out the PDF of the invoice ({answer.status}). Please send it along "
            "by hand.",
        )
    return None


def _without(row: Json) -> Rejected:
    if text(row, "status") == "draft":
        return _refused(
            "Von einem Entwurf gibt es in Stripe kein PDF. Bitte die Rechnung dort fertigstellen.",
            "Stripe has no PDF of a draft. Please finalise the invoice there.",
        )
    return _refused(
        "Zu dieser Rechnung gibt es in Stripe kein PDF. Bitte die Rechnung von Hand mitschicken.",
        "Stripe has no PDF of this invoice. Please send the invoice along by hand.",
    )


def _refused(de: str, en: str) -> Rejected:
    error = Rejected(de, en=en)
    error.connector = "stripe"
    return error

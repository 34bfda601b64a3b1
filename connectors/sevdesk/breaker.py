"""Stops asking after refusals that repetition cannot mend: sevDesk blocks tokens that go on (§1)."""

from __future__ import annotations

from http import HTTPStatus

from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    RateLimited,
    Unavailable,
)

_MOST = 3  # refusals in a row


class Stopped(AuthFailed):
    """Nothing more is sent to sevDesk: it refused several requests in a row."""


class Breaker:
    """Counts refusals in a row of one client; an answer that was wanted begins anew."""

    def __init__(self) -> None:
        self._refusals = 0

    def check(self) -> None:
        """Raises Stopped instead of the request that might get the token blocked."""
        if self._refusals < _MOST:
            return
        stopped = Stopped(
            f"sevDesk hat {_MOST} Anfragen nacheinander abgelehnt. Mahnwerk fragt jetzt nicht weiter: "
            "wiederholte Fehler können das API-Token sperren. Bitte das Token in sevDesk prüfen, "
            "eine Stunde warten und es dann mit mahnwerk sync versuchen; bleibt es dabei, den "
            "Support von sevDesk fragen.",
            en=f"sevDesk refused {_MOST} requests in a row. Mahnwerk stops asking now: repeated errors "
            "can get the API token blocked. Please check the token in sevDesk, wait an hour and then "
            "try mahnwerk sync; if it stays so, ask sevDesk's support.",
        )
        stopped.connector = "sevdesk"
        raise stopped

    def succeeded(self) -> None:
        self._refusals = 0

    def failed(self, error: ConnectorError) -> None:
        """Counts refusals that repetition cannot mend: not a missing record, nor a failure or limit
        that passes by itself, nor a page of maintenance, nor a wrong token, which ends the pass.
        """
        if isinstance(error, NotFound | MalformedResponse | RateLimited | Unavailable):
            return
        if error.status != HTTPStatus.UNAUTHORIZED:
            self._refusals += 1

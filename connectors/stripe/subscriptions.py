"""Webhook endpoints: which address Stripe reports changes to.

https://docs.stripe.com/api/webhook_endpoints. Of these three calls the reference says only that
the secret is in the answer to the creation and nowhere else (§4), that there are some 16 endpoints
at most, and how objects are changed in general (§1): the shape of the rest is UNVERIFIED.

One endpoint has one id, one address and a list of types; it is shown as one subscription for each
type, all with that id, as on the other platforms.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from connectors._hook_url import check_url
from connectors.stripe.client import path_of
from connectors.stripe.event_body import EVENTS
from connectors.stripe.platform import API_VERSION
from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    Rejected,
    Unavailable,
)
from core.ports import Subscription

_PATH = "webhook_endpoints"
_ALL = "*"  # every type there is
_DISABLED = "disabled"
_NO_RIGHT = 403
_FORBIDDEN = (401, _NO_RIGHT)  # Stripe answers either when a right is missing (§1)
_LATEST = 253_370_764_800  # the year 9999
E = TypeVar("E", bound=ConnectorError)


class Page(Protocol):
    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...


class Client(Protocol):
    """What is needed of ``StripeClient``."""

    def every(self, path: str) -> Iterator[Page]: ...
    def post(
        self, path: str, fields: Sequence[tuple[str, str]], idempotency_key: str | None = None
    ) -> Mapping[str, Any]: ...
    def delete(self, path: str) -> None: ...


def subscriptions(client: Client) -> list[Subscription]:
    """All subscriptions of the account, also those of other programs; disabled ones get nothing."""
    rows = [row for row in _endpoints(client) if row.get("status") != _DISABLED]
    return [each for row in rows for each in _split(row)]


def subscribe(client: Client, url: str) -> list[Subscription]:
    """Subscribes ``url`` to each of ``EVENTS`` that it does not get yet; returns all of ``url``.

    Only a new endpoint brings its secret: one that is there keeps the one it has. What is missing
    there is added, and nothing that it gets is taken away.

    Raises:
        UsageError: ``url`` is no https address.
        AuthFailed: the key lacks the right to write webhook endpoints.
    """
    check_url(url)
    there = [row for row in _endpoints(client) if row.get("url") == url]
    active = [row for row in there if row.get("status") != _DISABLED]
    got = {event for row in active for event in _events(row)}
    if _ALL in got or got.issuperset(EVENTS):
        return [each for row in active for each in _split(row)]
    old = next(iter(active or there), None)
    had = set(_events(old)) if old is not None and active else set()
    others = [each for row in active if row is not old for each in _split(row)]
    changed = _create(client, url) if old is None else _extend(client, old)
    return [*others, *_split(changed, had)]


def unsubscribe(client: Client, subscription: str) -> None:
    """Ends an endpoint with all its types; one that is gone already is no error."""
    try:
        client.delete(path_of(_PATH, subscription))
    except NotFound:
        return
    except (AuthFailed, Rejected) as error:
        raise _told(error) from None


def _create(client: Client, url: str) -> Mapping[str, Any]:
    # Events are rendered in our version, whatever the account's is (§0.3).
    fields = [("url", url), ("api_version", API_VERSION), *_enabled(EVENTS)]
    try:
        row = _post(client, _PATH, fields)
    except Unavailable:
        # It may be there, and nobody will ever tell its secret: a 500 is replayed as well (§1).
        _undo(client, url)
        raise
    if not _text(row, "secret"):
        raise refused(
            MalformedResponse(
                "Stripe hat zu den Meldungen kein Geheimnis genannt. Die Adresse in Stripe unter "
                "Entwickler → Webhooks entfernen und noch einmal: mahnwerk webhooks register",
                en="Stripe named no secret for the events. Remove the address in Stripe at "
                "Developers → Webhooks, then again: mahnwerk webhooks register",
            )
        )
    return row


def _undo(client: Client, url: str) -> None:
    """Takes away what was made at ``url``, where there was nothing before."""
    with suppress(ConnectorError):
        for row in _endpoints(client):
            if row["url"] == url:
                unsubscribe(client, str(row["id"]))


def _extend(client: Client, old: Mapping[str, Any]) -> Mapping[str, Any]:
    """The whole list is given: what an update names takes the place of what was there."""
    fields = _enabled(sorted({*EVENTS, *_events(old)}))
    if old.get("status") == _DISABLED:
        fields = [("disabled", "false"), *fields]
    row = _post(client, path_of(_PATH, str(old["id"])), fields)
    # The secret is that of the creation; whatever is called so here is not one that we may trust.
    return {name: value for name, value in row.items() if name != "secret"}


def _post(client: Client, path: str, fields: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    try:
        # A key of its own for each call: one of the day before would bring back the answer to an
        # endpoint that was removed since (§1, replays within 24 hours).
        return client.post(path, fields, idempotency_key=str(uuid.uuid4()))
    except NotFound:
        raise
    except (AuthFailed, Rejected) as error:
        raise _told(error) from None


def _told(error: E) -> E | AuthFailed:
    """The error itself, or the right that is missing: the key may read, which is all we advise."""
    if error.status not in _FORBIDDEN:
        return error
    return refused(
        AuthFailed(
            "Der Schlüssel darf in Stripe keine Webhooks ansehen, anlegen oder entfernen. In Stripe unter "
            "Entwickler → API-Schlüssel das Recht „Webhook-Endpunkte: Schreiben“ geben, oder die "
            "Adresse unter Entwickler → Webhooks selbst anlegen und ihr Geheimnis eingeben: "
            "mahnwerk connect stripe --set webhook_secret=-",
            en="The key may not list, make or remove webhooks in Stripe. Give it the permission “Webhook "
            "endpoints: Write” in Stripe at Developers → API keys, or make the address yourself at "
            "Developers → Webhooks and enter its secret: "
            "mahnwerk connect stripe --set webhook_secret=-",
        ),
        error,
    )


def refused(error: E, cause: ConnectorError | None = None) -> E:
    """``error`` of Stripe; with status and request id of the answer that caused it."""
    error.connector = "stripe"
    if cause is not None:
        error.status, error.request_id = cause.status, cause.request_id
    return error


def _enabled(events: Iterable[str]) -> list[tuple[str, str]]:
    return [("enabled_events[]", event) for event in events]


def _endpoints(client: Client) -> list[Mapping[str, Any]]:
    try:
        rows = [row for page in client.every(_PATH) for row in page.rows]
    except (AuthFailed, Rejected) as error:
        # 401 to a reading is the key itself, as the client says.
        raise (_told(error) if error.status == _NO_RIGHT else error) from None
    if not all(_text(row, name) for row in rows for name in ("id", "url")):
        raise _incomplete()
    return rows


def _split(row: Mapping[str, Any], had: set[str] | None = None) -> list[Subscription]:
    """One for each type; ``had``: those it got before a change, None when nothing changed."""
    identity, url = _text(row, "id"), _text(row, "url")
    if not identity or not url:
        raise _incomplete()
    created, secret = _instant(row.get("created")), _text(row, "secret")
    return [
        Subscription(identity, event, url, created, had is not None and event not in had, secret)
        for event in sorted(_events(row))
    ]


def _events(row: Mapping[str, Any]) -> list[str]:
    found = row.get("enabled_events")
    if not isinstance(found, list):
        raise _incomplete()
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and each))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or isinstance(value, bool) else str(value)


def _instant(value: object) -> str:
    """As ISO 8601; Stripe counts seconds (§1)."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LATEST:
        return ""
    return datetime.fromtimestamp(value, UTC).isoformat()


def _incomplete() -> MalformedResponse:
    return refused(
        MalformedResponse(
            "Stripe nennt eine Adresse von Meldungen, die unvollständig ist. Später noch einmal "
            "versuchen.",
            en="Stripe names an incomplete address of events. Try again later.",
        )
    )

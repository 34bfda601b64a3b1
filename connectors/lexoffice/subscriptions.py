"""Event subscriptions: which address lexoffice reports changes to.

https://developers.lexware.io/docs/#event-subscriptions-endpoint, read as a digest on 2026-11-22
(§3.1). One subscription holds one type of event; there is no changing, only deleting and making
anew. They vanish with the API key that made them, and when the address answers 404 or 410.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from connectors._hook_url import check_url
from connectors.lexoffice.refusal import refused
from connectors.lexoffice.webhooks import EVENTS
from core.errors import AnswerUnknown, MalformedResponse, NotFound, Rejected
from core.ports import Subscription

_TAKEN = 409
_NOT_ANSWERING = 406


class Client(Protocol):
    """What is needed of ``LexofficeClient``."""

    def event_subscriptions(self) -> list[dict[str, Any]]: ...
    def create_event_subscription(self, event: str, url: str) -> dict[str, Any]: ...
    def delete_event_subscription(self, subscription_id: str) -> None: ...


def list_(client: Client) -> list[Subscription]:
    """All subscriptions of the organisation, also those of other programs."""
    return [_subscription(row) for row in client.event_subscriptions()]


def create(client: Client, url: str) -> list[Subscription]:
    """Subscribes ``url`` to each of ``EVENTS`` that it does not get yet; returns all of ``url``.

    What was made stays when a later one fails; calling again goes on.

    Raises:
        UsageError: ``url`` is no https address.
        Rejected: lexoffice got no answer from ``url`` (it asks by HEAD) or refused.
    """
    check_url(url)
    there = [each for each in list_(client) if each.url == url]
    missing = set(EVENTS) - {each.event for each in there}
    if not missing:
        return there
    made = {event for event in EVENTS if event in missing and _create(client, event, url)}
    # Read again: the answer to a creation has an id only, and a 409 not even that.
    return [each._replace(new=each.event in made) for each in list_(client) if each.url == url]


def delete(client: Client, subscription: str) -> None:
    """Ends a subscription; one that is gone already is no error."""
    try:
        client.delete_event_subscription(subscription)
    except NotFound:
        return


def _create(client: Client, event: str, url: str) -> bool:
    """True when it was made just now; False when it was there."""
    try:
        client.create_event_subscription(event, url)
    except AnswerUnknown:
        if any((each.event, each.url) == (event, url) for each in list_(client)):
            return True
        raise
    except NotFound:
        raise
    except Rejected as error:
        if error.status == _TAKEN:
            return False
        if error.status == _NOT_ANSWERING:
            raise refused(
                Rejected(
                    "lexoffice hat die Adresse für Meldungen nicht erreicht. Sie muss aus dem "
                    "Internet mit gültigem Zertifikat erreichbar sein und auf HEAD mit 200 "
                    "antworten; dann noch einmal: mahnwerk webhooks register",
                    en="lexoffice did not reach the address for events. It must be reachable from "
                    "the internet with a valid certificate and answer HEAD by 200; then again: "
                    "mahnwerk webhooks register",
                ),
                error,
            ) from None
        raise
    return True


def _subscription(row: Mapping[str, Any]) -> Subscription:
    # "subscriptionId" when read, "id" when made (§3.1)
    found = [
        row.get("subscriptionId") or row.get("id"),
        row.get("eventType"),
        row.get("callbackUrl"),
    ]
    if not all(isinstance(each, str) and each for each in found):
        raise refused(
            MalformedResponse(
                "lexoffice nennt ein Abonnement von Meldungen, das unvollständig ist. "
                "Später noch einmal versuchen.",
                en="lexoffice names an incomplete event subscription. Try again later.",
            )
        )
    identity, event, url = (str(each) for each in found)
    return Subscription(identity, event, url, str(row.get("createdDate") or ""))

"""Event subscriptions: create with a HEAD check, list, get, delete; no change (§3.1)."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.contacts import RESOURCE
from sandbox.lexoffice.events import EVENT_TYPES
from sandbox.lexoffice.model import Json, Subscription
from sandbox.lexoffice.replies import ApiError, action, invalid, not_found
from sandbox.lexoffice.world import World

_HEAD_SECONDS = 5.0


def create_subscription(world: World, call: Call) -> Reply:
    """Subscribes; runs without the lock, since the callback may ask the stand-in in turn.

    Raises:
        ApiError: 406 for an unknown event, an address that is not HTTPS or does not answer HEAD;
            409 for one that exists.
    """
    event, url = call.body.get("eventType"), call.body.get("callbackUrl")
    if event not in EVENT_TYPES:
        raise invalid("eventType", "VALUE", "unknown event type")
    if not isinstance(url, str) or not urlsplit(url).hostname:
        raise invalid("callbackUrl", "FORMAT", "not a URL")
    _check_callback(world.variants["callback"], url)
    with world.lock:
        if any((s.event, s.url) == (event, url) for s in world.subscriptions.values()):
            raise ApiError(409, "Event subscription already exists")
        new = Subscription(world.new_id(), event, url, world.clock.now())
        world.subscriptions[new.id] = new
    uri = f"{RESOURCE}event-subscriptions/{new.id}"
    stamp = wire.stamp(new.created)
    return Reply(201, action(new.id, uri, stamp, stamp, 0), {"Location": uri})


def _check_callback(rule: str, url: str) -> None:
    if rule == "unchecked":
        return
    if rule == "https" and urlsplit(url).scheme != "https":
        raise invalid("callbackUrl", "FORMAT", "must be https")
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.head(url, timeout=_HEAD_SECONDS, allow_redirects=False)
            answer.close()
    except requests.RequestException as error:
        raise invalid("callbackUrl", "HEAD", "does not answer HEAD") from error
    # Which statuses pass is UNVERIFIED; a success is what the docs show.
    if not answer.ok:
        raise invalid("callbackUrl", "HEAD", f"answers HEAD with {answer.status_code}")


def list_subscriptions(world: World, _call: Call) -> Reply:
    """All of them, in ``content`` without any field of paging."""
    return Reply(200, {"content": [shown(world, each) for each in world.subscriptions.values()]})


def get_subscription(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, _known(world, id_)))


def delete_subscription(world: World, _call: Call, id_: str) -> Reply:
    del world.subscriptions[_known(world, id_).id]
    return Reply(204)


def _known(world: World, id_: str) -> Subscription:
    found = world.subscriptions.get(id_)
    if found is None:
        raise not_found("event subscription")
    return found


def shown(world: World, subscription: Subscription) -> Json:
    """What was called ``id`` when it was created is ``subscriptionId`` from here on."""
    return {
        "subscriptionId": subscription.id,
        "organizationId": world.organization_id,
        "createdDate": wire.stamp(subscription.created),
        "eventType": subscription.event,
        "callbackUrl": subscription.url,
    }

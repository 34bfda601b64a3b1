"""The events of the account: what changed, rendered once in the version of its time (§3, §4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.common.gateway import Route
from sandbox.common.replies import Call, Reply
from sandbox.stripe.gateway import Cause, route
from sandbox.stripe.old import as_old
from sandbox.stripe.paging import CURSORS, known, moments, page, ranks
from sandbox.stripe.replies import Json, bad, missing
from sandbox.stripe.shapes import finish
from sandbox.stripe.versions import account_version, is_old
from sandbox.stripe.world import World

KEPT_SECONDS = 30 * 24 * 60 * 60  # only the last 30 days can be read
_MOST_TYPES = 20
PENDING, FAILED, DELIVERED = "pending", "failed", "delivered"
# Where a thin event points to, by the kind of its object.
_PATHS: Mapping[str, str] = {
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "credit_note": "credit_notes",
    "charge": "charges",
    "refund": "refunds",
    "dispute": "disputes",
    "payment_intent": "payment_intents",
    "customer": "customers",
    "event": "events",
}


@dataclass(slots=True)
class Event:
    """One event; ``data`` holds the object as it was then, in the form of now and of old."""

    id: str
    type: str
    created: int
    cause: Cause
    data: Mapping[bool, Json]  # by whether a version is older than basil
    previous: Json | None
    endpoints: dict[str, str] = field(default_factory=dict)  # how far each delivery got

    @property
    def pending(self) -> int:
        """Endpoints that have not accepted it yet."""
        return sum(each != DELIVERED for each in self.endpoints.values())


class Feed:
    """Every event so far, oldest first; the feed shows the last 30 days of them."""

    def __init__(self, world: World, cause: Callable[[], Cause]) -> None:
        self._world, self._cause = world, cause
        self.events: dict[str, Event] = {}
        self.takers: list[Callable[[Event], None]] = []
        world.listeners.append(self.keep)

    def keep(self, type: str, obj: Json, previous: Json | None) -> None:  # noqa: A002
        """Makes an event of a change, and hands it to the webhooks."""
        kept = json.loads(json.dumps(obj))  # what is changed later does not change it
        data = {False: kept, True: as_old(self._world, kept)}
        event = Event(
            self._world.new_id("evt"), type, self._world.now(), self._cause(), data, previous
        )
        self.events[event.id] = event
        for each in self.takers:
            each(event)

    def shown(self, event: Event, version: str = "", *, connected: bool = False) -> Json:
        """The event as a snapshot, in ``version`` or in the one of the account."""
        version = version or account_version(self._world)
        data: Json = {"object": event.data[is_old(version)]}
        if event.previous is not None:
            data["previous_attributes"] = event.previous
        id_, key = event.cause
        found: Json = {
            "id": event.id,
            "object": "event",
            "api_version": version,
            "created": event.created,
            "data": data,
            "pending_webhooks": event.pending,
            "request": {"id": id_, "idempotency_key": key},
            "type": event.type,
        }
        if connected or self._world.variants["connect_events"] == "present":
            found["account"] = self._world.account_id
        return finish(self._world, found)

    def thin(self, event: Event) -> Json:
        """The event as a pointer (§4 Thin): no data, an ISO time, the same id."""
        about = event.data[False]
        kind, id_ = str(about.get("object")), about.get("id")
        at = datetime.fromtimestamp(event.created, UTC)
        return {
            "id": event.id,
            "object": "v2.core.event",
            "type": f"v1.{event.type}",
            "created": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "livemode": self._world.livemode,
            "related_object": {
                "id": id_,
                "type": kind,
                "url": f"/v1/{_PATHS.get(kind, kind)}/{id_}",
            },
        }

    def recent(self) -> list[Event]:
        """Those that can still be read, newest first."""
        since = self._oldest()
        found = [each for each in reversed(self.events.values()) if each.created > since]
        return sorted(found, key=lambda each: each.created, reverse=True)

    def _oldest(self) -> int:
        return self._world.now() - KEPT_SECONDS

    def routes(self) -> list[Route]:
        return [
            route("GET", "/v1/events", self._list),
            route("GET", "/v1/events/{id}", self._one),
        ]

    def _list(self, world: World, call: Call) -> Reply:
        body = call.body
        known(body, *CURSORS, "type", "types", "delivery_success", "created")
        wanted, delivered = _wanted(body), _flag(body, "delivery_success")
        made, whole = moments(body, "created"), self.recent()
        rows = [
            each
            for each in whole
            if wanted(each.type)
            and delivered in {None, not each.pending}
            and (made is None or made(each.created))
        ]
        rank = ranks(whole).get
        found = page(world, body, rows, rank, self.shown, url="/v1/events", kind="event")
        return Reply(200, found)

    def _one(self, world: World, call: Call, id_: str) -> Reply:
        del world, call
        event = self.events.get(id_)
        if event is None or event.created <= self._oldest():
            raise missing("event", id_)
        return Reply(200, self.shown(event))


def _wanted(body: Json) -> Callable[[str], bool]:
    """Which types are asked for: one that may end in ``*``, or up to 20 exact names (§3)."""
    one, several = body.get("type"), body.get("types")
    if one is not None and several is not None:
        raise bad("You may only specify one of these parameters: type, types.", param="types")
    if isinstance(one, str) and one.endswith("*"):
        return lambda kind: kind.startswith(one[:-1])
    if one is not None:
        return lambda kind: kind == one
    if several is None:
        return lambda _kind: True
    if not isinstance(several, list):
        raise bad("Invalid array", param="types")
    if len(several) > _MOST_TYPES:
        raise bad(f"At most {_MOST_TYPES} types may be named.", param="types")
    if any("*" in each for each in several):
        raise bad("Names in types are exact; use type for a *.", param="types")
    return lambda kind: kind in several


def _flag(body: Json, name: str) -> bool | None:
    value = body.get(name)
    if value is None:
        return None
    if value not in {"true", "false"}:
        raise bad(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")

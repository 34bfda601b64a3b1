"""Webhook endpoints: made, listed, changed and taken away by the API (§4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.common.gateway import Route
from sandbox.common.replies import Call, Reply
from sandbox.stripe.event_types import EVENT_TYPES
from sandbox.stripe.gateway import route
from sandbox.stripe.paging import CURSORS, known, page, ranks
from sandbox.stripe.replies import Json, bad
from sandbox.stripe.shapes import finish
from sandbox.stripe.versions import is_version
from sandbox.stripe.world import Table, World

MOST = 16  # for each account (UNVERIFIED)
ROLL_SECONDS = 24 * 60 * 60  # how long an old secret may live beside the new one (UNVERIFIED)
_PATH = "/v1/webhook_endpoints"
_CHANGEABLE = ("url", "enabled_events", "description", "metadata")


@dataclass(slots=True)
class Endpoint:
    """Where events are sent to; ``old`` are secrets that still live, with their last second."""

    id: str
    url: str
    events: list[str]
    created: int
    secret: str
    api_version: str | None = None
    connect: bool = False
    description: str | None = None
    enabled: bool = True
    metadata: dict[str, str] = field(default_factory=dict)
    old: list[tuple[str, int]] = field(default_factory=list)

    def wants(self, kind: str) -> bool:
        return self.enabled and ("*" in self.events or kind in self.events)

    def secrets(self, now: int) -> list[str]:
        """The secrets that live; each signs."""
        return [self.secret, *(secret for secret, until in self.old if now <= until)]


class Endpoints:
    """The endpoints of the account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.table: Table[Endpoint] = Table("webhook endpoint")
        self._secrets = 0

    def add(
        self,
        url: str,
        events: list[str],
        *,
        api_version: str | None = None,
        connect: bool = False,
        description: str | None = None,
    ) -> Endpoint:
        """A new endpoint.

        Raises:
            ApiError: 400, an address, a type or a version that does not pass, or one too many.
        """
        self._check_url(url)
        _check_events(events)
        if api_version is not None and not is_version(api_version):
            raise bad(f"Invalid API version: {api_version}", param="api_version")
        world = self._world
        if world.variants["endpoint_limit"] == "16" and len(self.table) >= MOST:
            raise bad(f"You have reached the maximum of {MOST} webhook endpoints.")
        made = Endpoint(
            world.new_id("we"), url, events, world.now(), self.new_secret(), api_version, connect,
            description,
        )  # fmt: skip
        return self.table.add(made)

    def new_secret(self) -> str:
        self._secrets += 1
        return f"whsec_mahnwerk{self._secrets:018d}"

    def roll(self, id_: str, seconds: int = ROLL_SECONDS) -> str:
        """A new secret; the old one lives on beside it for so long."""
        endpoint = self.table.one(id_)
        endpoint.old.append((endpoint.secret, self._world.now() + seconds))
        endpoint.secret = self.new_secret()
        return endpoint.secret

    def shown(self, endpoint: Endpoint, *, secret: bool = False) -> Json:
        """Without its secret, which only the answer to its creation holds (§4)."""
        found: Json = {
            "id": endpoint.id,
            "object": "webhook_endpoint",
            "api_version": endpoint.api_version,
            "application": None,
            "created": endpoint.created,
            "description": endpoint.description,
            "enabled_events": endpoint.events,
            "metadata": endpoint.metadata,
            "status": "enabled" if endpoint.enabled else "disabled",
            "url": endpoint.url,
        }
        return finish(self._world, {**found, "secret": endpoint.secret} if secret else found)

    def routes(self) -> list[Route]:
        return [
            route("GET", _PATH, self._list),
            route("POST", _PATH, self._create),
            route("GET", f"{_PATH}/{{id}}", self._one),
            route("POST", f"{_PATH}/{{id}}", self._change),
            route("DELETE", f"{_PATH}/{{id}}", self._delete),
        ]

    def _list(self, world: World, call: Call) -> Reply:
        known(call.body, *CURSORS)
        rows = self.table.newest()
        found = page(
            world,
            call.body,
            rows,
            ranks(rows).get,
            self.shown,
            url=_PATH,
            kind=self.table.kind,
        )
        return Reply(200, found)

    def _one(self, world: World, call: Call, id_: str) -> Reply:
        del world, call
        return Reply(200, self.shown(self.table.one(id_)))

    def _create(self, world: World, call: Call) -> Reply:
        del world
        body = call.body
        known(body, *_CHANGEABLE, "api_version", "connect")
        for name in ("url", "enabled_events"):
            if not body.get(name):
                raise bad(f"Missing required param: {name}.", param=name, code="parameter_missing")
        made = self.add(
            body["url"],
            body["enabled_events"],
            api_version=body.get("api_version") or None,
            connect=body.get("connect") == "true",
            description=body.get("description") or None,
        )
        self._set_metadata(made, body)
        return Reply(200, self.shown(made, secret=True))

    def _change(self, world: World, call: Call, id_: str) -> Reply:
        del world
        endpoint, body = self.table.one(id_), call.body
        known(body, *_CHANGEABLE, "disabled")
        if "url" in body:
            self._check_url(body["url"])
        if "enabled_events" in body:
            _check_events(body["enabled_events"])
        endpoint.url = body.get("url", endpoint.url)
        endpoint.events = body.get("enabled_events", endpoint.events)
        if "description" in body:
            endpoint.description = body["description"] or None
        if "disabled" in body:
            endpoint.enabled = body["disabled"] != "true"
        self._set_metadata(endpoint, body)
        return Reply(200, self.shown(endpoint))

    @staticmethod
    def _set_metadata(endpoint: Endpoint, body: Json) -> None:
        """An empty text unsets a key (§1)."""
        given = body.get("metadata")
        if given == "":
            endpoint.metadata = {}
        elif isinstance(given, dict):
            merged = {**endpoint.metadata, **given}
            endpoint.metadata = {key: value for key, value in merged.items() if value != ""}

    def _delete(self, world: World, call: Call, id_: str) -> Reply:
        del world, call
        self.table.drop(self.table.one(id_).id)
        return Reply(200, {"id": id_, "object": "webhook_endpoint", "deleted": True})

    def _check_url(self, url: object) -> None:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            raise bad(
                "Invalid URL: An explicit scheme (such as https) must be provided.", param="url"
            )
        only = self._world.variants["endpoint_url"] == "https"
        if only and parts.scheme != "https":
            raise bad("Invalid URL: URL must be HTTPS", param="url")


def _check_events(events: object) -> None:
    if not isinstance(events, list) or not events:
        raise bad("Invalid array", param="enabled_events")
    for each in events:
        if each != "*" and each not in EVENT_TYPES:
            raise bad(f"Invalid enabled_events: {each}", param="enabled_events")

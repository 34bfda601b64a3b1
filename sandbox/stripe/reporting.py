"""What a test or a person does with events and webhooks of Stripe's stand-in."""

from __future__ import annotations

from sandbox.stripe import signing
from sandbox.stripe.endpoints import ROLL_SECONDS, Endpoint, Endpoints
from sandbox.stripe.events import Event, Feed
from sandbox.stripe.gateway import Gateway
from sandbox.stripe.replies import Json
from sandbox.stripe.webhooks import Attempt, Webhooks
from sandbox.stripe.world import World


class Reporting:
    """Events, endpoints, and what was delivered to them; a part of the stand-in."""

    world: World
    feed: Feed
    hooks: Endpoints
    webhooks: Webhooks

    def _report(self, gateway: Gateway, time_factor: float) -> None:
        """Sets up the feed and the webhooks of a world whose gateway stands."""
        self.feed = Feed(self.world, lambda: gateway.cause)
        self.hooks = Endpoints(self.world)
        self.webhooks = Webhooks(self.world, self.feed, self.hooks, time_factor)
        self._absent = gateway.absent
        gateway.routes += [*self.feed.routes(), *self.hooks.routes()]

    def lacks(self, *resources: str) -> None:
        """These do not exist (404), as at a server that speaks only a part of Stripe. None: all do.

        A resource is a part of a path: ``events``, ``invoice_payments``, ``tax_ids``.
        """
        with self.world.lock:
            self._absent.clear()
            self._absent.update(resources)

    @property
    def events(self) -> list[Json]:
        """Every event so far as a snapshot, newest last; also those that the feed has lost."""
        with self.world.lock:
            return [self.feed.shown(each) for each in self.feed.events.values()]

    @property
    def endpoints(self) -> list[Json]:
        """The webhook endpoints, each with its secret."""
        with self.world.lock:
            return [self.hooks.shown(each, secret=True) for each in self.hooks.table.values()]

    @property
    def webhook_attempts(self) -> list[Attempt]:
        """Every try to deliver an event so far."""
        return self.webhooks.attempts

    def wait_webhooks(self, timeout: float = 10.0) -> bool:
        """Waits until nothing is left to deliver; False when that takes longer."""
        return self.webhooks.wait(timeout)

    def add_endpoint(
        self,
        url: str,
        events: list[str] | None = None,
        *,
        api_version: str | None = None,
        connect: bool = False,
    ) -> str:
        """An endpoint as made in the dashboard; for every event unless told. Returns its id."""
        with self.world.lock:
            wanted = ["*"] if events is None else events
            return self.hooks.add(url, wanted, api_version=api_version, connect=connect).id

    def remove_endpoint(self, endpoint: str) -> None:
        """It is deleted; what is under way to it ends."""
        with self.world.lock:
            self.hooks.table.drop(self._endpoint(endpoint).id)

    def enable_endpoint(self, endpoint: str, *, on: bool = True) -> None:
        with self.world.lock:
            self._endpoint(endpoint).enabled = on

    def secret_of(self, endpoint: str) -> str:
        with self.world.lock:
            return self._endpoint(endpoint).secret

    def roll_secret(self, endpoint: str, seconds: int = ROLL_SECONDS) -> str:
        """A new secret; the old one signs beside it for so long."""
        with self.world.lock:
            return self.hooks.roll(endpoint, seconds)

    def hold_webhooks(self) -> None:
        """Keeps what would be delivered from now on."""
        with self.world.lock:
            self.webhooks.hold()

    def release_webhooks(self, *, shuffled: int | None = None, times: int = 1) -> None:
        """Delivers what was held, mixed by a number if one is given, each so many times."""
        with self.world.lock:
            self.webhooks.release(shuffled=shuffled, times=times)

    def resend(self, event: str) -> None:
        """An event is delivered once more, as from the dashboard."""
        with self.world.lock:
            self.webhooks.again(self._event(event))

    def report(
        self, event: str = "", *, secret: str, at: int | None = None, api_version: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of an event ("": the last one) as an endpoint gets them, not sent."""
        with self.world.lock:
            found = self._event(event or next(reversed(self.feed.events), ""))
            mock = Endpoint("we_none", "", ["*"], 0, secret, api_version or None)
            body = self.webhooks.body(found, mock)
            return body, {signing.HEADER: self.webhooks.sign(body, [secret], at)}

    def _event(self, event: str) -> Event:
        if event not in self.feed.events:
            raise ValueError(f"no event {event!r}")
        return self.feed.events[event]

    def _endpoint(self, endpoint: str) -> Endpoint:
        return self.hooks.table.one(endpoint)

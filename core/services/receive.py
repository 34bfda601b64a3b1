"""An event comes in: whose hook, whose signature, stored once, answered; worked on by others.

The order is fixed (style §5.3): size, hook by its unguessable token, signature over the raw bytes,
the raw event under its unique key, commit, answer. Nothing is parsed before the signature holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import (
    ConfigError,
    EventStale,
    EventTooLarge,
    MahnwerkError,
    NotSupported,
    SignatureInvalid,
    WebhookError,
)
from core.ports import Arrival, InboxState
from core.services.app import App
from core.services.hook_book import HookBook, KnownHook
from core.services.inbound_events import NO_INSTANT
from core.services.inbox_writer import InboxWriter

MOST_BYTES = 1024 * 1024


class Outcome(StrEnum):
    """What became of one request."""

    STORED = "stored"
    REPEATED = "repeated"  # was here before
    UNREADABLE = "unreadable"  # rightly signed; kept for a person
    UNKNOWN = "unknown"  # no such hook, or nothing to believe its events by
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    TOO_LARGE = "too_large"
    FOREIGN = "foreign"  # rightly signed, of another account or mode

    @property
    def good(self) -> bool:
        """Whether the sender is who he should be."""
        return self in _GOOD


_GOOD = {Outcome.STORED, Outcome.REPEATED, Outcome.UNREADABLE}

# What each sender is answered, unless its platform needs to hear something else; 200 by default.
# What was stored is 200 and not 204 for lexoffice too: waitress closes the connection after a 204.
_USUAL: Mapping[Outcome, int] = {
    Outcome.UNKNOWN: 404,
    Outcome.BAD_SIGNATURE: 400,
    Outcome.STALE: 400,
    Outcome.TOO_LARGE: 413,
}


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a request, and the HTTP status that says it. ``hook``: its id, 0 = unknown."""

    outcome: Outcome
    status: int
    added: int = 0
    creditor: str = ""
    hook: int = 0
    sentence: str = ""  # for the log


class Receiver:
    """Takes events for all hooks of the store; safe for several threads.

    ``wake`` is called after something new was stored.
    """

    def __init__(self, app: App, wake: Callable[[], None] = lambda: None) -> None:
        self._app, self._wake = app, wake
        self._book, self._writer = HookBook(app), InboxWriter(app)

    def warm_up(self) -> None:
        """Loads what the first event would have to wait for."""
        for slug in self._app.platforms.all:
            with suppress(MahnwerkError):
                self._app.platforms.events(slug).parse(b"")

    def receive(self, slug: str, token: str, raw: bytes, headers: Mapping[str, str]) -> Received:
        """Stores what came unless it was here before, and says what to answer.

        Raises:
            MahnwerkError: it could not be stored; the sender shall come again.
        """
        if len(raw) > MOST_BYTES:
            return self._answer(slug, Outcome.TOO_LARGE)
        known = self._book.find(slug, token)
        if known is None:
            return self._answer(slug, Outcome.UNKNOWN)
        now = self._app.clock.now()
        try:
            self._verify(known, token, raw, headers, now)
        except EventTooLarge as error:
            return self._answer(slug, Outcome.TOO_LARGE, known, error)
        except EventStale as error:
            return self._answer(slug, Outcome.STALE, known, error)
        except SignatureInvalid as error:
            return self._answer(slug, Outcome.BAD_SIGNATURE, known, error)
        except ConfigError as error:  # no key that could be used: as if there were none
            return self._answer(slug, Outcome.UNKNOWN, known, error)
        return self._keep(known, raw, now)

    def _verify(
        self,
        known: KnownHook,
        token: str,
        raw: bytes,
        headers: Mapping[str, str],
        now: datetime,
    ) -> None:
        try:
            known.reader.verify(raw, headers, known.keys, now)
        except (SignatureInvalid, ConfigError):
            # A key that was entered a moment ago counts at once.
            again = self._book.find(known.slug, token, fresh=True) if known.read_at < now else None
            if again is None or again.keys == known.keys:
                raise
            again.reader.verify(raw, headers, again.keys, now)

    def _keep(self, known: KnownHook, raw: bytes, now: datetime) -> Received:
        hook, slug = known.hook, known.slug
        try:
            events = [_dated(each, now) for each in known.reader.parse(raw)]
        except WebhookError as error:
            reason = error.sentence(self._app.language)
            kept = (_unreadable(raw, now),)
            arrival = Arrival(hook.connection, kept, raw, now, InboxState.FAILED, reason)
            added = self._writer.put(hook.creditor, arrival)
            return replace(self._answer(slug, Outcome.UNREADABLE, known, error), added=added)
        if not all(_is_own(known, each) for each in events):
            return self._answer(slug, Outcome.FOREIGN, known)
        added = self._writer.put(hook.creditor, Arrival(hook.connection, tuple(events), raw, now))
        if added:
            self._wake()
        outcome = Outcome.STORED if added else Outcome.REPEATED
        return replace(self._answer(slug, outcome, known), added=added)

    def _answer(
        self,
        slug: str,
        outcome: Outcome,
        known: KnownHook | None = None,
        error: Exception | None = None,
    ) -> Received:
        status = self._status(slug, outcome, known)
        if known is None:
            return Received(outcome, status)
        return Received(
            outcome, status, 0, known.hook.creditor, known.hook.id, str(error) if error else ""
        )

    def _status(self, slug: str, outcome: Outcome, known: KnownHook | None) -> int:
        usual = _USUAL.get(outcome, 200)
        if outcome not in {Outcome.UNKNOWN, Outcome.FOREIGN}:
            return usual
        try:
            reader = known.reader if known else self._app.platforms.events(slug)
        except NotSupported:  # a slug that anybody makes up
            return usual
        return reader.unknown_status if outcome is Outcome.UNKNOWN else reader.foreign_status


def receive(app: App, slug: str, token: str, raw: bytes, headers: Mapping[str, str]) -> Received:
    """Takes one event, for whoever has only one; see :class:`Receiver`."""
    return Receiver(app).receive(slug, token, raw, headers)


def _is_own(known: KnownHook, event: ConnectorEvent) -> bool:
    """Of the account and of the mode of the connection, as far as both say."""
    account = not event.organization or known.account in ("", event.organization)
    return account and (not event.mode or known.mode in ("", event.mode))


def _dated(event: ConnectorEvent, now: datetime) -> ConnectorEvent:
    return replace(event, at=now) if event.at == NO_INSTANT else event


def _unreadable(raw: bytes, now: datetime) -> ConnectorEvent:
    digest = hashlib.sha256(raw).hexdigest()
    return ConnectorEvent("", EventKind.OTHER, EventChange.OTHER, "", now, f"sha256:{digest}")

"""How events of platforms are believed and read; each platform's module is imported when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.platform_records import ConnectorEvent
from core.errors import NotSupported
from core.ports import EventReader


class _Lexoffice:
    # After a 404 it deletes the subscription, on 401, 403 and 429 it comes again (§3.5).
    unknown_status = foreign_status = 204

    def verify(
        self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str], _now: datetime
    ) -> None:
        from connectors.lexoffice.webhooks import verify

        verify(raw, headers, keys)

    def parse(self, raw: bytes) -> list[ConnectorEvent]:
        from connectors.lexoffice.webhooks import parse_events

        return parse_events(raw)


class _Stripe:
    # Shown to whoever set the endpoint up (§4).
    unknown_status = foreign_status = 400

    def verify(
        self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str], now: datetime
    ) -> None:
        from connectors.stripe.webhooks import verify

        verify(raw, headers, keys, now)

    def parse(self, raw: bytes) -> list[ConnectorEvent]:
        from connectors.stripe.webhooks import parse_events

        return parse_events(raw)


_READERS: Mapping[str, EventReader] = {"lexoffice": _Lexoffice(), "stripe": _Stripe()}


def event_reader(slug: str) -> EventReader:
    """The reader of a platform's events.

    Raises:
        NotSupported: the platform reports nothing by itself.
    """
    found = _READERS.get(slug)
    if found is None:
        raise NotSupported(
            f"„{slug}“ meldet Änderungen nicht von sich aus.",
            en=f"{slug} does not report changes by itself.",
        )
    return found

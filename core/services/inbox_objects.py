"""What waiting events are about: each object once, however often it was reported.

Neither the order of events nor what they say is believed: an event names an object, and the object
is read again. So a thousand events of one invoice are one question, and a "failed" that comes after
"paid" finds what "paid" found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.platform_records import EventKind
from core.ports import InboxEvent
from core.services.app import App
from core.services.wording import day

# Kinds that name the same record, and the one it is read as.
_READ_AS = {EventKind.PAYMENT: EventKind.INVOICE, EventKind.CREDIT_NOTE: EventKind.INVOICE}
# What says something by itself: two of them are never one.
_EACH_ITSELF = (EventKind.INBOUND, EventKind.RETURNED_MAIL)


@dataclass(frozen=True, slots=True)
class Thing:
    """One object and all events of it that wait, in the order in which they came."""

    kind: EventKind
    external_id: str
    events: tuple[InboxEvent, ...]

    @property
    def ids(self) -> list[int]:
        return [each.id for each in self.events]

    def since(self) -> datetime:
        """When it was reported first."""
        return datetime.fromisoformat(self.events[0].received_at)


def things(events: Sequence[InboxEvent]) -> list[Thing]:
    """The objects of these events, the one that has waited longest in front."""
    found: dict[tuple[EventKind, str, int], list[InboxEvent]] = {}
    for each in events:
        kind = _READ_AS.get(each.event.kind, each.event.kind)
        alone = each.id if kind in _EACH_ITSELF else 0
        name = "" if kind is EventKind.OTHER else each.event.external_id
        found.setdefault((kind, name, alone), []).append(each)
    return [Thing(kind, name, tuple(some)) for (kind, name, _), some in found.items()]


def cause_of(app: App, thing: Thing, reporter: str, zone: str) -> str:
    """Where the news came from, for whoever asks why a notice was withdrawn."""
    at = thing.since().astimezone(ZoneInfo(zone))
    on = day(at.date(), app.language)
    return app.say(
        f"gemeldet von {reporter} am {on} um {at:%H:%M} Uhr",
        f"reported by {reporter} on {on} at {at:%H:%M}",
    )

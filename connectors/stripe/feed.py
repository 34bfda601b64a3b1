"""What changed since the last reading, as the feed of events tells; see ``events``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from connectors.stripe.events import INVOICE_EVENTS, MONEY_EVENTS, Heard, listen
from connectors.stripe.position import Position
from connectors.stripe.stream import Pass

EVENTS = "events"
_TYPES = (*INVOICE_EVENTS, *MONEY_EVENTS)


def hear(work: Pass, position: Position, now: datetime) -> tuple[Heard | None, Position]:
    """What events tell that were not heard of, and the position behind them; None = no feed."""
    since = position.fed or position.read_at or position.began or now
    heard = work.optional.ask(
        EVENTS, lambda: listen(work.lists.client, _TYPES, since, position.heard, work.lists.limit)
    )
    if heard is None:
        return None, position
    # By Stripe's own clock: ours may be wrong. Nothing new: what was heard stays so.
    fed = max(heard.newest or since, since)
    return heard, replace(position, fed=fed, heard=heard.recent(fed))


def named(work: Pass, heard: Heard) -> set[str]:
    """The invoices that events are about; those of a refund or dispute are looked for (§3)."""
    found = set(heard.invoices)
    intents = set(heard.payments)
    intents |= {work.lists.intent_of(charge) for charge in heard.charges} - {""}
    return found | paid_by(work, intents)


def paid_by(work: Pass, intents: Iterable[str]) -> set[str]:
    """The invoices that PaymentIntents pay, one request for each of them."""
    found: set[str] = set()
    for intent in sorted(intents):
        found |= work.lists.invoices_of(intent)
    return found

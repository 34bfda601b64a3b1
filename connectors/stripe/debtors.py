"""The stream of debtors: those that changed, by the feed.

All others come with their invoices, embedded in the lists, so that the shoppers of a whole account
are not read for the few who owe something.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from connectors._pile import READS
from connectors.stripe.customers import is_deleted
from connectors.stripe.events import CUSTOMER_EVENTS, listen
from connectors.stripe.position import LONGEST_GAP, MOST
from connectors.stripe.stream import Pass
from core.domain.platform_records import Batch, Cursor


def debtors(work: Pass, cursor: Cursor, now: datetime) -> Iterator[Batch]:
    """Customers of ours that changed since the last time, each read once."""
    since = datetime.fromisoformat(cursor["fed"]) if "fed" in cursor else now
    if now - since > LONGEST_GAP:
        since = now - LONGEST_GAP  # the invoices are all listed anew, with their customers
    followed = frozenset(cursor.get("heard", ()))
    work.optional.quiet()  # what is missing is told of with the invoices, once a day
    heard = work.optional.ask(
        "events",
        lambda: listen(work.lists.client, CUSTOMER_EVENTS, since, followed, work.lists.limit),
    )
    if heard is None:
        yield work.batch(cursor)
        return
    # Of a deleted one the invoices say who owes; they are listed once a day.
    for place, id_ in enumerate(sorted(work.known.debtors(heard.customers)), 1):
        customer = work.buyers.read(id_)
        if not is_deleted(customer):
            work.buyers.put_customer(work.pile, customer)
        work.done += 1
        if place % READS == 0:
            yield work.batch(cursor)
    fed = max(heard.newest or since, since)
    yield work.batch(
        {"fed": fed.astimezone(UTC).isoformat(), "heard": sorted(heard.recent(fed))[:MOST]}
    )


def debtor(work: Pass, customer: str) -> Batch:
    """One customer as he is now, with the money on his account that is applied to no invoice."""
    found = work.buyers.read(customer)
    if not is_deleted(found):
        work.buyers.put_customer(work.pile, found)
    return work.batch({})

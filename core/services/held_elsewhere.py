"""Why an invoice stands still though nothing holds it here: what another connection has of it."""

from __future__ import annotations

from datetime import date

from core.domain.model import CreditorId, ItemId, Match
from core.errors import UsageError
from core.ports import Tx


def held_elsewhere(
    tx: Tx, creditor: CreditorId, item: ItemId | None, name: str, on: date
) -> UsageError | None:
    """Says where the hold of an invoice is to be ended; None when no other connection has one."""
    items = tx.items.many(creditor, [] if item is None else [item])
    for twin in next(iter(tx.twins.of(creditor, items.values()).values()), ()):
        if twin.match is Match.SUSPECT:
            return UsageError(
                f"{name} wartet auf die Entscheidung, ob sie auch in einer anderen Anbindung "
                "steht: mahnwerk claims",
                en=f"{name} waits for the decision whether it stands on another connection too: "
                "mahnwerk claims",
            )
        held = next((hold for hold in twin.holds if hold.active(on)), None)
        if held is not None:
            connection = tx.connections.get(creditor, twin.connection)
            there = f"{connection.name if connection else twin.connection}:{twin.external_id}"
            what = there if held.item is not None else str(held.debtor)
            return UsageError(
                f"{name}: gesperrt ist derselbe Beleg in einer anderen Anbindung. Aufheben: "
                f"mahnwerk release {what} --kind {held.kind.value}",
                en=f"{name}: the same document is held on another connection. To release it: "
                f"mahnwerk release {what} --kind {held.kind.value}",
            )
    return None

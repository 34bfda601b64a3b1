"""Why nothing can be released: what is held instead, here or on another connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from shlex import quote

from core.domain.model import CreditorId, Hold, ItemId, Match
from core.errors import UsageError
from core.ports import Tx
from core.services.targets import Target


def nothing_to_release(
    tx: Tx, creditor: CreditorId, target: Target, active: Sequence[Hold], on: date
) -> UsageError:
    """Says what is held instead, and how to release that."""
    own = any(h.item == target.item for h in active)
    there = None if own else _held_elsewhere(tx, creditor, target.item, target.name, on)
    return (
        there
        or _held_items(tx, creditor, target, active)
        or _nothing_of_that_kind(target.name, target.item, active)
    )


def _held_elsewhere(
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


def _held_items(
    tx: Tx, creditor: CreditorId, target: Target, active: Sequence[Hold]
) -> UsageError | None:
    """Of a debtor who is not held himself: which of his invoices are, and how to release each."""
    held = {h.item: h.kind.value for h in active if h.item is not None}
    if target.item is not None or not held or any(h.item is None for h in active):
        return None
    items = tx.items.many(creditor, list(held))
    ways = "; ".join(
        f"mahnwerk release {quote(each.number)} --kind {held[id_]}" for id_, each in items.items()
    )
    return UsageError(
        f"{target.name}: nicht selbst gesperrt, aber Rechnungen. Aufgehoben wird je Rechnung: {ways}",
        en=f"{target.name}: not held himself, but invoices are. Each is released by itself: {ways}",
    )


def _nothing_of_that_kind(name: str, item: ItemId | None, active: Sequence[Hold]) -> UsageError:
    own = sorted({h.kind.value for h in active if h.item == item})
    if own:
        ways = ", ".join(f"--kind {each}" for each in own)
        return UsageError(
            f"{name}: keine Sperre von Hand. Andere Sperren enden nur ausdrücklich: {ways}",
            en=f"{name}: no hold set by hand. Others end only when named: {ways}",
        )
    if item is not None and any(h.item is None for h in active):
        return UsageError(
            f"{name}: nicht selbst gesperrt, aber ihr Kunde. Bitte den Kunden angeben.",
            en=f"{name}: not held itself, but its debtor is. Please name the debtor.",
        )
    return UsageError(
        f"{name}: keine Mahnsperre, die aufgehoben werden könnte.",
        en=f"{name}: there is no hold to release.",
    )

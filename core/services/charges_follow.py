"""Kept charges follow their claim to the connection that leads now (ADR 0028).

A claim that stands on two connections is one: what a letter demanded for it is owed once, wherever
the claim is dunned from later. Without that the lump sum would be asked for by each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from core.domain.charges import INTEREST, LUMP_SUM
from core.domain.model import CreditorId, ItemId, ItemState, Match, Twin
from core.domain.one_claim import GONE
from core.ports import ChargeRow, Tx
from core.services.app import App
from core.services.charges import OPEN, WAIVED, note

_SELF = "mahnwerk"
_ONCE = "it is kept for the same claim on another connection already"
_FOLLOWED = "the claim is dunned from another connection now"


def follow_claims(app: App, tx: Tx, creditor: CreditorId, on: date) -> None:
    """Moves the charges of claims that another connection leads now to the item that leads.

    What is kept there already is kept once: of two lump sums, or two figures of interest for the
    same claim, the one that is settled stands, else the leading one.
    """
    if len(tx.connections.all(creditor)) < 2:
        return
    kept = [row for row in tx.charges.rows(creditor) if row.charge.item is not None]
    leaders = _leaders(tx, creditor, {row.charge.item for row in kept if row.charge.item})
    if not leaders:
        return
    sums: dict[tuple[ItemId | None, str], list[ChargeRow]] = defaultdict(list)
    for row in kept:
        sums[row.charge.item, row.charge.kind].append(row)
    items = tx.items.many(creditor, set(leaders.values()))
    for item, first in leaders.items():
        for kind in (INTEREST, LUMP_SUM):
            here = sums[first, kind]
            for row in sums[item, kind]:
                if row.settled_by == _SELF:
                    continue  # ended by us: nothing of it is owed by anybody
                moved, ended = _merged(row, here)
                for other in ended:
                    tx.charges.settle(creditor, other.charge.id, WAIVED, on, _SELF)
                    note(app, tx, creditor, other, WAIVED, _SELF, _ONCE)
                if moved:
                    tx.charges.move(creditor, row.charge.id, first, items[first].debtor)
                    note(app, tx, creditor, row, "moved", _SELF, _FOLLOWED)
                    here.append(row)


def _leaders(tx: Tx, creditor: CreditorId, about: set[ItemId]) -> Mapping[ItemId, ItemId]:
    """By item that is led: the one that leads it."""
    items = tx.items.many(creditor, about).values()
    found = tx.twins.of(creditor, items)
    leading = {
        item: next((t for t in twins if t.leads and t.match is Match.SAME), None)
        for item, twins in found.items()
    }
    return {item: twin.id for item, twin in leading.items() if twin and not _in_doubt(twin)}


def _in_doubt(twin: Twin) -> bool:
    return not twin.decided and (twin.state in GONE or twin.state is ItemState.UNKNOWN)


def _merged(row: ChargeRow, here: list[ChargeRow]) -> tuple[bool, list[ChargeRow]]:
    """(whether it moves to those kept ``here``, which of them all end)."""
    standing = [other for other in here if other.state == OPEN]
    if row.state == OPEN:
        lump = row.charge.kind == LUMP_SUM
        again = any(other.settled_by != _SELF for other in here) if lump else bool(standing)
        return not again, [row] if again else []
    if row.charge.kind == INTEREST:
        return True, []  # settled up to its day: what accrued since then is owed
    return len(standing) == len(here), standing

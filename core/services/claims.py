"""Claims that stand on several connections: which may be one, and what a person says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from shlex import quote

from core.domain.model import (
    Connection,
    ConnectionId,
    CreditorId,
    ItemId,
    ItemKind,
    ItemState,
    Match,
    OpenItem,
    Role,
    Twin,
)
from core.domain.money import Money
from core.domain.same_claim import Side, goes_before
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import item_named
from core.services.wording import amount, day

_CREDITS = (ItemKind.CREDIT_NOTE, ItemKind.UNAPPLIED)
_STATES = {
    ItemState.CANCELLED: ("storniert", "cancelled"),
    ItemState.WRITTEN_OFF: ("ausgebucht", "written off"),
    ItemState.UNKNOWN: ("Stand unbekannt", "state unknown"),
}


@dataclass(frozen=True, slots=True)
class AlsoOn:
    """A claim as another connection has it; ``leads``: it is dunned from there."""

    connection: str
    external_id: str
    number: str
    outstanding: Money
    state: ItemState
    settled_on: date | None
    match: Match
    leads: bool
    decided: bool


@dataclass(frozen=True, slots=True)
class ClaimSide:
    """One of two items that are, or may be, one claim."""

    connection: str
    external_id: str
    number: str
    debtor: str
    invoice_date: date | None
    total: Money
    outstanding: Money
    state: ItemState

    @property
    def name(self) -> str:
        """As every command takes it."""
        return f"{self.connection}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """Two items, the one that leads (or would) first; ``decided``: by a person."""

    leading: ClaimSide
    other: ClaimSide
    match: Match
    decided: bool


def also_on(twins: Iterable[Twin], names: Mapping[ConnectionId, str]) -> tuple[AlsoOn, ...]:
    """What other connections have of a claim, for people."""
    return tuple(
        AlsoOn(
            names[twin.connection],
            twin.external_id,
            twin.number,
            twin.outstanding,
            twin.state,
            twin.settled_on,
            twin.match,
            twin.leads,
            twin.decided,
        )
        for twin in twins
    )


def also_sentence(app: App, other: AlsoOn) -> str:
    """Where a claim stands as well, what is open there, and which of the two leads."""
    name = f"{other.connection}:{other.external_id}"
    said = standing(app, other.outstanding, other.state, other.settled_on)
    if other.match is Match.SUSPECT:
        return app.say(
            f"Vielleicht derselbe Beleg: {name} ({other.number}, {said}). Bis das entschieden ist, "
            "wird keiner gemahnt: mahnwerk claims",
            f"Perhaps the same document: {name} ({other.number}, {said}). Neither is dunned until "
            "that is decided: mahnwerk claims",
        )
    first = ("führt", "leads") if other.leads else ("führt nicht", "does not lead")
    by_hand = (", von Hand bestätigt", ", confirmed by hand") if other.decided else ("", "")
    return app.say(
        f"Derselbe Beleg: {name} ({other.number}, {said}); {first[0]}{by_hand[0]}.",
        f"The same document: {name} ({other.number}, {said}); {first[1]}{by_hand[1]}.",
    )


def standing(app: App, outstanding: Money, state: ItemState, settled_on: date | None) -> str:
    """How an item stands, in a word or two."""
    if state in _STATES:
        return app.say(*_STATES[state])
    if outstanding.amount:
        left = amount(outstanding, app.language)
        return app.say(f"offen {left}", f"{left} open")
    if settled_on is None:
        return app.say("ausgeglichen", "settled")
    on = day(settled_on, app.language)
    return app.say(f"ausgeglichen am {on}", f"settled on {on}")


def role_hint(app: App, creditor: CreditorId, connection: Connection) -> str:
    """What the role of one of several connections means for claims that stand on both; "" for
    the only one.
    """
    with app.store.read() as tx:
        others = [c for c in tx.connections.all(creditor) if c.id != connection.id]
    if not others:
        return ""
    names = ", ".join(other.name for other in others)
    if connection.role is Role.EVIDENCE:
        return app.say(
            f"{connection.name} ist nur Nachweis: Gemahnt wird aus {names}; Zahlungen, die hier "
            "gebucht sind, zählen auch dort.",
            f"{connection.name} is evidence only: claims are dunned from {names}; payments that are "
            "booked here count there too.",
        )
    return app.say(
        f"Steht eine Rechnung auch in {names}, zählt sie einmal; gemahnt wird aus der führenden, "
        "sonst aus der zuerst angelegten Anbindung. Nur Nachweis: mahnwerk connect "
        f"{connection.platform} --name {quote(connection.name)} --set role=evidence",
        f"An invoice that stands on {names} too counts once; it is dunned from the leading "
        "connection, else from the one that was made first. Evidence only: mahnwerk connect "
        f"{connection.platform} --name {quote(connection.name)} --set role=evidence",
    )


def claim_pairs(app: App, creditor: CreditorId, *, every: bool = False) -> list[ClaimPair]:
    """Open items that may be one claim with an item of another connection, by number.

    ``every``: those that are one for certain, too.
    """
    with app.store.read() as tx:
        found = _pairs(tx, creditor, tx.items.open_items(creditor))
    return [pair for pair in found if every or pair.match is Match.SUSPECT]


def count_pairs(tx: Tx, creditor: CreditorId, items: Sequence[OpenItem]) -> tuple[int, int]:
    """(claims among ``items`` that stand elsewhere as well, those on which nobody has decided)."""
    found = [{twin.match for twin in twins} for twins in tx.twins.of(creditor, items).values()]
    doubts = sum(Match.SUSPECT in matches for matches in found)
    return sum(Match.SAME in matches for matches in found), doubts


def _pairs(tx: Tx, creditor: CreditorId, items: Sequence[OpenItem]) -> list[ClaimPair]:
    twins = tx.twins.of(creditor, items)
    if not twins:
        return []
    known = {item.id: item for item in items if item.id in twins}
    known |= tx.items.many(creditor, {twin.id for found in twins.values() for twin in found})
    sides = _Sides(tx, creditor, known)
    led = {item for item, found in twins.items() if any(t.leads for t in found if _is_same(t))}
    pairs: dict[frozenset[ItemId], ClaimPair] = {}
    for item, found in twins.items():
        for twin in found:
            first, second = (twin.id, item) if twin.leads else (item, twin.id)
            if first in led and _is_same(twin) and not twin.decided:
                continue  # of three that are one, each stands beside the one that leads
            pairs[frozenset((first, second))] = ClaimPair(
                sides.of(first), sides.of(second), twin.match, twin.decided
            )
    return sorted(pairs.values(), key=lambda p: (p.leading.number, p.leading.name, p.other.name))


def _is_same(twin: Twin) -> bool:
    return twin.match is Match.SAME


class _Sides:
    """Items with the names of their connections and debtors."""

    def __init__(self, tx: Tx, creditor: CreditorId, items: Mapping[ItemId, OpenItem]) -> None:
        self._tx, self._creditor, self._items = tx, creditor, items
        self._names = names_of(tx.connections.all(creditor))

    def of(self, id_: ItemId) -> ClaimSide:
        item = self._items[id_]
        debtor = self._tx.debtors.get(self._creditor, item.debtor)
        return ClaimSide(
            self._names[item.connection],
            item.external_id,
            item.number,
            debtor.name if debtor else "",
            item.invoice_date,
            item.total,
            item.outstanding,
            item.state,
        )


def names_of(connections: Iterable[Connection]) -> dict[ConnectionId, str]:
    return {each.id: each.name for each in connections}


def decide_claims(
    app: App, creditor: CreditorId, first: str, second: str = "", *, same: bool, by: str
) -> ClaimPair:
    """Says that two items are one claim, or two. Without ``second``: the one that is suspected.

    Raises:
        UsageError: an unknown or ambiguous invoice, twice the same one or the same connection,
            nothing that is suspected, or two that cannot be one claim.
    """
    with app.store.write() as tx:
        one, other = _named(tx, creditor, first, second)
        _refuse(one, other, same=same)
        tx.twins.decide(creditor, one.id, other.id, by, app.clock.now(), same=same)
        tx.events.append(
            creditor,
            "claims_decided",
            {"item": one.id, "other": other.id},
            {"same": same, "by": by},
            app.clock.now(),
        )
        sides = _Sides(tx, creditor, {one.id: one, other.id: other})
        roles = {each.id: each.role for each in tx.connections.all(creditor)}
        if goes_before(Side(other, roles[other.connection]), Side(one, roles[one.connection])):
            one, other = other, one
        match = Match.SAME if same else Match.SUSPECT
        return ClaimPair(sides.of(one.id), sides.of(other.id), match, decided=True)


def _named(tx: Tx, creditor: CreditorId, first: str, second: str) -> tuple[OpenItem, OpenItem]:
    if second:
        return item_named(tx, creditor, first), item_named(tx, creditor, second)
    items = tx.items.find(creditor, first)
    if not items:
        item_named(tx, creditor, first)  # says that there is none
    twins = tx.twins.of(creditor, items)
    pairs = {
        frozenset((item, twin.id))
        for item, found in twins.items()
        for twin in found
        if twin.match is Match.SUSPECT
    }
    if len(pairs) != 1:
        raise UsageError(
            f"Zu „{first}“ gibt es {'mehrere Verdachtsfälle' if pairs else 'keinen Verdacht'}; bitte "
            "beide Belege nennen: mahnwerk claims same ANBINDUNG:BELEG ANBINDUNG:BELEG",
            en=f"There is {'more than one suspect' if pairs else 'no suspect'} for {first}; name "
            "both documents: mahnwerk claims same CONNECTION:ID CONNECTION:ID",
        )
    one, other = sorted(next(iter(pairs)))
    known = tx.items.many(creditor, (one, other))
    return known[one], known[other]


def _refuse(one: OpenItem, other: OpenItem, *, same: bool) -> None:
    """Two items that cannot be one claim, whoever says so."""
    names = f"{one.number or one.external_id}, {other.number or other.external_id}"
    if one.connection == other.connection:
        raise UsageError(
            f"{names}: beide stehen in derselben Anbindung; zwei Belege derselben Anbindung sind "
            "zwei Forderungen. Gemeint ist ANBINDUNG:BELEG.",
            en=f"{names}: both stand on one connection; two documents of one connection are two "
            "claims. Name them as CONNECTION:ID.",
        )
    if not same:
        return
    if ItemKind.CHARGE_RESIDUAL in (one.kind, other.kind):
        raise UsageError(
            f"{names}: Nebenforderungen führt Mahnwerk selbst; keine Anbindung kennt sie.",
            en=f"{names}: charges are kept by Mahnwerk itself; no connection knows them.",
        )
    if one.total.currency != other.total.currency:
        raise UsageError(
            f"{names}: zwei Währungen ({one.total}, {other.total}); Mahnwerk rechnet nicht um. "
            "Sind es zwei Forderungen: mahnwerk claims different",
            en=f"{names}: two currencies ({one.total}, {other.total}); nothing is converted. If they "
            "are two claims: mahnwerk claims different",
        )
    if (one.kind in _CREDITS) is not (other.kind in _CREDITS) and ItemKind.UNAPPLIED not in (
        one.kind,
        other.kind,
    ):
        raise UsageError(
            f"{names}: eine Forderung und eine Gutschrift sind nicht derselbe Beleg. Als zwei "
            "merken: mahnwerk claims different",
            en=f"{names}: a claim and a credit note are not the same document. Keep them as "
            "two: mahnwerk claims different",
        )

"""Which debtors may be one customer, and how a debtor is called where several platforms have him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.domain.model import Connection, ConnectionId, CreditorId, Debtor, DebtorId, Role
from core.domain.same_debtor import Likeness, Strength, suggest
from core.ports import Tx
from core.services.app import App
from core.services.lookup import creditor_of


@dataclass(frozen=True, slots=True)
class Party:
    """A debtor, and where he stands: ``label`` is ``connection:account``, a name of his."""

    debtor: Debtor
    label: str


class Linked(NamedTuple):
    """Whom a debtor is one customer with; ``head``: his data counts for all of them."""

    id: DebtorId
    name: str
    label: str
    head: bool


@dataclass(frozen=True, slots=True)
class LinkSuggestion:
    """Two debtors that may be one customer. ``head`` is the one whose data would count."""

    head: Party
    other: Party
    likeness: Likeness


def suggestions(app: App, creditor: CreditorId) -> list[LinkSuggestion]:
    """Debtors of different connections that may be one customer, the surest first."""
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        connections = connections_of(tx, creditor)
        debtors = tx.debtors.all(creditor) if len(connections) > 1 else []
        heads, apart = tx.links.heads(creditor), tx.links.apart(creditor)
    people = {each.id: each for each in debtors}
    found = []
    for each in suggest(debtors, heads, apart):
        pair = [people[heads.get(id_, id_)] for id_ in (each.debtor, each.other)]
        head = min(pair, key=lambda one: _rank(app, connections, heads, one))
        other = pair[1] if head is pair[0] else pair[0]
        parties = (party_of(connections, head), party_of(connections, other))
        found.append(LinkSuggestion(*parties, each.likeness))
    return found


def _rank(
    app: App,
    connections: Mapping[ConnectionId, Connection],
    heads: Mapping[DebtorId, DebtorId],
    debtor: Debtor,
) -> tuple[object, ...]:
    """Who should be the head: one who is it already, then on a leading connection, then on one
    that Mahnwerk reads by itself, whose address is the freshest; then the older one.
    """
    connection = connections[debtor.connection]
    return (
        debtor.id not in heads.values(),
        connection.role is not Role.LEADING,
        connection.platform not in app.platforms.all,
        connection.id,
        debtor.id,
    )


def is_strong(suggestion: LinkSuggestion) -> bool:
    return suggestion.likeness.strength is Strength.STRONG


def connections_of(tx: Tx, creditor: CreditorId) -> dict[ConnectionId, Connection]:
    return {each.id: each for each in tx.connections.all(creditor)}


def label_of(connections: Mapping[ConnectionId, Connection], debtor: Debtor) -> str:
    return f"{connections[debtor.connection].name}:{debtor.number}"


def party_of(connections: Mapping[ConnectionId, Connection], debtor: Debtor) -> Party:
    return Party(debtor, label_of(connections, debtor))


def beside(tx: Tx, creditor: CreditorId, debtor: DebtorId) -> tuple[Linked, ...]:
    """The others of his group, the head first; nobody without one."""
    group = tx.links.group(creditor, debtor)
    if len(group) == 1:
        return ()
    found = [tx.debtors.get(creditor, each) for each in group]
    people = {each.id: each for each in found if each is not None}
    return linked_with(tx, creditor, people).get(debtor, ())


def linked_with(
    tx: Tx, creditor: CreditorId, people: Mapping[DebtorId, Debtor]
) -> dict[DebtorId, tuple[Linked, ...]]:
    """Of every linked debtor among ``people`` the others of his group, the head first."""
    heads = tx.links.heads(creditor)
    if not heads:
        return {}
    connections = connections_of(tx, creditor)
    found: dict[DebtorId, tuple[Linked, ...]] = {}
    for head in sorted({head for head in heads.values() if head in people}):
        group = [
            Linked(each, people[each].name, label_of(connections, people[each]), each == head)
            for each in tx.links.group(creditor, head)
        ]
        for one in group:
            found[one.id] = tuple(each for each in group if each is not one)
    return found

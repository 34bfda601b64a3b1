"""Linking debtors that are one customer, so that he gets one letter (ADR 0027).

A person decides; here it is only suggested. What waits to leave on the old grouping is withdrawn
when it changes, and the next run proposes it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from shlex import quote

from core.domain.model import (
    Connection,
    ConnectionId,
    CreditorId,
    Debtor,
    DebtorId,
    Notice,
    NoticeState,
    Role,
)
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.bank_lines import check_debtors
from core.services.lease import Lease
from core.services.link_differences import Difference, differences
from core.services.link_suggestions import (
    Party,
    connections_of,
    is_strong,
    label_of,
    party_of,
    suggestions,
)
from core.services.lookup import creditor_of, debtor_itself
from core.services.owner import this_task

_UNDER_WAY = (NoticeState.PRINTED, NoticeState.HANDING_OVER, NoticeState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The group as it is now, the head first; ``members`` are those that came or left.

    ``withdrawn`` are proposals that had to go, ``under_way`` notices that left or may have left on
    the old grouping. ``evidence``: the head stands on a connection that only proves.
    """

    head: Party
    members: tuple[Party, ...]
    differences: tuple[Difference, ...] = ()
    withdrawn: tuple[int, ...] = ()
    under_way: tuple[Notice, ...] = ()
    evidence: bool = False
    changed: bool = True


def link(
    app: App, creditor: CreditorId, head: str, others: Sequence[str], *, by: str
) -> LinkReport:
    """Links the named debtors with the head, whose data counts from now on.

    Raises:
        UsageError: unknown or ambiguous, linked with itself or with somebody else already, or a
            run is under way.
    """
    with _no_run(app, creditor).held(), app.store.write() as tx:
        creditor_of(tx, creditor)
        first = debtor_itself(tx, creditor, head)
        named = {d.id: d for d in (debtor_itself(tx, creditor, text) for text in others)}
        return _link(app, tx, creditor, first, list(named.values()), by)


def link_suggested(app: App, creditor: CreditorId, *, by: str) -> list[LinkReport]:
    """Links what is suggested with a strong sign, all at once.

    Raises:
        UsageError: a run is under way.
    """
    reports = []
    with _no_run(app, creditor).held():
        wanted = [each for each in suggestions(app, creditor) if is_strong(each)]
        for each in wanted:
            with app.store.write() as tx:
                # Of three who are one, the first two may be a group by now.
                heads = tx.links.heads(creditor)
                ids = (each.head.debtor.id, each.other.debtor.id)
                head, other = (tx.debtors.get(creditor, heads.get(i, i)) for i in ids)
                if head is not None and other is not None and head.id != other.id:
                    reports.append(_link(app, tx, creditor, head, [other], by))
    return reports


def _no_run(app: App, creditor: CreditorId) -> Lease:
    """A run that is under way has read the accounts of before, and would propose for them."""
    return Lease(app, creditor, "run", this_task(), ("Mahnlauf", "run"))


def _link(
    app: App, tx: Tx, creditor: CreditorId, head: Debtor, others: Sequence[Debtor], by: str
) -> LinkReport:
    connections = connections_of(tx, creditor)
    heads = tx.links.heads(creditor)
    new = _new_members(tx, creditor, head, others, heads, connections)
    first, members = party_of(connections, head), [party_of(connections, each) for each in new]
    if not new:
        same = tuple(party_of(connections, each) for each in others)
        return LinkReport(first, same, changed=False)
    tx.links.link(creditor, [each.id for each in new], head.id, by, app.clock.now())
    group = tx.links.group(creditor, head.id)
    tx.links.no_longer_apart(creditor, group)
    reason = app.say(
        f"Kunden wurden verknüpft ({first.label}); der nächste Lauf schlägt neu vor",
        f"Debtors were linked ({first.label}); the next run proposes anew",
    )
    withdrawn = tx.links.withdraw(creditor, group, reason)
    _hold_money(app, tx, creditor, group)
    listed = ",".join(str(each.id) for each in new)
    tx.events.append(
        creditor,
        "debtors_linked",
        {"debtor": head.id, "debtors": listed},
        {"by": by, "withdrawn": list(withdrawn)},
        app.clock.now(),
    )
    return LinkReport(
        first,
        tuple(members),
        tuple(d for each in members for d in differences(head, each.debtor, each.label)),
        tuple(withdrawn),
        _under_way(tx, creditor, head.id),
        connections[head.connection].role is Role.EVIDENCE,
    )


def _new_members(
    tx: Tx,
    creditor: CreditorId,
    head: Debtor,
    others: Sequence[Debtor],
    heads: Mapping[DebtorId, DebtorId],
    connections: Mapping[ConnectionId, Connection],
) -> list[Debtor]:
    """Those that are no members of the head yet.

    Raises:
        UsageError: one of them cannot become one.
    """
    for each in (head, *others):
        elsewhere = heads.get(each.id)
        if elsewhere is None or elsewhere == head.id:
            continue
        known = tx.debtors.get(creditor, elsewhere)
        label = label_of(connections, known) if known else str(elsewhere)
        mine = label_of(connections, each)
        other = label_of(connections, others[0] if each is head else head)
        add = f"mahnwerk link {quote(label)} {quote(other)}"
        part = f"mahnwerk unlink {quote(mine)}"
        raise UsageError(
            f"{mine} ist schon verknüpft; sein Hauptkunde ist {label}. Dazu nehmen: {add} – oder "
            f"zuerst lösen: {part}",
            en=f"{mine} is linked already; its head is {label}. To add: {add} – or part them "
            f"first: {part}",
        )
    if any(each.id == head.id for each in others):
        raise UsageError(
            f"{label_of(connections, head)} lässt sich nicht mit sich selbst verknüpfen. Zwei "
            "verschiedene Kunden angeben.",
            en=f"{label_of(connections, head)} cannot be linked with itself. Name two different "
            "debtors.",
        )
    return [each for each in others if heads.get(each.id) != head.id]


def unlink(app: App, creditor: CreditorId, texts: Sequence[str], *, by: str) -> list[LinkReport]:
    """Parts the named debtors from their groups; who names a head dissolves his group.

    Raises:
        UsageError: unknown or ambiguous, not linked, an agreement covers invoices of both sides,
            or a run is under way.
    """
    with _no_run(app, creditor).held(), app.store.write() as tx:
        creditor_of(tx, creditor)
        named = [debtor_itself(tx, creditor, text) for text in texts]
        return [_unlink(app, tx, creditor, debtor, by) for debtor in named]


def keep_apart(app: App, creditor: CreditorId, text: str, other: str, *, by: str) -> LinkReport:
    """Notes that two debtors are not one customer: they are parted and never suggested again.

    Raises:
        UsageError: as :func:`unlink`, but for those who are not linked; or one debtor twice.
    """
    with _no_run(app, creditor).held(), app.store.write() as tx:
        creditor_of(tx, creditor)
        first, second = (debtor_itself(tx, creditor, each) for each in (text, other))
        connections = connections_of(tx, creditor)
        if first.id == second.id:
            raise UsageError(
                "Zwei verschiedene Kunden angeben: mahnwerk unlink KUNDE KUNDE --apart",
                en="Name two different debtors: mahnwerk unlink DEBTOR DEBTOR --apart",
            )
        report = LinkReport(party_of(connections, first), (party_of(connections, second),))
        if second.id in tx.links.group(creditor, first.id):
            heads = tx.links.heads(creditor)
            report = _unlink(app, tx, creditor, second if second.id in heads else first, by)
        tx.links.keep_apart(creditor, first.id, second.id, by, app.clock.now())
        refs = {"debtor": first.id, "other": second.id}
        tx.events.append(creditor, "debtors_apart", refs, {"by": by}, app.clock.now())
    return report


def _unlink(app: App, tx: Tx, creditor: CreditorId, debtor: Debtor, by: str) -> LinkReport:
    connections = connections_of(tx, creditor)
    group = tx.links.group(creditor, debtor.id)
    if len(group) == 1:
        label = label_of(connections, debtor)
        raise UsageError(
            f"{label} ist mit niemandem verknüpft. Verknüpfte zeigt: mahnwerk debtors",
            en=f"{label} is linked with nobody. See: mahnwerk debtors",
        )
    leaving = group[1:] if debtor.id == group[0] else (debtor.id,)
    parts = [{id_} for id_ in leaving]
    parts.append(set(group) - set(leaving))
    on = app.clock.today(creditor_of(tx, creditor).profile.zone)
    _refuse_shared_agreement(tx, creditor, group[0], parts, on)
    reason = app.say(
        "Die Verknüpfung der Kunden wurde gelöst; der nächste Lauf schlägt neu vor",
        "The link of the debtors was ended; the next run proposes anew",
    )
    under_way = _under_way(tx, creditor, group[0])
    withdrawn = tx.links.withdraw(creditor, group, reason)
    tx.links.unlink(creditor, leaving, app.clock.now())
    _hold_money(app, tx, creditor, group)
    tx.events.append(
        creditor,
        "debtors_unlinked",
        {"debtor": group[0], "debtors": ",".join(map(str, leaving))},
        {"by": by, "withdrawn": list(withdrawn)},
        app.clock.now(),
    )
    people = [tx.debtors.get(creditor, id_) for id_ in (group[0], *leaving)]
    head, *left = (party_of(connections, each) for each in people if each is not None)
    return LinkReport(head, tuple(left), (), tuple(withdrawn), under_way)


def _hold_money(app: App, tx: Tx, creditor: CreditorId, group: Collection[DebtorId]) -> None:
    """A balance on the account of one of them holds the items of all of them."""
    on = app.clock.today(creditor_of(tx, creditor).profile.zone)
    check_debtors(tx, creditor, group, on=on)


def _refuse_shared_agreement(
    tx: Tx, creditor: CreditorId, head: DebtorId, parts: Sequence[Collection[DebtorId]], on: date
) -> None:
    """A promise or plan that both sides are part of would protect only one of them afterwards."""
    for hold in tx.holds.of_debtor(creditor, head):
        covered = hold.terms.items if hold.terms else ()
        if not covered or not hold.active(on):
            continue
        owners = {item.debtor for item in tx.items.many(creditor, covered).values()}
        owners.add(hold.debtor)
        if sum(1 for part in parts if owners & set(part)) > 1:
            raise UsageError(
                "Eine Zusage oder ein Ratenplan umfasst Rechnungen beider Kunden. Zuerst aufheben: "
                f"mahnwerk release {hold.debtor} --kind {hold.kind.value}",
                en="A promise or plan covers invoices of both debtors. Release it first: "
                f"mahnwerk release {hold.debtor} --kind {hold.kind.value}",
            )


def _under_way(tx: Tx, creditor: CreditorId, debtor: DebtorId) -> tuple[Notice, ...]:
    return tuple(tx.notices.many(creditor, states=_UNDER_WAY, debtor=debtor))

"""Proposals (Mahnvorschlag): list, take an invoice off, reject, export for a signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.domain.model import CreditorId, Debtor, HoldKind, ItemId, Notice, NoticeState
from core.errors import IllegalTransition, UsageError
from core.ports import ProposalList, Tx
from core.services.app import App
from core.services.lookup import creditor_of, item_named, notice_named
from core.services.saving import save
from core.services.wording import state_word

WAITING = (NoticeState.PROPOSED, NoticeState.APPROVED, NoticeState.HELD)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A living proposal and its debtor."""

    notice: Notice
    debtor: Debtor


def proposals(app: App, creditor: CreditorId) -> list[ProposalRow]:
    """Living proposals, those that wait for approval first, then by id."""
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        notices = tx.notices.many(creditor, states=WAITING)
        people = {d.id: d for d in tx.debtors.all(creditor)} if notices else {}
    rows = [ProposalRow(notice, people[notice.debtor]) for notice in notices]
    return sorted(rows, key=lambda r: (WAITING.index(r.notice.state), r.notice.id))


def drop(
    app: App, creditor: CreditorId, notice: int, invoice: str, *, by: str, on: date
) -> Notice | None:
    """Takes one invoice off a proposal; the others stay, and the next run proposes it again.

    Returns:
        The proposal as it is now, or None when nothing was left of it.

    Raises:
        UsageError: unknown notice or invoice, or the invoice is not on that proposal.
    """
    return _drop(
        app, creditor, notice, lambda tx, found: _line_item(tx, creditor, found, invoice), by, on
    )


def drop_item(
    app: App, creditor: CreditorId, notice: int, item: ItemId, *, by: str, on: date
) -> Notice | None:
    """As :func:`drop`, by the id of an item: its number may stand on the proposal twice.

    Raises:
        UsageError: unknown notice, or the item is not on that proposal.
    """
    return _drop(app, creditor, notice, lambda _tx, _found: item, by, on)


def _drop(
    app: App,
    creditor: CreditorId,
    notice: int,
    chosen: Callable[[Tx, Notice], ItemId],
    by: str,
    on: date,
) -> Notice | None:
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        found = _waiting(tx, creditor, notice)
        item = chosen(tx, found)
        left = tx.notices.drop_item(creditor, found.id, item)
        tx.events.append(
            creditor,
            "proposal_drop",
            {"notice": found.id, "item": item},
            {"by": by, "on": on.isoformat()},
            app.clock.now(),
        )
    return left


def _line_item(tx: Tx, creditor: CreditorId, notice: Notice, invoice: str) -> ItemId:
    lines = [line for line in notice.lines if line.number == invoice]
    if len(lines) == 1:
        return lines[0].item
    item = item_named(tx, creditor, invoice)
    if item.id not in {line.item for line in notice.lines}:
        listed = ", ".join(line.number for line in notice.lines)
        raise UsageError(
            f"Rechnung {invoice} steht nicht auf Vorschlag {notice.id}: {listed}",
            en=f"Invoice {invoice} is not on proposal {notice.id}: {listed}",
        )
    return item.id


def _waiting(tx: Tx, creditor: CreditorId, notice: int) -> Notice:
    found = notice_named(tx, creditor, notice)
    if found.state not in WAITING:
        raise IllegalTransition(
            f"Mahnung {notice} ist kein Vorschlag mehr ({state_word(found.state, 'de')}).",
            en=f"Notice {notice} is no proposal any more ({state_word(found.state, 'en')}).",
        )
    return found


def reject(
    app: App,
    creditor: CreditorId,
    ids: Sequence[int],
    *,
    reason: str,
    until: date | None,
    by: str,
    on: date,
) -> list[Notice]:
    """Rejects proposals; with ``until`` their invoices are held until that day inclusive.

    Raises:
        UsageError: no reason, an unknown id, or an end that lies before ``on``.
    """
    if not reason.strip():
        raise UsageError(
            "Eine Ablehnung braucht einen Grund: --reason …",
            en="A rejection needs a reason: --reason …",
        )
    if until is not None and until < on:
        raise UsageError(
            f"{until:%d.%m.%Y} liegt in der Vergangenheit.", en=f"{until} lies in the past."
        )
    rejected: list[Notice] = []
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        for each in dict.fromkeys(ids):
            found = _waiting(tx, creditor, each)
            tx.notices.set_state(creditor, found.id, NoticeState.REJECTED, reason=reason)
            if until is not None:
                for item in items_to_hold(found):
                    tx.holds.add(
                        creditor, HoldKind.MANUAL, found.debtor, item, reason, by, on, until
                    )
            tx.events.append(
                creditor,
                "reject",
                {"notice": found.id},
                {"reason": reason, "by": by, "until": until.isoformat() if until else None},
                app.clock.now(),
            )
            rejected.append(found)
    return rejected


def items_to_hold(notice: Notice) -> list[ItemId]:
    """What a hold on the notice lies on. Not its credits: a credit that is held is deducted from
    nothing, and the next notice would ask for more than the debtor owes.
    """
    return [line.item for line in notice.lines if line.outstanding.amount >= 0]


def export(app: App, creditor: CreditorId, path: Path, *, on: date, language: str) -> int:
    """Writes the living proposals as .xlsx or .pdf for the client's signature.

    Returns:
        How many proposals the list holds.

    Raises:
        UsageError: another ending, nothing to export, or the file cannot be written.
    """
    rows = tuple((row.notice, row.debtor) for row in proposals(app, creditor))
    if not rows:
        raise UsageError(
            "Es gibt keine Vorschläge. Zuerst: mahnwerk run",
            en="There are no proposals. First: mahnwerk run",
        )
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
    blocks = {
        name: {level.number: level.text for level in app.procedure(name).levels}
        for name in {notice.procedure for notice, _ in rows}
    }
    listed = ProposalList(who, max(n.run for n, _ in rows), on, rows, language, blocks)
    if path.suffix.lower() == ".xlsx":
        content = app.renderer.proposal_list_xlsx(listed)
    elif path.suffix.lower() == ".pdf":
        content = app.renderer.proposal_list_pdf(listed)
    else:
        raise UsageError(
            f"„{path.name}“: möglich sind .xlsx und .pdf.",
            en=f"{path.name}: possible are .xlsx and .pdf.",
        )
    save(path, content)
    return len(rows)

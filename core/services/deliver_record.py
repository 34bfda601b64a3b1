"""What a delivery writes into the store: notice, items, contact, inside the caller's transaction."""

from __future__ import annotations

from core.domain.model import (
    ChargesMode,
    CreditorId,
    DeliveryState,
    ItemId,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    Pending,
)
from core.ports import DeliveryRecord, Tx
from core.services.app import App
from core.services.deliver_compare import ENDED, Stop
from core.services.deliver_look import Cleared, Desk
from core.services.notice_procedure import procedure_of_notice
from core.services.write_back_intent import intend

_BY_SCOPE = (NoticeKind.PLAN, NoticeKind.APOLOGY)  # several to one debtor are no rivals
PROPOSAL_STATES = (NoticeState.PROPOSED, NoticeState.APPROVED, NoticeState.HELD)


def record_sent(tx: Tx, desk: Desk, notice: Notice, channel: str, document: str) -> None:
    """The notice has reached the mail server or the post: now, and only now, its level counts."""
    creditor = desk.creditor.id
    tx.notices.set_state(
        creditor,
        notice.id,
        NoticeState.SENT,
        channel=channel,
        document=document,
        sent_on=desk.on,
        deadline=notice.deadline,
    )
    levels = _levels(notice)
    known = tx.items.many(creditor, levels)
    cycles = {line.item: line.cycle for line in notice.lines}
    # An invoice that was settled and re-opened since begins anew: this level is not its own.
    same = {item: level for item, level in levels.items() if known[item].cycle == cycles[item]}
    tx.items.record_level(creditor, same, desk.on)
    set_pending(tx, creditor, notice, Pending.NONE)
    mode = procedure_of_notice(desk.app, tx, creditor, notice).charges
    if mode is not ChargesMode.INFORMATIONAL and notice.charges:
        tx.charges.keep(creditor, notice.debtor, notice.id, notice.charges, mode.value, desk.on)
    # A note before an instalment is a contact too, but its day is no deadline of a level: the
    # account reads it from the notice itself.
    if notice.kind is NoticeKind.APOLOGY:
        tx.taken_back.record_word(creditor, notice.debtor, desk.on)
    elif channel != "task" and notice.kind is not NoticeKind.PLAN:
        tx.notices.record_contact(creditor, notice.debtor, desk.on, notice.deadline)
    intend(tx, desk, notice, channel)


def record_printed(tx: Tx, desk: Desk, notice: Notice, channel: str, file: str) -> None:
    """A printed letter is not a sent letter (architecture §4.8): no level, no contact yet."""
    tx.notices.set_state(
        desk.creditor.id,
        notice.id,
        NoticeState.PRINTED,
        channel=channel,
        document=file,
        printed_on=desk.on,
        deadline=notice.deadline,
    )
    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)


def how_to_close(app: App, notice: int) -> str:
    """The remedy for an unknown delivery."""
    command = f"mahnwerk deliveries resolve {notice} sent"
    return app.say(f"Bitte klären: {command} oder not_sent", f"Find out: {command} or not_sent")


def record_unknown(tx: Tx, desk: Desk, notice: Notice, reason: str) -> None:
    """Nobody knows whether it arrived; its items wait until a person says so."""
    tx.notices.set_state(desk.creditor.id, notice.id, NoticeState.UNKNOWN, reason=reason)
    set_pending(tx, desk.creditor.id, notice, Pending.UNKNOWN)


def stop_notice(tx: Tx, desk: Desk, notice: NoticeId, stop: Stop) -> None:
    """Writes the state that the last look asks for, and an event; once, however often it is asked.

    What nobody has approved stays a proposal: held means approved.
    """
    creditor = desk.creditor.id
    current = tx.notices.get(creditor, notice)
    if current is None or current.state in ENDED:
        return
    if (current.state, current.reason) == (stop.state, stop.reason):
        return
    waits = stop.state in {NoticeState.HELD, NoticeState.PROPOSED}
    if current.state is NoticeState.PROPOSED and waits:
        return
    tx.notices.set_state(creditor, notice, stop.state, reason=stop.reason)
    tx.events.append(
        creditor,
        "send_stopped",
        {"notice": notice},
        {"state": stop.state.value, "reason": stop.reason, "on": desk.on.isoformat()},
        desk.app.clock.now(),
    )


def record_failed(tx: Tx, creditor: CreditorId, cleared: Cleared, reason: str) -> None:
    """A failed hand-over leaves the notice approved, for the next channel or the next send.

    A run may have proposed another notice to that debtor while this one was under way; then this
    one ends as failed, and the next run proposes its invoices again.
    """
    notice, consolidated = cleared.notice, cleared.procedure.consolidated
    current = tx.notices.get(creditor, notice.id)
    if current is None or current.state is not NoticeState.HANDING_OVER:
        return
    rivals = [
        other
        for other in tx.notices.many(creditor, states=PROPOSAL_STATES, debtor=notice.debtor)
        if (other.currency, other.procedure, other.kind)
        == (notice.currency, notice.procedure, notice.kind)
        and (consolidated or _items(other) & _items(notice))
        and (notice.kind not in _BY_SCOPE or other.scope == notice.scope)
    ]
    state = NoticeState.FAILED if rivals else NoticeState.APPROVED
    tx.notices.set_state(creditor, notice.id, state, reason=reason)
    set_pending(tx, creditor, notice, Pending.NONE)


def living_letter(tx: Tx, creditor: CreditorId, notice: NoticeId) -> DeliveryRecord | None:
    """The delivery of a printed letter."""
    records = tx.deliveries.of_notice(creditor, notice)
    return next((each for each in records if each.state is DeliveryState.PRINTED), None)


def set_pending(tx: Tx, creditor: CreditorId, notice: Notice, pending: Pending) -> None:
    # A note before an instalment has no level, but while it is on its way nothing else is said.
    items = _items(notice) if notice.kind is NoticeKind.PLAN else _levels(notice)
    tx.items.set_pending(creditor, items, pending.value)


def _levels(notice: Notice) -> dict[ItemId, int]:
    return {line.item: line.level for line in notice.lines if line.level > 0}


def _items(notice: Notice) -> set[ItemId]:
    return {line.item for line in notice.lines}

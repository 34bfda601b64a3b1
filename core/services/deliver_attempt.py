"""One attempt on one channel: reserved, handing_over, then sent, printed, failed or unknown.

``handing_over`` is committed by :meth:`Attempt.before` right before the point of no return. A
process that dies after that leaves a delivery that nobody repeats: it becomes unknown, and only a
person closes it (architecture §4.7).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from core.domain.deadline import deadline_for
from core.domain.model import (
    CreditorId,
    DeliveryState,
    ItemId,
    Notice,
    NoticeId,
    NoticeState,
    Pending,
)
from core.errors import MahnwerkError
from core.ports import DeliveryRecord, HandOver, LetterContext, Tx
from core.services.deliver_look import Cleared, Desk, Stop, look
from core.services.owner import is_gone

log = logging.getLogger(__name__)
# Longer than all answers of a slow mail server together: a lease must not end in a conversation.
LEASE_SECONDS = 300
PROPOSAL_STATES = (NoticeState.PROPOSED, NoticeState.APPROVED, NoticeState.HELD)
# In one of these the notice may have reached the debtor: never begin again, on no channel.
_TAKEN = {
    DeliveryState.HANDING_OVER,
    DeliveryState.SENT,
    DeliveryState.PRINTED,
    DeliveryState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Document:
    """What leaves: the exact bytes, and the name of its copy in the archive."""

    content: bytes
    archive_name: str
    message_id: str = ""


@dataclass(slots=True)
class Attempt:
    """A reserved delivery. ``stop`` says why the last look forbade it."""

    desk: Desk
    cleared: Cleared
    channel: str
    delivery: int
    document: Document | None = None
    handed_over: bool = False
    stop: Stop | None = None
    archived: str = ""
    reason: str = ""

    @property
    def notice(self) -> Notice:
        return self.cleared.notice

    def before(self) -> bool:
        """Commits handing_over and keeps the copy; False when the channel must not go on."""
        desk, creditor = self.desk, self.desk.creditor.id
        with desk.app.store.write() as tx:
            now = look(tx, desk, self.notice.id)
            if isinstance(now, Stop):
                self.stop = now
                return False
            if now.hash != self.cleared.hash:
                # Changed after it was rendered: nothing is wrong with it, only with this copy.
                self.reason = (
                    "Daten während des Versands geändert; der nächste Versand versucht es neu"
                )
                return False
            if not tx.deliveries.hand_over(
                creditor, self.delivery, desk.owner, desk.app.clock.now()
            ):
                self.reason = "Ein anderer Versand hat diese Mahnung übernommen"
                return False
            tx.notices.set_state(creditor, self.notice.id, NoticeState.HANDING_OVER)
            _set_pending(tx, creditor, self.notice, Pending.HANDING_OVER)
        self.handed_over = True
        return self._archive()

    def _archive(self) -> bool:
        """The copy is kept before the mail or letter leaves: a full disk stops it in time."""
        if self.document is None:
            return True
        try:
            self.archived = self.desk.app.letters.archive(
                self.cleared.creditor, self.document.archive_name, self.document.content
            )
        except MahnwerkError as error:
            self.reason = str(error)
            return False
        return True


def reserve(desk: Desk, cleared: Cleared, channel: str, recipient: str) -> Attempt | str:
    """Reserves the one delivery of a notice on a channel; a sentence when somebody else has it."""
    creditor, notice = desk.creditor.id, cleared.notice.id
    now = desk.app.clock.now()
    with desk.app.store.write() as tx:
        current = tx.notices.get(creditor, notice)
        records = tx.deliveries.of_notice(creditor, notice)
        taken = any(record.state in _TAKEN for record in records)
        for record in records:
            if record.state is DeliveryState.RESERVED and is_gone(record.lease_owner):
                # Its process died before the point of no return: no need to wait for the lease.
                now = max(now, datetime.fromisoformat(record.lease_until))
        if current is None or current.state not in PROPOSAL_STATES or taken:
            return "Diese Mahnung ist schon übergeben"
        reserved = tx.deliveries.reserve(
            creditor, notice, channel, recipient, desk.owner, now, LEASE_SECONDS
        )
    if reserved is None:
        return "Ein anderer Versand bearbeitet diese Mahnung gerade"
    return Attempt(desk, cleared, channel, reserved.id)


def run_channel(attempt: Attempt, give: Callable[[Attempt], HandOver]) -> HandOver:
    """Gives the notice to its channel; every exception becomes a named state.

    What happens after the hand-over was committed and before the channel answered is unknown.
    """
    try:
        result = give(attempt)
    except Exception as error:
        log.exception("notice %s on %s failed", attempt.notice.id, attempt.channel)
        reason = (
            str(error) if isinstance(error, MahnwerkError) else f"Unerwarteter Fehler: {error!r}"
        )
        state = DeliveryState.UNKNOWN if attempt.handed_over else DeliveryState.FAILED
        return HandOver(state, reason[:300])
    if attempt.stop is not None:
        return replace(result, reason=attempt.stop.reason)
    if result.state is DeliveryState.FAILED and attempt.reason:
        return replace(result, reason=attempt.reason)
    return result


def conclude(attempt: Attempt, result: HandOver) -> None:
    """Writes what happened, in one transaction: delivery, notice, items, contact and event."""
    desk, creditor, notice = attempt.desk, attempt.desk.creditor.id, attempt.notice
    with desk.app.store.write() as tx:
        tx.deliveries.finish(
            creditor,
            attempt.delivery,
            result.state,
            desk.app.clock.now(),
            message_id=result.message_id,
            file=result.file,
            reason=result.reason,
        )
        if result.state is DeliveryState.SENT:
            record_sent(tx, desk, notice, attempt.channel, attempt.archived)
        elif result.state is DeliveryState.PRINTED:
            _record_printed(tx, desk, notice, attempt.channel, result.file)
        elif result.state is DeliveryState.UNKNOWN:
            record_unknown(tx, desk, notice, result.reason)
        elif attempt.stop is not None:
            stop_notice(tx, desk, notice.id, attempt.stop)
        else:
            _back(tx, creditor, attempt.cleared, result.reason)
        _event(tx, attempt, result)
    if result.state is DeliveryState.FAILED and attempt.archived:
        desk.app.letters.void(attempt.cleared.creditor, attempt.archived)


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
    _set_pending(tx, creditor, notice, Pending.NONE)
    if channel != "task":
        tx.notices.record_contact(creditor, notice.debtor, desk.on, notice.deadline)


def record_unknown(tx: Tx, desk: Desk, notice: Notice, reason: str) -> None:
    """Nobody knows whether it arrived; its items wait until a person says so."""
    tx.notices.set_state(desk.creditor.id, notice.id, NoticeState.UNKNOWN, reason=reason)
    _set_pending(tx, desk.creditor.id, notice, Pending.UNKNOWN)


def stop_notice(tx: Tx, desk: Desk, notice: NoticeId, stop: Stop) -> None:
    """Writes the state that the last look asks for, and an event."""
    creditor = desk.creditor.id
    current = tx.notices.get(creditor, notice)
    waits = stop.state in {NoticeState.HELD, NoticeState.PROPOSED}
    # What nobody has approved stays a proposal: held means approved.
    if current is not None and not (current.state is NoticeState.PROPOSED and waits):
        tx.notices.set_state(creditor, notice, stop.state, reason=stop.reason)
    tx.events.append(
        creditor,
        "send_stopped",
        {"notice": notice},
        {"state": stop.state.value, "reason": stop.reason, "on": desk.on.isoformat()},
        desk.app.clock.now(),
    )


def document_of(attempt: Attempt, suffix: str, content: bytes, message_id: str = "") -> Document:
    """``content`` with a name in the archive that no other attempt has."""
    notice = attempt.notice
    name = f"{notice.issue_date.isoformat()}-{notice.id}-{attempt.delivery}{suffix}"
    return Document(content, name, message_id)


def with_deadline(cleared: Cleared, desk: Desk, channel: str) -> Cleared:
    """The notice with the deadline that it prints when it leaves today on ``channel``.

    A letter needs longer than the mail that was planned, and an approval may be some days old:
    the printed deadline is never shorter than approved.
    """
    notice = cleared.notice
    if notice.deadline is None:
        return cleared
    calendar = desk.app.calendar(cleared.creditor.profile.land)
    today = deadline_for(desk.on, cleared.level.deadline_days, channel, calendar)
    return replace(cleared, notice=replace(notice, deadline=max(notice.deadline, today)))


def context_of(cleared: Cleared) -> LetterContext:
    """What the renderer makes a letter or mail of; test mode as the creditor is now."""
    letters = [level for level in cleared.procedure.levels if level.channels != ("task",)]
    return LetterContext(
        creditor=cleared.creditor,
        debtor=cleared.debtor,
        notice=cleared.notice,
        text=cleared.level.text,
        final_level=bool(letters) and cleared.notice.level >= letters[-1].number,
        test_mode=not cleared.creditor.live,
    )


def living_letter(tx: Tx, creditor: CreditorId, notice: NoticeId) -> DeliveryRecord | None:
    """The delivery of a printed letter."""
    records = tx.deliveries.of_notice(creditor, notice)
    return next((each for each in records if each.state is DeliveryState.PRINTED), None)


def _record_printed(tx: Tx, desk: Desk, notice: Notice, channel: str, file: str) -> None:
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
    _set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)


def _items(notice: Notice) -> set[ItemId]:
    return {line.item for line in notice.lines}


def _back(tx: Tx, creditor: CreditorId, cleared: Cleared, reason: str) -> None:
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
    ]
    state = NoticeState.FAILED if rivals else NoticeState.APPROVED
    tx.notices.set_state(creditor, notice.id, state, reason=reason)
    _set_pending(tx, creditor, notice, Pending.NONE)


def _event(tx: Tx, attempt: Attempt, result: HandOver) -> None:
    """The proof: which bytes left when, on which channel, and what the channel said."""
    document, notice = attempt.document, attempt.notice
    tx.events.append(
        attempt.desk.creditor.id,
        f"delivery_{result.state.value}",
        {"notice": notice.id, "delivery": attempt.delivery, "run": notice.run},
        {
            "on": attempt.desk.on.isoformat(),
            "channel": attempt.channel,
            "sha256": sha256(document.content).hexdigest() if document else "",
            "message_id": result.message_id,
            "file": result.file or attempt.archived,
            "deadline": notice.deadline.isoformat() if notice.deadline else None,
            "approved_hash": attempt.cleared.hash,
            "test_mode": not attempt.cleared.creditor.live,
            "reason": result.reason,
        },
        attempt.desk.app.clock.now(),
    )


def _levels(notice: Notice) -> dict[ItemId, int]:
    return {line.item: line.level for line in notice.lines if line.level > 0}


def _set_pending(tx: Tx, creditor: CreditorId, notice: Notice, pending: Pending) -> None:
    tx.items.set_pending(creditor, _levels(notice), pending.value)

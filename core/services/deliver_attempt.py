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

from core.domain.model import DeliveryState, Notice, NoticeState, Pending
from core.errors import MahnwerkError, NotMailable, NotPrintable
from core.ports import HandOver, Tx
from core.services.deliver_compare import ENDED, Stop, ended_meanwhile
from core.services.deliver_document import Document, source_facts
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_record import (
    PROPOSAL_STATES,
    how_to_close,
    record_failed,
    record_printed,
    record_sent,
    record_unknown,
    set_pending,
    stop_notice,
)
from core.services.deliver_report import told
from core.services.lease import LEASE_SECONDS
from core.services.owner import is_gone

log = logging.getLogger(__name__)
# In one of these the notice may have reached the debtor: never begin again, on no channel.
_TAKEN = {
    DeliveryState.HANDING_OVER,
    DeliveryState.SENT,
    DeliveryState.PRINTED,
    DeliveryState.UNKNOWN,
}


class _NotNow(Exception):
    """The hand-over must not be committed."""


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
        try:
            with self.desk.app.store.write() as tx:
                self._commit(tx)
        except _NotNow:
            return False
        self.handed_over = True
        return self._archive()

    def _commit(self, tx: Tx) -> None:
        """Raises _NotNow, which undoes the transaction, when the notice must not leave."""
        desk, creditor = self.desk, self.desk.creditor.id
        # First of all: whoever wants to change these items now waits until we have committed.
        set_pending(tx, creditor, self.notice, Pending.HANDING_OVER)
        items = tx.items.many(creditor, [line.item for line in self.notice.lines])
        tx.twins.of(creditor, items.values(), lock=True)
        current = tx.notices.get(creditor, self.notice.id)
        if current is not None and current.state in ENDED:
            self.stop = Stop(current.state, ended_meanwhile(desk.app, current))
            raise _NotNow
        now = look(tx, desk, self.notice.id, locked=True)
        if isinstance(now, Stop):
            self.stop = now
            raise _NotNow
        if now.hash != self.cleared.hash:
            # Nothing is wrong with the notice, only with the copy that was rendered.
            self.reason = desk.app.say(
                "Daten während des Versands geändert; der nächste Versand versucht es neu",
                "The data changed while sending; the next send tries again",
            )
            raise _NotNow
        message_id = self.document.message_id if self.document else ""
        instant = desk.app.clock.now()
        # The whole lease once more: what was left of it may be shorter than the mail server's answer.
        if not tx.deliveries.hand_over(
            creditor, self.delivery, desk.owner, instant, message_id, lease_seconds=LEASE_SECONDS
        ):
            self.reason = desk.app.say(
                "Ein anderer Versand hat diese Mahnung übernommen",
                "Another send has taken this notice over",
            )
            raise _NotNow
        tx.notices.set_state(creditor, self.notice.id, NoticeState.HANDING_OVER)

    def _archive(self) -> bool:
        """The copy is kept before the mail or letter leaves: a full disk stops it in time."""
        if self.document is None:
            return True
        try:
            self.archived = self.desk.app.letters.archive(
                self.cleared.creditor, self.document.archive_name, self.document.content
            )
        except MahnwerkError as error:
            self.reason = told(self.desk.app, error)
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
            return desk.app.say(
                "Diese Mahnung ist schon übergeben", "This notice was handed over already"
            )
        reserved = tx.deliveries.reserve(
            creditor, notice, channel, recipient, desk.owner, now, LEASE_SECONDS
        )
    if reserved is None:
        return desk.app.say(
            "Ein anderer Versand bearbeitet diese Mahnung gerade",
            "Another send is working on this notice",
        )
    return Attempt(desk, cleared, channel, reserved.id)


def run_channel(attempt: Attempt, give: Callable[[Attempt], HandOver]) -> HandOver:
    """Gives the notice to its channel; every exception becomes a named state.

    What happens after the hand-over was committed and before the channel answered is unknown.
    """
    app = attempt.desk.app
    try:
        result = give(attempt)
    except (NotMailable, NotPrintable) as error:
        # Raised while rendering: this channel can never take this notice, another one may.
        return HandOver(DeliveryState.FAILED, told(app, error), permanent=True)
    except Exception as error:
        # What we know how to say needs no trace of the program beside it.
        trace = None if isinstance(error, MahnwerkError) else error
        which = (attempt.notice.id, attempt.channel)
        log.log(logging.ERROR, "notice %s on %s failed: %s", *which, error, exc_info=trace)
        state = DeliveryState.UNKNOWN if attempt.handed_over else DeliveryState.FAILED
        return HandOver(state, told(app, error))
    if attempt.stop is not None:
        return replace(result, reason=attempt.stop.reason)
    if result.state is DeliveryState.UNKNOWN:
        return replace(result, reason=f"{result.reason}. {how_to_close(app, attempt.notice.id)}")
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
            record_printed(tx, desk, notice, attempt.channel, result.file)
        elif result.state is DeliveryState.UNKNOWN:
            record_unknown(tx, desk, notice, result.reason)
        elif attempt.stop is not None:
            stop_notice(tx, desk, notice.id, attempt.stop)
        else:
            record_failed(tx, creditor, attempt.cleared, result.reason)
        _event(tx, attempt, result)
    if result.state is DeliveryState.FAILED and attempt.archived:
        desk.app.letters.void(attempt.cleared.creditor, attempt.archived)


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
            **source_facts(attempt.cleared),
        },
        attempt.desk.app.clock.now(),
    )

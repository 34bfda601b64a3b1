"""A printed letter that must not be posted any more: it is taken back while it lies in the office."""

from __future__ import annotations

from core.domain.model import DeliveryState, Notice, NoticeState, Pending
from core.ports import Tx
from core.services.deliver_compare import Stop
from core.services.deliver_look import Desk
from core.services.deliver_record import living_letter, set_pending, stop_notice


def keep_from_post(tx: Tx, desk: Desk, notice: Notice, reason: str) -> str:
    """Withdraws a printed letter and takes it out of the outbox; the reason as it is kept."""
    creditor = desk.creditor.id
    warned = desk.app.say(
        "Den gedruckten Brief nicht mehr zur Post geben", "Do not post the printed letter"
    )
    reason = f"{reason.rstrip('.')}. {warned}"
    record = living_letter(tx, creditor, notice.id)
    stop_notice(tx, desk, notice.id, Stop(NoticeState.WITHDRAWN, reason))
    set_pending(tx, creditor, notice, Pending.NONE)
    if record is not None:
        tx.deliveries.finish(
            creditor,
            record.id,
            DeliveryState.FAILED,
            desk.app.clock.now(),
            file=record.file,
            reason=reason,
        )
    desk.app.letters.void(desk.creditor, notice.document)
    return reason

"""Deliveries whose process ended between hand-over and answer: nobody knows, a person says so."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.model import DeliveryState, NoticeState
from core.errors import MahnwerkError
from core.ports import DeliveryRecord
from core.services.deliver_look import Desk
from core.services.deliver_record import how_to_close, record_unknown
from core.services.deliver_report import SendOutcome, SendReport, warning
from core.services.owner import is_gone

_FAR_AWAY = datetime(9999, 1, 1, tzinfo=UTC)


def close_orphans(desk: Desk, report: SendReport) -> None:
    """Makes interrupted hand-overs unknown, with the remedy as their reason."""
    with desk.app.store.read() as tx:
        expired = tx.deliveries.expired_handing_over(desk.creditor.id, desk.app.clock.now())
        known = {record.id for record in expired}
        expired += [
            record
            for record in tx.deliveries.expired_handing_over(desk.creditor.id, _FAR_AWAY)
            if record.id not in known and is_gone(record.lease_owner)
        ]
    for record in expired:
        try:
            report.outcomes.append(_close(desk, record))
        except MahnwerkError as error:
            report.warnings.append(warning(desk.app, record.notice, error))


def _close(desk: Desk, record: DeliveryRecord) -> SendOutcome:
    creditor = desk.creditor.id
    reason = desk.app.say(
        "Der Versand wurde während der Übergabe unterbrochen; ob die Mahnung hinausging, ist"
        " nicht bekannt.",
        "Sending was interrupted during the hand-over; whether the notice left is not known.",
    )
    reason = f"{reason} {how_to_close(desk.app, record.notice)}"
    with desk.app.store.write() as tx:
        tx.deliveries.finish(
            creditor, record.id, DeliveryState.UNKNOWN, desk.app.clock.now(), reason=reason
        )
        notice = tx.notices.get(creditor, record.notice)
        if notice is not None and notice.state is NoticeState.HANDING_OVER:
            record_unknown(tx, desk, notice, reason)
        tx.events.append(
            creditor,
            "delivery_unknown",
            {"notice": record.notice, "delivery": record.id},
            {"on": desk.on.isoformat(), "channel": record.channel, "reason": reason},
            desk.app.clock.now(),
        )
    return SendOutcome(record.notice, record.channel, "unknown", reason)

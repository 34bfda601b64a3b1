"""A printed letter becomes a sent one when somebody took it to the post (architecture §4.8).

Level, contact and deadline count from that day. A delivery of which nobody knows whether it
happened is closed here too, by a person, as sent or not sent (architecture §4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.domain.deadline import deadline_for
from core.domain.model import (
    CreditorId,
    DeliveryState,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    Pending,
    RunId,
)
from core.errors import IllegalTransition, UsageError
from core.ports import Tx
from core.services.app import App
from core.services.deliver_letters import is_stale, letter_name
from core.services.deliver_look import Desk
from core.services.deliver_record import living_letter, record_sent, set_pending
from core.services.lookup import creditor_of, notice_named
from core.services.notice_procedure import procedure_of_notice
from core.services.wording import day, state_word


@dataclass(frozen=True, slots=True)
class PostedOutcome:
    """``outcome`` is sent or refused; a sent letter may carry a warning as its reason."""

    notice: NoticeId
    outcome: str
    reason: str = ""


_PRINTED = (NoticeState.PRINTED, NoticeState.WITHDRAWN)


def posted(
    app: App,
    creditor: CreditorId,
    *,
    ids: Sequence[int] = (),
    run: RunId | None = None,
    on: date,
    by: str = "",
) -> list[PostedOutcome]:
    """Reports printed letters, by id or all of a run, as taken to the post on that day.

    Raises:
        UsageError: an unknown id or run, a run without printed letters, or a day in the future.

    """
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        if on > app.clock.today(who.profile.zone):
            raise UsageError(
                f"{day(on, 'de')} liegt in der Zukunft: gemeldet wird, was schon aufgegeben ist.",
                en=f"{day(on, 'en')} lies in the future: only what was posted can be reported.",
            )
        found = [notice_named(tx, creditor, each) for each in dict.fromkeys(ids)]
        if run is not None:
            found += _printed_of(tx, creditor, run)
        desk = Desk(app, who, on, "")
        unique = {notice.id: notice for notice in found}
        return [_post(tx, desk, notice, by) for notice in unique.values()]


def _printed_of(tx: Tx, creditor: CreditorId, run: RunId) -> list[Notice]:
    if tx.runs.get(creditor, run) is None:
        raise UsageError(
            f"Keinen Mahnlauf mit der Nummer {run} gefunden.",
            en=f"There is no run with the number {run}.",
        )
    found = tx.notices.many(creditor, states=(NoticeState.PRINTED,), run=run)
    if not found:
        raise UsageError(
            f"Aus Mahnlauf {run} wartet kein gedruckter Brief auf die Post. Einen zurückgezogenen "
            "Brief, der trotzdem verschickt wurde, mit --id melden.",
            en=f"No printed letter of run {run} waits for the post. Report one that was withdrawn "
            "and posted all the same with --id.",
        )
    return found


def _post(tx: Tx, desk: Desk, notice: Notice, by: str) -> PostedOutcome:
    debtor = tx.debtors.get(desk.creditor.id, notice.debtor)
    # Posted and reported late, it has been printed again meanwhile: then the first print counts.
    again = debtor is not None and not notice.document.endswith(letter_name(notice, debtor))
    refusal = _refusal(desk.app, notice, desk.on, notice.issue_date if again else None)
    if refusal:
        return PostedOutcome(notice.id, "refused", refusal)
    creditor = desk.creditor.id
    record = living_letter(tx, creditor, notice.id)
    if record is not None:
        tx.deliveries.finish(
            creditor,
            record.id,
            DeliveryState.SENT,
            desk.app.clock.now(),
            file=record.file,
            reason=record.reason,
        )
    record_sent(tx, desk, notice, "letter", notice.document)
    tx.events.append(
        creditor,
        "posted",
        {"notice": notice.id, "run": notice.run},
        {"on": desk.on.isoformat(), "by": by, "document": notice.document},
        desk.app.clock.now(),
    )
    return PostedOutcome(notice.id, "sent", _short_deadline(tx, desk, notice))


def _refusal(app: App, notice: Notice, on: date, first_print: date | None) -> str:
    language = app.language
    if notice.state is NoticeState.SENT:
        sent = day(notice.sent_on, language) if notice.sent_on else ""
        return app.say(
            f"Mahnung {notice.id} ist schon als verschickt gemeldet" + (sent and f" am {sent}"),
            f"Notice {notice.id} is already reported as sent" + (sent and f" on {sent}"),
        )
    if notice.sent_on is not None:
        # Taken back, or come back: it was sent, and it is not sent once more by saying so.
        return app.say(
            f"Mahnung {notice.id} war verschickt und zählt nicht mehr: {notice.reason}",
            f"Notice {notice.id} was sent and does not count any more: {notice.reason}",
        )
    # Withdrawn after it was printed, and posted all the same: then the debtor has it.
    if notice.printed_on is None or notice.state not in _PRINTED:
        now = state_word(notice.state, language)
        return app.say(
            f"Mahnung {notice.id} ist kein gedruckter Brief (Stand: {now})",
            f"Notice {notice.id} is no printed letter (state: {now})",
        )
    if on < (first_print or notice.printed_on):
        printed, claimed = day(first_print or notice.printed_on, language), day(on, language)
        return app.say(
            f"Mahnung {notice.id} wurde erst am {printed} gedruckt,"
            f" kann also nicht am {claimed} aufgegeben worden sein",
            f"Notice {notice.id} was printed only on {printed},"
            f" so it cannot have been posted on {claimed}",
        )
    return ""


def _short_deadline(tx: Tx, desk: Desk, notice: Notice) -> str:
    """A warning when the letter was posted so late that its deadline is shorter than meant."""
    if notice.deadline is None or notice.kind is NoticeKind.PLAN:
        return ""
    procedure = procedure_of_notice(desk.app, tx, desk.creditor.id, notice)
    if notice.level > len(procedure.levels):
        return ""  # of a version that recorded nothing, and its file has fewer levels now
    level = procedure.level(notice.level)
    calendar = desk.app.calendar(desk.creditor.profile.land)
    meant = deadline_for(desk.on, level.deadline_days, "letter", calendar)
    if notice.deadline >= meant:
        return ""
    language = desk.app.language
    printed, planned = day(notice.deadline, language), day(meant, language)
    return desk.app.say(
        f"Die gedruckte Frist {printed} ist kürzer als vorgesehen ({planned}),"
        " weil der Brief später aufgegeben wurde; sie gilt, wie sie gedruckt ist",
        f"The printed deadline {printed} is shorter than meant ({planned}), because the letter"
        " was posted later; it holds as it is printed",
    )


def stale_letters(app: App, creditor: CreditorId, on: date) -> list[Notice]:
    """Letters that were printed more than three working days ago and not reported as posted.

    The next ``send`` prints them again with a new deadline.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        found = tx.notices.many(creditor, states=(NoticeState.PRINTED,))
    desk = Desk(app, who, on, "")
    return [notice for notice in found if is_stale(desk, notice)]


def resolve_unknown(
    app: App,
    creditor: CreditorId,
    notice: int,
    outcome: Literal["sent", "not_sent"],
    *,
    by: str,
    on: date,
) -> Notice:
    """Closes an unknown delivery: ``sent`` on that day, or ``not_sent``.

    Not sent ends the notice as failed; its invoices are free and the next run proposes them again.

    Raises:
        UsageError: no such notice, or a day in the future.
        IllegalTransition: the delivery of that notice is not unknown.

    """
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        if on > app.clock.today(who.profile.zone):
            raise UsageError(
                f"{day(on, 'de')} liegt in der Zukunft.",
                en=f"{day(on, 'en')} lies in the future.",
            )
        found = notice_named(tx, creditor, notice)
        if found.state is not NoticeState.UNKNOWN:
            raise IllegalTransition(
                f"Der Versand von Mahnung {notice} ist nicht ungeklärt"
                f" (Stand: {state_word(found.state, 'de')}).",
                en=f"The delivery of notice {notice} is not uncertain"
                f" (state: {state_word(found.state, 'en')}).",
            )
        _resolve(tx, Desk(app, who, on, ""), found, sent=outcome == "sent")
        tx.events.append(
            creditor,
            "delivery_resolved",
            {"notice": found.id},
            {"outcome": outcome, "by": by, "on": on.isoformat()},
            app.clock.now(),
        )
        return notice_named(tx, creditor, notice)


def _resolve(tx: Tx, desk: Desk, notice: Notice, *, sent: bool) -> None:
    creditor, channel = desk.creditor.id, notice.channel
    for record in tx.deliveries.of_notice(creditor, notice.id):
        if record.state is DeliveryState.UNKNOWN:
            channel = record.channel
            tx.deliveries.finish(
                creditor,
                record.id,
                DeliveryState.SENT if sent else DeliveryState.FAILED,
                desk.app.clock.now(),
                message_id=record.message_id,
                file=record.file,
                reason=record.reason,
            )
    if sent:
        record_sent(tx, desk, notice, channel, notice.document)
        return
    reason = desk.app.say("Nach Klärung nicht versendet", "Found not to have been sent")
    tx.notices.set_state(creditor, notice.id, NoticeState.FAILED, reason=reason)
    set_pending(tx, creditor, notice, Pending.NONE)

"""`mahnwerk send`: approved notices leave, each at most once, each with a named outcome.

One bad notice never stops the others; notices to one debtor leave together; letters lie in the
outbox one by one and in a print file with a cover list.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from core.domain.model import (
    Automation,
    CreditorId,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeState,
)
from core.errors import UsageError
from core.ports import HandOver, Tx
from core.services.app import App
from core.services.attachments import Originals
from core.services.deliver_attempt import (
    Attempt,
    conclude,
    reserve,
    run_channel,
)
from core.services.deliver_compare import Stop, ended_meanwhile
from core.services.deliver_document import context_of, document_of, source_facts, with_deadline
from core.services.deliver_hours import closed
from core.services.deliver_letters import Letters, letter_name
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_orphans import close_orphans
from core.services.deliver_prepare import Prepare
from core.services.deliver_recipient import forbids, no_recipient, recipient_of
from core.services.deliver_record import PROPOSAL_STATES, record_sent, stop_notice
from core.services.deliver_report import SendOutcome, SendReport, told, unexpected
from core.services.deliver_source import Source
from core.services.lease import Lease
from core.services.lookup import creditor_of
from core.services.pay_ways import PayDesk
from core.services.sync import worst
from core.services.wording import amount
from core.services.write_back import WriteBack

log = logging.getLogger(__name__)
_WAITING = (NoticeState.APPROVED, NoticeState.HELD)


def send(
    app: App,
    creditor: CreditorId,
    *,
    on: date,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
) -> SendReport:
    """Sends what is approved, and what needs no approval.

    ``owner`` names who holds the lease, see ``core.services.owner``. A second call
    on the same day sends nothing again. ``stop`` is asked before each debtor: when it says so,
    what is left waits for the next send.

    Raises:
        UsageError: sending is stopped, the day lies in the future, or another send is running.
        ConfigError: there is no such creditor.

    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
    if who.stopped:
        raise UsageError(
            "Der Versand ist angehalten. Weiter mit: mahnwerk resume",
            en="Sending is stopped. Go on with: mahnwerk resume",
        )
    if on > app.clock.today(who.profile.zone):
        raise UsageError(
            f"{on:%d.%m.%Y} liegt in der Zukunft: versendet wird nur bis heute.",
            en=f"{on.isoformat()} lies in the future: nothing is sent ahead of its day.",
        )
    desk = Desk(app, who, on, owner)
    lease = Lease(app, who.id, "send", owner, ("Versand", "send"))
    with lease.held(), closing(Source(desk, lease.renew)) as source:
        return _Send(desk, lease, source, stop).all()


@dataclass(slots=True)
class _Send:
    desk: Desk
    lease: Lease
    source: Source
    stop: Callable[[], bool]
    report: SendReport = field(default_factory=SendReport)
    prepare: Prepare = field(init=False)
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        pay = PayDesk(self.desk, self.source)
        self.prepare = Prepare(Originals(self.desk, self.source), pay)
        self.letters = Letters(self.desk, self.report, self.source, pay)

    def all(self) -> SendReport:
        close_orphans(self.desk, self.report)
        self.letters.renew_stale()
        self.letters.recover()
        # Notices to one debtor leave one after the other (architecture §4.3).
        for _debtor, group in groupby(self._due(), key=lambda notice: notice.debtor):
            if self.stop():
                self.report.stopped = True
                break
            for notice in group:
                self.lease.renew()
                self.report.outcomes.append(self._one(notice))
        self.letters.write_print_files()
        self._tell_failures()
        entries = WriteBack(self.desk, self.source, self.report)
        entries.all()
        self.report.exit_code = worst({self.report.exit_code, *entries.codes})
        return self.report

    def _due(self) -> list[Notice]:
        with self.desk.app.store.read() as tx:
            found = tx.notices.many(self.desk.creditor.id, states=_WAITING)
            found += [
                notice
                for notice in tx.notices.many(self.desk.creditor.id, states=(NoticeState.PROPOSED,))
                if notice.automation is Automation.SEND
            ]
        return sorted(found, key=lambda notice: (notice.debtor, notice.id))

    def _one(self, notice: Notice) -> SendOutcome:
        """Whatever goes wrong with one notice stays with it."""
        try:
            return self._deliver(notice)
        except Exception as error:
            log.exception("notice %s failed", notice.id)
            reason = unexpected(self.desk.app, error)
            return SendOutcome(notice.id, _planned(notice), "failed", reason)

    def _deliver(self, notice: Notice) -> SendOutcome:
        desk = self.desk
        unreadable = self.source.look(notice)
        read_at = self.source.read_at(notice)
        with desk.app.store.write() as tx:
            current = tx.notices.get(desk.creditor.id, notice.id)
            if current is None or current.state not in PROPOSAL_STATES:
                # By a person or an event, while the platform or an earlier notice took its time.
                said = ended_meanwhile(desk.app, current)
                return SendOutcome(notice.id, _planned(notice), "withdrawn", said)
            found = unreadable or look(tx, desk, notice.id)
            if isinstance(found, Stop):
                stop_notice(tx, desk, notice.id, found)
                return SendOutcome(notice.id, _planned(notice), found.outcome, found.reason)
            found = replace(found, source_read_at=read_at)
            if found.notice.state is NoticeState.PROPOSED:
                _approve_by_itself(tx, desk, found)
            if found.notice.kind is NoticeKind.TASK:
                return _hand_over_task(tx, desk, found)
        return self._by_channels(found)

    def _by_channels(self, cleared: Cleared) -> SendOutcome:
        """Channels in order; the next one only when the one before can never work."""
        tried: list[str] = []
        notice = cleared.notice
        for channel in notice.channels:
            forbidden = forbids(self.desk.app, cleared.creditor, notice, channel)
            if forbidden:
                tried.append(forbidden)
                continue
            recipient = recipient_of(self.desk.app, cleared.debtor, channel)
            if not recipient:
                tried.append(no_recipient(self.desk.app, cleared.debtor, channel))
                continue
            waits = closed(self.desk, cleared, channel)
            if waits:
                return SendOutcome(notice.id, channel, "held", "; ".join([*tried, waits]))
            found = self.prepare.prepared(cleared, channel, tried)
            if isinstance(found, Stop):
                return self._stop(notice, channel, found)
            outcome = self._by(channel, recipient, found, tried)
            if outcome is not None:
                return outcome
        reason = "; ".join(tried) or self.desk.app.say(
            "Kein Versandweg im Mahnverfahren eingestellt",
            "The dunning procedure names no channel",
        )
        self._note_failure(notice, reason)
        return SendOutcome(
            notice.id, notice.channels[-1] if notice.channels else "", "failed", reason
        )

    def _by(
        self, channel: str, recipient: str, cleared: Cleared, tried: list[str]
    ) -> SendOutcome | None:
        """One try on a channel; None when it can never work."""
        desk, notice = self.desk, cleared.notice
        attempt = reserve(desk, with_deadline(cleared, desk, channel), channel, recipient)
        if isinstance(attempt, str):
            return SendOutcome(notice.id, channel, "failed", attempt)
        result = run_channel(attempt, self._mail if channel == "email" else self._letter)
        conclude(attempt, result)
        if result.state is DeliveryState.PRINTED and attempt.document:
            self.letters.printed(attempt.notice, cleared.debtor, attempt.document.content)
        outcome = self._outcome(attempt, result, tried)
        if outcome.outcome != "failed" or not result.permanent:
            return outcome
        tried.append(result.reason)
        if result.too_large and cleared.attachments:
            tried.append(desk.app.say("ohne Rechnungen im Anhang", "without invoices attached"))
            return self._by(channel, recipient, replace(cleared, attachments=()), tried)
        return None

    def _stop(self, notice: Notice, channel: str, stop: Stop) -> SendOutcome:
        with self.desk.app.store.write() as tx:
            stop_notice(tx, self.desk, notice.id, stop)
        return SendOutcome(notice.id, channel, stop.outcome, stop.reason)

    def _tell_failures(self) -> None:
        """Once for each platform that could not be asked, however many notices wait for it."""
        failed = {**self.prepare.originals.failed, **self.source.failed}
        for connection, error in failed.items():
            name = self.source.live()[connection].name
            self.report.warnings.append(f"{name}: {told(self.desk.app, error)}")
        self.report.exit_code = worst({*self.source.codes, *self.prepare.originals.codes})

    def _outcome(self, attempt: Attempt, result: HandOver, tried: list[str]) -> SendOutcome:
        outcome = attempt.stop.outcome if attempt.stop else result.state.value
        reason = "; ".join([*tried, result.reason] if result.reason else tried)
        return SendOutcome(
            attempt.notice.id, attempt.channel, outcome, reason, result.file, result.message_id
        )

    def _mail(self, attempt: Attempt) -> HandOver:
        context, app = context_of(attempt.cleared, self.desk.app.clock.now()), self.desk.app
        pdf = app.renderer.letter(context)
        message = app.renderer.mail(context, pdf, attempt.cleared.debtor.email.strip())
        attempt.document = document_of(
            attempt.notice, attempt.delivery, ".eml", message.content, message.message_id
        )
        return app.mail.send(attempt.cleared.creditor, message, attempt.before)

    def _letter(self, attempt: Attempt) -> HandOver:
        pdf = self.desk.app.renderer.letter(context_of(attempt.cleared, self.desk.app.clock.now()))
        attempt.document = document_of(attempt.notice, attempt.delivery, ".pdf", pdf)
        name = letter_name(attempt.notice, attempt.cleared.debtor)
        return self.desk.app.letters.put(attempt.cleared.creditor, name, pdf, attempt.before)

    def _note_failure(self, notice: Notice, reason: str) -> None:
        """No channel can work: approved but held, and it says why, until its data are mended."""
        with self.desk.app.store.write() as tx:
            current = tx.notices.get(self.desk.creditor.id, notice.id)
            if current is not None and current.state in _WAITING:
                tx.notices.set_state(
                    self.desk.creditor.id, notice.id, NoticeState.HELD, reason=reason
                )


def _planned(notice: Notice) -> str:
    """The channel that would have been taken first."""
    return notice.channels[0] if notice.channels else ""


def _approve_by_itself(tx: Tx, desk: Desk, cleared: Cleared) -> None:
    """Automation ``send``: no person is needed, but the approval is on record all the same."""
    notice = cleared.notice
    by = desk.app.say("automatisch", "automatic")
    tx.notices.approve(desk.creditor.id, notice.id, cleared.hash, by, desk.on)
    tx.events.append(
        desk.creditor.id,
        "approve",
        {"notice": notice.id, "run": notice.run},
        {"by": by, "on": desk.on.isoformat(), "hash": cleared.hash},
        desk.app.clock.now(),
    )


def _hand_over_task(tx: Tx, desk: Desk, cleared: Cleared) -> SendOutcome:
    """The last step is no letter but work for a person; the debtor hears nothing of it."""
    notice, creditor = cleared.notice, desk.creditor.id
    numbers = ", ".join(line.number for line in notice.lines if line.level > 0)
    owed = amount(notice.total, desk.app.language)
    text = desk.app.say(
        f"{cleared.debtor.name}: {numbers}, zusammen {owed}. Alle Mahnstufen sind ohne Zahlung"
        " durchlaufen; bitte über Inkasso, Anwalt oder gerichtliches Mahnverfahren entscheiden.",
        f"{cleared.debtor.name}: {numbers}, {owed} in all. All levels have passed without payment;"
        " please decide on debt collection, a lawyer or the court's order for payment.",
    )
    task = tx.tasks.add(creditor, "hand_over", notice.debtor, notice.id, text, desk.on)
    tx.notices.set_state(creditor, notice.id, NoticeState.HANDING_OVER)
    record_sent(tx, desk, notice, "task", "")
    tx.events.append(
        creditor,
        "task",
        {"notice": notice.id, "task": task, "run": notice.run},
        {"on": desk.on.isoformat(), "kind": "hand_over", **source_facts(cleared)},
        desk.app.clock.now(),
    )
    return SendOutcome(notice.id, "task", "sent")


__all__ = ["SendOutcome", "SendReport", "send"]

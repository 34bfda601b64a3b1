"""Mails that came back: the notice that never arrived is undone, its address not used again.

The next run proposes anew what was in it and, because it knows the address, by letter. That a mail
did not arrive is believed because the report names its Message-ID, which only its recipient and the
servers on its way know (docs/delivery.md says what a forged report could do).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain.mail_status import Fate
from core.domain.model import (
    Creditor,
    CreditorId,
    DebtorId,
    DeliveryState,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
)
from core.errors import Unavailable
from core.ports import TEST_MODE, DeliveryRecord, Tx
from core.services.apologies import apologize
from core.services.app import App
from core.services.delivery_report import DeliveryReport, Recipient, read_report
from core.services.lookup import creditor_of
from core.services.undo_sent import take_contact_back, undo_sent
from core.services.wording import day

# Outcomes of a mail that was taken.
NOT_ARRIVED, TOLD, UNCHANGED, IGNORED = "not_arrived", "told", "unchanged", "ignored"
TASK = "returned_mail"


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """``outcome``: not_arrived (the notice was undone), told (a person may want to know), unchanged
    (known already), ignored (no report, or about no mail of ours).

    ``address`` is the one that is not used any more, "" when it still is.
    """

    outcome: str
    reason: str
    notice: NoticeId | None = None
    debtor: DebtorId | None = None
    address: str = ""


def take_returned(app: App, creditor: CreditorId, raw: bytes, *, on: date) -> ReturnedMail:
    """Reads one mail that came in where returned mails go, and does what follows from it.

    The same mail twice has one effect.

    Raises:
        Unavailable: the mail that it is about is just being sent; try again later.
    """
    report = read_report(raw)
    if report is None:
        said = app.say("Keine Unzustellbarkeitsmeldung", "No delivery status notification")
        return ReturnedMail(IGNORED, said)
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        record = _delivery(tx, creditor, report)
        notice = tx.notices.get(creditor, record.notice) if record else None
        if record is None or notice is None:
            said = app.say(
                "Gehört zu keiner Mail von Mahnwerk", "It belongs to no mail of Mahnwerk's"
            )
            return ReturnedMail(IGNORED, said)
        return _Returned(app, tx, who, notice, record, on).take(report)


def _delivery(tx: Tx, creditor: CreditorId, report: DeliveryReport) -> DeliveryRecord | None:
    for message_id in report.message_ids:
        found = tx.deliveries.by_message(creditor, message_id)
        if found is not None:
            return found
    return None


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one: a server writes the domain in ASCII, and cares for no case."""
    return bool(one) and _ascii(one) == _ascii(other)


def _ascii(address: str) -> str:
    local, _, domain = address.strip().lower().rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}@{domain}"


@dataclass(frozen=True, slots=True)
class _Returned:
    app: App
    tx: Tx
    creditor: Creditor
    notice: Notice
    record: DeliveryRecord
    on: date

    def take(self, report: DeliveryReport) -> ReturnedMail:
        say, notice = self.app.say, self.notice
        if not self.creditor.live or self._was_a_test():
            # It went to the creditor himself: nothing of the debtor's address is known.
            return self._answer(IGNORED, say("Testbetrieb", "Test mode"))
        if notice.state is NoticeState.HANDING_OVER:
            raise Unavailable(
                f"Mahnung {notice.id} wird gerade übergeben",
                en=f"Notice {notice.id} is just being handed over",
            )
        copies = [r for r in report.recipients if self._is_copy(r)]
        others = [r for r in report.recipients if r not in copies]
        own = [r for r in others if self._is_debtor(r)]
        if any(r.fate is Fate.ARRIVED for r in others):
            # A list, or an address behind his: somebody there has it.
            return self._answer(
                TOLD, say("Kam bei einem der Empfänger an", "One of the recipients has got it")
            )
        if not others:
            return self._answer(
                TOLD,
                say(
                    "Nur die Archivkopie kam zurück (archive_to)",
                    "Only the archive copy came back (archive_to)",
                ),
            )
        if not own and self.creditor.profile.archive_to:
            return self._unclear(others[0])
        return self._judge(own or others, sure=bool(own))

    def _was_a_test(self) -> bool:
        """Taken back when test mode ended, and never by a person."""
        return self.notice.state is NoticeState.WITHDRAWN and self.notice.reason == TEST_MODE

    def _is_debtor(self, recipient: Recipient) -> bool:
        wanted = self.record.recipient
        return any(same_address(each, wanted) for each in (recipient.original, recipient.final))

    def _is_copy(self, recipient: Recipient) -> bool:
        archive = self.creditor.profile.archive_to
        found = (recipient.original, recipient.final)
        return not self._is_debtor(recipient) and any(same_address(x, archive) for x in found)

    def _judge(self, found: Sequence[Recipient], *, sure: bool) -> ReturnedMail:
        lost = [r for r in found if r.fate in {Fate.NO_ADDRESS, Fate.LOST}]
        if not lost:
            said = self.app.say(
                "Der Mailserver versucht es weiter", "The mail server goes on trying"
            )
            if all(r.fate is Fate.UNKNOWN for r in found):
                said = self.app.say("Meldung mit unbekanntem Inhalt", "A report of unknown meaning")
            return self._answer(TOLD, said)
        worst = next((r for r in lost if r.fate is Fate.NO_ADDRESS), lost[0])
        if self.notice.state is NoticeState.SENT:
            if self.record.state is DeliveryState.FAILED:
                # Refused at once, and then by report: it left by another channel since.
                known = self.app.say("Der Fehlversuch ist bekannt", "That it failed is known")
                return self._answer(UNCHANGED, known)
            return self._not_arrived(worst)
        if self.record.state is DeliveryState.UNKNOWN:
            return self._unknown(worst)
        if self.notice.state is NoticeState.WITHDRAWN and sure:
            return self._taken_back(worst)
        return self._answer(UNCHANGED, self.notice.reason)

    # --- what follows ----------------------------------------------------------------------

    def _not_arrived(self, recipient: Recipient) -> ReturnedMail:
        app, tx, creditor, notice = self.app, self.tx, self.creditor.id, self.notice
        address = self._mark(recipient)
        reason = self._why(recipient)
        undo_sent(app, tx, creditor, notice, NoticeState.FAILED, reason=reason, on=self.on)
        if notice.kind is NoticeKind.NOTICE:
            take_contact_back(tx, creditor, notice)
        self._end_delivery(reason)
        self._event(recipient, address)
        tx.jobs.account_changed(creditor)
        if notice.kind is NoticeKind.APOLOGY:
            self._apologize_by_letter()
        return replace(self._answer(NOT_ARRIVED, reason), address=address)

    def _apologize_by_letter(self) -> None:
        """It was ordered by a person and has to arrive; a letter says the same."""
        taken = self.tx.notices.get(self.creditor.id, NoticeId(int(self.notice.scope)))
        if taken is not None:
            by = self.notice.approved_by
            apologize(self.app, self.tx, self.creditor, taken, ("letter",), by=by, on=self.on)

    def _taken_back(self, recipient: Recipient) -> ReturnedMail:
        """A person took it back before: only the address is learnt, and that it did not arrive."""
        if self.record.state is DeliveryState.FAILED:
            return self._answer(UNCHANGED, self.notice.reason)
        address = self._mark(recipient)
        self._end_delivery(self._why(recipient))
        self._event(recipient, address)
        return replace(self._answer(TOLD, self._why(recipient)), address=address)

    def _unknown(self, recipient: Recipient) -> ReturnedMail:
        """Only a person closes an unknown delivery (architecture §4.7); this helps him."""
        id_ = self.notice.id
        said = self.app.say(
            f"Mahnung {id_}, deren Versand ungeklärt ist, kam laut Mailserver nicht an. "
            f"Abschließen: mahnwerk deliveries resolve {id_} not_sent",
            f"Notice {id_}, whose delivery is uncertain, did not arrive says a mail server. "
            f"Close it: mahnwerk deliveries resolve {id_} not_sent",
        )
        return self._task(said, recipient)

    def _unclear(self, recipient: Recipient) -> ReturnedMail:
        """Behind the debtor's address or behind the archive's: nobody can tell."""
        shown = recipient.final or recipient.original
        said = self.app.say(
            f"Eine Kopie von Mahnung {self.notice.id} kam von {shown} zurück. Ob der Kunde oder das "
            "Archiv dahinter steht, ist nicht zu erkennen; bitte nachsehen. Kam sie nicht an: "
            f"mahnwerk withdraw {self.notice.id} --no-apology",
            f"A copy of notice {self.notice.id} came back from {shown}. Whether that is the debtor "
            "or the archive cannot be told; please look. If it did not arrive: "
            f"mahnwerk withdraw {self.notice.id} --no-apology",
        )
        return self._task(said, recipient)

    # --- shared ----------------------------------------------------------------------------

    def _mark(self, recipient: Recipient) -> str:
        """The address, when mails are not sent to it any more; "" when it is given a second try."""
        again = recipient.fate is Fate.LOST and not self._lost_before()
        if again:
            return ""
        self.tx.bad_addresses.mark(
            self.creditor.id,
            self.notice.debtor,
            self.record.recipient,
            self._server_said(recipient),
            self.on,
            self.notice.id,
        )
        return self.record.recipient

    def _lost_before(self) -> bool:
        """A mail to this address was lost once already: whatever the cause is, it lasts."""
        creditor = self.creditor.id
        failed = self.tx.notices.many(
            creditor, states=(NoticeState.FAILED,), debtor=self.notice.debtor
        )
        return any(
            same_address(record.recipient, self.record.recipient)
            for notice in failed
            if notice.sent_on is not None and notice.id != self.notice.id
            for record in self.tx.deliveries.of_notice(creditor, notice.id)
        )

    def _why(self, recipient: Recipient) -> str:
        on, said = day(self.on, self.app.language), self._server_said(recipient)
        return self.app.say(
            f"Mail an {self.record.recipient} kam zurück ({on}): {said}",
            f"The mail to {self.record.recipient} came back ({on}): {said}",
        )

    def _server_said(self, recipient: Recipient) -> str:
        said = " ".join(part for part in (recipient.status, recipient.diagnostic) if part)
        return said or self.app.say("ohne Angabe", "without a reason")

    def _end_delivery(self, reason: str) -> None:
        if self.record.state is DeliveryState.SENT:
            self.tx.deliveries.finish(
                self.creditor.id,
                self.record.id,
                DeliveryState.FAILED,
                self.app.clock.now(),
                reason=reason,
            )

    def _event(self, recipient: Recipient, address: str) -> None:
        self.tx.events.append(
            self.creditor.id,
            "mail_returned",
            {"notice": self.notice.id, "delivery": self.record.id, "debtor": self.notice.debtor},
            {
                "on": self.on.isoformat(),
                "fate": recipient.fate.value,
                "said": self._server_said(recipient),
                "bad_address": address,
                "message_id": self.record.message_id,
            },
            self.app.clock.now(),
        )

    def _task(self, said: str, recipient: Recipient) -> ReturnedMail:
        key = f"returned:{self.record.id}"
        if self.tx.tasks.known(self.creditor.id, [key]):
            return self._answer(UNCHANGED, said)
        self.tx.tasks.add(
            self.creditor.id, TASK, self.notice.debtor, self.notice.id, said, self.on, key
        )
        self._event(recipient, "")
        return self._answer(TOLD, said)

    def _answer(self, outcome: str, reason: str) -> ReturnedMail:
        return ReturnedMail(outcome, reason, self.notice.id, self.notice.debtor)

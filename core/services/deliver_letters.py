"""Letters of a send: their names, the merged print file, and letters that nobody posted.

The print file is written after its letters. A crash between them must neither lose a letter (it
would lie there and nobody would post it) nor print it twice, so each notice notes its print file
as its reason: first as being written, then as written; the next send picks up what was not.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.model import Debtor, DeliveryState, Notice, NoticeState, RunId
from core.errors import MahnwerkError
from core.ports import DeliveryRecord, Tx
from core.services.deliver_compare import Stop
from core.services.deliver_document import context_of, with_deadline
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_record import living_letter
from core.services.deliver_report import SendOutcome, SendReport, told, unexpected, warning
from core.services.deliver_source import Source
from core.services.deliver_unposted import keep_from_post
from core.services.pay_ways import PayDesk

log = logging.getLogger(__name__)
UNPOSTED_WORKING_DAYS = 3
# One print file holds so many letters: memory stays flat, and a printer takes it.
LETTERS_PER_FILE = 500
# Kept as the notice's reason, in the language of whoever sent it; read back in both.
_WRITING = ("Druckdatei wird geschrieben: ", "Print file is being written: ")
_WRITTEN = ("Druckdatei: ", "Print file: ")


def letter_name(notice: Notice, debtor: Debtor, number: int = 1) -> str:
    """``2026-03-02-17-10001.pdf``; later prints of the same notice carry ``-2``, ``-3`` …"""
    again = f"-{number}" if number > 1 else ""
    return f"{notice.issue_date.isoformat()}-{notice.id}-{debtor.number}{again}.pdf"


@dataclass(frozen=True, slots=True)
class _Printed:
    notice: Notice
    debtor: Debtor
    pdf: bytes


@dataclass(slots=True)
class Letters:
    """The letters of one ``send``, gathered for its print files."""

    desk: Desk
    report: SendReport
    source: Source
    pay: PayDesk
    _waiting: dict[RunId, list[_Printed]] = field(default_factory=dict)

    def printed(self, notice: Notice, debtor: Debtor, pdf: bytes) -> None:
        """Notes a letter that lies in the outbox and belongs into a print file."""
        self._waiting.setdefault(notice.run, []).append(_Printed(notice, debtor, pdf))

    # --- letters that an earlier send left without a print file ---------------------------

    def recover(self) -> None:
        """Puts printed letters into this send's print file when their own was never written."""
        gathered = {each.notice.id for group in self._waiting.values() for each in group}
        for notice in _printed_notices(self.desk):
            if notice.id in gathered:
                continue
            try:
                self._recover(notice)
            except MahnwerkError as error:
                self.report.warnings.append(warning(self.desk.app, notice.id, error))

    def _recover(self, notice: Notice) -> None:
        desk = self.desk
        with desk.app.store.read() as tx:
            debtor = tx.debtors.get(desk.creditor.id, notice.debtor)
        if debtor is None or notice.reason.startswith(_WRITTEN):
            return
        file = _file_being_written(notice.reason)
        if file and desk.app.letters.read(desk.creditor, file) is not None:
            with desk.app.store.write() as tx:
                _note(tx, desk, notice, desk.app.say(*_WRITTEN) + file)
            return
        pdf = desk.app.letters.read(desk.creditor, notice.document)
        if pdf is not None:
            self.printed(notice, debtor, pdf)

    # --- the print file -------------------------------------------------------------------

    def write_print_files(self) -> None:
        """One file per run and at most 500 letters, holding only what is new in this send."""
        for run, letters in sorted(self._waiting.items()):
            for start in range(0, len(letters), LETTERS_PER_FILE):
                try:
                    self._write(run, letters[start : start + LETTERS_PER_FILE])
                except Exception as error:
                    # The letters are there one by one; the next send writes the file.
                    log.exception("print file of run %s failed", run)
                    self._missing(run, told(self.desk.app, error))
        self._waiting.clear()

    def _write(self, run: RunId, letters: Sequence[_Printed]) -> None:
        desk = self.desk
        content = desk.app.renderer.print_file(
            desk.creditor, run, desk.on, [(each.notice, each.debtor, each.pdf) for each in letters]
        )
        name, file = self._free_name(run)

        def before() -> bool:
            self._note_all(letters, desk.app.say(*_WRITING) + file)
            return True

        result = desk.app.letters.put(desk.creditor, name, content, before)
        if result.state is not DeliveryState.PRINTED:
            self._missing(run, result.reason)
            return
        self._note_all(letters, desk.app.say(*_WRITTEN) + file)
        self.report.print_files.append(result.file)

    def _missing(self, run: RunId, why: str) -> None:
        said = self.desk.app.say(
            f"Druckdatei zu Lauf {run} fehlt noch", f"The print file of run {run} is missing yet"
        )
        self.report.warnings.append(f"{said}: {why}")

    def _free_name(self, run: RunId) -> tuple[str, str]:
        """A name that no file has, and the same below the outbox."""
        letters, creditor = self.desk.app.letters, self.desk.creditor
        number = 1
        while True:
            part = f"-{number}" if number > 1 else ""
            name = f"{self.desk.on.isoformat()}-druckdatei-lauf-{run}{part}.pdf"
            file = letters.place(creditor, name)
            if letters.read(creditor, file) is None:
                return name, file
            number += 1

    def _note_all(self, letters: Sequence[_Printed], text: str) -> None:
        with self.desk.app.store.write() as tx:
            for each in letters:
                _note(tx, self.desk, each.notice, text)

    # --- letters that nobody posted -------------------------------------------------------

    def renew_stale(self) -> None:
        """Printed letters, looked at again: what was paid meanwhile is withdrawn, and what lies
        unposted for too long is printed with a new deadline.
        """
        for notice in _printed_notices(self.desk):
            try:
                outcome = self._looked_at(notice)
            except Exception as error:
                log.exception("notice %s cannot be printed again", notice.id)
                reason = unexpected(self.desk.app, error)
                outcome = SendOutcome(notice.id, "letter", "failed", reason)
            if outcome is not None:
                self.report.outcomes.append(outcome)

    def _looked_at(self, notice: Notice) -> SendOutcome | None:
        """What became of a printed letter; None: it waits on, nothing stands against it."""
        stale = is_stale(self.desk, notice)
        unreadable = self.source.look(notice, printed=True)
        if unreadable is not None:
            # Not printed anew as long as nobody knows; of one that only waits nothing is said.
            held = SendOutcome(notice.id, "letter", "held", unreadable.reason, notice.document)
            return held if stale else None
        return self._renew(notice) if stale or self._must_not_be_posted(notice) else None

    def _must_not_be_posted(self, notice: Notice) -> bool:
        """Paid, changed or held since it was printed: it may still lie here."""
        with self.desk.app.store.read() as tx:
            found = look(tx, self.desk, notice.id, printed=True)
        return isinstance(found, Stop) and found.state is NoticeState.WITHDRAWN

    def _renew(self, notice: Notice) -> SendOutcome:
        desk = self.desk
        with desk.app.store.write() as tx:
            found = look(tx, desk, notice.id, printed=True)
            record = living_letter(tx, desk.creditor.id, notice.id)
            if isinstance(found, Stop):
                return self._keep_or_withdraw(tx, notice, found)
        if record is None:
            reason = desk.app.say(
                "Der Versand dieses Briefs fehlt", "The delivery of this letter is missing"
            )
            return SendOutcome(notice.id, "letter", "failed", reason)
        return self._print_again(found, record)

    def _keep_or_withdraw(self, tx: Tx, notice: Notice, stop: Stop) -> SendOutcome:
        """Held: the printed letter waits. Else it is taken back, and must not be posted."""
        desk = self.desk
        if stop.state is NoticeState.HELD:
            return SendOutcome(notice.id, "letter", "held", stop.reason, notice.document)
        reason = keep_from_post(tx, desk, notice, stop.reason)
        return SendOutcome(notice.id, "letter", "withdrawn", reason, notice.document)

    def _print_again(self, found: Cleared, record: DeliveryRecord) -> SendOutcome:
        desk, old = self.desk, found.notice.document
        again = [desk.app.say("neu gedruckt", "printed anew")]
        payable = self.pay.equip(found, again)
        if isinstance(payable, Stop):
            return SendOutcome(found.notice.id, "letter", "held", payable.reason, old)
        cleared = with_deadline(payable, desk, "letter")
        pdf = desk.app.renderer.letter(context_of(cleared, desk.app.clock.now()))
        number = _print_number(found, old) + 1
        name = letter_name(cleared.notice, cleared.debtor, number)
        archived = f"{desk.on.isoformat()}-{cleared.notice.id}-{record.id}-{number}.pdf"
        desk.app.letters.archive(desk.creditor, archived, pdf)
        # Left by a send that was interrupted right here: nobody has been told of it.
        desk.app.letters.void(desk.creditor, desk.app.letters.place(desk.creditor, name))

        def before() -> bool:
            # The old letter goes first: at no moment may two of them wait to be posted.
            desk.app.letters.void(desk.creditor, old)
            return True

        result = desk.app.letters.put(desk.creditor, name, pdf, before)
        if result.state is not DeliveryState.PRINTED:
            return SendOutcome(found.notice.id, "letter", "failed", result.reason)
        self._record_again(cleared.notice, record, result.file)
        self.printed(cleared.notice, cleared.debtor, pdf)
        return SendOutcome(found.notice.id, "letter", "printed", "; ".join(again), result.file)

    def _record_again(self, notice: Notice, record: DeliveryRecord, file: str) -> None:
        desk = self.desk
        with desk.app.store.write() as tx:
            tx.notices.set_state(
                desk.creditor.id,
                notice.id,
                NoticeState.PRINTED,
                channel="letter",
                document=file,
                printed_on=desk.on,
                deadline=notice.deadline,
            )
            tx.events.append(
                desk.creditor.id,
                "printed_again",
                {"notice": notice.id, "delivery": record.id},
                {
                    "on": desk.on.isoformat(),
                    "file": file,
                    "deadline": notice.deadline.isoformat() if notice.deadline else None,
                },
                desk.app.clock.now(),
            )


def is_stale(desk: Desk, notice: Notice) -> bool:
    """True when a printed letter lies unposted for more than three working days."""
    if notice.printed_on is None:
        return False
    calendar = desk.app.calendar(desk.creditor.profile.land)
    days = calendar.working_days_between(notice.printed_on, desk.on)
    return days > UNPOSTED_WORKING_DAYS


def _printed_notices(desk: Desk) -> list[Notice]:
    with desk.app.store.read() as tx:
        return tx.notices.many(desk.creditor.id, states=(NoticeState.PRINTED,))


def _file_being_written(reason: str) -> str:
    """The print file that a notice was to stand in when its send was interrupted; "" for none."""
    found = next((each for each in _WRITING if reason.startswith(each)), "")
    return reason.removeprefix(found) if found else ""


def _print_number(found: Cleared, document: str) -> int:
    """Which print of the notice ``document`` is; its own name is number 1."""
    stem = document.rpartition("/")[2].removesuffix(".pdf")
    first = letter_name(found.notice, found.debtor).removesuffix(".pdf")
    number = stem.removeprefix(f"{first}-")
    return int(number) if number.isdecimal() and stem != first else 1


def _note(tx: Tx, desk: Desk, notice: Notice, text: str) -> None:
    """Only while it waits for the post: it may have been posted or withdrawn meanwhile."""
    current = tx.notices.get(desk.creditor.id, notice.id)
    if current is not None and current.state is NoticeState.PRINTED:
        tx.notices.set_state(desk.creditor.id, notice.id, NoticeState.PRINTED, reason=text)

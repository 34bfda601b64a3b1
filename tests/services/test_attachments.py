"""A reminder by mail carries the original invoices that it dunns, fetched from the platform."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY
from source_desk import PaperConnector, live_office_in, pdf_of

from core.domain.model import ItemKind, NoticeState
from core.domain.platform_records import Document
from core.errors import (
    AuthFailed,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Unreachable,
)
from core.ports import Capability, Lane
from core.services import attachments
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_source import Source
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer."""
    with live_office_in(tmp_path, mailbox) as made:
        made.platform.invoice("1", "a", "119.00", DUE)
        made.platform.invoice("2", "a", "238.00", DUE)
        made.read()
        yield made


def mail(office):
    [path] = office.mailbox.files()
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def files(message):
    return {part.get_filename(): part.get_content() for part in message.iter_attachments()}


def send_one(office):
    [outcome] = office.send().outcomes
    return outcome


def test_the_debtor_opens_the_mail_and_finds_the_letter_and_two_originals(office):
    office.propose_and_approve()
    outcome = send_one(office)
    assert (outcome.outcome, outcome.reason) == ("sent", "")
    letter, *originals = files(mail(office)).items()
    assert letter[1].startswith(b"%PDF")
    assert originals == [("RE-1.pdf", pdf_of("RE-1")), ("RE-2.pdf", pdf_of("RE-2"))]
    text = mail(office).get_body(("plain",)).get_content()
    assert "Die Rechnungen sind in Kopie beigefügt." in text
    assert office.events("delivery_sent")[0]["attached"] == ["RE-1", "RE-2"]


def test_each_is_fetched_once_after_it_was_looked_at(office):
    office.propose_and_approve()
    office.send()
    assert office.platform.asks(Lane.LAST_LOOK) == ["1", "2", "file 1", "file 2"]
    assert office.platform.asks() == office.platform.asks(Lane.LAST_LOOK)


def test_the_archive_keeps_the_mail_with_the_originals(office):
    [notice] = office.propose_and_approve()
    office.send()
    kept = (office.composed.outbox / office.notice(notice).document).read_bytes()
    message = email.message_from_bytes(kept, policy=email.policy.default)
    assert files(message)["RE-2.pdf"] == pdf_of("RE-2")


def test_a_credit_is_deducted_and_not_attached(office):
    office.platform.invoice(
        "3", "a", "-57.00", DUE, kind=ItemKind.CREDIT_NOTE, number="GS-3", due_date=None
    )
    office.read()
    office.propose_and_approve()
    office.send()
    assert "file 3" not in office.platform.asks()
    assert list(files(mail(office)))[1:] == ["RE-1.pdf", "RE-2.pdf"]


@pytest.mark.parametrize("how", ["setting", "capability"])
def test_a_connection_that_does_not_attach_asks_for_no_file(office, how):
    if how == "setting":
        office.set(attach_invoices="no")
    else:
        able = frozenset(Capability) - {Capability.DOCUMENT}
        office.app = replace(office.app, platforms=office.platform.platforms(capabilities=able))
    office.propose_and_approve()
    assert send_one(office).outcome == "sent"
    assert office.platform.asks() == ["1", "2"]
    assert len(files(mail(office))) == 1
    assert "beigefügt" not in mail(office).get_body(("plain",)).get_content()


def test_a_letter_carries_none(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.contact("a", "Beispiel AG", email="")
        office.platform.invoice("1", "a", "119.00", DUE)
        office.read()
        office.propose_and_approve()
        assert send_one(office).outcome == "printed"
        assert office.platform.asks() == ["1"]


@pytest.mark.parametrize(
    "error",
    [
        NotFound("Diese Rechnung hat keine Datei."),
        NotSupported("Einnahmenbelege haben keine Datei."),
        MalformedResponse("Das ist kein PDF."),
    ],
)
def test_what_cannot_be_had_for_good_is_left_out_and_said(office, error):
    office.propose_and_approve()
    office.platform.originals["1"] = error
    outcome = send_one(office)
    assert outcome.outcome == "sent"
    assert outcome.reason == f"Ohne die Rechnung RE-1 im Anhang: {error}"
    assert list(files(mail(office)))[1:] == ["RE-2.pdf"]
    assert "Von den Rechnungen ist RE-2 in Kopie" in mail(office).get_body(("plain",)).get_content()
    assert office.events("delivery_sent")[0]["attached"] == ["RE-2"]


@pytest.mark.parametrize("error", [Unreachable("Keine Antwort."), RateLimited("Zu viele.")])
def test_what_may_be_had_later_holds_the_notice(office, error):
    [notice] = office.propose_and_approve()
    office.platform.fault(None, None, None, error)
    report = office.send()
    [outcome] = report.outcomes
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.HELD)
    assert "mahnwerk connect muster --name online --set attach_invoices=no" in outcome.reason
    assert report.exit_code == error.exit_code
    assert office.mailbox.count() == 0
    assert send_one(office).outcome == "sent"
    assert len(files(mail(office))) == 3


def test_a_key_that_reads_but_gives_no_files_stops_mails_and_not_letters(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.contact("b", "Brief GmbH", email="")
        for n, who in enumerate(("a", "b", "c"), 1):
            office.platform.invoice(str(n), who, "119.00", DUE)
        office.read()
        office.propose_and_approve()
        denied = AuthFailed("Dem Schlüssel fehlt das Recht auf Dateien.")
        office.platform.originals = {"1": denied, "3": denied}
        report = office.send()
        assert [o.outcome for o in report.outcomes] == ["held", "printed", "held"]
        assert [what for what in office.platform.asks() if what.startswith("file")] == ["file 1"]
        assert report.exit_code == 77
        assert report.warnings == ["online: Dem Schlüssel fehlt das Recht auf Dateien."]


def test_more_than_15_megabytes_leave_the_largest_out(office, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 5000)
    office.platform.originals = {"1": pdf_of("RE-1", 3000), "2": pdf_of("RE-2", 2500)}
    office.propose_and_approve()
    outcome = send_one(office)
    assert outcome.outcome == "sent"
    assert outcome.reason.startswith("Ohne die Rechnung RE-1 im Anhang: zu groß")
    assert list(files(mail(office)))[1:] == ["RE-2.pdf"]


def test_a_file_of_its_own_size_is_told_in_megabytes(office):
    office.platform.originals["2"] = pdf_of("RE-2", 15_300_000)
    office.propose_and_approve()
    reason = send_one(office).reason
    assert reason == (
        "Ohne die Rechnung RE-2 im Anhang: zu groß mit 15,3 MB, zusammen höchstens 15 MB"
    )


def test_a_hostile_name_reaches_nobody(office, monkeypatch):
    def evil(_self, _external_id):
        return Document("../x\r\nBcc: y@z.example", "text/html", b"<script>")

    monkeypatch.setattr(PaperConnector, "fetch_document", evil)
    office.propose_and_approve()
    assert send_one(office).outcome == "sent"
    message = mail(office)
    assert message["Bcc"] is None
    names = list(files(message))[1:]
    assert len(names) == 2
    assert all(name.endswith(".bin") and "/" not in name for name in names)


def test_what_was_left_of_a_paid_invoice_has_no_original(office):
    """A charge residual is an item of our own: nobody asks the platform for it."""
    [notice] = office.propose_and_approve()
    found = office.notice(notice)
    lines = (found.lines[0]._replace(kind=ItemKind.CHARGE_RESIDUAL), *found.lines[1:])
    with office.app.store.read() as tx:
        debtor = tx.debtors.get(office.id, found.debtor)
    cleared = Cleared(
        office.creditor,
        debtor,
        replace(found, lines=lines),
        office.app.procedure(found.procedure),
        "",
    )
    desk = Desk(office.app, office.creditor, MONDAY, "test")
    source = Source(desk, lambda: None)
    enclosed = attachments.Originals(desk, source).of(cleared)
    source.close()
    assert [each.number for each in enclosed.files] == ["RE-2"]
    assert office.platform.asks() == ["file 2"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_mail_server_that_takes_less_gets_the_mail_without_them(office, announced):
    """Not a letter: the debtor has a mail address, and a letter would cost another fee."""
    office.platform.originals["1"] = pdf_of("RE-1", 900_000)
    office.mailbox.behaviour.size_limit = 500_000
    office.mailbox.behaviour.announce_size = announced
    [notice] = office.propose_and_approve()
    outcome = send_one(office)
    assert (outcome.outcome, outcome.channel) == ("sent", "email")
    assert "zu groß" in outcome.reason or "552" in outcome.reason
    assert outcome.reason.endswith("ohne Rechnungen im Anhang")
    assert len(files(mail(office))) == 1
    assert [each.state.value for each in office.deliveries(notice)] == ["failed", "sent"]
    assert office.events("delivery_sent")[0]["attached"] == []
    assert office.audit_is_fine()


def test_a_mail_that_is_too_large_even_alone_becomes_a_letter(office):
    office.mailbox.behaviour.size_limit = 1000
    office.propose_and_approve()
    outcome = send_one(office)
    assert (outcome.outcome, outcome.channel) == ("printed", "letter")
    assert office.mailbox.count() == 0

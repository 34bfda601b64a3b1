"""The whole way over real HTTP and SMTP: the stand-in of lexoffice, our connector, a mail server.

What the stand-in confirms says nothing of lexoffice itself where the reference is UNVERIFIED.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY, Office

from config.platforms import PLATFORMS
from connectors.lexoffice.connector import LexofficeConnector
from core.domain.model import NoticeState, Role
from core.ports import Platforms
from core.services.gate import OpenGate
from core.services.sync import sync
from sandbox.lexoffice import LexofficeSandbox
from sandbox.mailbox import Mailbox

KEY = "sandbox-key-0002"
DATED = date(2026, 1, 27)


class LexOffice(Office):
    """Muster Handels GmbH, whose invoices are written in lexoffice."""

    def __init__(self, folder, mailbox, lexoffice, **settings):
        super().__init__(folder, mailbox)
        self.lexoffice = lexoffice
        self.app = replace(self.app, platforms=Platforms(PLATFORMS, connect=self._connect))
        settings = {"api_base": lexoffice.base_url, **settings}
        with self.app.store.write() as tx:
            made = tx.connections.add(self.id, "lexoffice", "lexoffice", Role.LEADING, "", MONDAY)
            made = replace(made, settings=settings, booked_until=MONDAY)
            tx.connections.save(self.id, made)
        self.connection = made

    def _connect(self, _creditor, connection, _lane):
        return LexofficeConnector(
            connection.settings,
            {"api_key": KEY},
            OpenGate(),
            self.clock,
            1.0,  # seconds; the stand-in answers at once
            sleep=lambda _seconds: None,
        )

    def sync(self):
        report = sync(self.app, self.id, "lexoffice", on=self.clock.day)
        assert report.exit_code == 0
        self.booked(self.clock.day)
        return report

    def rows(self):
        with self.app.store.read() as tx:
            return tx.platform_notices.rows(self.id)

    def ask(self, method, part):
        """How often it was asked since, by method and part of the path."""
        return sum(1 for r in self.lexoffice.requests if r.method == method and part in r.path)


@pytest.fixture
def lexoffice():
    with LexofficeSandbox(api_key=KEY, today=MONDAY, limiter=False) as running:
        yield running


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox, lexoffice):
    """Two invoices over 119,00 and 238,00 EUR of one customer, both 20 days late."""
    who = lexoffice.add_contact(company="Beispiel AG", email="kunde@beispiel.example")
    for number, gross in (("RE-1", "119.00"), ("RE-2", "238.00")):
        lexoffice.add_invoice(contact=who, gross=gross, on=DATED, number=number)
    made = LexOffice(tmp_path, mailbox, lexoffice, write_back="yes")
    made.sync()
    yield made
    made.close()


def mail(office):
    [path] = office.mailbox.files()
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def invoice_id(office, number):
    return office.item(number).external_id


def test_the_mail_carries_two_originals_and_lexoffice_shows_the_notice(office):
    [notice] = office.propose_and_approve()
    report = office.send()
    [outcome] = report.outcomes
    assert (outcome.outcome, outcome.reason, report.warnings) == ("sent", "", [])
    letter, *originals = mail(office).iter_attachments()
    assert letter.get_content().startswith(b"%PDF")
    assert len(originals) == 2
    for part in originals:
        assert part.get_content_type() == "application/pdf"
        assert part.get_content().startswith(b"%PDF")
    assert [row.state for row in office.rows()] == ["written", "written"]
    assert office.ask("POST", "/dunnings") == 2
    assert office.state(notice) is NoticeState.SENT


def test_what_we_wrote_is_read_back_as_ours(office):
    office.propose_and_approve()
    office.send()
    office.sync()
    rows = office.rows()
    assert [row.state for row in rows] == ["written", "written"]
    assert len({row.external_id for row in rows}) == 2
    assert office.item("RE-1").last_notice_on == MONDAY


def test_paid_in_lexoffice_after_approval_nothing_leaves(office):
    [notice] = office.propose_and_approve()
    office.lexoffice.pay(invoice_id(office, "RE-2"), "238.00", on=MONDAY)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "withdrawn"
    assert "RE-2 ist bezahlt" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.state(notice) is NoticeState.WITHDRAWN


@pytest.mark.parametrize(
    "change",
    [
        lambda lexoffice, invoice: lexoffice.void(invoice),
        lambda lexoffice, invoice: lexoffice.delete(invoice),
        lambda lexoffice, invoice: lexoffice.reopen_as_draft(invoice),
        lambda lexoffice, invoice: lexoffice.credit(invoice, "238.00"),
        lambda lexoffice, invoice: lexoffice.pay(invoice, "38.00", on=MONDAY),
    ],
    ids=["voided", "deleted", "draft again", "credited", "partly paid"],
)
def test_whatever_changed_in_lexoffice_withdraws(office, change):
    office.propose_and_approve()
    change(office.lexoffice, invoice_id(office, "RE-2"))
    [outcome] = office.send().outcomes
    assert outcome.outcome == "withdrawn"
    assert "RE-2" in outcome.reason
    assert office.mailbox.count() == 0


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("throttle", 75),
        ("error500", 69),
        ("error503", 69),
        ("reset", 69),
        ("truncated", 69),
        ("unauthorized", 77),
        ("html", 70),
        ("bad_json_shape", 0),
        ("empty", 70),
        ("payment_required", 77),
        ("forbidden_token", 77),
        ("throttle500", 75),
    ],
)
def test_each_fault_holds_the_notice_and_the_next_send_lets_it_go(office, kind, code):
    [notice] = office.propose_and_approve()
    office.lexoffice.fault(kind, times=0)
    report = office.send()
    office.lexoffice.clear_faults()
    assert [outcome.outcome for outcome in report.outcomes] == ["held"]
    assert report.outcomes[0].reason.startswith("lexoffice: ")
    assert KEY not in report.outcomes[0].reason
    assert "connected system" not in report.outcomes[0].reason  # an error without a sentence
    assert report.exit_code == code
    assert office.mailbox.count() == 0
    assert [outcome.outcome for outcome in office.send().outcomes] == ["sent"]
    assert office.state(notice) is NoticeState.SENT
    assert office.mailbox.count() == 1


def test_a_504_after_the_dunning_was_made_makes_no_second_one(office):
    office.propose_and_approve()
    office.lexoffice.fault("late_success", times=1, path="/dunnings", method="POST")
    assert office.send().outcomes[0].outcome == "sent"
    office.send()
    assert [row.state for row in office.rows()] == ["written", "written"]
    assert office.ask("POST", "/dunnings") == 2


def test_without_a_file_the_mail_goes_and_says_so(office):
    office.propose_and_approve()
    broken = invoice_id(office, "RE-1")
    office.lexoffice.fault("html", times=0, path=f"{broken}/file")
    [outcome] = office.send().outcomes
    assert outcome.outcome == "sent"
    assert outcome.reason.startswith("Ohne die Rechnung RE-1 im Anhang")
    assert len(list(mail(office).iter_attachments())) == 2

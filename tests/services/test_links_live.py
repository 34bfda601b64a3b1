"""A customer of a live platform and of DATEV, linked: every invoice is asked for at its source."""

from __future__ import annotations

from datetime import date

import pytest
from delivery_desk import MONDAY
from source_desk import live_office_in

from core.domain.model import NoticeState
from core.services.link_suggestions import suggestions
from core.services.links import link
from core.services.onboard_report import report_of
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


@pytest.fixture
def office(tmp_path):
    """Beispiel a GmbH owes 119 euros on the platform, and 238 in DATEV under the account 10001."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        live_office_in(tmp_path, mailbox, settings={"attach_invoices": "no"}) as made,
    ):
        made.platform.contact("a", "Beispiel a GmbH", vat_id="DE111111117")
        made.platform.invoice("1", "a", "119.00", DUE)
        made.read()
        made.debtor("10001", "Beispiel A GmbH", "datev@kunde.example")
        made.owes("10001", "FI-7", "238.00", DUE)
        yield made


def test_the_platform_leads_and_its_invoice_is_read_again_before_the_one_letter(office):
    """Given both are linked as suggested, then one mail leaves for 357 euros at the address that
    the platform has, after its invoice was read there once more.
    """
    [found] = suggestions(office.app, office.id)
    assert (found.head.label, found.other.label) == ("online:K-a", "datev:10001")
    assert report_of(office.app, office.id, office.muster, on=MONDAY).same_debtors == 1
    link(office.app, office.id, found.head.label, [found.other.label], by="erika")
    assert report_of(office.app, office.id, office.muster, on=MONDAY).same_debtors == 0

    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    assert (outcome.outcome, outcome.reason) == ("sent", "")
    assert office.notice(notice).total.plain() == "357.00"
    assert office.platform.asks() == ["1"]
    assert office.deliveries(notice)[0].recipient == "a@kunde.example"


def test_what_is_paid_on_the_platform_at_the_last_moment_stops_the_letter_for_both(office):
    link(office.app, office.id, "online:K-a", ["datev:10001"], by="erika")
    [notice] = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    [outcome] = office.send().outcomes
    assert (outcome.outcome, office.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "RE-1 ist bezahlt" in outcome.reason
    assert office.mailbox.count() == 0
    [again] = office.run().proposals
    assert [line.number for line in office.notice(again).lines] == ["FI-7"]

"""Before the first notice leaves for a platform, what came there since the last sync is read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY, TUESDAY
from source_desk import live_office_in

from core.domain.model import NoticeState
from core.errors import AuthFailed, MalformedResponse, Rejected, Unreachable
from core.ports import Lane
from core.services.deliver_report import told
from core.services.onboard import onboard
from core.services.onboarding_state import begin
from core.services.sync import sync, sync_lease
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 EUR, proposed and approved on Monday."""
    with live_office_in(tmp_path, mailbox, settings={"attach_invoices": "no"}) as made:
        made.platform.contact("a", "Adler Muster GmbH", email="alt@adler.example")
        made.platform.invoice("1", "a", "119.00", DUE)
        yield made


def approved(office):
    assert onboard(office.app, office.id, on=MONDAY).exit_code == 0
    [notice] = office.propose_and_approve()
    office.platform.asked.clear()
    return notice


def next_day(office):
    office.clock.day = TUESDAY
    office.booked(TUESDAY)


def send_one(office):
    [outcome] = office.send().outcomes
    return outcome


def test_synced_just_now_nothing_but_the_invoice_is_asked_for(office):
    approved(office)
    assert send_one(office).outcome == "sent"
    assert office.platform.asked == [(Lane.LAST_LOOK, "1")]


def test_synced_yesterday_a_new_address_counts_before_the_mail_goes_to_the_old_one(office):
    notice = approved(office)
    office.platform.contact("a", "Adler Muster GmbH", email="neu@adler.example")
    next_day(office)
    assert send_one(office).outcome == "held"
    assert office.state(notice) is NoticeState.PROPOSED  # another recipient than was approved
    assert office.mailbox.count() == 0


def test_it_is_read_once_a_send_however_many_notices_leave(office):
    for n in range(2, 5):
        office.platform.contact(f"c{n}", f"Muster {n} GmbH", email=f"k{n}@muster.example")
        office.platform.invoice(str(n), f"c{n}", "50.00", DUE)
    assert onboard(office.app, office.id, on=MONDAY).exit_code == 0
    assert len(office.propose_and_approve()) == 4
    next_day(office)
    office.platform.asked.clear()
    assert {each.outcome for each in office.send().outcomes} == {"sent"}
    assert office.platform.asks(Lane.SYNC).count("list") == 1


def test_a_platform_that_cannot_be_read_holds_its_notices_and_the_next_send_goes_on(office):
    notice = approved(office)
    next_day(office)
    office.platform.fault(Unreachable("lexoffice antwortet nicht.", en="No answer."))
    outcome = send_one(office)
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.HELD)
    assert "lexoffice antwortet nicht" in outcome.reason
    assert send_one(office).outcome == "sent"


@pytest.mark.parametrize("error", [MalformedResponse, Rejected])
def test_lists_that_say_nothing_hold_its_notices_though_each_invoice_can_be_read(office, error):
    """A payment that nobody has assigned stands on no invoice."""
    notice = approved(office)
    next_day(office)
    office.platform.fault(error("sevDesk schickt eine halbe Liste.", en="Half a list."))
    outcome = send_one(office)
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.HELD)
    assert "halbe Liste" in outcome.reason
    assert office.platform.asks(Lane.LAST_LOOK) == []
    assert send_one(office).outcome == "sent"


def test_a_refused_key_is_not_tried_with_every_send_of_a_timer(office):
    """Every five minutes for two hours: the third refusal in a row lets it rest for two hours."""
    notice = approved(office)
    next_day(office)
    began = office.clock.now()
    for minute in range(0, 120, 5):
        office.clock.now = lambda at=began + timedelta(minutes=minute): at
        office.platform.fault(AuthFailed("Der Schlüssel ist gesperrt.", en="The key is blocked."))
        report = office.send()
    assert (report.exit_code, office.state(notice)) == (77, NoticeState.HELD)
    assert "bis 03.03.2026 12:10 nicht mehr gefragt" in report.outcomes[0].reason
    assert "mahnwerk sync online" in report.outcomes[0].reason
    assert len(office.platform.asked) == 3
    office.platform.faults.clear()
    assert sync(office.app, office.id, on=TUESDAY).exit_code == 0  # somebody has mended it
    assert send_one(office).outcome == "sent"


def test_another_process_that_reads_it_is_not_waited_for(office):
    approved(office)
    next_day(office)
    with sync_lease(office.app, office.id, office.muster).held():
        assert send_one(office).outcome == "sent"


def test_while_the_first_reading_has_not_ended_its_notices_wait(office):
    notice = approved(office)
    begin(office.app, office.id, office.muster, on=MONDAY, restart=True)
    outcome = send_one(office)
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.HELD)
    assert "mahnwerk onboard" in outcome.reason
    assert office.mailbox.count() == 0


def test_a_reason_is_never_cut_within_a_remedy(office):
    whole = "Bitte das Token prüfen. " * 20  # as long as what we say of a token that is blocked
    assert told(office.app, MalformedResponse(whole)) == whole.strip()
    cut = told(office.app, MalformedResponse(whole * 2))
    assert cut.endswith(("Token …", "prüfen. …", "Bitte …", "das …"))
    assert len(cut) <= 500

"""Who went live without an IBAN sends nothing that could only be paid to an account."""

from dataclasses import replace
from datetime import date

import pytest
from creditor_desk import IBAN
from source_desk import live_office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119.00 EUR at a platform that leaves the money to the creditor's account."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        live_office_in(tmp_path, mailbox, settings={"attach_invoices": "no"}) as made,
    ):
        made.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        made.read()
        yield made


def set_iban(office, iban):
    with office.app.store.write() as tx:
        profile = tx.creditors.get(office.id).profile
        tx.creditors.save_profile(office.id, replace(profile, iban=iban))


def test_it_waits_for_the_account_and_leaves_with_it_once_that_was_approved(office):
    set_iban(office, "")
    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    assert "Ohne IBAN kann das niemand bezahlen: mahnwerk init --set iban=…" in outcome.reason
    assert office.state(notice) is NoticeState.HELD
    assert office.mailbox.count() == 0
    set_iban(office, IBAN)
    office.approve(notice)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "sent"

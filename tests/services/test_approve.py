"""Approving: one by one or a whole run; every notice that was asked for gets an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from delivery_desk import MONDAY, office_in

from core.domain.model import Automation, Charge, DebtorType, NoticeState
from core.domain.money import Money
from core.errors import UsageError
from core.services.approval_hash import approval_hash
from core.services.approve import approve_run
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        for account, amount in (("10001", "119.00"), ("10002", "500.00"), ("10003", "500.01")):
            made.debtor(account, f"Beispiel {account} AG")
            made.owes(account, f"RE-{account}", amount, date(2026, 2, 10))
        yield made


def bulk(office, run, limit=None):
    amount = Decimal(limit) if limit else None
    return approve_run(
        office.app, office.id, run, max_amount=amount, by="erika", on=office.clock.day
    )


def test_an_approval_says_who_when_and_for_which_content(office):
    notice, *_ = office.run().proposals
    [outcome] = office.approve(notice)
    assert (outcome.notice, outcome.outcome) == (notice, "approved")
    approved = office.notice(notice)
    assert (approved.state, approved.approved_by, approved.approved_on) == (
        NoticeState.APPROVED,
        "erika",
        MONDAY,
    )
    assert len(approved.approved_hash) == 64
    assert office.audit_is_fine()


def test_an_unknown_number_is_named_and_nothing_is_approved(office):
    notice, *_ = office.run().proposals
    with pytest.raises(UsageError, match="4711"):
        office.approve(notice, 4711)
    assert office.state(notice) is NoticeState.PROPOSED


def test_a_run_is_approved_up_to_500_euros_and_the_rest_is_reported(office):
    report = office.run()
    outcomes = bulk(office, report.run, "500")
    assert [o.outcome for o in outcomes] == ["approved", "approved", "refused"]
    assert "500,01 EUR" in outcomes[2].reason
    assert office.state(outcomes[2].notice) is NoticeState.PROPOSED


def test_what_wants_a_look_one_by_one_is_not_approved_in_bulk(office):
    standard = office.app.procedure("standard")
    levels = tuple(replace(level, automation=Automation.PROPOSE) for level in standard.levels)
    careful = replace(standard, levels=levels)
    office.app = replace(office.app, procedure=lambda _name: careful)
    report = office.run()
    assert [o.outcome for o in bulk(office, report.run)] == ["refused"] * 3
    first = report.proposals[0]
    assert f"mahnwerk approve {first}" in bulk(office, report.run)[0].reason
    assert office.approve(first)[0].outcome == "approved"


def test_a_run_that_does_not_exist_is_refused(office):
    with pytest.raises(UsageError, match="77"):
        bulk(office, 77)


def test_approving_twice_renews_the_day(office):
    notice, *_ = office.run().proposals
    office.approve(notice)
    office.day(date(2026, 3, 4))
    assert office.approve(notice, notice)[0].outcome == "approved"
    assert office.notice(notice).approved_on == date(2026, 3, 4)


def test_what_has_left_cannot_be_approved_again(office):
    notice, *_ = office.run().proposals
    office.approve(notice)
    office.send()
    [outcome] = office.approve(notice)
    assert outcome.outcome == "refused"
    assert office.state(notice) is NoticeState.SENT


def test_a_changed_procedure_needs_a_new_run(office):
    notice, *_ = office.run().proposals
    changed = replace(office.app.procedure("standard"), version="anders")
    office.app = replace(office.app, procedure=lambda _name: changed)
    [outcome] = office.approve(notice)
    assert outcome.outcome == "refused"
    assert "Mahnlauf" in outcome.reason


# --- what the hash is bound to -------------------------------------------------------------

LINE = {
    "number": "RE-9",
    "outstanding": Money(Decimal("118.99"), "EUR"),
    "level": 2,
    "cycle": 2,
    "due_date": date(2026, 1, 1),
    "item": 99,
}


@pytest.fixture
def approved(office):
    notice, *_ = office.run().proposals
    with office.app.store.read() as tx:
        found = tx.notices.get(office.id, notice)
        return office.creditor, tx.debtors.get(office.id, found.debtor), found


@pytest.mark.parametrize("field", sorted(LINE))
def test_every_field_of_a_line_is_bound(approved, field):
    creditor, debtor, notice = approved
    line = notice.lines[0]._replace(**{field: LINE[field]})
    changed = replace(notice, lines=(line,))
    assert digest(creditor, debtor, changed) != digest(creditor, debtor, notice)


def test_creditor_recipient_channels_charges_texts_and_issue_date_are_bound(approved):
    creditor, debtor, notice = approved
    fee = Charge("dunning_fee", Money(Decimal("2.50"), "EUR"), "§ 280 BGB")
    seen = {
        digest(creditor, debtor, notice),
        digest(replace(creditor, live=False), debtor, notice),
        digest(replace(creditor, profile=replace(creditor.profile, iban="X")), debtor, notice),
        digest(creditor, replace(debtor, email="neu@beispiel.example"), notice),
        digest(creditor, replace(debtor, address=replace(debtor.address, city="Fürth")), notice),
        digest(creditor, debtor, replace(notice, channels=("letter",))),
        digest(creditor, debtor, replace(notice, charges=(fee,))),
        digest(creditor, debtor, replace(notice, procedure_version="2")),
        digest(creditor, debtor, replace(notice, issue_date=date(2026, 3, 3))),
        approval_hash(creditor, debtor, notice, "reminder", "2"),
        approval_hash(creditor, debtor, notice, "first", "1"),
    }
    assert len(seen) == 11


def test_a_later_deadline_the_mail_server_and_the_kind_of_debtor_are_not(approved):
    creditor, debtor, notice = approved
    same = {
        digest(creditor, debtor, notice),
        digest(creditor, debtor, replace(notice, deadline=date(2026, 4, 1))),
        digest(replace(creditor, profile=replace(creditor.profile, smtp_port=25)), debtor, notice),
        digest(creditor, replace(debtor, type=DebtorType.BUSINESS), notice),
    }
    assert len(same) == 1


def digest(creditor, debtor, notice):
    return approval_hash(creditor, debtor, notice, "reminder", "1")

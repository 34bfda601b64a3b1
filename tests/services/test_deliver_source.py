"""The last look at the platform: what changed there after the last sync stops the reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from delivery_desk import FRIDAY, MONDAY, TUESDAY
from source_desk import PaperConnector, live_office_in

from core.domain.model import HoldKind, ItemKind, ItemState, NoticeKind, NoticeState
from core.errors import AuthFailed, MalformedResponse, RateLimited, Unreachable
from core.ports import Lane
from core.services.deliver_look import Desk
from core.services.deliver_source import Source
from core.services.proposals import reject
from core.services.tasks import open_tasks
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)  # 14 days later is 10 February


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer, without files to attach."""
    with live_office_in(tmp_path, mailbox, settings={"attach_invoices": "no"}) as made:
        made.platform.invoice("1", "a", "119.00", DUE)
        made.platform.invoice("2", "a", "238.00", DUE)
        made.read()
        yield made


def send_one(office):
    [outcome] = office.send().outcomes
    return outcome


def test_each_invoice_is_read_once_in_the_first_lane_and_the_notice_leaves(office):
    office.propose_and_approve()
    assert send_one(office).outcome == "sent"
    assert sorted(office.platform.asks(Lane.LAST_LOOK)) == ["1", "2"]
    assert len(office.platform.asked) == 2
    assert office.mailbox.count() == 1


def test_paid_on_the_platform_after_the_last_sync_nothing_leaves(office):
    [notice] = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    outcome = send_one(office)
    assert (outcome.outcome, office.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "RE-1 ist bezahlt" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.item("RE-1").state is ItemState.SETTLED
    # The other invoice is not muted.
    [again] = office.propose_and_approve()
    assert [line.number for line in office.notice(again).lines] == ["RE-2"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.pay("1", "19.00", MONDAY), "100,00 EUR statt 119,00 EUR"),
        (lambda p: p.delete("1"), "RE-1 ist storniert"),
        (lambda p: p.change("1", state=ItemState.UNKNOWN, source_state="mystery"), "RE-1"),
        (lambda p: p.change("1", due_date=date(2026, 2, 24)), "RE-1"),
    ],
)
def test_whatever_changed_there_withdraws_with_its_reason(office, change, told):
    office.propose_and_approve()
    change(office.platform)
    outcome = send_one(office)
    assert outcome.outcome == "withdrawn"
    assert told in outcome.reason
    assert office.mailbox.count() == 0


def test_a_credit_that_the_notice_deducts_is_read_too(office):
    office.platform.invoice(
        "3", "a", "-57.00", DUE, kind=ItemKind.CREDIT_NOTE, number="GS-3", due_date=None
    )
    office.read()
    [notice] = office.propose_and_approve()
    assert str(office.notice(notice).total) == "300.00 EUR"
    office.platform.pay("3", "-57.00", MONDAY)
    assert send_one(office).outcome == "withdrawn"
    assert sorted(office.platform.asks()) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (Unreachable("lexoffice antwortet nicht. Später erneut versuchen."), 69),
        (RateLimited("Zu viele Anfragen. Später erneut versuchen."), 75),
        (AuthFailed("Der Schlüssel gilt nicht mehr: mahnwerk connect muster --set api_key=-"), 77),
        (MalformedResponse("Die Antwort ist kein JSON."), 70),
    ],
)
def test_when_the_platform_cannot_be_asked_the_notice_is_held_and_tried_again(
    office, error, exit_code
):
    [notice] = office.propose_and_approve()
    office.platform.fault(error)
    report = office.send()
    [outcome] = report.outcomes
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.HELD)
    assert outcome.reason.startswith("online: ")
    assert str(error).rstrip(".") in outcome.reason
    assert "Der nächste Versand versucht es erneut" in outcome.reason
    assert office.notice(notice).reason == outcome.reason
    assert report.exit_code == exit_code
    assert office.mailbox.count() == 0
    assert send_one(office).outcome == "sent"
    assert office.send().exit_code == 0


def test_three_notices_wait_for_a_silent_platform_once(office):
    for n in (3, 4):
        office.platform.invoice(str(n), f"b{n}", "50.00", DUE)
    office.read()
    notices = office.propose_and_approve()
    office.platform.fault(*[Unreachable("Keine Antwort.")] * 9)
    report = office.send()
    assert [outcome.outcome for outcome in report.outcomes] == ["held"] * 3
    assert len(office.platform.asked) == 1
    assert report.warnings == ["online: Keine Antwort."]
    office.platform.faults.clear()
    assert [outcome.outcome for outcome in office.send().outcomes] == ["sent"] * len(notices)


def test_what_is_wrong_with_one_invoice_holds_only_its_own_notice(office):
    office.platform.invoice("3", "b", "50.00", DUE)
    office.read()
    office.propose_and_approve()
    office.platform.fault(MalformedResponse("Kein JSON."))
    assert [outcome.outcome for outcome in office.send().outcomes] == ["held", "sent"]


def test_notices_of_other_connections_leave(office):
    office.debtor("10001")
    office.owes("10001", "RE-77", "50.00", date(2026, 2, 10))
    office.propose_and_approve()
    office.platform.fault(Unreachable("Keine Antwort."))
    outcomes = {
        office.notice(o.proposal).lines[0].number: o.outcome for o in office.send().outcomes
    }
    assert outcomes["RE-77"] == "sent"
    assert set(outcomes.values()) == {"held", "sent"}


def test_an_invoice_that_nobody_can_read_any_more_is_held_not_withdrawn(office):
    [notice] = office.propose_and_approve()
    office.platform.broken["2"] = "a"
    outcome = send_one(office)
    assert outcome.outcome == "held"
    assert outcome.reason.startswith("online: RE-2 ist vor dem Versand nicht lesbar")
    assert "bitte in der Plattform prüfen" in outcome.reason
    office.platform.broken.clear()
    assert send_one(office).outcome == "sent"
    assert office.state(notice) is NoticeState.SENT


def test_a_notice_that_stays_anyway_costs_no_request(office):
    [notice] = office.propose_and_approve()
    item = office.item("RE-1")
    with office.app.store.write() as tx:
        tx.holds.add(
            office.id, HoldKind.DISPUTE, item.debtor, item.id, "Mangel", "erika", MONDAY, None
        )
    assert send_one(office).outcome == "withdrawn"
    assert office.platform.asked == []
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_after_five_minutes_in_the_same_send_it_is_read_again(office):
    [notice] = office.propose_and_approve()
    source = Source(Desk(office.app, office.creditor, MONDAY, "test"), lambda: None)
    start = office.clock.now()
    asked = []
    for minutes in (0, 5, 6):
        office.clock.now = lambda minutes=minutes: start + timedelta(minutes=minutes)
        assert source.look(office.notice(notice)) is None
        asked.append(len(office.platform.asked))
        assert source.read_at(office.notice(notice)) == start + timedelta(minutes=minutes // 6 * 6)
    assert asked == [2, 2, 4]
    source.close()


def test_the_proof_says_when_the_source_was_read(office):
    office.propose_and_approve()
    office.send()
    [delivery] = office.events("delivery_sent")
    assert delivery["source_read_at"] == office.clock.now().isoformat()
    assert office.audit_is_fine()


def test_in_test_mode_the_platform_is_asked_too(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox, live=False) as office:
        office.platform.invoice("1", "a", "119.00", DUE)
        office.read()
        office.propose_and_approve()
        office.platform.pay("1", "119.00", MONDAY)
        assert send_one(office).outcome == "withdrawn"
        assert office.mailbox.count() == 0


def test_a_printed_letter_is_taken_back_when_it_is_paid_there(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.contact("a", "Beispiel AG", email="")
        office.platform.invoice("1", "a", "119.00", DUE)
        office.read()
        [notice] = office.propose_and_approve()
        assert send_one(office).outcome == "printed"
        assert office.send().outcomes == []
        office.day(TUESDAY)
        office.platform.pay("1", "119.00", TUESDAY)
        assert send_one(office).outcome == "withdrawn"
        assert office.state(notice) is NoticeState.WITHDRAWN


def test_a_letter_is_not_printed_anew_while_the_platform_is_silent(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.contact("a", "Beispiel AG", email="")
        office.platform.invoice("1", "a", "119.00", DUE)
        office.read()
        [notice] = office.propose_and_approve()
        office.send()
        office.day(TUESDAY)
        office.platform.fault(Unreachable("Keine Antwort."))
        report = office.send()
        # It waits anyway; that it could not be looked at is said once.
        assert (report.outcomes, report.warnings) == ([], ["online: Keine Antwort."])
        office.day(FRIDAY + timedelta(days=3))
        office.platform.fault(Unreachable("Keine Antwort."))
        outcome = send_one(office)
        assert (outcome.outcome, outcome.channel) == ("held", "letter")
        assert office.state(notice) is NoticeState.PRINTED
        assert office.notice(notice).printed_on == MONDAY
        assert send_one(office).outcome == "printed"


def test_in_the_night_nobody_is_asked(office):
    office.propose_and_approve()
    night = replace(
        office.app,
        procedure=lambda name: replace(
            office.composed.app.procedure(name), send_from="06:00", send_until="07:00"
        ),
    )
    report = office.send(night)
    assert {outcome.outcome for outcome in report.outcomes} <= {"held"}
    assert office.platform.asked == []


def test_paid_there_before_the_hand_over_no_task_is_set(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", date(2025, 10, 18))
        office.read()
        with office.app.store.write() as tx:
            item = office.item("RE-1").id
            tx.items.record_level(office.id, {item: 4}, date(2026, 1, 20))
        [notice] = office.propose_and_approve()
        assert office.notice(notice).kind is NoticeKind.TASK
        office.platform.fault(Unreachable("Keine Antwort."))
        assert send_one(office).outcome == "held"
        assert open_tasks(office.app, office.id) == []
        office.platform.pay("1", "119.00", MONDAY)
        assert send_one(office).outcome == "withdrawn"
        assert open_tasks(office.app, office.id) == []


def test_a_hand_over_says_when_its_source_was_read(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", date(2025, 10, 18))
        office.read()
        with office.app.store.write() as tx:
            item = office.item("RE-1").id
            tx.items.record_level(office.id, {item: 4}, date(2026, 1, 20))
        office.propose_and_approve()
        assert send_one(office).outcome == "sent"
        assert office.platform.asks() == ["1"]
        [task] = office.events("task")
        assert task["source_read_at"] == office.clock.now().isoformat()


def test_the_lease_is_kept_while_sixty_invoices_are_read(office):
    for n in range(3, 61):
        office.platform.invoice(str(n), "a", "10.00", DUE)
    office.read()
    [notice] = office.propose_and_approve()
    kept = []
    source = Source(Desk(office.app, office.creditor, MONDAY, "test"), lambda: kept.append(1))
    assert source.look(office.notice(notice)) is None
    assert len(office.platform.asked) == 60
    assert len(kept) == 4  # before looking what else came, and before each 25 invoices
    source.close()


def test_in_english_it_says_the_same(office):
    office.app = replace(office.app, language="en")
    office.propose_and_approve()
    office.platform.fault(Unreachable("Keine Antwort.", en="No answer."))
    assert send_one(office).reason == (
        "online: cannot be read once more before sending: No answer. The next send tries again"
    )


@pytest.mark.parametrize("answer", [None, Unreachable("Keine Antwort.")])
def test_rejected_while_the_platform_was_asked_it_stays_rejected(office, monkeypatch, answer):
    [notice] = office.propose_and_approve()
    ask = PaperConnector.fetch_invoice

    def slow(connector, external_id, known):
        reject(office.app, office.id, [notice], reason="Kulanz", until=None, by="erika", on=MONDAY)
        monkeypatch.setattr(PaperConnector, "fetch_invoice", ask)
        if answer is not None:
            raise answer
        return ask(connector, external_id, known)

    monkeypatch.setattr(PaperConnector, "fetch_invoice", slow)
    outcome = send_one(office)
    assert (outcome.outcome, outcome.reason) == ("withdrawn", "Inzwischen abgelehnt")
    assert office.state(notice) is NoticeState.REJECTED
    assert office.mailbox.count() == 0

"""Sent notices appear beside their invoices on the platform: at most once, and never first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from delivery_desk import FRIDAY, MONDAY, TUESDAY
from fake_platform import Killed
from source_desk import PaperConnector, live_office_in

from core.domain.model import Charge, NoticeState
from core.domain.money import Money
from core.domain.platform_records import Batch
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    MalformedResponse,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)
from core.ports import Capability, Lane
from core.services.posted import resolve_unknown
from core.services.sync_store import store_batch
from core.services.write_back_intent import to_write
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)
ON = {"attach_invoices": "no", "write_back": "yes"}


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


def with_two(office, email="a@kunde.example"):
    office.platform.contact("a", "Beispiel AG", email=email)
    office.platform.invoice("1", "a", "119.00", DUE)
    office.platform.invoice("2", "a", "238.00", DUE)
    office.read()
    return office


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer; write-back is on."""
    with live_office_in(tmp_path, mailbox, settings=ON) as made:
        yield with_two(made)


def states(office):
    return [row.state for row in office.rows()]


def dunnings(office):
    return [each for every in office.platform.dunnings.values() for each in every]


def later(office, **span):
    """The clock moves on; the day stays unless ``span`` is longer."""
    then = office.clock.now() + timedelta(**span)
    office.clock.now = lambda: then


def test_a_sent_mail_is_entered_once_beside_each_invoice(office):
    [notice] = office.propose_and_approve()
    report = office.send()
    assert (report.written, report.warnings) == (2, [])
    items = [office.item(number).id for number in ("RE-1", "RE-2")]
    assert [each.marker for each in dunnings(office)] == [f"Mahnwerk {notice}/{i}" for i in items]
    assert [each.title for each in dunnings(office)] == ["Zahlungserinnerung"] * 2
    assert [(r.state, r.notice, r.external_id) for r in office.rows()] == [
        ("written", notice, "d1"),
        ("written", notice, "d2"),
    ]
    assert office.send().written == 0
    assert len(dunnings(office)) == 2
    assert len(office.events("write_back_written")) == 2
    assert office.audit_is_fine()


def test_it_is_written_after_everything_left_and_in_the_lane_of_syncs(office):
    office.platform.invoice("3", "b", "50.00", DUE)
    office.read()
    office.propose_and_approve()
    office.send()
    asked = office.platform.asked
    writes = [place for place, (_, what) in enumerate(asked) if what.startswith("write")]
    assert writes == [3, 4, 5]
    assert {asked[place][0] for place in writes} == {Lane.SYNC}
    assert office.mailbox.count() == 2


@pytest.mark.parametrize("how", ["off", "capability", "test mode"])
def test_it_is_off_by_default_and_in_test_mode(tmp_path, mailbox, how):
    settings = {} if how == "off" else ON
    with live_office_in(tmp_path, mailbox, settings=settings, live=how != "test mode") as office:
        if how == "capability":
            able = frozenset(Capability) - {Capability.WRITE_BACK}
            office.app = replace(office.app, platforms=office.platform.platforms(capabilities=able))
        with_two(office).propose_and_approve()
        assert office.send().outcomes[0].outcome == "sent"
        assert (office.rows(), dunnings(office)) == ([], [])
        assert not any("write" in what for what in office.platform.asks())


def test_switched_on_later_it_does_not_enter_what_was_sent_before(office):
    office.set(write_back="no")
    office.propose_and_approve()
    office.send()
    office.set(write_back="yes")
    office.day(TUESDAY)
    assert office.send().written == 0
    assert dunnings(office) == []


def test_a_printed_letter_is_entered_when_it_was_posted(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox, settings=ON) as office:
        [notice] = with_two(office, email="").propose_and_approve()
        assert office.send().outcomes[0].outcome == "printed"
        assert (office.rows(), dunnings(office)) == ([], [])
        office.day(TUESDAY)
        office.posted(notice)
        assert states(office) == ["writing", "writing"]
        assert office.send().written == 2
        assert {each.on for each in dunnings(office)} == {office.notice(notice).issue_date}


def test_a_mail_that_a_person_found_to_be_sent_is_entered_too(office):
    [notice] = office.propose_and_approve()
    office.mailbox.behaviour.drop = "after"
    office.send()
    assert (office.state(notice), office.rows()) == (NoticeState.UNKNOWN, [])
    resolve_unknown(office.app, office.id, notice, "sent", by="erika", on=MONDAY)
    assert office.send().written == 2


def test_a_refused_mail_is_not_entered(office):
    office.propose_and_approve()
    office.mailbox.behaviour.answer = "451 disk full"
    office.send()
    assert (office.rows(), dunnings(office)) == ([], [])


@pytest.mark.parametrize(
    "error",
    [
        NotSupported("Zu Buchungsbelegen nimmt die Plattform keine Mahnung an."),
        Rejected("Die Rechnung ist inzwischen bezahlt."),
    ],
)
def test_what_the_platform_refuses_is_told_and_not_tried_again(office, error):
    [notice] = office.propose_and_approve()
    office.platform.fault(None, None, error)
    report = office.send()
    assert office.state(notice) is NoticeState.SENT
    told = f"online: Mahnung {notice} ist dort nicht eingetragen: {str(error).rstrip('.')}"
    assert report.warnings == [told]
    assert report.outcomes[0].warnings == (told,)
    assert (report.exit_code, report.written) == (0, 1)
    assert states(office) == ["failed", "written"]
    assert office.rows("failed")[0].reason == str(error)
    assert office.send().warnings == []
    assert len(dunnings(office)) == 1


@pytest.mark.parametrize(
    "error", [Unreachable("Keine Antwort."), RateLimited("Zu viele."), AuthFailed("Kein Recht.")]
)
def test_when_nothing_was_made_the_next_send_does_it(office, error):
    [notice] = office.propose_and_approve()
    office.platform.fault(None, None, error)
    report = office.send()
    assert len(report.warnings) == 1
    # The other invoice is not tried on the same silent platform.
    assert len([what for what in office.platform.asks() if what.startswith("write")]) == 1
    assert states(office) == ["writing", "writing"]
    assert office.state(notice) is NoticeState.SENT
    assert office.send().written == 2
    assert len(dunnings(office)) == 2


def test_an_answer_that_got_lost_is_looked_up_and_never_written_twice(office):
    office.propose_and_approve()
    office.platform.written = [AnswerUnknown("Keine Antwort auf das Eintragen.")]
    report = office.send()
    assert len(report.warnings) == 1
    assert states(office) == ["writing", "written"]
    assert office.send().written == 1
    assert states(office) == ["written", "written"]
    assert len(dunnings(office)) == 2


def test_what_is_not_there_after_ten_minutes_is_written_anew_once(office):
    office.propose_and_approve()
    lost = AnswerUnknown("Keine Antwort auf das Eintragen.")
    office.platform.fault(None, None, lost)
    office.send()
    later(office, minutes=9)
    assert office.send().written == 0  # it may only not be shown yet
    assert states(office) == ["writing", "written"]
    later(office, minutes=2)
    office.platform.fault(None, lost)
    assert len(office.send().warnings) == 1
    later(office, minutes=11)
    report = office.send()
    assert states(office) == ["failed", "written"]
    assert "bitte dort nachsehen" in report.warnings[0]
    later(office, days=1)
    assert office.send().warnings == []
    writes = [what for what in office.platform.asks() if what.startswith("write 1 ")]
    assert len(writes) == 2


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_send_that_was_killed_leaves_it_to_the_next_one(office, point):
    office.propose_and_approve()
    if point == "before":
        office.platform.fault(None, None, Killed())
    else:
        office.platform.written = [Killed()]
    with pytest.raises(Killed):
        office.send()
    assert states(office) == ["writing", "writing"]
    later(office, minutes=11)
    office.send()
    assert states(office) == ["written", "written"]
    assert sorted(each.invoice for each in dunnings(office)) == ["1", "2"]
    assert office.mailbox.count() == 1


def test_a_sync_that_sees_our_entry_closes_it_and_counts_it_as_nobodys_reminder(office):
    office.propose_and_approve()
    office.platform.written = [AnswerUnknown("Keine Antwort."), AnswerUnknown("Keine Antwort.")]
    office.send()
    seen = Batch({}, notices=tuple(dunnings(office)))
    stored = store_batch(
        office.app, office.id, office.muster, "", seen, on=MONDAY, began=office.clock.now()
    )
    assert stored.notices == ()
    assert states(office) == ["written", "written"]
    office.platform.asked.clear()
    assert office.send().written == 0
    assert not any("find" in what for what in office.platform.asks())
    assert office.item("RE-1").level == 1


def test_reading_the_entries_back_moves_no_contact_and_no_level(office):
    """The next level comes when it would have come without them."""
    office.propose_and_approve()
    office.send()
    office.day(FRIDAY)
    office.read()
    assert states(office) == ["written", "written"]
    with office.app.store.read() as tx:
        account = tx.items.account(office.id, office.item("RE-1").debtor, FRIDAY)
    assert account.last_notice_on == MONDAY
    assert [item.level for item in account.items] == [1, 1]


def test_switched_off_before_it_was_written_nothing_is_entered(office):
    office.propose_and_approve()
    office.platform.fault(None, None, Unreachable("Keine Antwort."))
    office.send()
    office.set(write_back="no")
    report = office.send()
    assert states(office) == ["failed", "failed"]
    assert "write_back=no" in report.warnings[0]
    assert dunnings(office) == []


def test_while_the_platform_is_silent_for_the_last_look_nothing_is_written(office):
    office.propose_and_approve()
    office.platform.fault(None, None, Unreachable("Keine Antwort."))
    office.send()
    office.platform.invoice("3", "b", "50.00", DUE)
    office.read("3")
    office.propose_and_approve()
    office.platform.fault(Unreachable("Keine Antwort."))
    report = office.send()
    assert [outcome.outcome for outcome in report.outcomes] == ["held"]
    assert office.platform.asks() == ["3"]
    assert states(office) == ["writing", "writing"]


def test_a_defect_while_writing_is_told_and_stops_nothing(office):
    office.propose_and_approve()
    office.platform.fault(None, None, ValueError("kaputt"))
    report = office.send()
    assert report.outcomes[0].outcome == "sent"
    assert "Unerwarteter Fehler" in report.warnings[0]
    assert states(office) == ["writing", "written"]


def test_whoever_stops_waiting_gets_the_report_and_the_next_send_goes_on(office):
    office.propose_and_approve()
    office.platform.fault(None, None, None, KeyboardInterrupt())
    report = office.send()
    assert [outcome.outcome for outcome in report.outcomes] == ["sent"]
    assert "abgebrochen" in report.warnings[0]
    assert states(office) == ["written", "writing"]
    later(office, minutes=11)
    assert office.send().written == 1
    assert len(dunnings(office)) == 2


LOST = AnswerUnknown("Keine Antwort auf das Eintragen.")
# What a try may come to: whether the dunning was made, and what we hear of it.
TRIES = {
    "fine": (True, None),
    "lost": (False, LOST),
    "late": (True, LOST),
    "garbled": (True, MalformedResponse("Kein JSON.")),
    "defect": (True, ValueError("kaputt")),
    "silent": (False, Unreachable("Keine Antwort.")),
    "refused": (False, Rejected("Nicht angenommen.")),
}


def test_whatever_becomes_of_two_tries_there_is_one_entry_at_most(tmp_path, mailbox, monkeypatch):
    plans = {f"{a}-{b}": [a, b] for a in TRIES for b in TRIES}

    def write(connector, notice):
        plan = plans[notice.invoice]
        made, answer = TRIES[plan.pop(0)] if plan else (True, None)
        if made:
            connector.platform.dun(notice.invoice, notice.title, notice.on, notice.marker)
        if answer is not None:
            raise answer
        return connector.platform.dunnings[notice.invoice][-1]

    monkeypatch.setattr(PaperConnector, "write_notice", write)
    with live_office_in(tmp_path, mailbox, settings=ON) as office:
        for name in plans:
            office.platform.invoice(name, f"k-{name}", "50.00", DUE)
        office.read()
        office.propose_and_approve()
        for _ in range(4 * len(plans)):
            office.send()
            later(office, minutes=11)
            if not office.rows("writing"):
                break
        found = {row.invoice: row for row in office.rows()}
        assert len(found) == len(plans)
        for name, row in found.items():
            entries = office.platform.dunnings.get(name, [])
            assert len(entries) <= 1, name
            # What we believe is what is there.
            assert (row.state == "written") == bool(entries), name
            assert row.external_id == (entries[0].external_id if entries else ""), name
        assert {found[f"lost-{each}"].state for each in ("fine", "late", "garbled")} == {"written"}
        assert {found[f"refused-{each}"].state for each in TRIES} == {"failed"}
        assert found["lost-lost"].state == "failed"


def test_charges_stand_beside_their_invoice_and_the_fee_once(office):
    [notice] = office.propose_and_approve()
    first, second = (office.item(number) for number in ("RE-1", "RE-2"))

    def money(amount):
        return Money(Decimal(amount), "EUR")

    charges = (
        Charge("dunning_fee", money("2.50"), "§ 286 BGB"),
        Charge("dunning_fee", money("2.50"), "§ 286 BGB", earlier=7),
        Charge("default_interest", money("1.10"), "§ 288 BGB", item=first.id),
        Charge("default_interest", money("2.20"), "§ 288 BGB", item=second.id),
        Charge("lump_sum", money("40.00"), "§ 288 BGB", item=second.id, demanded=False),
    )
    found = replace(office.notice(notice), charges=charges)
    with office.app.store.read() as tx:
        written = [
            to_write(tx, office.app, office.id, found, line, item)
            for line, item in zip(found.lines, (first, second), strict=True)
        ]
    assert [each.charges for each in written] == [
        (("Mahngebühr", money("5.00")), ("Verzugszinsen", money("1.10"))),
        (("Verzugszinsen", money("2.20")),),
    ]
    assert [each.outstanding for each in written] == [money("119.00"), money("238.00")]
    assert {(each.on, each.deadline) for each in written} == {(MONDAY, found.deadline)}


def test_an_english_customer_gets_an_english_entry(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox, settings=ON) as office:
        office.platform.contact("a", "Example Ltd", language="en")
        office.platform.invoice("1", "a", "119.00", DUE, language="en")
        office.read()
        office.propose_and_approve()
        office.send()
        assert [each.title for each in dunnings(office)] == ["Payment reminder"]

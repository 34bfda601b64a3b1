"""Entries on a platform that fails, falls silent or answers nonsense: one at most, and it is told."""

from __future__ import annotations

import pytest
from delivery_desk import MONDAY
from fake_platform import Killed, euro
from source_desk import PaperConnector, live_office_in
from write_desk import DUE, ON, dunnings, later, states, with_two

from core.domain.model import NoticeState
from core.domain.platform_records import NoticeToWrite
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    MalformedResponse,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
    UsageError,
)
from core.services.lease import Lease
from sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer; write-back is on."""
    with live_office_in(tmp_path, mailbox, settings=ON) as made:
        yield with_two(made)


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


def test_when_another_send_takes_over_it_ends_and_says_so(office, monkeypatch):
    office.propose_and_approve()
    renew = Lease.renew

    def lost(lease):
        if office.mailbox.count():
            raise UsageError("Ein anderer Versand läuft.")
        renew(lease)

    monkeypatch.setattr(Lease, "renew", lost)
    report = office.send()
    assert [outcome.outcome for outcome in report.outcomes] == ["sent"]
    assert report.warnings == ["Ein anderer Versand läuft."]
    assert states(office) == ["writing", "writing"]
    assert dunnings(office) == []


def test_an_answer_that_is_outstanding_is_still_looked_up_after_switching_off(office):
    """What may stand there must be known; nothing is written any more."""
    office.propose_and_approve()
    office.platform.written = [LOST]
    office.platform.fault(None, None, None, LOST)
    office.send()
    office.set(write_back="no")
    later(office, minutes=11)
    office.send()
    assert states(office) == ["written", "failed"]
    assert len(dunnings(office)) == 1


def test_a_row_without_its_invoice_on_the_notice_is_closed(office):
    [notice] = office.propose_and_approve()
    office.platform.invoice("3", "a", "50.00", DUE)
    office.read("3")
    write = NoticeToWrite("3", "Mahnwerk 9/9", "Mahnung", MONDAY, None, "de", euro("50.00"))
    with office.app.store.write() as tx:
        item = tx.items.find(office.id, "RE-3")[0].id
        tx.platform_notices.intend(
            office.id, office.muster.id, notice, item, write, office.clock.now()
        )
    office.send()
    [row] = office.rows("failed")
    assert row.reason == "Die Mahnung oder ihre Rechnung gibt es nicht mehr"
    assert "3" not in office.platform.dunnings

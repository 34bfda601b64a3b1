"""What a worker does day by day: runs at their hour, mails and letters when they may leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from delivery_desk import FRIDAY, MONDAY, TUESDAY
from worker_desk import at, worked_office

from core.domain.model import NoticeState
from core.services.creditors import init_creditor, resume, stop
from core.services.schedule import due

NEXT_MONDAY = FRIDAY + timedelta(days=3)


@pytest.fixture
def office(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox, procedure="b2b") as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        yield made


def configure(office, **fields):
    init_creditor(office.app, None, fields, secrets={}, by="erika")


def test_three_weeks_of_an_office_that_only_approves_and_posts(tmp_path, mailbox):
    """One customer pays after the reminder, one never, one gets letters; nobody else works."""
    with worked_office(tmp_path, mailbox) as office:
        office.debtor("10001", "Zahlt AG")
        office.debtor("10002", "Schweigt AG", email="schweigt@beispiel.example")
        office.debtor("10003", "Post AG", email="")
        for account in ("10001", "10002", "10003"):
            office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 14))
        for moment in office.hours(MONDAY, MONDAY + timedelta(days=22), step=8):
            if moment.hour == 8 and office.proposed():  # Erika comes in
                office.approve(*office.proposed())
            if moment.hour == 16 and office.waiting():  # and takes the letters to the post
                office.posted(*office.waiting())
            if moment.date() == date(2026, 3, 10) and moment.hour == 16:
                office.paid("10001", "RE-10001")
        assert office.levels("RE-10001") == [(MONDAY, 1)]
        [(first, one), (second, two)] = office.levels("RE-10002")
        assert (first, one, two) == (MONDAY, 1, 2)
        assert second - first >= timedelta(days=14)
        assert [level for _, level in office.levels("RE-10003")] == [1, 2]
        assert mailbox.count() == 3
        assert office.audit_is_fine()


def test_the_run_of_the_day_is_made_once_at_its_hour(office):
    assert office.work(MONDAY, 7, 15).run is None
    made = office.work(MONDAY, 7, 46)
    assert (made.run.on, len(made.run.proposals)) == (MONDAY, 1)
    assert office.work(MONDAY, 8).run is None
    assert office.work(MONDAY, 23).run is None
    assert office.work_state().ran_on == "2026-03-02"
    assert office.work(TUESDAY, 8).run.on == TUESDAY


def test_after_a_week_away_there_is_one_run_and_no_level_is_skipped(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 14))
        office.approve(*office.work(MONDAY, 9).run.proposals)
        office.work(MONDAY, 10)
        back = MONDAY + timedelta(days=57)  # late enough for three more levels
        made = office.work(back, 15)
        assert made.run.on == back
        assert office.work(back, 16).run is None
        [proposal] = made.run.proposals
        assert office.notice(proposal).level == 2


def test_no_run_on_weekends_and_feast_days_unless_wanted(office):
    good_friday = date(2026, 4, 3)
    assert office.work(good_friday, 12).run is None
    assert office.work(good_friday + timedelta(days=1), 12).run is None
    configure(office, run_days="mon-sat")
    assert office.work(good_friday + timedelta(days=1), 12).run is not None
    assert office.work(good_friday + timedelta(days=3), 12).run is None  # Easter Monday
    configure(office, run_by_itself="no")
    assert office.work(good_friday + timedelta(days=5), 12).run is None


def test_what_was_approved_on_friday_evening_leaves_on_monday_in_the_window(office, mailbox):
    [notice] = office.work(FRIDAY, 9).run.proposals
    office.go(FRIDAY, 19)
    office.approve(notice)
    for moment in office.hours(FRIDAY + timedelta(days=1), NEXT_MONDAY, step=3):
        assert mailbox.count() == 0, moment
    configure(office, run_by_itself="no")
    office.work(NEXT_MONDAY, 6, 59)
    assert (office.state(notice), mailbox.count()) == (NoticeState.APPROVED, 0)
    office.work(NEXT_MONDAY, 7, 16)
    assert (office.state(notice), mailbox.count()) == (NoticeState.SENT, 1)
    assert office.notice(notice).sent_on == NEXT_MONDAY


def test_what_was_approved_before_a_feast_day_leaves_after_it(office, mailbox):
    """Epiphany: in Bavaria nothing leaves, in Berlin it does."""
    for land, left in (("BY", 0), ("BE", 1)):
        configure(office, land=land, run_by_itself="no")
        office.go(date(2027, 1, 5), 19)
        if land == "BY":
            [notice] = office.run().proposals
            office.approve(notice)
        office.work(date(2027, 1, 6), 11)
        assert mailbox.count() == left


def test_mails_do_not_begin_in_the_same_second_for_everybody(office):
    [notice] = office.work(FRIDAY - timedelta(days=1), 9).run.proposals
    configure(office, run_by_itself="no")
    office.go(FRIDAY - timedelta(days=1), 19)
    office.approve(notice)
    begun = []
    for minute in range(16):
        office.go(FRIDAY, 7, minute)
        begun.append(due(office.app, office.id, changed=True).send)
    assert begun == sorted(begun)
    assert begun[-1]
    assert not begun[0]


def test_stopped_nothing_leaves_and_resumed_it_does(office, mailbox):
    [notice] = office.work(FRIDAY, 9).run.proposals
    office.approve(notice)
    stop(office.app, office.id, by="erika")
    assert office.work(FRIDAY, 10).send is None
    assert office.work(NEXT_MONDAY, 10).run is not None  # looking changes nobody's mailbox
    assert mailbox.count() == 0
    resume(office.app, office.id, by="erika")
    office.approve(*office.proposed())
    office.work(NEXT_MONDAY, 10, 30)
    assert (office.state(notice), mailbox.count()) == (NoticeState.SENT, 1)


def test_who_sends_by_hand_only_gets_proposals(office, mailbox):
    configure(office, send_by_itself="no")
    [notice] = office.work(FRIDAY, 9).run.proposals
    office.approve(notice)
    assert office.work(FRIDAY, 10).send is None
    assert mailbox.count() == 0
    [outcome] = office.send().outcomes
    assert outcome.outcome == "sent"


def test_in_test_mode_the_worker_sends_to_the_creditor_alone(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox, live=False) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.approve(*office.work(MONDAY, 9).run.proposals)
        office.work(MONDAY, 10)
        [mail] = mailbox.files()
        head = mail.read_text().partition("\n\n")[0]
        assert "X-Envelope-To: buchhaltung@muster.example" in head
        assert "\nTo: kunde@beispiel.example" not in head


def test_the_contact_gap_holds_for_a_worker_too(office, mailbox):
    """A second invoice of the same customer becomes late the day after the first reminder."""
    office.owes("10001", "RE-2", "238.00", MONDAY - timedelta(days=4))
    for days in (0, 1, 4, 7, 11, 15, 16, 17, 18):
        for hour in (9, 10):
            office.work(MONDAY + timedelta(days=days), hour)
            office.approve(*office.proposed())
    contacts = sorted({on for number in ("RE-1", "RE-2") for on, _ in office.levels(number)})
    assert len(contacts) == mailbox.count() == 2
    assert contacts[1] - contacts[0] >= timedelta(days=7)
    assert [level for _, level in office.levels("RE-2")] == [1]


def test_a_clock_that_jumps_back_an_hour_or_a_year_ahead_neither_repeats_nor_stops_the_work(
    office, mailbox
):
    [notice] = office.work(MONDAY, 9).run.proposals
    office.approve(notice)
    office.work(MONDAY, 9, 30)
    assert mailbox.count() == 1
    assert office.work(MONDAY, 8).run is None  # set back
    assert mailbox.count() == 1
    with office.app.store.write() as tx:  # it was wrong by a year for a while
        state = tx.work.state(office.id)
        far = at(MONDAY + timedelta(days=365), 9).isoformat()
        tx.work.save(office.id, type(state)("2027-03-02", advanced_at=far, failures=3, next_at=far))
    office.owes("10001", "RE-2", "50.00", date(2026, 2, 10))
    assert office.work(TUESDAY, 9).run.on == TUESDAY

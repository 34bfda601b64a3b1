"""A worker dies at the n-th write, again and again, and another one goes on: the end is the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY, TUESDAY
from worker_desk import worked_office

from core.domain.model import NoticeState
from core.errors import STORE, Unavailable
from core.services import owner
from core.services.lease import LEASE_SECONDS, Lease
from worker.tasks import advance, decide_and_deliver

ACCOUNTS = ("10001", "10002", "10003")


class Killed(BaseException):
    """The process ends here, as after kill -9."""


class Mortal:
    """A store whose ``number``-th write is the last: it is committed, or it is not."""

    def __init__(self, store, number, *, committed):
        self._store, self._left, self._committed = store, number, committed
        self.dead = False

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def write(self):
        if self.dead:  # nothing that a block cleans up behind it happens after kill -9
            raise Killed
        self._left -= 1
        if self._left == 0:
            self.dead = True
            if not self._committed:
                raise Killed
        with self._store.write() as tx:
            yield tx
        if self.dead:
            raise Killed


def late_customers(office):
    for account in ACCOUNTS:
        mail = "" if account == "10003" else f"k{account}@beispiel.example"
        office.debtor(account, f"Beispiel {account} AG", email=mail)
        office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))


def work_until_killed(office, number, committed, monkeypatch):
    """False when the work ended before the n-th write."""
    store = Mortal(office.app.store, number, committed=committed)
    try:
        advance(replace(office.app, store=store), office.id)
    except Killed:
        # Another process comes; that of the dead one has ended.
        monkeypatch.setattr(owner, "_TOKEN", f"next{number}{committed}")
        return True
    return False


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "not-committed"])
def test_killed_again_and_again_in_the_run(tmp_path, mailbox, committed, monkeypatch):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        office.go(MONDAY, 9)
        number = 1
        while work_until_killed(office, number, committed, monkeypatch):
            number += 1
        assert number > 5
        office.work(MONDAY, 12)
        assert office.work_state().ran_on == MONDAY.isoformat()
        assert list(office.states().values()).count("proposed") == len(ACCOUNTS)
        assert office.audit_is_fine()


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "not-committed"])
def test_killed_again_and_again_in_a_send_no_notice_leaves_twice_and_none_is_lost(
    tmp_path, mailbox, committed, monkeypatch
):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        notices = office.work(MONDAY, 9).run.proposals
        office.approve(*notices)
        number = kills = 1
        while work_until_killed(office, number, committed, monkeypatch):
            number, kills = number + 3, kills + 1
        assert kills > 4
        for _ in range(3):
            office.clock.instant += timedelta(minutes=31)
            office.work()
        ended = {office.state(notice) for notice in notices}
        assert ended <= {NoticeState.SENT, NoticeState.PRINTED, NoticeState.UNKNOWN}
        assert max(mailbox.message_ids().values(), default=1) == 1
        assert mailbox.count() <= 2
        assert office.audit_is_fine()


def test_two_workers_at_once_share_the_work(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        office.go(MONDAY, 9)
        words = ("Arbeitsgang", "round of work")
        with Lease(office.app, office.id, "work", "anderer/1/x", words).held():
            found = decide_and_deliver(office.app, office.id)
            assert (found.busy, found.run, found.error) == (True, None, "")
        assert decide_and_deliver(office.app, office.id).run is not None
        assert office.work_state().failures == 0


@pytest.mark.parametrize("name", ["run", "send"])
def test_a_command_at_the_terminal_comes_first_and_is_no_failure(tmp_path, mailbox, name):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        if name == "send":
            office.approve(*office.work(MONDAY, 9).run.proposals)
        office.go(MONDAY, 10)
        with Lease(office.app, office.id, name, "anderer/1/x", (name, name)).held():
            assert decide_and_deliver(office.app, office.id).busy
        assert office.work_state().failures == 0
        office.clock.instant += timedelta(seconds=LEASE_SECONDS + 1)
        found = decide_and_deliver(office.app, office.id)
        assert (found.run is not None) is (name == "run")
        assert found.send is not None


def test_a_worker_that_is_told_to_stop_finishes_its_notice_and_leaves_the_rest(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        office.approve(*office.work(MONDAY, 9).run.proposals)
        office.go(MONDAY, 10)
        done = decide_and_deliver(office.app, office.id, stop=lambda: mailbox.count() >= 1)
        assert mailbox.count() == 1
        assert done.send.stopped
        assert [each.outcome for each in done.send.outcomes] == ["sent"]
        assert sorted(office.states().values()) == ["approved", "approved", "sent"]
        office.work(MONDAY, 11)
        assert sorted(office.states().values()) == ["printed", "sent", "sent"]


def test_the_stop_switch_ends_a_send_before_its_next_notice(tmp_path, mailbox):
    """Erika presses it while the first mail is on its way; after `resume` the rest leaves."""
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        office.approve(*office.work(MONDAY, 9).run.proposals)
        office.go(MONDAY, 10)

        class Pressed:
            def send(self, *args):
                result = office.app.mail.send(*args)
                with office.app.store.write() as tx:
                    tx.creditors.set_stopped(office.id, True)
                return result

        decide_and_deliver(replace(office.app, mail=Pressed()), office.id)
        assert mailbox.count() == 1
        assert sorted(office.states().values()) == ["held", "held", "sent"]
        assert office.work(MONDAY, 12).send is None
        with office.app.store.write() as tx:
            tx.creditors.set_stopped(office.id, False)
        office.work(MONDAY, 13)
        assert sorted(office.states().values()) == ["printed", "sent", "sent"]


def test_a_mail_server_that_is_away_is_tried_later_each_time(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        [notice] = office.work(MONDAY, 9).run.proposals
        office.approve(notice)
        mailbox.stop()
        office.go(MONDAY, 10)
        tried = []
        for minute in range(33):
            done = office.work()
            if done.send is not None:
                tried.append(minute)
                assert done.error
            office.clock.instant += timedelta(minutes=1)
        assert tried == [0, 1, 3, 7, 15, 31]
        assert office.state(notice) is NoticeState.APPROVED
        mailbox.start()
        office.work(MONDAY, 12)
        assert (office.state(notice), mailbox.count()) == (NoticeState.SENT, 1)
        state = office.work_state()
        assert (state.failures, state.error, state.next_at) == (0, "", "")


def test_a_crash_of_one_creditor_is_kept_and_told(tmp_path, mailbox, monkeypatch):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)

        def broken(*_args, **_kw):
            raise ZeroDivisionError("Unfug")

        monkeypatch.setattr("worker.tasks.run", broken)
        done = office.work(MONDAY, 9)
        assert "ZeroDivisionError" in done.error
        assert done.exit_code == 70
        assert office.work_state().failures == 1
        monkeypatch.undo()
        assert office.work(MONDAY, 9, 2).run is not None


def test_a_store_that_is_away_is_no_fault_of_the_creditor(tmp_path, mailbox, monkeypatch):
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)

        def away(*_args, **_kw):
            error = Unavailable("Die Datenbank antwortet nicht.")
            error.connector = STORE
            raise error

        monkeypatch.setattr("worker.tasks.run", away)
        office.go(MONDAY, 9)
        with pytest.raises(Unavailable):
            advance(office.app, office.id)
        assert office.work_state().failures == 0


def test_what_a_worker_sends_is_what_send_sends(tmp_path, mailbox):
    """The same leases, the same last look: a notice that was paid meanwhile does not leave."""
    with worked_office(tmp_path, mailbox) as office:
        late_customers(office)
        office.approve(*office.work(MONDAY, 9).run.proposals)
        office.paid("10001", "RE-10001")
        office.work(MONDAY, 10)
        assert sorted(office.states().values()) == ["printed", "sent", "withdrawn"]
        assert office.work(TUESDAY, 10).error == ""

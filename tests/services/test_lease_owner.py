"""Who holds a lease: two threads of one process exclude each other as two processes do."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from waiting import until

from core.errors import Busy, Unavailable
from core.services.lease import Lease
from core.services.owner import is_gone, this_task

OTHER = "from core.services.owner import this_task; print(this_task())"


def in_a_thread(work):
    """What ``work`` returns, from a thread that has ended afterwards."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_has_one_name_and_no_other_thread_has_it():
    assert this_task() == this_task()
    assert in_a_thread(this_task) != this_task()


def test_who_is_at_work_is_not_gone():
    assert not is_gone(this_task())
    names, done = [], threading.Event()
    other = threading.Thread(target=lambda: (names.append(this_task()), done.wait(10)))
    other.start()
    try:
        until(lambda: names)
        assert not is_gone(names[0])
    finally:
        done.set()
        other.join()
    assert is_gone(names[0])


def test_a_process_that_ended_is_gone():
    ended = subprocess.run(
        [sys.executable, "-c", OTHER], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert is_gone(ended)


@pytest.mark.parametrize(
    "name", ["", "kontor", "other-machine/1/abcdef12-1", "other-machine/1/abcdef12"]
)
def test_of_others_nothing_is_known(name):
    assert not is_gone(name)


def test_an_earlier_process_with_our_number_is_gone():
    host, process, _ = this_task().split("/")
    assert is_gone(f"{host}/{process}/00000000-1")


@pytest.fixture
def creditor(composed):
    with composed.app.store.read() as tx:
        return tx.creditors.all()[0].id


def lease(composed, creditor):
    return Lease(composed.app, creditor, "run", this_task(), ("Mahnlauf", "run"))


def test_two_threads_of_a_process_do_not_have_one_lease(composed, creditor):
    """A worker serves many creditors at once: two of its threads must not both run for one."""

    def takes_it():
        try:
            with lease(composed, creditor).held():
                return "has it"
        except Busy as busy:
            return str(busy)

    with lease(composed, creditor).held():
        assert "läuft gerade" in in_a_thread(takes_it)
    assert in_a_thread(takes_it) == "has it"


def test_a_lease_of_a_thread_that_ended_is_taken_over_at_once(composed, creditor):
    """It could not give it back, because the database was away."""
    left = in_a_thread(lambda: lease(composed, creditor)._take(first=True) or this_task())
    with composed.app.store.read() as tx:
        assert tx.leases.holder(creditor, "run") == left
    with lease(composed, creditor).held():
        pass


class Away:
    """A store that is away when a lease is given back."""

    def __init__(self, store):
        self._store, self.away = store, False

    def write(self):
        if self.away:
            raise Unavailable("weg")
        return self._store.write()


def test_what_could_not_be_given_back_is_free_although_the_thread_goes_on(composed, creditor):
    """After a restart of the database nobody waits five minutes for a worker that lives."""
    store, left, done = Away(composed.app.store), threading.Event(), threading.Event()
    app = replace(composed.app, store=store)

    def works():
        one, two = (
            Lease(app, creditor, name, this_task(), ("Mahnlauf", "run")) for name in ("work", "run")
        )
        before = this_task()
        with suppress(Unavailable), one.held():
            with suppress(Unavailable), two.held():
                store.away = True
            inside.append((this_task() == before, is_gone(before)))
        store.away = False
        left.set()
        done.wait(10)

    inside = []
    worker = threading.Thread(target=works)
    worker.start()
    try:
        assert left.wait(10)
        assert inside == [(True, False)], "it holds the outer one, and is at work"
        with lease(composed, creditor).held():
            pass
    finally:
        done.set()
        worker.join()

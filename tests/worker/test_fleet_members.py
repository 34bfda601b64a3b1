"""Several workers on one machine: started, started anew, and stopped, in order or at once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from worker import fleet_members
from worker.fleet_members import Members

RUNS, CRASHED, WRONG_SETTING = None, -9, 78


class Process:
    """A worker that ends when somebody tells it to, or by itself."""

    def __init__(self, code=RUNS, *, stubborn=False):
        self.code, self.stubborn, self.told = code, stubborn, []

    def poll(self):
        return self.code

    def terminate(self):
        self.told.append("terminate")
        if not self.stubborn:
            self.code = 0

    def kill(self):
        self.told.append("kill")
        self.code = CRASHED


@pytest.fixture
def hall(monkeypatch):
    """Seconds pass only when a fleet looks after its workers; ``each`` is called every time."""

    class Hall:
        def __init__(self):
            self.now, self.started, self.next, self.each = 0.0, [], [], lambda: None

        def start(self, at_once):
            assert at_once == 4
            made = self.next.pop(0) if self.next else Process()
            self.started.append((self.now, made))
            return made

        def sleep(self, seconds):
            self.now += seconds
            assert self.now < 600, "it does not end"
            self.each()

    made = Hall()
    monkeypatch.setattr(fleet_members, "_start", made.start)
    monkeypatch.setattr(fleet_members, "sleep", made.sleep)
    monkeypatch.setattr(fleet_members, "monotonic", lambda: made.now)
    return made


def test_all_are_started_and_told_to_stop(hall):
    members = Members(3, 4)
    hall.each = lambda: members.stop() if hall.now > 5 else None
    assert members.run() == 0
    assert [each.told for _, each in hall.started] == [["terminate"]] * 3


def test_one_that_died_is_started_anew_and_the_others_are_left_alone(hall):
    members = Members(2, 4)

    def each():
        if len(hall.started) == 2:
            hall.started[0][1].code = CRASHED
        if hall.now > 5:
            members.stop()

    hall.each = each
    assert members.run() == 0
    assert len(hall.started) == 3
    assert hall.started[2][0] < 1, "at once"
    assert [process.told for _, process in hall.started] == [[], ["terminate"], ["terminate"]]


def test_one_that_always_dies_is_started_later_each_time(hall):
    hall.next = [Process(CRASHED) for _ in range(8)]
    members = Members(1, 4)
    hall.each = lambda: members.stop() if hall.now > 90 else None
    assert members.run() == 0
    begun = [at for at, _ in hall.started]
    gaps = [round(later - earlier) for earlier, later in pairwise(begun)]
    assert gaps == [0, 1, 3, 7, 15, 30, 30]


def test_a_setting_that_is_wrong_ends_the_fleet(hall):
    hall.next = [Process(), Process(WRONG_SETTING)]
    assert Members(2, 4).run() == WRONG_SETTING
    assert hall.started[0][1].told == ["terminate"]


def test_asked_twice_it_does_not_wait(hall):
    hall.next = [Process(stubborn=True)]
    members, looks = Members(1, 4), iter(range(100))
    hall.each = lambda: members.stop() if next(looks) in {10, 40} else None
    assert members.run() == 0
    assert hall.started[0][1].told == ["terminate", "kill"]

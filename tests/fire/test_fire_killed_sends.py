"""Sending is killed with signal 9 at every step of delivery and begun again: nothing leaves twice.

In the suite a sample of the steps; `make fire` takes every one of them, on both databases.
"""

from __future__ import annotations

import random

import pytest
from fire import FULL, size
from forked import Zygote
from killing import WORK, Rig, copies, seeded
from mail_server import Server

from core.store.unit import SqlStore

pytestmark = pytest.mark.timeout(size(120, 3600))
# Where a mail or a letter is neither here nor there; the sample takes these, and steps between.
TURNS = (
    "after the commit of deliver_attempt.reserve",
    "after the commit of deliver_attempt.before",
    "after rename to the archive",
    "before SMTP content",
    "before SMTP .",
    "after SMTP .",
    "before the commit of deliver_attempt.conclude",
    "after rename to a letter",
    "after rename to a print file",
)


@pytest.fixture(scope="module")
def zygote():
    started = Zygote()
    yield started
    started.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("mails")) as running:
        yield running


@pytest.fixture(scope="module")
def office(server, tmp_path_factory):
    return seeded(tmp_path_factory.mktemp("office"), server)


@pytest.fixture(scope="module")
def rig(zygote, office, tmp_path_factory):
    """`mahnwerk send` by hand."""
    return Rig(zygote, office, tmp_path_factory.mktemp("rounds"))


@pytest.fixture(scope="module")
def worker(zygote, office, tmp_path_factory):
    """`mahnwerk work --once`: the same office, nobody watching."""
    return Rig(zygote, office, tmp_path_factory.mktemp("rounds"), command=WORK)


@pytest.fixture
def rig_on_postgres(zygote, server, tmp_path, postgres_databases):
    url = postgres_databases.blank()
    store = SqlStore(url)
    store.migrate()
    office = seeded(tmp_path / "office", server, store, url)
    store.close()
    return Rig(zygote, office, tmp_path, copies(postgres_databases))


def told(found):
    complaints, died_at = found
    assert died_at, "none of the processes was killed"
    assert complaints == [], " | ".join(died_at)


def test_a_process_that_dies_at_any_step_leaves_nothing_twice_and_nothing_out(rig):
    steps = rig.count()
    assert len(steps) >= 200
    assert set(TURNS) <= set(steps)
    for point in range(1, len(steps) + 1) if FULL else (131,):
        told(rig.killed_at(point))


@pytest.mark.parametrize("turn", TURNS[:: size(9, 1)])
def test_nor_does_one_that_dies_at_a_turn(rig, turn):
    found = rig.killed_at(turn)
    assert found[1] == [turn]
    told(found)


def test_nor_do_processes_that_die_one_after_the_other(rig):
    """Each begins where the one before died: the kill comes into the mending, too."""
    dice = random.Random(7)
    for _ in range(size(1, 40)):
        told(rig.killed_at(*(dice.randint(1, 70) for _ in range(7))))


def test_nor_at_moments_that_nobody_chose(rig):
    dice = random.Random(8)
    for _ in range(size(1, 40)):
        told(rig.killed_after(*(dice.uniform(0.1, 0.6) for _ in range(size(3, 5)))))


def test_nor_does_a_worker(worker):
    """It has a lease more, and a schedule; in the end the same notices have left, each once."""
    dice = random.Random(10)
    for _ in range(size(1, 20)):
        points = (dice.randint(1, 80) for _ in range(size(2, 6)))
        told(worker.killed_at("after SMTP .", *points))
    for point in range(1, len(worker.count()) + 1, 2) if FULL else ():
        told(worker.killed_at(point))


def test_nor_on_postgresql(rig_on_postgres):
    dice = random.Random(9)
    for _ in range(size(1, 20)):
        points = (dice.randint(1, 70) for _ in range(size(3, 6)))
        told(rig_on_postgres.killed_at("after SMTP .", *points))
    if FULL:
        for point in range(1, len(rig_on_postgres.count()) + 1, 4):
            told(rig_on_postgres.killed_at(point))


@pytest.mark.parametrize(
    ("guard", "turn", "seen"),
    [
        ("hand_over_after_data", "after SMTP .", "left 2 times by mail"),
        ("retry_what_is_unknown", "after SMTP .", "was cut off in its hand-over and is"),
        ("print_files_without_a_note", "after rename to a print file", "times in print files"),
    ][:: size(2, 1)],
)
def test_the_rig_sees_it_when_a_guard_is_taken_out(rig, guard, turn, seen):
    complaints, died_at = rig.killed_at(turn, sabotage=guard)
    assert died_at == [turn]
    assert any(seen in each for each in complaints), complaints

"""Known failure 7, unattended: a worker that was away makes up for it with several letters.

Guards: a day's run is made once, for today, and days that passed are not made up for
(``core.domain.schedule.run_due``); the day of the last run is kept (``worker.tasks._run``).
"""

from __future__ import annotations

from datetime import timedelta

from worker.tasks import advance


def worked(office, day):
    """The run of that day, approved and sent, however often a worker looks in."""
    office.day(day)
    runs = []
    for _ in range(3):
        done = advance(office.app, office.id).decided
        if done.run is not None:
            runs.append(done.run.run)
            office.approve(*done.run.proposals)
    return runs


def test_however_often_a_worker_looks_in_a_day_has_one_run(office):
    first = office.clock.day
    assert len(worked(office, first)) == 1
    assert len(worked(office, first + timedelta(days=1))) == 1


def test_after_two_months_away_the_next_level_comes_and_no_other(office):
    first = office.clock.day
    worked(office, first)
    back = first + timedelta(days=57)
    assert len(worked(office, back)) == 1
    with office.app.store.read() as tx:
        item = tx.items.find(office.id, "RE-1")[0]
        sent = [(each.sent_on, each.level) for each in tx.notices.of_item(office.id, item.id)]
    assert sent == [(first, 1), (back, 2)]

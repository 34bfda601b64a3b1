"""An office that is worked for by a worker, hour by hour."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from delivery_desk import MONDAY, Office

from worker.tasks import advance

BERLIN = ZoneInfo("Europe/Berlin")


class WallClock:
    """Shows what a test sets, in the creditor's zone."""

    def __init__(self, at):
        self.instant = at

    def now(self):
        return self.instant

    def today(self, zone):
        return self.instant.astimezone(ZoneInfo(zone)).date()

    @property
    def day(self):
        return self.today("Europe/Berlin")

    @day.setter
    def day(self, day):
        self.set(day, 9)

    def set(self, day, hour, minute=0):
        self.instant = datetime(
            day.year, day.month, day.day, hour, minute, tzinfo=BERLIN
        ).astimezone(UTC)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


class WorkedOffice(Office):
    """The office of tests/services with a clock that knows hours, and a worker."""

    def __init__(self, folder, mailbox, **options):
        super().__init__(folder, mailbox, **options)
        clock = WallClock(at(options.get("today", MONDAY), 6))
        self.clock = clock
        self.app = replace(self.app, clock=clock)

    def go(self, day, hour, minute=0):
        """The clock shows that hour, and the bank is booked up to that day."""
        self.clock.set(day, hour, minute)
        self.booked(day)

    def work(self, day=None, hour=None, minute=0, app=None):
        """What a worker does now; or at that hour."""
        if day is not None:
            self.go(day, hour, minute)
        return advance(app or self.app, self.id).decided

    def hours(self, first, last, step=2):
        """A worker looks in every few hours; yields the instants afterwards."""
        moment = at(first, 0)
        while moment < at(last, 0):
            self.clock.instant = moment
            self.booked(self.clock.day)
            self.work()
            yield moment.astimezone(BERLIN)
            moment += timedelta(hours=step)

    def proposed(self):
        return self._ids("proposed")

    def waiting(self):
        return self._ids("printed")

    def _ids(self, state):
        with self.app.store.read() as tx:
            return [each.id for each in tx.notices.many(self.id) if each.state == state]

    def states(self):
        with self.app.store.read() as tx:
            return {each.id: each.state.value for each in tx.notices.many(self.id)}

    def levels(self, number):
        """(day sent, level of that invoice) of the notices that it was sent with."""
        with self.app.store.read() as tx:
            notices = tx.notices.of_item(self.id, tx.items.find(self.id, number)[0].id)
        return [
            (each.sent_on, line.level)
            for each in notices
            for line in each.lines
            if each.sent_on and line.number == number
        ]

    def work_state(self):
        with self.app.store.read() as tx:
            return tx.work.state(self.id)


@contextmanager
def worked_office(folder, mailbox, **options):
    office = WorkedOffice(folder, mailbox, **options)
    try:
        yield office
    finally:
        office.close()


def day(text):
    return date.fromisoformat(text)

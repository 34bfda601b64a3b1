"""An office whose platform reports what changes: events lie in the inbox, a worker reads them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count

from creditor_desk import FixedClock
from delivery_desk import MONDAY
from source_desk import LiveOffice

from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.services.connection_state import record_account
from core.services.explain import explain
from core.services.inbox import work_inbox
from core.services.recheck import recheck_notices
from core.services.sync import sync

_KEYS = count(1)
DATED = date(2026, 1, 27)  # 34 days before the Monday on which all this begins


class MovingClock(FixedClock):
    """Stands on ``day`` at nine in UTC, and as much later as somebody has ``passed``."""

    def __init__(self, day):
        super().__init__(day)
        self.passed = None

    def now(self):
        now = super().now()
        return now if self.passed is None else now + self.passed


class ReportingOffice(LiveOffice):
    """Read to the end once; what happens on the platform afterwards comes as events."""

    def onboard(self, name="online"):
        report = sync(self.app, self.id, name, on=self.clock.day)
        assert report.exit_code == 0
        self.platform.asked.clear()

    def later(self, by):
        """Time goes on without a new day."""
        clock = self.app.clock
        clock.passed = by if clock.passed is None else clock.passed + by

    def reports(self, *ids, kind=EventKind.PAYMENT, key=None, raw=b"{}", connection=None,
                change=EventChange.CHANGED):  # fmt: skip
        """Events of these objects arrive; ``key`` the same for all of them, or each its own."""
        chosen = self.muster.id if connection is None else connection
        now = self.app.clock.now()
        events = [
            ConnectorEvent("org-1", kind, change, id_, now, key or f"evt_{next(_KEYS)}")
            for id_ in ids
        ]
        with self.app.store.write() as tx:
            return tx.inbox.add(self.id, chosen, events, raw, now)

    def works(self, connection=None, **options):
        chosen = self.muster.id if connection is None else connection
        return work_inbox(self.app, self.id, chosen, on=self.clock.day, **options)

    def recheck(self, **options):
        return recheck_notices(self.app, self.id, on=self.clock.day, **options)

    def new_key(self):
        """Somebody connects the platform again."""
        with self.app.store.write() as tx:
            record_account(tx, self.id, self.muster.id, "Muster", self.app.clock.now())
            tx.inbox.wait(self.id, self.muster.id, self.app.clock.now())

    def waiting(self, connection=None):
        """Events that are neither done nor given up."""
        with self.app.store.read() as tx:
            found = tx.inbox.backlog(self.id).get(connection or self.muster.id)
        return 0 if found is None else found.new

    def given_up(self):
        with self.app.store.read() as tx:
            return tx.inbox.failed(self.id)

    def is_due(self):
        with self.app.store.read() as tx:
            return bool(tx.inbox.due(self.app.clock.now()))

    def explain(self, number, language="de"):
        return explain(self.app, self.id, number, on=self.clock.day, language=language)


@contextmanager
def reporting_office_in(folder, mailbox, *, today=MONDAY, **options):
    office = ReportingOffice(folder, mailbox, today=today, settings={"attach_invoices": "no"},
                             **options)  # fmt: skip
    office.clock = MovingClock(today)
    office.app = replace(office.app, clock=office.clock)
    try:
        yield office
    finally:
        office.close()


@contextmanager
def three_invoices_in(folder, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer, RE-3 over 50,00 of another."""
    with reporting_office_in(folder, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", DATED)
        office.platform.invoice("2", "a", "238.00", DATED)
        office.platform.invoice("3", "b", "50.00", DATED)
        office.onboard()
        yield office


@contextmanager
def approved_reminder_in(folder, mailbox):
    """RE-1 over 119,00 EUR; its reminder is approved, ``notice_of_1``."""
    with reporting_office_in(folder, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", DATED)
        office.onboard()
        office.notice_of_1 = office.propose_and_approve()[0]
        yield office

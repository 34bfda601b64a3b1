"""An office whose invoices stand on a live platform: it can be paid, break, and be written to."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
from delivery_desk import MONDAY, Office
from fake_platform import PLATFORM, SLUG, FakeConnector, FakePlatform

from core.domain.model import Role
from core.domain.platform_records import Batch, Document
from core.errors import NotFound
from core.ports import PlatformSetting
from core.services.sync import refresh_invoices
from core.services.sync_store import store_batch


def pdf_of(number, size=0):
    return b"%PDF-1.4 original of " + number.encode() + b" " + b"x" * size + b" %%EOF"


YES_NO = ("yes", "no")
SETTINGS = (
    PlatformSetting("attach_invoices", "yes|no", "yes", "", "", "yes", YES_NO),
    PlatformSetting("write_back", "yes|no", "no", "", "", "no", YES_NO),
)


class Paper(FakePlatform):
    """Also keeps originals, and takes dunnings. ``written``: answers to come, see ``write``."""

    def __init__(self):
        super().__init__()
        self.originals = {}
        self.written = []

    def platforms(self, **changed):
        known = replace(PLATFORM, settings=SETTINGS, **changed)
        return replace(super().platforms(), all={SLUG: known})

    def _connect(self, _creditor, connection, lane):
        return PaperConnector(self, lane, connection.name)

    def asks(self, lane=None):
        return [what for asked, what in self.asked if lane in (None, asked)]


class PaperConnector(FakeConnector):
    def fetch_document(self, external_id):
        self._ask(f"file {external_id}")
        number = self.platform.invoices[external_id].number
        found = self.platform.originals.get(external_id, pdf_of(number))
        if isinstance(found, Exception):
            raise found
        return Document(f"{number}.pdf", "application/pdf", found)

    def write_notice(self, notice):
        """``faults`` come before it is written, ``written`` after."""
        self._ask(f"write {notice.invoice} {notice.marker}")
        if notice.invoice not in self.platform.invoices:
            raise NotFound("Die Rechnung gibt es nicht.")
        self.platform.dun(notice.invoice, notice.title, notice.on, notice.marker)
        fault = self.platform.written.pop(0) if self.platform.written else None
        if fault is not None:
            raise fault
        return self.platform.dunnings[notice.invoice][-1]

    def find_notice(self, invoice, marker):
        self._ask(f"find {invoice} {marker}")
        found = self.platform.dunnings.get(invoice, [])
        return next((each for each in found if each.marker == marker), None)


class LiveOffice(Office):
    """Muster Handels GmbH with one DATEV connection and one to the platform."""

    def __init__(
        self, folder, mailbox, *, settings=None, live=True, today=MONDAY, store=None, **fields
    ):
        super().__init__(folder, mailbox, live=live, today=today, store=store, **fields)
        self.platform = Paper()
        self.app = replace(self.app, platforms=self.platform.platforms())
        self.muster = self.connect("online", settings or {})

    def connect(self, name, settings):
        with self.app.store.write() as tx:
            made = tx.connections.add(self.id, SLUG, name, Role.LEADING, "org-1", self.clock.day)
            made = replace(made, settings=settings, booked_until=self.clock.day)
            tx.connections.save(self.id, made)
        return made

    def set(self, connection=None, **settings):
        chosen = connection or self.muster
        with self.app.store.write() as tx:
            current = tx.connections.get(self.id, chosen.id)
            new = {**current.settings, **settings}
            tx.connections.save(self.id, replace(current, settings=new))

    def read(self, *external_ids, connection=None):
        """As the last sync read them; requests of it are forgotten."""
        chosen = connection or self.muster
        people = Batch({}, debtors=tuple(self.platform.contacts.values()))
        now = self.app.clock.now()
        store_batch(self.app, self.id, chosen, "", people, on=self.clock.day, began=now)
        ids = external_ids or sorted(self.platform.invoices)
        refresh_invoices(self.app, self.id, chosen, ids, on=self.clock.day)
        self.platform.asked.clear()

    def booked(self, until):
        super().booked(until)
        with self.app.store.write() as tx:
            for each in tx.connections.all(self.id):
                tx.connections.save(self.id, replace(each, booked_until=until))

    def rows(self, *states):
        with self.app.store.read() as tx:
            return tx.platform_notices.rows(self.id, states=states)

    def events(self, kind):
        """Payloads of that kind of event, oldest first."""
        from core.store import tables as t

        log, kept = t.event_log.c, t.event_payload.c
        query = (
            sa.select(kept.payload)
            .where(log.creditor_id == kept.creditor_id, log.seq == kept.seq, log.kind == kind)
            .order_by(log.seq)
        )
        with self.app.store.read() as tx:
            return [json.loads(text) for text in tx.events._db.execute(query).scalars()]


@contextmanager
def live_office_in(folder, mailbox, **options):
    office = LiveOffice(folder, mailbox, **options)
    try:
        yield office
    finally:
        office.close()


__all__ = ["LiveOffice", "Paper", "live_office_in", "pdf_of"]

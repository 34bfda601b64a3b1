"""An office that is connected to the platform in memory, and what its books say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from creditor_desk import desk, office
from fake_platform import SLUG, FakePlatform

from core.domain.model import Role

FRIDAY = date(2026, 11, 20)


class PlatformOffice:
    """Muster Handels GmbH with one connection; the clock stands on Friday, 20 November 2026."""

    def __init__(self, folder):
        self.composed = desk(folder)
        self.platform = FakePlatform()
        self.app = replace(self.composed.app, platforms=self.platform.platforms())
        self.id = office(self.composed).id
        self.on = FRIDAY
        self.add("laden")

    def add(self, name, platform=SLUG):
        with self.app.store.write() as tx:
            tx.connections.add(self.id, platform, name, Role.LEADING, "", self.on)

    def day(self, on):
        self.on = on
        self.app.clock.day = on

    def connection(self, name="laden"):
        with self.app.store.read() as tx:
            return tx.connections.by_name(self.id, name)

    def items(self):
        """Open items by external id."""
        with self.app.store.read() as tx:
            return {item.external_id: item for item in tx.items.open_items(self.id)}

    def item(self, id_):
        """One item, open or settled."""
        with self.app.store.read() as tx:
            (found,) = tx.items.find(self.id, id_)
            return found

    def owed(self):
        """Outstanding by external id."""
        return {id_: item.outstanding.plain() for id_, item in self.items().items()}

    def debtors(self):
        """Debtors by external id."""
        with self.app.store.read() as tx:
            return {d.external_id: d for d in tx.debtors.all(self.id)}

    def holds(self, on=None):
        """(kind, item or None) of the holds of that day."""
        with self.app.store.read() as tx:
            return [(h.kind, h.item) for h in tx.holds.active(self.id, on or self.on)]

    def events(self):
        """Kinds of the event log are not readable by a port; the chain is at least whole."""
        with self.app.store.read() as tx:
            return tx.events.verify(self.id)

    def last_contact(self, debtor):
        with self.app.store.read() as tx:
            id_ = next(d.id for d in tx.debtors.all(self.id) if d.external_id == debtor)
            return tx.items.account(self.id, id_, self.on).last_notice_on

    def close(self):
        self.composed.close()

"""An office that reads the stand-in of a platform, and what it believes, proposes and would send."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from config.bootstrap import compose
from config.platforms import PLATFORMS
from config.settings import Settings
from core.domain.model import Role
from core.ports import Platforms
from core.services.approve import approve
from core.services.booked import set_booked_until
from core.services.creditors import init_creditor
from core.services.deliver_hours import leaves_now
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_source import Source
from core.services.gate import OpenGate
from core.services.lookup import creditor_of
from core.services.proposals import proposals
from core.services.run import run
from core.services.sync import sync

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 26)  # a Thursday
LETTERHEAD = {
    "name": "Muster Handels GmbH", "street": "Beispielgasse 7", "postcode": "90403",
    "city": "Nürnberg", "land": "BY", "email": "buchhaltung@muster.example",
    "iban": "DE02120300000000202051",
}  # fmt: skip


class PlatformReader:
    """Muster Handels GmbH beside an account at a stand-in; its clock stands, nearly.

    Whoever inherits says which platform it is, and what is in the books when they are opened
    (``begin``).

    Args:
        folder: where its books lie.
        variants: of the stand-in.
        limit: rows of a page; None: as the platform has it.
        settings: of the connection.
        database: URL of another database than its own file.
        first: the day it begins on, at nine.

    """

    slug: str
    stand_in: type
    connector: type

    def __init__(self, folder, variants=None, limit=None, settings=None, database="", first=FIRST):
        self.day, self.at, self.ticks, self.done = first, (9, 0), 0, 0
        self.limit, self.settings, self.requests = limit, settings or {}, []
        self.box = self.new_box()
        for name, value in (variants or {}).items():
            self.box.variant(name, value)
        self.box.start()
        kept = {"database_url": database} if database else {}
        self.composed = compose(
            Settings(home=folder / "home", key_file=folder / "key", **kept),
            clock=SimpleNamespace(now=self.now, today=self._today),
        )
        self.composed.app.store.migrate()
        self.app = replace(self.composed.app, platforms=Platforms(PLATFORMS, connect=self._open))
        self.id = init_creditor(self.app, None, LETTERHEAD, secrets={}, by="erika").creditor.id
        with self.app.store.write() as tx:
            tx.connections.add(self.id, self.slug, self.slug, Role.LEADING, "", first)
        self.between = lambda: None  # happens before each answer
        self.answer, self.box.gateway.answer = self.box.gateway.answer, self._answer
        self.begin()

    def new_box(self):
        return self.stand_in(now=self.now)

    def begin(self):
        """What the account holds on the first day."""

    def close(self):
        self.box.stop()
        self.composed.close()

    # --- time and reading --------------------------------------------------------------------

    def now(self):
        """Each look at the clock is a little later."""
        self.ticks += 1
        at = datetime.combine(self.day, time(*self.at), BERLIN).astimezone(UTC)
        return at + timedelta(seconds=self.done, microseconds=self.ticks % 900_000)

    def _today(self, zone):
        return self.now().astimezone(ZoneInfo(zone)).date()

    def later(self, days=0, at=(9, 0)):
        """So many days, or an hour of the same day."""
        self.day, self.at, self.done = self.day + timedelta(days=days), at, 0

    def _open(self, _creditor=None, _connection=None, _lane=None):
        limit = {} if self.limit is None else {"limit": self.limit}
        return self.connector(
            {"api_base": self.box.base_url, **self.settings},
            {"api_key": self.box.api_key},
            OpenGate(sleep=lambda _seconds: None),
            self.app.clock,
            5.0,
            sleep=lambda _seconds: None,
            **limit,
        )

    def _answer(self, request):
        self.requests.append(request.path)
        self.between()
        return self.answer(request)

    def sync(self, codes=(0,)):
        (found,) = sync(self.app, self.id, on=self.day).connections
        assert found.exit_code in codes, (found.error, found.problems)
        return found

    def cut_off(self, after):
        """A sync whose key is withdrawn after so many requests; what was stored before stays."""
        left = [after]

        def stop():
            left[0] -= 1
            if left[0] == 0:
                self.box.fault("unauthorized", times=0)

        self.between = stop
        found = self.sync((0, 77))
        self.between = lambda: None
        self.box.clear_faults()
        return found

    # --- what it believes and would do -------------------------------------------------------

    def items(self):
        with self.app.store.read() as tx:
            return {each.external_id: each for each in tx.items.open_items(self.id)}

    def item(self, id_):
        with self.app.store.read() as tx:
            found = tx.items.find(self.id, f"{self.slug}:{id_}")
        return found[0] if found else None

    def payments(self, item):
        with self.app.store.read() as tx:
            return tx.items.payments(self.id, item.id)

    def bank_lines(self):
        """Money at the bank or on accounts of customers that pays nothing yet, by id."""
        with self.app.store.read() as tx:
            return {each.line.external_id: each.line.amount for each in tx.bank_lines.all(self.id)}

    def proposed(self):
        """Notices that the run of today proposes, after a booked-until of today."""
        self.confirm_booked()
        self.run()
        return [row.notice for row in proposals(self.app, self.id)]

    def run(self):
        """Why each open item is dunned today or not, by external id; the notices are proposed."""
        done = run(self.app, self.id, on=self.day).run
        with self.app.store.read() as tx:
            rows = list(tx.runs.verdicts(self.id, done))
            items = tx.items.many(self.id, [row["item"] for row in rows])
        return {items[row["item"]].external_id: row for row in rows if row["item"] in items}

    def confirm_booked(self):
        """Money is booked up to today, where the platform does not say so itself."""
        set_booked_until(self.app, self.id, self.day, self.slug, by="erika", on=self.day)

    def approve(self):
        rows = [row.notice.id for row in proposals(self.app, self.id)]
        approve(self.app, self.id, rows, by="erika", on=self.day)

    def leaving(self):
        """What the last look would let out now of all that is approved."""
        with self.app.store.read() as tx:
            who = creditor_of(tx, self.id)
        desk, found = Desk(self.app, who, self.day, "test"), []
        with closing(Source(desk, lambda: None)) as source:
            for row in proposals(self.app, self.id):
                if source.look(row.notice) is None:
                    with self.app.store.read() as tx:
                        said = look(tx, desk, row.notice.id)
                    if isinstance(said, Cleared) and leaves_now(desk, said):
                        found.append(said.notice)
        return found

    def externals(self, notice):
        """Lines of a notice by the external id of their invoice."""
        with self.app.store.read() as tx:
            found = tx.items.many(self.id, [line.item for line in notice.lines])
        return {found[line.item].external_id: line for line in notice.lines if line.item in found}

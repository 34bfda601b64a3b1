"""An office that reads Stripe's stand-in, and what it believes, proposes and would send."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from config.bootstrap import compose
from config.platforms import PLATFORMS
from config.settings import Settings
from connectors.stripe.connector import StripeConnector
from core.domain.model import Role
from core.ports import Platforms
from core.services.approve import approve
from core.services.creditors import init_creditor
from core.services.deliver_hours import leaves_now
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_source import Source
from core.services.gate import OpenGate
from core.services.lookup import creditor_of
from core.services.proposals import proposals
from core.services.run import run
from core.services.sync import sync
from sandbox.stripe import StripeSandbox

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 26)  # a Thursday
KEY = "sk_test_mahnwerk0123456789"
PLACE = {"line1": "Musterweg 1", "postal_code": "90402", "city": "Nürnberg", "country": "DE"}
LETTERHEAD = {
    "name": "Muster Handels GmbH", "street": "Beispielgasse 7", "postcode": "90403",
    "city": "Nürnberg", "land": "BY", "email": "buchhaltung@muster.example",
    "iban": "DE02120300000000202051",
}  # fmt: skip


class StripeOffice:
    """Muster Handels GmbH beside an account at the stand-in; its clock stands, nearly.

    Args:
        folder: where its books lie.
        variants: of the stand-in.
        limit: rows of a page.
        settings: of the connection.
        database: URL of another database than its own file.

    """

    def __init__(self, folder, variants=None, limit=4, settings=None, database=""):
        self.day, self.at, self.ticks, self.done = FIRST, (9, 0), 0, 0
        self.limit, self.settings, self.requests = limit, settings or {}, []
        self.box = StripeSandbox(api_key=KEY, now=self.now)
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
            tx.connections.add(self.id, "stripe", "stripe", Role.LEADING, "", self.day)
        self.between = lambda: None  # happens before each answer
        self._real, self.box.gateway.answer = self.box.gateway.answer, self._answer

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
        return StripeConnector(
            {"api_base": self.box.base_url, **self.settings},
            {"api_key": KEY},
            OpenGate(sleep=lambda _seconds: None),
            self.app.clock,
            5.0,
            sleep=lambda _seconds: None,
            limit=self.limit,
        )

    def _answer(self, request):
        self.requests.append(request.path)
        self.between()
        return self._real(request)

    def sync(self, codes=(0,)):
        self.done += 1
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

    def owed(self):
        return {id_: each.outstanding.plain() for id_, each in self.items().items()}

    def item(self, id_):
        with self.app.store.read() as tx:
            found = tx.items.find(self.id, f"stripe:{id_}")
        return found[0] if found else None

    def links(self, ids):
        with self.app.store.read() as tx:
            connection = tx.connections.by_name(self.id, "stripe").id
            found = tx.sources.by_id(self.id, connection, ids)
        return {id_: each.pay_link for id_, each in found.items()}

    def lines(self):
        """Money that lies on accounts of customers, by id."""
        with self.app.store.read() as tx:
            return {each.line.external_id: each.line.amount for each in tx.bank_lines.all(self.id)}

    def holds(self):
        with self.app.store.read() as tx:
            found = tx.holds.active(self.id, self.day)
        return sorted(each.kind.value for each in found)

    def run(self):
        """Why each open item is dunned today or not, by external id; the notices are proposed."""
        done = run(self.app, self.id, on=self.day).run
        with self.app.store.read() as tx:
            rows = list(tx.runs.verdicts(self.id, done))
            items = tx.items.many(self.id, [row["item"] for row in rows])
        return {items[row["item"]].external_id: row for row in rows if row["item"] in items}

    def proposed(self):
        self.run()
        return [row.notice for row in proposals(self.app, self.id)]

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

    def asks_for(self, notices):
        """Amounts by invoice."""
        return {
            id_: line.outstanding.plain()
            for notice in notices
            for id_, line in self.externals(notice).items()
        }


@contextmanager
def opened(folder, **options):
    made = StripeOffice(folder, **options)
    try:
        yield made
    finally:
        made.close()

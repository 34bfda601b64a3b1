"""An office with the approval page: a browser that keeps cookies, and a person behind it."""

import re
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from delivery_desk import MONDAY, Office

from core.domain.model import NoticeState
from core.services.creditors import init_creditor
from core.services.logins import make_link
from webhook_app.app import create_app

NO_MAIL_SERVER = SimpleNamespace(port=9)
DUE = MONDAY - timedelta(days=20)
SECRET = "a secret of the tests"
EVIL = '<script>alert("1")</script><img src=x onerror=alert(2)>'


@dataclass
class Clock:
    """Nine o'clock on a Monday, until a test says otherwise."""

    instant: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def now(self):
        return self.instant

    def today(self, zone):
        return self.instant.astimezone(ZoneInfo(zone)).date()

    def advance(self, **delta):
        self.instant += timedelta(**delta)


class Page:
    """An answer as a person reads it."""

    def __init__(self, answer):
        self.status = answer.status_code
        self.headers = answer.headers
        self.html = answer.get_data().decode(errors="replace")
        self.text = " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def hidden(self, name):
        """The value of a hidden field."""
        return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.html)[1]


@dataclass
class Browser:
    """Keeps cookies, sends the form's token along, follows redirects; German unless it is told."""

    client: object
    headers: dict = field(default_factory=lambda: {"Accept-Language": "de"})

    def get(self, path):
        return Page(self.client.get(path, headers=self.headers))

    def post(self, path, page, **fields):
        """Sends a form that stands on ``page``, as a person would."""
        data = {"csrf_token": page.hidden("csrf_token"), **fields}
        return Page(self.client.post(path, data=data, headers=self.headers, follow_redirects=True))


class DeskRig:
    """Four customers: two get a letter, one a mail, one has a name that would like to be code."""

    def __init__(self, folder, **fields):
        self.office = Office(folder, NO_MAIL_SERVER, **fields)
        self.clock = Clock()
        self.office.app = replace(self.office.app, clock=self.clock)
        self.app, self.id = self.office.app, self.office.id
        self.woken = 0
        self.web = create_app(self.app, secret=SECRET, wake=self._wake)

    def _wake(self):
        self.woken += 1

    def customers(self):
        office = self.office
        office.debtor("10001", "Beispiel Bau GmbH", email="")
        office.owes("10001", "RE-1", "1190.00", DUE)
        office.owes("10001", "RE-2", "238.00", DUE + timedelta(days=2))
        office.debtor("10002", "Beispiel Laden e.K.")
        office.owes("10002", "RE-3", "119.00", DUE)
        office.debtor("10003", EVIL, email="")
        office.owes("10003", f"RE-4{EVIL}", "50.00", DUE)
        office.debtor("10004", "Muster Möbel OHG", email="")
        office.owes("10004", "RE-5", "75.50", DUE)
        return office.run().proposals

    def browser(self, **headers):
        return Browser(self.web.test_client(), {"Accept-Language": "de", **headers})

    def link(self, person="Erika Beispiel", creditor=None):
        return f"/desk/login/{make_link(self.app, creditor or self.id, person).token}"

    def logged_in(self, person="Erika Beispiel", creditor=None, **headers):
        browser = self.browser(**headers)
        path = self.link(person, creditor)
        assert browser.post(path, browser.get(path)).status == 200
        return browser

    def another_creditor(self):
        made = init_creditor(self.app, "andere", {"name": "Andere GmbH"}, secrets={}, by="max")
        return made.creditor.id

    def send(self):
        return self.office.send()

    def state(self, notice) -> NoticeState:
        return self.office.state(notice)

    def events(self, kind):
        """Payloads of the event log, of one kind."""
        return [each for each in _events(self.office) if each["kind"] == kind]

    def close(self):
        self.office.close()


def _events(office):
    import sqlalchemy as sa

    from core.store import tables as t

    with office.app.store.engine.connect() as db:
        rows = db.execute(sa.select(t.event_log)).mappings().all()
    return [dict(row) for row in rows]

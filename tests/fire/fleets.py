"""Two fleets, many creditors, a platform and a mail server that count; one worker is killed.

At seven everything is read for the first time, at ten the day's runs are made and what they propose
leaves without a person. What the judge says is counted at the platform and at the mail server, or
read from the database by this process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
from fleet_process import MovedClock
from many_accounts import ManyAccounts
from waiting import pause

from config.bootstrap import compose
from config.settings import Settings
from core.domain.model import CreditorId, NoticeState
from core.services.booked import set_booked_until
from core.services.connect_platform import connect_platform
from core.services.creditors import init_creditor

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TUESDAY = date(2026, 3, 3)
SECONDS = 4  # without a sign of life, after which a worker counts as dead
PROFILE = {
    "name": "Muster Handels GmbH", "street": "Beispielgasse 7", "postcode": "90403",
    "city": "Nürnberg", "land": "BY", "email": "buchhaltung@muster.example",
    "iban": "DE02120300000000202051", "mail_from": "buchhaltung@muster.example",
    "smtp_host": "127.0.0.1", "smtp_security": "none", "procedure": "allein",
}  # fmt: skip


class Rig:
    """``creditors`` businesses, each with an account of two customers who are late by a month."""

    def __init__(self, folder, url, mailbox, platform, creditors):
        self.folder, self.url, self.mailbox, self.platform = folder, url, mailbox, platform
        self.clock = MovedClock()
        self.clock.file = folder / "moved"
        self.moment(7)
        settings = Settings(home=folder / "home", key_file=folder / "key", database_url=url)
        self.composed = compose(settings, clock=self.clock)
        self.app = self.composed.app
        self.app.store.migrate()
        _procedure(self.composed.procedures)
        self.ids = [self._creditor(number) for number in range(1, creditors + 1)]

    def close(self):
        self.composed.close()

    def _creditor(self, number):
        key = f"key-of-{number:04}"
        box = self.platform.open(key)
        place = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
        for n in (1, 2):
            mail = f"kunde{n}.{number}@beispiel.example"
            who = box.add_contact(company=f"Beispiel {number}-{n} AG", email=mail, **place)
            box.add_invoice(contact=who, gross="119.00", on=date(2026, 1, 20),
                            number=f"RE-{number}-{n}")  # fmt: skip
        id_ = CreditorId(f"mandant{number}")
        init_creditor(self.app, id_, PROFILE | {"smtp_port": str(self.mailbox.port)},
                      secrets={}, by="erika")  # fmt: skip
        given = {"api_base": self.platform.url, "api_key": key, "rate": "2"}
        connect_platform(self.app, id_, "lexoffice", None, given, by="erika", on=TUESDAY)
        set_booked_until(self.app, id_, TUESDAY, None, by="erika", on=TUESDAY)
        with self.app.store.write() as tx:
            tx.creditors.set_live(id_, True)
        return id_

    def moment(self, hour):
        """It is so many hours in Nürnberg from now on; time goes on from there."""
        at = datetime(2026, 3, 3, hour, tzinfo=ZoneInfo("Europe/Berlin"))
        scratch = self.clock.file.with_suffix(".new")
        scratch.write_text(str(at.timestamp() - time.time()), "ascii")
        scratch.replace(self.clock.file)

    # --- the fleets ------------------------------------------------------------------------

    @contextmanager
    def fleet(self, workers, at_once):
        """A fleet on this machine while the block runs; ended by SIGTERM."""
        paths = (ROOT, HERE, ROOT / "tests")
        env = {k: v for k, v in os.environ.items() if not k.startswith("MAHNWERK_")} | {
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "MAHNWERK_HOME": str(self.folder / "home"),
            "MAHNWERK_KEY_FILE": str(self.folder / "key"),
            "MAHNWERK_DATABASE_URL": self.url,
            "MAHNWERK_FLEET_DEAD_AFTER": str(SECONDS),
        }
        script = [HERE / "fleet_process.py", str(workers), str(at_once), self.clock.file]
        with (self.folder / "fleet.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *script], cwd=ROOT, env=env, stdout=log, stderr=log
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, self.said()
        finally:
            for each in (
                [*psutil.Process(process.pid).children(), process] if _runs(process) else []
            ):
                each.kill()
            process.wait()

    def said(self):
        return (self.folder / "fleet.log").read_text("utf-8")

    def workers(self):
        """Those that said that they live."""
        with self.app.store.read() as tx:
            return tx.work.workers()

    def members(self, fleet):
        return [each.pid for each in psutil.Process(fleet.pid).children()]

    def kill_a_member(self, fleet):
        """Returns which one it was."""
        first = self.members(fleet)[0]
        os.kill(first, signal.SIGKILL)
        return first

    # --- what the judge sees ---------------------------------------------------------------

    def read(self):
        """Creditors whose two invoices are known."""
        with self.app.store.read() as tx:
            return sum(len(list(tx.items.open_items(each))) == 2 for each in self.ids)

    def ran(self):
        with self.app.store.read() as tx:
            return sum(tx.work.state(each).ran_on == TUESDAY.isoformat() for each in self.ids)

    def states(self):
        """How the notices of all creditors stand."""
        with self.app.store.read() as tx:
            return Counter(n.state for each in self.ids for n in tx.notices.many(each))

    def mails(self):
        """Mails that the server took, by customer."""
        return Counter(message_from_bytes(path.read_bytes())["To"] for path in self.mailbox.files())

    def settled(self):
        """Everything of the day is done: nothing waits and nothing is under way."""
        closed = {NoticeState.SENT, NoticeState.UNKNOWN}
        states = self.states()
        done = sum(states[each] for each in closed)
        return done == 2 * len(self.ids) and self.ran() == len(self.ids)

    def queue(self):
        with self.app.store.read() as tx:
            return tx.jobs.queue()

    def until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{self.states()}, {self.queue()}, {self.said()[-4000:]}"
            pause(0.02)


def _runs(process):
    return process.poll() is None


def _procedure(folder):
    """The standard procedure, in which no person is asked."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "config" / "procedures" / "standard.toml").read_text("utf-8")
    text = text.replace('automation = "approve"', 'automation = "send"')
    (folder / "allein.toml").write_text(text.replace('"standard"', '"allein"'), "utf-8")


@contextmanager
def rig(folder, url, mailbox, creditors):
    clock = MovedClock()
    clock.file = folder / "moved"
    clock.file.write_text("0", "ascii")
    with ManyAccounts(clock.now) as platform:
        made = Rig(folder, url, mailbox, platform, creditors)
        try:
            yield made
        finally:
            made.close()

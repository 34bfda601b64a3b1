"""A fleet as a process: ``mahnwerk work --fleet --workers N``, its members forked, its clock given.

Arguments: number of workers, jobs of each at a time, and the file that says which moment it is.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

# Imported once, before any fork; nothing of it is run here, so that no thread is lost by a fork.
WARM = ("procrastinate", "procrastinate.worker", "worker.tasks", "core.letters.renderer",
        "core.letters.mail", "typst", "pypdf", "segno", "babel.numbers", "psycopg_pool",
        "sqlalchemy.dialects.postgresql", "cryptography.fernet", "holidays", "jinja2",
        "connectors.lexoffice.connector")  # fmt: skip


class MovedClock:
    """The machine's clock, moved to the moment that ``file`` says."""

    file: Path

    def now(self):
        ahead = float(self.file.read_text("ascii") or 0)
        return datetime.fromtimestamp(time.time() + ahead, UTC)

    def today(self, zone):
        return self.now().astimezone(ZoneInfo(zone)).date()


class Forked:
    """As much of a ``Popen`` as a fleet needs."""

    def __init__(self, at_once):
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _member(at_once, parent)
        self._code = None

    def poll(self):
        if self._code is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if found else None
        return self._code

    def terminate(self):
        os.kill(self.pid, signal.SIGTERM)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


def _member(at_once, parent):
    code = 70
    try:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        from worker.fleet_member import main

        code = main(at_once, parent)
    finally:
        sys.stderr.flush()
        os._exit(code)


def main():
    workers, at_once, MovedClock.file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    import config.bootstrap
    from worker import fleet_member, fleet_members
    from worker.fleet import Pulse

    for name in WARM:
        importlib.import_module(name)
    config.bootstrap.SystemClock = MovedClock
    fleet_members._start = Forked
    fleet_member.PULSE = Pulse(look_out=1, clock=2)
    members = fleet_members.Members(workers, at_once)
    with members.signals():
        sys.exit(members.run())


if __name__ == "__main__":
    main()

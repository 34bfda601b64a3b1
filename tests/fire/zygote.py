"""Starts commands of Mahnwerk as processes of their own, by fork: in a tenth of the usual time.

It reads one JSON document per line (see ``Round.start`` in ``killing.py``) and answers with one. The process
of a command is a real one: it is ended by a real SIGKILL, at one of its steps or after some time,
and nothing of it is left but what it had given to the disk, the database and the network.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sabotages
import steps
from waiting import pause

# Imported once, before any fork; nothing of it is run here, so that no thread is lost by a fork.
WARM = ("cli.main", "cli.delivery", "config.bootstrap", "config.calendars", "core.services.deliver", "worker.loop",
        "core.letters.renderer", "core.letters.mail", "typst", "pypdf", "segno", "babel.numbers",
        "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "psycopg", "alembic.config",
        "cryptography.fernet", "holidays", "jinja2")  # fmt: skip


def standing(day: date, minutes: int):
    """The system's clock, standing some minutes after ten in the morning of ``day`` in Berlin."""

    class Clock:
        def now(self):
            ten = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            return ten + timedelta(minutes=minutes)

        def today(self, _zone):
            return day

    return Clock


def command(order: dict) -> None:
    """In the child: becomes the command; does not return."""
    code = 70
    try:
        with Path(order["out"]).open("ab") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        for name in [each for each in os.environ if each.startswith("MAHNWERK_")]:
            del os.environ[name]
        os.environ.update(order["env"])
        import cli.main
        import config.bootstrap

        config.bootstrap.SystemClock = standing(date.fromisoformat(order["day"]), order["minutes"])
        sys.argv = ["mahnwerk", *order["argv"]]
        if order["sabotage"]:
            getattr(sabotages, order["sabotage"])()
        steps.Steps(Path(order["log"]), order["at"]).watch()
        cli.main.main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - the child must not go on as the zygote
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def main() -> None:
    for name in WARM:
        importlib.import_module(name)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            command(order)
        if order["after"]:
            pause(order["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()

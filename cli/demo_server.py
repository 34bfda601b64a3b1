"""What the demo tells of the web server: a payment that is reported, and a notice that stays here.

`mahnwerk serve --with-worker` runs in a process of its own, as it would for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from cli.call import say
from cli.demo_shell import DemoFailed, answer, shown, title, typed
from sandbox.demo_stripe import LINKED

if TYPE_CHECKING:
    from pathlib import Path

    from cli.demo_stripe import Stripe

_SERVE = ("serve", "--with-worker", "--port", "0")
_SECONDS = 30.0  # far more than it takes: the machine may be busy
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Server:
    """The running web server. ``url``: where it answers."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Runs the web server with its worker while the block runs; then it ends as by SIGTERM.

    Raises:
        DemoFailed: it did not begin to answer, or did not end well.
    """
    title(
        "10. Der Webserver nimmt Meldungen an, ein Worker erledigt sie",
        "10. The web server takes events, a worker does what follows from them",
    )
    shown(*_SERVE)
    with (home / "serve.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *_SERVE, "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            server = Server(process, _begun(process))
            say(f"Mahnwerk antwortet unter {server.url}", f"Mahnwerk answers at {server.url}")
            yield server
        finally:
            ended = _end(process)
    if ended:
        raise DemoFailed(
            f"„mahnwerk serve“ endete mit {ended}; siehe {home / 'serve.log'}.",
            en=f"mahnwerk serve ended with {ended}; see {home / 'serve.log'}.",
        )


def _begun(process: subprocess.Popen[str]) -> str:
    """The address that it tells as soon as it answers; nobody waits for one that never does."""
    stuck = threading.Timer(_SECONDS, process.kill)
    stuck.start()
    try:
        said = _document(process.stdout) if process.stdout else {}
    finally:
        stuck.cancel()
    if "url" not in said:
        raise DemoFailed("„mahnwerk serve“ hat nicht begonnen.", en="mahnwerk serve did not begin.")
    return str(said["url"])


def _document(stream: IO[str]) -> dict[str, Any]:
    """The first JSON document of a stream that stays open; {} when it ends before."""
    text = ""
    for line in stream:
        text += line
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError:
            continue
        return found
    return {}


def _end(process: subprocess.Popen[str]) -> int:
    process.terminate()
    try:
        return process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        if process.stdout:
            process.stdout.close()


def register(server: Server) -> None:
    """From here on Stripe reports by itself what happens there."""
    url = answer("webhooks", "url", "stripe", "--base", server.url)["url"]
    typed("webhooks", "register", "stripe", "--url", url)


def paid_meanwhile(stripe: Stripe) -> None:
    """A customer pays an invoice whose notice is approved; Stripe reports it, the notice stays.

    Raises:
        DemoFailed: the notice was not withdrawn by itself.
    """
    before = _living()
    notice = next((id_ for id_, numbers in before.items() if LINKED in numbers), None)
    if notice is None:
        raise DemoFailed(
            f"Zu {LINKED} ist keine Mahnung freigegeben.",
            en=f"No notice about {LINKED} is approved.",
        )
    stripe.platform.pay(stripe.book.linked)
    say(
        f"In Stripe bezahlt ein Kunde {LINKED}. Stripe meldet es, der Worker liest die Rechnung neu "
        f"und zieht die freigegebene Mahnung {notice} zurück, ohne dass jemand etwas tut:",
        f"In Stripe a customer pays {LINKED}. Stripe reports it, the worker reads the invoice again "
        f"and withdraws the approved notice {notice}, without anybody doing anything:",
    )
    end = time.monotonic() + _SECONDS
    while notice in (now := _living()):
        if time.monotonic() > end:
            raise DemoFailed(
                f"Mahnung {notice} wurde nicht zurückgezogen.",
                en=f"Notice {notice} was not withdrawn.",
            )
        time.sleep(_LOOK)
    if set(before) - set(now) != {notice}:
        raise DemoFailed(
            "Auch andere Mahnungen wurden zurückgezogen.",
            en="Other notices were withdrawn as well.",
        )
    typed("explain", LINKED)


def _living() -> dict[int, set[str]]:
    """Numbers of the invoices of every approved notice, by the notice."""
    return {
        each["id"]: {item["number"] for item in each["items"]}
        for each in answer("proposals")
        if each["state"] == "approved"
    }

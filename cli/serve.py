"""``mahnwerk serve``: the web server, alone or with a worker in the same process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import print_json
from core.errors import UsageError
from core.services.creditors import pick_creditor
from worker.signals import on_end

if TYPE_CHECKING:
    from config.bootstrap import Composed
    from config.web import WebSettings
    from core.domain.model import CreditorId
    from webhook_app.serving import Server


@click.command(
    "serve",
    help=tr(
        "Webserver: nimmt Meldungen der Plattformen an, zeigt die Vorschläge zum Freigeben und gibt "
        "Auskunft (Schnittstelle, Zustand, Kennzahlen). Läuft bis Strg-C oder SIGTERM und beantwortet "
        "dann noch, was begonnen ist.",
        "The web server: takes events of platforms, shows proposals to be approved and gives "
        "information (interface, state, figures). Runs until Ctrl-C or SIGTERM and still answers "
        "what was begun.",
    ),
)
@click.option(
    "--host",
    metavar=tr("ADRESSE", "ADDRESS"),
    help=tr("Sonst MAHNWERK_SERVE_HOST (127.0.0.1).", "Else MAHNWERK_SERVE_HOST (127.0.0.1)."),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=tr(
        "Sonst MAHNWERK_SERVE_PORT (8080); 0: irgendein freier.",
        "Else MAHNWERK_SERVE_PORT (8080); 0: any free one.",
    ),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=tr(
        "Anfragen zugleich; sonst MAHNWERK_SERVE_THREADS (16).",
        "Requests at a time; else MAHNWERK_SERVE_THREADS (16).",
    ),
)
@click.option(
    "--with-worker",
    is_flag=True,
    help=tr(
        "Erledigt im selben Prozess auch, was sonst `mahnwerk work` tut.",
        "Does in the same process what `mahnwerk work` does otherwise.",
    ),
)
@command()
def serve_command(
    call: Call, host: str | None, port: int | None, threads: int | None, with_worker: bool
) -> None:
    call.need_database()
    given = {"host": host, "port": port, "threads": threads}
    web = replace(call.composed.web, **{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    ended = threading.Event()
    only = pick_creditor(call.app, call.wanted).id if call.wanted else None  # of the worker alone
    with (
        on_end(lambda _number: ended.set()),
        working(call.composed, ended, only) if with_worker else nullcontext(_nothing) as wake,
    ):
        server = open_server(call.composed, web, wake)
        _tell(call, server.url, web.url, with_worker=with_worker)
        server.run(ended.is_set)
    if not call.json:
        note("Beendet.", "Ended.")


def _nothing() -> None:
    """There is no worker in this process to be woken."""


def open_server(composed: Composed, web: WebSettings, wake: Callable[[], None]) -> Server:
    """The web server over the composed application; it listens and does not answer yet.

    Raises:
        UsageError: the address is taken or not of this machine.
    """
    from webhook_app.app import create_app
    from webhook_app.serving import Server

    secret = composed.vault.derived("desk")
    try:
        return Server(create_app(composed.app, web, secret=secret, wake=wake), web)
    except OSError as error:
        raise _not_there(web.host, web.port, error) from error


@contextmanager
def working(
    composed: Composed, ended: threading.Event, only: CreditorId | None = None
) -> Iterator[Callable[[], None]]:
    """A worker in a thread of its own, for ``only`` one creditor or for all; what it is doing is
    finished before the process ends.
    """
    from worker.loop import Loop

    loop = Loop(composed.app, only=only, keep_events=composed.keep_events)
    thread = threading.Thread(target=loop.run, args=(ended,), name="worker")
    thread.start()
    try:
        yield loop.wake
    finally:
        ended.set()
        loop.wake()
        thread.join()


def _tell(call: Call, url: str, public: str, *, with_worker: bool) -> None:
    if call.json:
        print_json({"url": url, "public_url": public or None, "worker": with_worker})
    else:
        say(f"Mahnwerk antwortet unter {url}", f"Mahnwerk answers at {url}")
        if not public:
            note(
                "MAHNWERK_URL ist nicht gesetzt: Adressen für Meldungen lassen sich nur mit --base "
                "anzeigen.",
                "MAHNWERK_URL is not set: addresses for events can be shown with --base only.",
            )
        say("Beenden mit Strg-C.", "End with Ctrl-C.")
    sys.stdout.flush()


def _not_there(host: str, port: int, error: OSError) -> UsageError:
    return UsageError(
        f"Auf {host}, Port {port}, kann nicht gelauscht werden ({error.strerror}). Anders: "
        "mahnwerk serve --host ADRESSE --port PORT",
        en=f"Cannot listen on {host}, port {port} ({error.strerror}). Otherwise: "
        "mahnwerk serve --host ADDRESS --port PORT",
    )

"""``mahnwerk sandbox``: a stand-in of lexoffice on this machine, to try everything on.

It runs in the foreground until it is told to end. Nothing of it is real: neither the customers
nor the key, and nothing leaves this machine.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from cli.call import note, say
from cli.i18n import tr
from cli.output import print_json
from core.errors import UsageError

if TYPE_CHECKING:
    from sandbox.lexoffice import LexofficeSandbox

PORT = 8900


@click.command(
    "sandbox",
    help=tr(
        "Eine Nachbildung von lexoffice auf diesem Rechner, mit erfundenen Kunden und "
        "einer Seite zum Bezahlen, Gutschreiben und Stören. Läuft bis Strg-C.",
        "Starts a stand-in of lexoffice on this machine, with invented customers and a page for "
        "paying, crediting and disturbing. Runs until Ctrl-C.",
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help=tr("Port auf 127.0.0.1; 0: irgendein freier.", "Port on 127.0.0.1; 0: any free one."),
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help=tr(
        "Gleiche Zahl, gleiche Kunden und Kennungen.",
        "The same number, the same customers and ids.",
    ),
)
@click.option(
    "--no-limit",
    is_flag=True,
    help=tr(
        "Ohne die Grenze von 2 Anfragen je Sekunde.", "Without the limit of 2 requests a second."
    ),
)
@click.option("--empty", is_flag=True, help=tr("Ohne Kunden und Belege.", "Without any data."))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=tr("Ein JSON-Dokument statt Text.", "One JSON document instead of text."),
)
@click.pass_context
def sandbox_command(
    context: click.Context, port: int, seed: int, no_limit: bool, empty: bool, as_json: bool
) -> None:
    from sandbox.lexoffice import LexofficeSandbox

    sandbox = LexofficeSandbox(seed=seed, limiter=not no_limit)
    # No certificate can be had for 127.0.0.1, so webhooks go to http:// here.
    sandbox.variant("callback", "http")
    if not empty:
        sandbox.sample()
    ended = threading.Event()
    with _signals(ended):
        _start(sandbox, port)
        try:
            root = context.find_root().obj or {}
            _tell(sandbox, as_json=as_json or bool(root.get("json")))
            while not ended.wait(1.0):
                pass  # woken every second, or Windows would not see Ctrl-C
        finally:
            sandbox.stop()
    if not as_json:
        note("Beendet.", "Ended.")


def _start(sandbox: LexofficeSandbox, port: int) -> None:
    try:
        sandbox.start(port)
    except OSError as error:
        raise UsageError(
            f"Port {port} ist belegt. Anderer: mahnwerk sandbox --port 0",
            en=f"Port {port} is taken. Another one: mahnwerk sandbox --port 0",
        ) from error


def _tell(sandbox: LexofficeSandbox, *, as_json: bool) -> None:
    connect = (
        f"mahnwerk connect lexoffice --set api_base={sandbox.base_url} "
        f"--set api_key={sandbox.api_key}"
    )
    control = f"{sandbox.base_url}/_sandbox/"
    if as_json:
        print_json(
            {
                "base_url": sandbox.base_url,
                "api_key": sandbox.api_key,
                "organization_id": sandbox.organization_id,
                "control": control,
                "connect": connect,
            }
        )
    else:
        say(
            f"Nachbildung von lexoffice: {sandbox.base_url}",
            f"Stand-in of lexoffice: {sandbox.base_url}",
        )
        say(f"Schlüssel: {sandbox.api_key}", f"Key: {sandbox.api_key}")
        say(f"Anbinden: {connect}", f"Connect: {connect}")
        say(f"Bezahlen und stören: {control}", f"Paying and disturbing: {control}?lang=en")
        say("Beenden mit Strg-C.", "End with Ctrl-C.")
    sys.stdout.flush()


@contextmanager
def _signals(ended: threading.Event) -> Iterator[None]:
    """Turns Ctrl-C and SIGTERM into ``ended``, and gives the old handlers back."""

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""``mahnwerk sandbox``: a stand-in of a platform on this machine, to try everything on.

It runs in the foreground until it is told to end. Nothing of it is real: neither the customers
nor the key, and nothing leaves this machine.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.call import note, say
from cli.i18n import tr
from cli.output import print_json
from core.errors import UsageError
from worker.signals import on_end

if TYPE_CHECKING:
    from sandbox.common.stand_in import StandIn
    from sandbox.lexoffice import LexofficeSandbox
    from sandbox.sevdesk import SevdeskSandbox
    from sandbox.stripe import StripeSandbox

LEXOFFICE, SEVDESK, STRIPE = "lexoffice", "sevdesk", "stripe"
# Another port for each, so that all can run.
PORTS = {LEXOFFICE: 8900, SEVDESK: 8901, STRIPE: 8902}
_LABELS = {LEXOFFICE: "lexoffice", SEVDESK: "sevDesk", STRIPE: "Stripe"}


@click.command(
    "sandbox",
    help=tr(
        "Eine Nachbildung von lexoffice, sevDesk oder Stripe auf diesem Rechner, mit erfundenen "
        "Kunden und einer Seite zum Bezahlen, Gutschreiben und Stören. Läuft bis Strg-C.",
        "Starts a stand-in of lexoffice, sevDesk or Stripe on this machine, with invented "
        "customers and a page for paying, crediting and disturbing. Runs until Ctrl-C.",
    ),
)
@click.argument("platform", type=click.Choice(list(PORTS)), default=LEXOFFICE)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=tr(
        "Port auf 127.0.0.1; 0: irgendein freier. Sonst 8900 für lexoffice, 8901 für sevDesk, "
        "8902 für Stripe.",
        "Port on 127.0.0.1; 0: any free one. Otherwise 8900 for lexoffice, 8901 for sevDesk, "
        "8902 for Stripe.",
    ),
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help=tr(
        "Nur lexoffice: gleiche Zahl, gleiche Kunden und Kennungen.",
        "lexoffice only: the same number, the same customers and ids.",
    ),
)
@click.option(
    "--no-limit",
    is_flag=True,
    help=tr(
        "Ohne die Grenze von 2 (lexoffice) oder 25 (Stripe) Anfragen je Sekunde.",
        "Without the limit of 2 (lexoffice) or 25 (Stripe) requests a second.",
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
    context: click.Context,
    platform: str,
    port: int | None,
    seed: int,
    no_limit: bool,
    empty: bool,
    as_json: bool,
) -> None:
    sandbox: StandIn[Any]
    if platform == LEXOFFICE:
        sandbox = _lexoffice(seed, limited=not no_limit)
    elif platform == SEVDESK:
        _refuse(context, platform, "seed", "no_limit")
        sandbox = _sevdesk()
    else:
        _refuse(context, platform, "seed")
        sandbox = _stripe(limited=not no_limit)
    if not empty:
        sandbox.sample()
    ended = threading.Event()
    with on_end(lambda _number: ended.set()):
        _start(sandbox, platform, PORTS[platform] if port is None else port)
        try:
            root = context.find_root().obj or {}
            _tell(sandbox, platform, as_json=as_json or bool(root.get("json")))
            while not ended.wait(1.0):
                pass  # woken every second, or Windows would not see Ctrl-C
        finally:
            sandbox.stop()
    if not as_json:
        note("Beendet.", "Ended.")


def _lexoffice(seed: int, *, limited: bool) -> LexofficeSandbox:
    from sandbox.lexoffice import LexofficeSandbox

    sandbox = LexofficeSandbox(seed=seed, limiter=limited)
    # No certificate can be had for 127.0.0.1, so webhooks go to http:// here.
    sandbox.variant("callback", "http")
    return sandbox


def _sevdesk() -> SevdeskSandbox:
    from sandbox.sevdesk import SevdeskSandbox

    return SevdeskSandbox()


def _stripe(*, limited: bool) -> StripeSandbox:
    from sandbox.stripe import StripeSandbox

    return StripeSandbox(limiter=limited)


# Why a stand-in does not have an option.
_MISSING = {
    (SEVDESK, "seed"): ("sevDesk hat keinen Startwert", "sevDesk has no seed"),
    (SEVDESK, "no_limit"): ("sevDesk hat keine Grenze", "sevDesk has no limit"),
    (STRIPE, "seed"): ("Stripe hat keinen Startwert", "Stripe has no seed"),
}


def _refuse(context: click.Context, platform: str, *names: str) -> None:
    """An option that this stand-in does not have is said, not passed over."""
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            de, en = _MISSING[platform, name]
            raise UsageError(
                f"{option} gibt es hier nicht: {de}. Die Option weglassen.",
                en=f"There is no {option} here: {en}. Leave the option out.",
            )


def _start(sandbox: StandIn[Any], platform: str, port: int) -> None:
    try:
        sandbox.start(port)
    except OSError as error:
        command = "mahnwerk sandbox" + ("" if platform == LEXOFFICE else f" {platform}")
        raise UsageError(
            f"Port {port} ist belegt. Anderer: {command} --port 0",
            en=f"Port {port} is taken. Another one: {command} --port 0",
        ) from error


def _tell(sandbox: StandIn[Any], platform: str, *, as_json: bool) -> None:
    connect = (
        f"mahnwerk connect {platform} --set api_base={sandbox.base_url} "
        f"--set api_key={sandbox.api_key}"
    )
    control = sandbox.control_url
    if as_json:
        told = {"base_url": sandbox.base_url, "api_key": sandbox.api_key}
        organization = getattr(sandbox, "organization_id", None)
        if organization is not None:
            told["organization_id"] = organization
        print_json({**told, "control": control, "connect": connect})
    else:
        label = _LABELS[platform]
        say(
            f"Nachbildung von {label}: {sandbox.base_url}",
            f"Stand-in of {label}: {sandbox.base_url}",
        )
        say(f"Schlüssel: {sandbox.api_key}", f"Key: {sandbox.api_key}")
        say(f"Anbinden: {connect}", f"Connect: {connect}")
        say(f"Bezahlen und stören: {control}", f"Paying and disturbing: {control}?lang=en")
        say("Beenden mit Strg-C.", "End with Ctrl-C.")
    sys.stdout.flush()

"""webhooks url, inbound, returned-mail, rotate, close: our own addresses that take events."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote
from typing import Any, TypeVar

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.webhooks import CONNECTION, webhooks_group
from config.web import public_url
from core.domain.model import ConnectionId
from core.errors import AuthFailed, UsageError
from core.ports import NO_CONNECTION, HookKind
from core.services.hooks import (
    OpenedHook,
    close_hook,
    hook_connection,
    open_hook,
    open_path,
    rotate_hook,
)

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_KINDS = {
    "platform": HookKind.PLATFORM,
    "inbound": HookKind.INBOUND,
    "returned-mail": HookKind.RETURNED_MAIL,
}
_base = click.option(
    "--base",
    default="",
    metavar="URL",
    help=tr(
        "Wie die Welt diesen Rechner erreicht; sonst MAHNWERK_URL.",
        "How the world reaches this machine; else MAHNWERK_URL.",
    ),
)
_kind = click.option(
    "--kind",
    type=click.Choice(list(_KINDS)),
    default="platform",
    show_default=True,
    help=tr("Welche Art von Adresse.", "Which kind of address."),
)


def address(call: Call, path: str, base: str) -> str:
    """A path as the world reaches it.

    Raises:
        UsageError: nobody said how.
        ConfigError: what was said is no address.
    """
    found = public_url(base, "--base") if base else call.composed.web.url
    if not found:
        raise UsageError(
            "Wie die Welt diesen Rechner erreicht, ist nicht gesetzt: MAHNWERK_URL, oder --base "
            "https://mahnwerk.example",
            en="How the world reaches this machine is not set: MAHNWERK_URL, or --base "
            "https://mahnwerk.example",
        )
    return found + path


def platform_address(call: Call, name: str | None, base: str = "") -> str:
    """Where the platform of that connection reports to; opened when it is asked for first."""
    address(call, "", base)  # fails before anything is opened
    return address(call, _opened(call, HookKind.PLATFORM, name).path, base)


@webhooks_group.command(
    "url",
    help=tr(
        "Zeigt die Adresse, unter der die Plattform der Anbindung melden soll. Sie ist nicht zu "
        "erraten und gehört nur ihr; webhooks register verwendet sie von selbst.",
        "Shows the address that the platform of the connection is to report to. It cannot be "
        "guessed and is for that platform alone; webhooks register uses it by itself.",
    ),
)
@_base
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def url_command(call: Call, base: str, connection: str | None) -> None:
    found = platform_address(call, connection, base)
    call.show({"url": found}, lambda: say(found, found))


@webhooks_group.command(
    "inbound",
    help=tr(
        "Öffnet die Adresse für ein anderes System (Shop, Kasse, Bankprogramm), das bezahlte, "
        "überfällige oder geänderte Rechnungen der Anbindung meldet, und nennt das Geheimnis, mit dem "
        "es unterschreibt, dieses eine Mal. Format: docs/webhooks.md",
        "Opens the address for another system (shop, till, banking program) that reports paid, "
        "overdue or changed invoices of the connection, and tells the secret that it signs with, "
        "this once. Format: docs/webhooks.md",
    ),
)
@_base
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def inbound_command(call: Call, base: str, connection: str | None) -> None:
    address(call, "", base)
    _show(call, _opened(call, HookKind.INBOUND, connection), base, "inbound", connection)


@webhooks_group.command(
    "returned-mail",
    help=tr(
        "Öffnet die Adresse, an die ein Mailserver zurückgekommene Mails übergibt, und nennt ihr "
        "Geheimnis dieses eine Mal.",
        "Opens the address that a mail server hands mails to that came back, and tells its secret "
        "this once.",
    ),
)
@_base
@command()
def returned_mail_command(call: Call, base: str) -> None:
    address(call, "", base)
    _show(call, _opened(call, HookKind.RETURNED_MAIL, None), base, "returned-mail", None)


@webhooks_group.command(
    "rotate",
    help=tr(
        "Ersetzt eine Adresse und ihr Geheimnis durch neue; die alten gelten nach wenigen Sekunden "
        "nicht mehr. Danach bei der Plattform oder dem Absender neu eintragen.",
        "Replaces an address and its secret by new ones; the old ones count no more after some "
        "seconds. Then enter them anew at the platform or the sender.",
    ),
)
@_base
@_kind
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def rotate_command(call: Call, base: str, kind: str, connection: str | None) -> None:
    address(call, "", base)
    of = _connection(call, _KINDS[kind], connection)
    old = _old_path(call, _KINDS[kind], of)
    made = rotate_hook(call.app, call.id, _KINDS[kind], of, by=call.by)
    _show(call, made, base, kind, connection)
    if kind == "platform" and not call.json:
        name = f" {quote(connection)}" if connection else ""
        # Not --all: that ends what other programs have subscribed, too.
        which = f"--url {quote(address(call, old, base))}" if old else "ID"
        look = "" if old else f"mahnwerk webhooks list{name}; "
        steps = f"{look}mahnwerk webhooks remove {which}{name}; mahnwerk webhooks register{name}"
        note(
            f"Die Plattform meldet noch an die alte Adresse: {steps}",
            f"The platform still reports to the old address: {steps}",
        )


@webhooks_group.command(
    "close",
    help=tr(
        "Schließt eine Adresse: was dort ankommt, wird nach wenigen Sekunden nicht mehr angenommen.",
        "Closes an address: what arrives there is not accepted any more after some seconds.",
    ),
)
@_kind
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def close_command(call: Call, kind: str, connection: str | None) -> None:
    of = _connection(call, _KINDS[kind], connection)
    closed = close_hook(call.app, call.id, _KINDS[kind], of, by=call.by)
    if not closed:
        raise UsageError(
            "Eine solche Adresse ist nicht offen.", en="There is no such address that is open."
        )
    call.show({"closed": True}, lambda: say("Geschlossen.", "Closed."))


def _connection(call: Call, kind: HookKind, name: str | None) -> ConnectionId:
    if kind is HookKind.RETURNED_MAIL:
        if name is not None:
            raise UsageError(
                "Zurückgekommene Mails gehören zu keiner Anbindung; ANBINDUNG weglassen.",
                en="Returned mails belong to no connection; leave CONNECTION out.",
            )
        return NO_CONNECTION
    return hook_connection(call.app, call.id, kind, name).id


def _old_path(call: Call, kind: HookKind, connection: ConnectionId) -> str:
    """The address before it is replaced; "" when there is none, or none that can still be read."""
    try:
        return open_path(call.app, call.id, kind, connection)
    except AuthFailed:
        return ""


def _opened(call: Call, kind: HookKind, name: str | None) -> OpenedHook:
    return open_hook(call.app, call.id, kind, _connection(call, kind, name), by=call.by)


def _show(call: Call, made: OpenedHook, base: str, kind: str, name: str | None) -> None:
    """The secret is told when it was made; afterwards nobody can read it."""
    url = address(call, made.path, base)
    secret = made.secret or None
    again = f"mahnwerk webhooks rotate --kind {kind}" + (f" {quote(name)}" if name else "")

    def human() -> None:
        say(f"Adresse: {url}", f"Address: {url}")
        if secret:
            say(f"Geheimnis: {secret}", f"Secret: {secret}")
            note("Es wird nicht noch einmal angezeigt.", "It is not shown again.")
        elif kind != "platform":
            note(
                f"Das Geheimnis wurde beim Öffnen gezeigt. Ein neues, mit neuer Adresse: {again}",
                f"The secret was shown at the opening. A new one, with a new address: {again}",
            )

    call.show({"url": url, "secret": secret, "new": made.new}, human)

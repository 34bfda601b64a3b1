"""webhooks: what a platform reports by itself, where to, and whose signature counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import table
from core.errors import UsageError
from core.ports import PublicKey
from core.services.webhook_keys import KeyReport, confirm_key, forget_key, key_report
from core.services.webhooks import Hooks, list_webhooks, register_webhooks, remove_webhooks

CONNECTION = tr("[ANBINDUNG]", "[CONNECTION]")
_MAX_FILE = 64 * 1024  # a public key is far smaller


@click.group(
    "webhooks",
    help=tr(
        "Meldungen einer Plattform (Webhooks): abonnieren, ansehen, abbestellen, Schlüssel prüfen. "
        "Sie machen den täglichen Abgleich schneller, nicht entbehrlich.",
        "Events that a platform reports (webhooks): subscribe, list, end, check their key. "
        "They make the daily sync faster, not needless.",
    ),
)
def webhooks_group() -> None:
    pass


@webhooks_group.command(
    "register",
    help=tr(
        "Abonniert unter einer https-Adresse alle Meldungen, die Mahnwerk auswertet. Wo die "
        "Plattform einen öffentlichen Schlüssel hat, muss er zuvor bestätigt sein (webhooks key); "
        "ein Geheimnis, das sie beim Anmelden nennt, wird verschlüsselt gespeichert.",
        "Subscribes an https address to all events that Mahnwerk reads. Where the platform has a "
        "public key, it must have been confirmed before (webhooks key); a secret that it tells at "
        "the registration is stored encrypted.",
    ),
)
@click.option(
    "--url",
    metavar="URL",
    help=tr(
        "Adresse, an die gemeldet wird; sonst die von webhooks url.",
        "Address that events are sent to; else that of webhooks url.",
    ),
)
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def register_command(call: Call, url: str | None, connection: str | None) -> None:
    from cli.webhook_addresses import platform_address

    url = url or platform_address(call, connection)
    found = register_webhooks(call.app, call.id, connection, url, by=call.by)
    new = sum(each.new for each in found.subscriptions)

    def human() -> None:
        _tell([found])
        say(f"{new} neu abonniert.", f"{new} newly subscribed.")
        if found.secret_kept:
            say(
                "Das Geheimnis der Meldungen ist verschlüsselt gespeichert.",
                "The secret of the events is stored encrypted.",
            )

    call.show(_document(found), human)


@webhooks_group.command(
    "list",
    help=tr(
        "Zeigt die Abonnements der Plattform, auch die anderer Programme.",
        "Lists the platform's subscriptions, also those of other programs.",
    ),
)
@click.argument("connection", required=False, metavar=CONNECTION)
@command()
def list_command(call: Call, connection: str | None) -> None:
    found = list_webhooks(call.app, call.id, connection)
    call.show([_document(each) for each in found], lambda: _tell(found))


@webhooks_group.command(
    "remove",
    help=tr(
        "Beendet ein Abonnement (KENNUNG), alle einer Adresse (--url) oder alle der Anbindung "
        "(--all, auch die anderer Programme).",
        "Ends a subscription (ID), all of an address (--url) or all of the connection (--all, "
        "also those of other programs).",
    ),
)
@click.argument("given", nargs=-1, metavar=tr("[KENNUNG] [ANBINDUNG]", "[ID] [CONNECTION]"))
@click.option("--url", default="", metavar="URL", help=tr("Alle dieser Adresse.", "All of it."))
@click.option(
    "--all", "everything", is_flag=True, help=tr("Alle der Anbindung.", "All of the connection.")
)
@command()
def remove_command(call: Call, given: tuple[str, ...], url: str, everything: bool) -> None:
    subscription, connection = _which(given, bool(url), everything)
    found = remove_webhooks(
        call.app, call.id, connection, subscription=subscription, url=url, by=call.by
    )
    count = len(found.subscriptions)

    def human() -> None:
        _tell([found])
        say(f"{count} beendet.", f"{count} ended.")

    call.show(_document(found), human)


@webhooks_group.command(
    "key",
    help=tr(
        "Zeigt die Fingerabdrücke (SHA-256) des Schlüssels, mit dem die Plattform Meldungen "
        "unterschreibt: des mitgelieferten oder des aus einer Datei, und der bestätigten. Erst "
        "mit der Datei an der genannten Adresse vergleichen, dann mit --confirm bestätigen.",
        "Shows the fingerprints (SHA-256) of the key that the platform signs events with: of the "
        "shipped one or that of a file, and of those confirmed. Compare with the file at the "
        "address that is named first, then confirm by --confirm.",
    ),
)
@click.argument("connection", required=False, metavar=CONNECTION)
@click.option(
    "--confirm",
    metavar="SHA256",
    help=tr(
        "Bestätigt den Schlüssel mit diesem Fingerabdruck.",
        "Confirms the key with this fingerprint.",
    ),
)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    metavar=tr("DATEI", "FILE"),
    help=tr("Schlüssel aus einer Datei (PEM).", "Key from a file (PEM)."),
)
@click.option(
    "--forget",
    metavar="SHA256",
    help=tr(
        "Nimmt einen bestätigten Schlüssel zurück, etwa nach einem Wechsel.",
        "Takes back a confirmed key, such as after a change.",
    ),
)
@command()
def key_command(
    call: Call, connection: str | None, confirm: str | None, file: Path | None, forget: str | None
) -> None:
    if forget is not None and (confirm is not None or file is not None):
        raise UsageError(
            "--forget steht allein, ohne --confirm und --from.",
            en="--forget stands alone, without --confirm and --from.",
        )
    text = _read(file) if file else ""
    if forget is not None:
        report = forget_key(call.app, call.id, connection, forget, by=call.by)
    elif confirm is not None:
        report = confirm_key(call.app, call.id, connection, confirm, text, by=call.by)
    else:
        report = key_report(call.app, call.id, connection, text)
    document = {
        "connection": report.connection.name,
        "url": report.url,
        "offered": [_key(each, report) for each in report.offered],
        "pinned": [{"sha256": each.fingerprint, "bits": each.bits} for each in report.pinned],
        "changed": report.changed,
    }
    call.show(document, lambda: _tell_keys(report, shipped=file is None))


def _which(given: tuple[str, ...], by_url: bool, everything: bool) -> tuple[str, str | None]:
    """Subscription and connection; one way of naming what to remove, and no second one."""
    ways = by_url + everything
    own = () if ways else given[:1]
    rest = given[len(own) :]
    if ways + len(own) != 1 or len(rest) > 1 or own == ("",):
        raise UsageError(
            "Genau eines angeben: KENNUNG, --url URL oder --all; danach höchstens eine Anbindung.",
            en="Give exactly one: ID, --url URL or --all; then at most one connection.",
        )
    return (own[0] if own else ""), (rest[0] if rest else None)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_FILE).decode("ascii", "replace")
    except OSError as error:
        raise UsageError(
            f"Die Datei {file} ist nicht lesbar.", en=f"The file {file} cannot be read."
        ) from error


def _document(hooks: Hooks) -> dict[str, object]:
    return {
        "connection": hooks.connection.name,
        "webhooks": [
            {
                "id": each.id,
                "event": each.event,
                "url": each.url,
                "created": each.created or None,
                "new": each.new,
            }
            for each in hooks.subscriptions
        ],
    }


def _tell(found: list[Hooks]) -> None:
    rows = [row for hooks in found for row in _rows(hooks)]
    if not rows:
        say("Keine Abonnements.", "No subscriptions.")
        return
    columns = [tr("Anbindung", "Connection"), tr("Meldung", "Event"), tr("Adresse", "Address")]
    table([*columns, tr("Kennung", "ID")], rows)


def _rows(hooks: Hooks) -> Iterator[tuple[str, str, str, str]]:
    """One for each subscription: a platform may put dozens of events into one of them."""
    events: dict[tuple[str, str], list[str]] = {}
    for each in hooks.subscriptions:
        events.setdefault((each.url, each.id), []).append(each.event)
    for (url, id_), named in events.items():
        many = tr(f"{len(named)} Meldungen", f"{len(named)} events")
        yield hooks.connection.name, named[0] if len(named) == 1 else many, url, id_


def _key(key: PublicKey, report: KeyReport) -> dict[str, object]:
    return {"sha256": key.fingerprint, "bits": key.bits, "pinned": key in report.pinned}


def _tell_keys(report: KeyReport, *, shipped: bool) -> None:
    for key in report.offered:
        say(
            f"{'Mitgeliefert' if shipped else 'Aus der Datei'}, RSA mit {key.bits} Bit:",
            f"{'Shipped' if shipped else 'From the file'}, RSA of {key.bits} bits:",
        )
        say(f"  {key.fingerprint}", f"  {key.fingerprint}")
    for key in report.pinned:
        say(f"Bestätigt, RSA mit {key.bits} Bit:", f"Confirmed, RSA of {key.bits} bits:")
        say(f"  {key.fingerprint}", f"  {key.fingerprint}")
    if not report.pinned:
        say("Bestätigt: keiner.", "Confirmed: none.")
    open_ones = [key for key in report.offered if key not in report.pinned]
    if not open_ones:
        return
    if shipped:
        note(
            "Der mitgelieferte Schlüssel stammt aus einer einzigen Quelle und ist nicht geprüft.",
            "The shipped key comes from a single source and is not verified.",
        )
    note(
        f"Vergleichen: den Schlüssel von {report.url} in eine Datei laden und ansehen mit "
        f"mahnwerk webhooks key {quote(report.connection.name)} --from DATEI; stimmt der Fingerabdruck "
        "überein, bestätigen mit --confirm FINGERABDRUCK.",
        f"Compare: load the key from {report.url} into a file and look at it by mahnwerk webhooks "
        f"key {quote(report.connection.name)} --from FILE; if the fingerprint is the same, confirm it by "
        "--confirm FINGERPRINT.",
    )

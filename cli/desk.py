"""`mahnwerk desk`: a one-time link to the approval page that `mahnwerk serve` shows."""

from __future__ import annotations

import socket

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from core.services.logins import end_all, make_link

_SECONDS = 1.0  # to see whether something listens; it is this machine, or one beside it


@click.command(
    "desk",
    help=tr(
        "Gibt einen Link zur Freigabeseite von `mahnwerk serve`. Er gilt 15 Minuten und einmal und "
        "öffnet eine Sitzung von 12 Stunden. Freigaben stehen unter dem genannten Namen im Protokoll.",
        "Prints a link to the approval page of `mahnwerk serve`. It works for 15 minutes and once, "
        "and opens a session of 12 hours. Approvals stand under the given name in the log.",
    ),
)
@click.option(
    "--for",
    "person",
    metavar=tr("NAME", "NAME"),
    help=tr("Wer sich anmeldet; sonst, wer den Befehl gibt.", "Who logs in; you otherwise."),
)
@click.option(
    "--end",
    is_flag=True,
    help=tr("Beendet alle Sitzungen und Links.", "Ends all sessions and links."),
)
@command()
def desk_command(call: Call, person: str | None, end: bool) -> None:
    if end:
        ended = end_all(call.app, call.id, by=call.by)
        call.show(
            {"ended": ended},
            lambda: say(
                f"Beendet: {ended} Sitzungen und Links.", f"Ended: {ended} sessions, links."
            ),
        )
        return
    made = make_link(call.app, call.id, person or call.by)
    web = call.composed.web
    url = f"{web.url or _local(web.host, web.port)}/desk/login/{made.token}"
    document = {"url": url, "person": made.person, "expires_at": made.expires_at}
    call.show(document, lambda: say(url, url))
    if not web.url and not _listens(web.host, web.port):
        note(
            f"Dort antwortet gerade nichts (Port {web.port}). Starten: mahnwerk serve. Läuft es mit "
            "--port oder --host woanders, das auch hier sagen: MAHNWERK_SERVE_PORT, "
            "MAHNWERK_SERVE_HOST",
            f"Nothing answers there (port {web.port}). Start it: mahnwerk serve. If it runs "
            "elsewhere by --port or --host, say so here, too: MAHNWERK_SERVE_PORT, "
            "MAHNWERK_SERVE_HOST",
        )


def _local(host: str, port: int) -> str:
    """As a browser on this machine reaches it: who listens everywhere listens here."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 — compared only
    return f"http://[{name}]:{port}" if ":" in name and "[" not in name else f"http://{name}:{port}"


def _listens(host: str, port: int) -> bool:
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        socket.create_connection((name, port), _SECONDS).close()
    except OSError:
        return False
    return True

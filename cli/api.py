"""`mahnwerk api token`: what the creditor's own tools read the API with."""

from __future__ import annotations

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import table
from core.ports import ApiToken
from core.services.api_tokens import SCOPES, create_token, revoke_token, tokens


def _document(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.jti,
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at or None,
    }


@click.group(
    "api", help=tr("Die Schnittstelle für eigene Programme.", "The API for your own tools.")
)
def api_group() -> None:
    pass


@api_group.group(
    "token",
    help=tr("Zugänge zur Schnittstelle, nur zum Lesen.", "Tokens of the API, for reading only."),
)
def token_group() -> None:
    pass


@token_group.command(
    "create",
    help=tr(
        "Macht einen Zugang und zeigt ihn dieses eine Mal.",
        "Makes a token and shows it this once.",
    ),
)
@click.option(
    "--name",
    required=True,
    metavar=tr("NAME", "NAME"),
    help=tr("Welches Programm ihn hat.", "Which tool has it."),
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar=tr("RECHT", "SCOPE"),
    help=tr("Mehrfach möglich: ", "May be given several times: ") + ", ".join(SCOPES),
)
@click.option(
    "--days",
    type=int,
    default=90,
    show_default=True,
    help=tr("So viele Tage gilt er.", "So many days it is valid."),
)
@command()
def create_command(call: Call, name: str, scopes: tuple[str, ...], days: int) -> None:
    made = create_token(call.app, call.id, name, scopes, days, by=call.by)
    call.show(_document(made.token) | {"token": made.jwt}, lambda: say(made.jwt, made.jwt))
    note(
        f"Er wird nicht noch einmal gezeigt. Beenden: mahnwerk api token revoke {made.token.jti}",
        f"It is not shown again. End it: mahnwerk api token revoke {made.token.jti}",
    )


@token_group.command(
    "list", help=tr("Zeigt alle Zugänge, ohne sie selbst.", "Lists all tokens, not themselves.")
)
@command()
def list_command(call: Call) -> None:
    found = tokens(call.app, call.id)
    call.show([_document(each) for each in found], lambda: _tell(found))


def _tell(found: list[ApiToken]) -> None:
    if not found:
        say("Keine Zugänge.", "No tokens.")
        return
    columns = [tr("Kennung", "ID"), tr("Name", "Name"), tr("Rechte", "Scopes")]
    columns += [tr("gilt bis (UTC)", "Until (UTC)"), tr("beendet (UTC)", "Ended (UTC)")]
    table(
        columns,
        [
            (
                each.jti,
                each.name,
                " ".join(each.scopes),
                _short(each.expires_at),
                _short(each.revoked_at),
            )
            for each in found
        ],
    )


def _short(instant: str) -> str:
    return instant[:16].replace("T", " ")


@token_group.command("revoke", help=tr("Beendet einen Zugang sofort.", "Ends a token at once."))
@click.argument("token_id", metavar=tr("KENNUNG", "ID"))
@command()
def revoke_command(call: Call, token_id: str) -> None:
    ended = revoke_token(call.app, call.id, token_id, by=call.by)

    def human() -> None:
        if ended:
            say("Beendet.", "Ended.")
        else:
            say("War schon beendet.", "It had ended before.")

    call.show({"id": token_id, "revoked": ended}, human)

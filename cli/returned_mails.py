"""Mails that came back: returned-mail."""

from __future__ import annotations

from pathlib import Path

import click

from cli.call import Call, command, say
from cli.i18n import tr
from core.errors import UsageError
from core.ports import NO_CONNECTION
from core.services.inbox import work_inbox
from core.services.mail_intake import read_mailbox
from core.services.returned_mail import NOT_ARRIVED, ReturnedMail, take_returned

READ = "read"


@click.command(
    "returned-mail",
    help=tr(
        "Liest Mails, die zurückgekommen sind: „read“ aus dem eingerichteten Postfach, sonst aus "
        "Dateien (.eml). Was nicht ankam, zählt nicht mehr; der nächste Lauf schlägt einen Brief "
        "vor.",
        "Reads mails that came back: `read` out of the mailbox that is set up, else out of files "
        "(.eml). What did not arrive does not count any more; the next run proposes a letter.",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar=tr("read|DATEI…", "read|FILE…"))
@command(on=True)
def returned_mail_command(call: Call, sources: tuple[str, ...]) -> None:
    if READ in sources:
        if len(sources) > 1:
            raise UsageError(
                "Entweder read oder Dateien angeben.", en="Give either read or files, not both."
            )
        _read_mailbox(call)
        return
    taken = [(each, take_returned(call.app, call.id, _bytes(each), on=call.on)) for each in sources]
    call.show([_document(file, mail) for file, mail in taken], lambda: _tell(taken))


def _read_mailbox(call: Call) -> None:
    intake = read_mailbox(call.app, call.id, on=call.on)
    report = work_inbox(call.app, call.id, NO_CONNECTION, on=call.on)
    document = {
        "read": intake.read,
        "new": intake.new,
        "done": report.done,
        "failed": report.failed,
    }
    call.show(
        document,
        lambda: say(
            f"{intake.read} Mails gelesen, {intake.new} neue Meldungen darunter; {report.done} "
            "bearbeitet.",
            f"{intake.read} mails read, {intake.new} new reports among them; {report.done} worked on.",
        ),
    )


def _bytes(source: str) -> bytes:
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{source} ist nicht lesbar ({error.strerror}).",
            en=f"{source} cannot be read ({error.strerror}).",
        ) from error


def _document(file: str, mail: ReturnedMail) -> dict[str, object]:
    return {
        "file": file,
        "outcome": mail.outcome,
        "reason": mail.reason,
        "notice": mail.notice,
        "debtor_id": mail.debtor,
        "bad_address": mail.address or None,
    }


def _tell(taken: list[tuple[str, ReturnedMail]]) -> None:
    for file, mail in taken:
        if mail.outcome == NOT_ARRIVED:
            say(
                f"{file}: Mahnung {mail.notice} kam nicht an und zählt nicht mehr. {mail.reason}",
                f"{file}: notice {mail.notice} did not arrive and does not count any more. "
                f"{mail.reason}",
            )
        else:
            say(f"{file}: {mail.reason}", f"{file}: {mail.reason}")

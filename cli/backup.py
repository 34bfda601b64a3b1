"""backup: one archive of everything, its check, and the way back on an empty machine."""

from __future__ import annotations

from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import day
from core.services.backup import Backup, backup, verify_backup
from core.services.backup_keys import Unreadable, unreadable_secrets
from core.services.backup_restore import Restored, restore

_CREATE = "create"
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Backup(click.Group):
    """`mahnwerk backup FOLDER` is `mahnwerk backup create FOLDER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [_CREATE, *args]
        return super().parse_args(ctx, args)


@click.group(
    "backup",
    cls=_Backup,
    help=tr(
        "Sichern, Sicherungen prüfen und auf einem leeren Rechner einspielen. "
        "mahnwerk backup ORDNER sichert sofort.",
        "Back up, check backups, and restore one on an empty machine. mahnwerk backup FOLDER backs "
        "up at once.",
    ),
)
def backup_group() -> None:
    pass


@backup_group.command(
    _CREATE,
    help=tr(
        "Schreibt Datenbank, Ausgang, eigene Mahnverfahren und Zinssätze in EIN Archiv, während "
        "alles läuft, und liest es zur Probe zurück. ZIEL ist eine neue Datei (.tar.gz) oder ein "
        "Ordner; sonst der Ordner backup in MAHNWERK_HOME. Der Schlüssel ist nicht darin.",
        "Writes database, outbox, own procedures and rates into ONE archive while everything runs, "
        "and reads it back. TARGET is a new file (.tar.gz) or a folder; else the folder backup in "
        "MAHNWERK_HOME. The key is not in it.",
    ),
)
@click.argument(
    "target", required=False, type=click.Path(path_type=Path), metavar=tr("[ZIEL]", "[TARGET]")
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr("So viele bleiben im Ordner, die neuesten.", "So many stay in the folder, the newest."),
)
@command()
def create_command(call: Call, target: Path | None, keep: int | None) -> None:
    composed = call.composed
    made = backup(
        call.app,
        composed.backups,
        composed.home,
        target or composed.home / "backup",
        keep=keep,
        never=composed.vault.file,
    )
    call.show(made, lambda: _tell(made, tr("Gesichert", "Backed up")))
    if made.skipped:
        listed = ", ".join(made.skipped)
        note(
            f"Nicht gesichert wegen ihres Namens; bitte umbenennen: {listed}",
            f"Not backed up because of their names; please rename them: {listed}",
        )
    if Path(made.file).resolve().is_relative_to(composed.home.resolve()):
        note(
            "Die Sicherung liegt bei den Daten selbst; bitte auf einen anderen Datenträger kopieren.",
            "The backup lies beside the data; please copy it to another disk.",
        )


@backup_group.command(
    "verify",
    help=tr(
        "Liest eine Sicherung ganz und vergleicht jeden Teil mit seiner Prüfsumme.",
        "Reads a whole backup and compares each part with its checksum.",
    ),
)
@click.argument("file", type=_FILE, metavar=tr("DATEI", "FILE"))
@command()
def verify_command(call: Call, file: Path) -> None:
    found = verify_backup(file)
    call.show(found, lambda: _tell(found, tr("Unversehrt", "Intact")))


@backup_group.command(
    "restore",
    help=tr(
        "Spielt eine Sicherung in ein leeres MAHNWERK_HOME und eine leere Datenbank ein (SQLite oder "
        "PostgreSQL, gleich woher sie stammt). Danach ist jeder Mandant angehalten, und Kunden mit "
        "offenen Posten sind zwei Wochen gesperrt: was nach der Sicherung hinausging, ist hier "
        "unbekannt.",
        "Restores a backup into an empty MAHNWERK_HOME and an empty database (SQLite or PostgreSQL, "
        "wherever it came from). Every creditor is stopped then, and debtors with open items are "
        "held for two weeks: what left after the backup is not known here.",
    ),
)
@click.argument("file", type=_FILE, metavar=tr("DATEI", "FILE"))
@click.option(
    "--nothing-sent",
    is_flag=True,
    help=tr(
        "Nach der Sicherung ging sicher nichts mehr hinaus (Umzug mit stop): keine Sperren.",
        "Nothing left after the backup for certain (a move, with stop): no holds.",
    ),
)
@command()
def restore_command(call: Call, file: Path, nothing_sent: bool) -> None:
    composed = call.composed
    done = restore(
        call.app, composed.backups, composed.home, file, by=call.by, nothing_left=nothing_sent
    )
    lost = unreadable_secrets(call.app, composed.vault.opens)
    document = {
        **{name: getattr(done, name) for name in Restored.__slots__},
        "stopped": True,
        "enter_again": lost,
    }
    call.show(document, lambda: _tell_restored(done, lost))


def _tell(made: Backup, word: str) -> None:
    size = f"{made.bytes / 1_000_000:.1f} MB"
    say(
        f"{word}: {made.file} ({size}, {made.rows} Zeilen, {made.files} Dateien, Stand "
        f"{made.created_at})",
        f"{word}: {made.file} ({size}, {made.rows} rows, {made.files} files, as of "
        f"{made.created_at})",
    )
    for each in made.creditors:
        say(
            f"  {each.id}: {each.entries} Einträge im Protokoll, Prüfwert {each.head}",
            f"  {each.id}: {each.entries} entries in the log, head {each.head}",
        )
    if made.removed:
        listed = ", ".join(made.removed)
        say(f"Gelöscht, weil älter: {listed}", f"Removed, because older: {listed}")


def _tell_restored(done: Restored, lost: list[Unreadable]) -> None:
    say(
        f"Eingespielt: {done.rows} Zeilen, {done.files} Dateien vom {done.created_at} "
        f"(vor {done.age_hours} Stunden). Die Protokolle sind unversehrt.",
        f"Restored: {done.rows} rows, {done.files} files of {done.created_at} "
        f"({done.age_hours} hours ago). The logs are intact.",
    )
    if done.held:
        until = day(done.held_until)
        say(
            f"{done.held} Kunden mit offenen Posten sind bis {until} gesperrt: was nach der "
            "Sicherung hinausging, ist hier unbekannt, und niemand soll zweimal gemahnt werden. "
            "Einzeln aufheben: mahnwerk release KUNDE",
            f"{done.held} debtors with open items are held until {until}: what left after the "
            "backup is not known here, and nobody must be dunned twice. To end one: mahnwerk "
            "release DEBTOR",
        )
    for each in lost:
        say(
            f"Geheimnis nicht lesbar ({each.connection or each.platform}); neu eingeben: "
            f"{each.command}",
            f"Secret unreadable ({each.connection or each.platform}); enter it again: "
            f"{each.command}",
        )
    say(
        "Angehalten: Erst wenn der alte Rechner sicher aus ist, weiter mit mahnwerk sync und dann "
        "mahnwerk resume; zwei Rechner dürfen nicht beide versenden.",
        "Stopped: only when the old machine is off for certain, go on with mahnwerk sync and then "
        "mahnwerk resume; two machines must not both send.",
    )

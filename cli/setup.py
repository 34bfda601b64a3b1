"""Setting up: init, doctor, go-live, stop, resume."""

from __future__ import annotations

from collections.abc import Mapping

import click

from cli.call import Call, command, note, say
from cli.given import given_values
from cli.i18n import language, tr
from cli.output import table
from cli.words import check
from core.services.creditors import InitResult, go_live, init_creditor, resume, stop
from core.services.doctor import Status, doctor
from core.services.profile_check import FIELDS, SECRET_FIELDS, missing_for_letters

EX_CONFIG = 78


@click.command(
    "init",
    help=tr(
        "Richtet einen Mandanten ein oder ändert die angegebenen Felder. WERT - liest von der "
        "Standardeingabe, @DATEI aus einer Datei; --set smtp_password ohne Wert fragt verdeckt. "
        "Legt Ordner, Schlüssel und Datenbank an und bringt die Datenbank auf den neuesten Stand.",
        "Sets up a creditor or changes the given fields. VALUE - reads standard input, @FILE a "
        "file; --set smtp_password without a value asks for it. Makes folder, key and database, "
        "and brings the database up to date.",
    ),
    epilog=tr("Felder: ", "Fields: ") + ", ".join((*FIELDS, *SECRET_FIELDS)),
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar=tr("FELD=WERT", "FIELD=VALUE"),
    help=tr("Ein Feld; mehrfach möglich.", "A field; may be given several times."),
)
@command()
def init(call: Call, given: tuple[str, ...]) -> None:
    fields = given_values(given, SECRET_FIELDS)
    secrets = {name: fields.pop(name) for name in SECRET_FIELDS if name in fields}
    call.app.store.migrate()
    call.composed.vault.ensure_key()
    encrypted = {name: call.composed.vault.encrypt(value) for name, value in secrets.items()}
    result = init_creditor(call.app, call.wanted, fields, secrets=encrypted, by=call.by)
    missing = missing_for_letters(result.creditor.profile)
    document = {
        "creditor": result.creditor.id,
        "created": result.created,
        "changed": result.changed,
        "live": result.creditor.live,
        "missing": missing,
        "home": str(call.composed.home),
    }
    call.show(document, lambda: _tell_init(call, result, missing))


def _tell_init(call: Call, result: InitResult, missing: list[str]) -> None:
    id_, home = result.creditor.id, call.composed.home
    if result.created:
        say(f"Mandant „{id_}“ angelegt in {home}.", f"Creditor {id_!r} set up in {home}.")
    elif result.changed:
        names = ", ".join(result.changed)
        say(f"Mandant „{id_}“ geändert: {names}.", f"Creditor {id_!r} changed: {names}.")
    else:
        say(f"Mandant „{id_}“: nichts geändert.", f"Creditor {id_!r}: nothing changed.")
    if missing:
        listed = ", ".join(missing)
        say(f"Für Briefe fehlt noch: {listed}.", f"Still missing for letters: {listed}.")
    if not result.creditor.live:
        say(
            "Testbetrieb: Mails gehen an Sie selbst, Briefe tragen ein Wasserzeichen. "
            "Beenden mit: mahnwerk go-live",
            "Test mode: mail goes to yourself, letters carry a watermark. "
            "End it with: mahnwerk go-live",
        )


@click.command(
    "doctor",
    help=tr(
        "Prüft, was zum Mahnen fehlt, und sagt, wie es zu beheben ist.",
        "Checks what is missing, and says how to mend it.",
    ),
)
@command(on=True)
def doctor_command(call: Call) -> int:
    checks = doctor(call.app, call.composed.machine, call.wanted, on=call.day, language=language())
    healthy = all(each.status is not Status.FAIL for each in checks)

    def human() -> None:
        words = {
            Status.OK: tr("gut", "ok"),
            Status.WARN: tr("beachten", "warning"),
            Status.FAIL: tr("FEHLT", "FAIL"),
        }
        columns = [tr("Ergebnis", "Result"), tr("Prüfung", "Check"), tr("Mandant", "Creditor"), ""]
        table(columns, [(words[c.status], check(c.check), c.creditor, c.message) for c in checks])

    call.show({"ok": healthy, "checks": checks}, human)
    return 0 if healthy else EX_CONFIG


@click.command(
    "go-live",
    help=tr(
        "Beendet den Testbetrieb: Mahnungen gehen an die Kunden.",
        "Ends test mode: notices go to the debtors.",
    ),
)
@command()
def go_live_command(call: Call) -> None:
    done = go_live(call.app, call.id, by=call.by)
    missing = done.missing
    if done.ended_proposals:
        note(
            f"{done.ended_proposals} Vorschläge aus dem Testbetrieb gelten nicht mehr; "
            "neue macht: mahnwerk run",
            f"{done.ended_proposals} proposals of test mode have ended; new ones: mahnwerk run",
        )

    def human() -> None:
        say(
            f"„{call.id}“ ist im Echtbetrieb: Mahnungen gehen an die Kunden.",
            f"{call.id!r} is live: notices go to the debtors.",
        )

    call.show({"creditor": call.id, "live": True, "missing": missing}, human)
    if missing:
        listed = ", ".join(missing)
        note(
            f"Für den Briefkopf fehlt noch: {listed}. Siehe mahnwerk doctor",
            f"The letterhead still lacks: {listed}. See mahnwerk doctor",
        )


@click.command("stop", help=tr("Hält jeden Versand an.", "Stops all sending."))
@command()
def stop_command(call: Call) -> None:
    changed = stop(call.app, call.id, by=call.by)
    _switched(
        call,
        {"creditor": call.id, "stopped": True, "changed": changed},
        "Angehalten: es geht nichts mehr hinaus. Weiter mit: mahnwerk resume",
        "Stopped: nothing leaves any more. Go on with: mahnwerk resume",
    )


@click.command("resume", help=tr("Nimmt „stop“ zurück.", "Takes back `stop`."))
@command()
def resume_command(call: Call) -> None:
    changed = resume(call.app, call.id, by=call.by)
    _switched(
        call,
        {"creditor": call.id, "stopped": False, "changed": changed},
        "Es geht weiter: freigegebene Mahnungen können verschickt werden.",
        "Going on: approved notices may be sent.",
    )


def _switched(call: Call, document: Mapping[str, object], de: str, en: str) -> None:
    call.show(document, lambda: say(de, en))

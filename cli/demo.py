"""``mahnwerk demo``: the whole way from a DATEV export to a Mahnung, with nobody's real data.

Every step is a command that a user could type; it runs here in this process, on a home folder and
a mail server of its own. Nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import click

from cli.call import say
from cli.i18n import tr
from core.errors import MahnwerkError, UsageError
from sandbox.datev_export import demo_office
from sandbox.mailbox import Mailbox

MARK = ".mahnwerk-demo"  # only a folder that a demo made is ever emptied


class DemoFailed(MahnwerkError):
    """A step of the demo did not end as it must."""


@click.command(
    "demo",
    help=tr(
        "Führt alles einmal vor: DATEV-Dateien, Mahnlauf, Freigabe, Mails und Briefe. "
        "Mit eigenem Ordner und eigenem Mailserver; nichts verlässt diesen Rechner.",
        "Shows everything once: DATEV files, run, approval, mails and letters. With a folder and "
        "a mail server of its own; nothing leaves this machine.",
    ),
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-home"),
    show_default=True,
    help=tr("Ordner der Vorführung; wird geleert.", "Folder of the demo; it is emptied."),
)
def demo_command(home: Path) -> None:
    home = _fresh(home.absolute())
    with _environment(home), Mailbox(home / "mails") as mailbox:
        _play(home, mailbox)


def _fresh(home: Path) -> Path:
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise UsageError(
            f"{home} ist nicht leer und stammt nicht von einer Vorführung. Anderer: --home …",
            en=f"{home} is not empty and no demo made it. Choose another one: --home …",
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).touch()
    return home


@contextmanager
def _environment(home: Path) -> Iterator[None]:
    """Settings of the demo; what the user has set for himself is out of reach and restored."""
    before = {k: v for k, v in os.environ.items() if k.startswith("MAHNWERK_")}
    language = before.get("MAHNWERK_LANGUAGE")
    for name in before:
        del os.environ[name]
    os.environ["MAHNWERK_HOME"] = str(home / "data")
    os.environ["MAHNWERK_KEY_FILE"] = str(home / "key")
    if language:
        os.environ["MAHNWERK_LANGUAGE"] = language
    try:
        yield
    finally:
        for name in [n for n in os.environ if n.startswith("MAHNWERK_")]:
            del os.environ[name]
        os.environ.update(before)


def _play(home: Path, mailbox: Mailbox) -> None:
    _title("1. Ein Mandant wird eingerichtet", "1. A creditor is set up")
    _run(*_creditor(mailbox.port))
    _title("2. DATEV-Dateien werden eingelesen", "2. DATEV files are imported")
    _run("import", "datev", *_files(home))
    _title("3. Was offen ist", "3. What is open")
    _run("open-items")
    _title("4. Der Mahnlauf schlägt vor; nichts geht hinaus", "4. The run proposes; nothing leaves")
    _run("run")
    _run("proposals")
    _run("proposals", "--export", str(home / "vorschlag.xlsx"))
    _run("proposals", "--export", str(home / "vorschlag.pdf"))
    _title("5. Warum – und warum nicht?", "5. Why – and why not?")
    for number in _one_of_each_reason():
        _run("explain", number)
    _title(
        "6. Freigabe; danach meldet sich ein Kunde: er hat gezahlt",
        "6. Approval; then a customer calls: he has paid",
    )
    _run("go-live")
    _run("run")
    _run("approve", "--run", "2")
    paid = _proposals()[0]["items"][0]["number"]
    _run("paid", paid)
    _title("7. Versand: Mails und Briefe", "7. Sending: mails and letters")
    _run("send")
    _run("explain", paid)
    _title("8. Noch einmal am selben Tag: nichts", "8. Once more on the same day: nothing")
    _run("run")
    _run("send")
    _title("9. Die Briefe sind zur Post gebracht", "9. The letters were posted")
    _run("posted", "2")
    _run("audit", "verify")
    _close(home, mailbox)


def _creditor(port: int) -> Sequence[str]:
    fields = {
        "name": "Muster Handels GmbH",
        "legal_form": "GmbH",
        "street": "Beispielgasse 7",
        "postcode": "90403",
        "city": "Nürnberg",
        "land": "BY",
        "seat": "Nürnberg",
        "register_court": "Amtsgericht Nürnberg",
        "register_number": "HRB 00000",
        "managers": "Erika Beispiel",
        "vat_id": "DE000000000",
        "phone": "+49 911 0000000",
        "email": "buchhaltung@muster-handel.example",
        "contact": "Erika Beispiel",
        "iban": "DE02120300000000202051",
        "mail_from": "buchhaltung@muster-handel.example",
        "archive_to": "archiv@muster-handel.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
    }
    return ("init", *(p for k, v in fields.items() for p in ("--set", f"{k}={v}")))


def _files(home: Path) -> list[str]:
    folder = home / "datev"
    folder.mkdir()
    from config.clock import SystemClock

    paths = []
    for name, content in demo_office(SystemClock().today("Europe/Berlin")).items():
        (folder / name).write_bytes(content)
        paths.append(str(folder / name))
    return paths


def _one_of_each_reason() -> list[str]:
    """One invoice for each reason that occurs, dunned ones first."""
    seen: dict[str, str] = {}
    for verdict in json.loads(_captured("run", "--dry-run", "--json"))["verdicts"]:
        if verdict["number"]:
            seen.setdefault(verdict["reason"], verdict["number"])
    return list(seen.values())


def _proposals() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_captured("proposals", "--json"))
    return found


def _close(home: Path, mailbox: Mailbox) -> None:
    letters = sorted((home / "data" / "outbox").rglob("*.pdf"))
    doubled = [name for name, times in mailbox.message_ids().items() if times > 1]
    if doubled or not mailbox.count() or not letters:
        raise DemoFailed(
            f"Die Vorführung ging nicht auf: {mailbox.count()} Mails, {len(letters)} Briefe.",
            en=f"The demo does not add up: {mailbox.count()} mails, {len(letters)} letters.",
        )
    say("", "")
    say(
        f"{mailbox.count()} Mails liegen in {mailbox.folder}, die Briefe in "
        f"{home / 'data' / 'outbox'}, die Vorschlagsliste in {home / 'vorschlag.pdf'}.",
        f"{mailbox.count()} mails are in {mailbox.folder}, the letters in "
        f"{home / 'data' / 'outbox'}, the list of proposals in {home / 'vorschlag.pdf'}.",
    )


def _title(de: str, en: str) -> None:
    click.echo()
    click.secho(f"── {tr(de, en)}", bold=True)


def _run(*args: str) -> None:
    """One command as the user would type it; the demo ends where it fails."""
    shown = " ".join(f'"{a}"' if " " in a else a for a in args)
    click.secho(f"\n$ mahnwerk {shown}", fg="cyan")
    _call(args)


def _captured(*args: str) -> str:
    output = StringIO()
    with redirect_stdout(output):
        _call(args)
    return output.getvalue()


def _call(args: Sequence[str]) -> None:
    from cli.main import root

    code = root.main(list(args), "mahnwerk", standalone_mode=False)
    if code:
        raise DemoFailed(
            f"„mahnwerk {args[0]}“ endete mit {code}.", en=f"mahnwerk {args[0]} ended with {code}."
        )

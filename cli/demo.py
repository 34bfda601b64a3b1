"""``mahnwerk demo``: the whole way from four bookkeepings to the second letter, on invented data.

Every step is a command that a user could type; it runs here in this process, on a home folder, a
mail server and stand-ins of lexoffice, sevDesk and Stripe of its own. Nothing leaves this machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.call import say
from cli.demo_shell import DemoFailed
from cli.i18n import tr
from core.errors import UsageError
from sandbox.mailbox import Mailbox

MARK = ".mahnwerk-demo"  # only a folder that a demo made is ever emptied


@click.command(
    "demo",
    help=tr(
        "Führt alles einmal vor: DATEV-Dateien, lexoffice, sevDesk und Stripe, Mahnlauf, Freigabe, "
        "Mails und Briefe. Mit eigenem Ordner, eigenem Mailserver und Nachbildungen der drei "
        "Plattformen; nichts verlässt diesen Rechner.",
        "Shows everything once: DATEV files, lexoffice, sevDesk and Stripe, run, approval, mails "
        "and letters. With a folder, a mail server and stand-ins of the three platforms of its own; "
        "nothing leaves this machine.",
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
        from cli.demo_lexoffice import Lexoffice
        from cli.demo_sevdesk import Sevdesk
        from cli.demo_story import Offices, play
        from cli.demo_stripe import Stripe
        from config.clock import SystemClock
        from sandbox import demo_lexoffice, demo_sevdesk, demo_stripe

        clock = SystemClock()
        today = clock.today("Europe/Berlin")
        lexoffice = Lexoffice(*demo_lexoffice.office(today, clock.now))
        sevdesk = Sevdesk(*demo_sevdesk.office(today, clock.now))
        stripe = Stripe(*demo_stripe.office(today, clock.now))
        with lexoffice.platform, sevdesk.platform, stripe.platform:
            play(home, today, mailbox, Offices(lexoffice, sevdesk, stripe))
        _close(home, mailbox)


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
    say(
        "Die Nachbildungen zum Selbstprobieren: mahnwerk sandbox lexoffice (oder sevdesk, stripe)",
        "The stand-ins, to try them yourself: mahnwerk sandbox lexoffice (or sevdesk, stripe)",
    )

"""The commands that README.md gives for lexoffice, typed for a platform against its small book."""

import email
import email.policy
import shlex
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import config.bootstrap

README = Path(__file__).parents[2] / "README.md"
FRIDAY = date(2026, 11, 20)


def commands(text):
    """The first block of commands below the heading of lexoffice."""
    section = text.split("\n## lexoffice in ", 1)[1].split("\n## ")[0]
    return [shlex.split(line) for line in section.split("```")[1].strip().splitlines()]


@contextmanager
def book_of(demo_office, monkeypatch):
    """The small book of the demo; the clock of the office runs, for who waits for his turn."""
    began, ten = time.monotonic(), datetime(2026, 11, 20, 9, tzinfo=UTC)

    class RunningClock:
        def now(self):
            return ten + timedelta(seconds=time.monotonic() - began)

        def today(self, _zone):
            return FRIDAY

    monkeypatch.setattr(config.bootstrap, "SystemClock", RunningClock)
    sandbox, _ = demo_office(FRIDAY, RunningClock().now)
    with sandbox:
        yield sandbox


def typed(office, sandbox, platform="lexoffice", *, rate, leave=()):
    """Types the commands with that platform, without those to ``leave``; command -> its answer."""
    office.init()  # step 1 of the section before
    key = office.folder / f"{platform}.key"
    key.write_text(sandbox.api_key)
    # At a terminal the key is asked for; and nothing of this test reaches the real platform.
    base = ("--set", f"api_base={sandbox.base_url}", "--set", f"rate={rate}")
    told = {}
    for program, *args in commands(README.read_text(encoding="utf-8")):
        assert program == "mahnwerk"
        if args[0] in leave:
            continue
        words = [platform if each == "lexoffice" else each for each in args]
        more = (*base, "--set", f"api_key=@{key}") if args[0] == "connect" else ()
        told[args[0]] = office(*words, *more)
    return told


def mails(office):
    files = office.mailbox.files()
    return [email.message_from_bytes(each.read_bytes(), policy=email.policy.default)
            for each in files]  # fmt: skip


def attached(office):
    return [part.get_filename() for mail in mails(office) for part in mail.iter_attachments()]

"""The commands that README.md gives for lexoffice, typed as they stand there, against the stand-in."""

import email
import email.policy
import shlex
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import config.bootstrap
from sandbox.demo_lexoffice import office as demo_office

README = Path(__file__).parents[2] / "README.md"
FRIDAY = date(2026, 11, 20)


def commands(text):
    """The first block of commands below the heading of lexoffice."""
    section = text.split("\n## lexoffice in ", 1)[1].split("\n## ")[0]
    return [shlex.split(line) for line in section.split("```")[1].strip().splitlines()]


@pytest.fixture
def platform(office, monkeypatch):
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


def test_the_commands_of_the_readme_lead_from_the_key_to_a_mail_with_its_invoice(office, platform):
    office.init()  # step 1 of the section before
    key = office.folder / "lexoffice.key"
    key.write_text(platform.api_key)
    base = ("--set", f"api_base={platform.base_url}", "--set", "rate=10")
    told = {}
    for program, *args in commands(README.read_text(encoding="utf-8")):
        assert program == "mahnwerk"
        # At a terminal the key is asked for; and nothing of this test reaches the real platform.
        more = (*base, "--set", f"api_key=@{key}") if args[0] == "connect" else ()
        told[args[0]] = office(*args, *more).out
    assert list(told) == ["connect", "onboard", "booked-until", "run", "approve", "send"]
    assert "Auf der Plattform schon gemahnt" in told["onboard"]
    assert "Lauf 1:" in told["run"]
    assert "0 nicht" in told["approve"]
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in office.mailbox.files()
    ]
    attached = [part.get_filename() for mail in mails for part in mail.iter_attachments()]
    assert sorted(name for name in attached if name.startswith("Rechnung_")) == [
        "Rechnung_R-2001.pdf",
        "Rechnung_R-2002.pdf",
        "Rechnung_R-2003.pdf",
    ]

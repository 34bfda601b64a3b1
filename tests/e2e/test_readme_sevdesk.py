"""The commands of README.md, typed with ``sevdesk`` as it says, against the stand-in."""

import email
import email.policy
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from test_readme_lexoffice import README, commands

import config.bootstrap
from sandbox.demo_sevdesk import office as demo_office

FRIDAY = date(2026, 11, 20)


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


def test_the_commands_of_the_readme_lead_from_the_token_to_a_mail(office, platform):
    office.init()  # step 1 of the section before
    key = office.folder / "sevdesk.key"
    key.write_text(platform.api_key)
    base = ("--set", f"api_base={platform.base_url}", "--set", "rate=50")
    told = {}
    for _, *args in commands(README.read_text(encoding="utf-8")):
        if args[0] == "booked-until":
            continue  # sevDesk says it itself
        typed = ["sevdesk" if each == "lexoffice" else each for each in args]
        more = (*base, "--set", f"api_key=@{key}") if args[0] == "connect" else ()
        told[args[0]] = office(*typed, *more).out
    assert list(told) == ["connect", "onboard", "run", "approve", "send"]
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in office.mailbox.files()
    ]
    attached = [part.get_filename() for mail in mails for part in mail.iter_attachments()]
    assert sorted(name for name in attached if name.startswith(("S-", "RE-"))) == [
        "RE-1027.pdf", "S-3001.pdf", "S-3002.pdf", "S-3005.pdf",
    ]  # fmt: skip

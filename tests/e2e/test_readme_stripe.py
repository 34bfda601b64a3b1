"""The commands of README.md, typed with ``stripe`` as it says, against the stand-in."""

import email
import email.policy
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from test_readme_lexoffice import README, commands

import config.bootstrap
from sandbox.demo_stripe import OWED
from sandbox.demo_stripe import office as demo_office

FRIDAY = date(2026, 11, 20)
IBAN = "DE02120300000000202051"  # of the creditor


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


def test_the_commands_of_the_readme_lead_from_the_restricted_key_to_a_mail(office, platform):
    office.init()  # step 1 of the section before
    key = office.folder / "stripe.key"
    key.write_text(platform.api_key)
    base = ("--set", f"api_base={platform.base_url}", "--set", "rate=100")
    told = {}
    for _, *args in commands(README.read_text(encoding="utf-8")):
        if args[0] == "booked-until":
            continue  # what is paid goes through Stripe
        typed = ["stripe" if each == "lexoffice" else each for each in args]
        more = (*base, "--set", f"api_key=@{key}") if args[0] == "connect" else ()
        answer = office(*typed, *more)
        told[args[0]] = answer.out + answer.err
    assert list(told) == ["connect", "onboard", "run", "approve", "send"]
    assert "Erinnerungen" in told["connect"]  # of Stripe: how to switch them off
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in office.mailbox.files()
    ]
    assert len(mails) == len(OWED) + 1  # a currency each, and the one who pays in time in the demo
    bodies = [mail.get_body(("plain",)).get_content() for mail in mails]
    assert [text for text in bodies if "https://" not in text] == []  # the pay link
    assert [text for text in bodies if IBAN in text.replace(" ", "")] == []

"""From the key to the notice: an office on lexoffice, day by day, through the command line.

The platform is our stand-in on 127.0.0.1: what is shown here is how Mahnwerk behaves, not how
lexoffice does.
"""

import email
import email.policy
import time
from datetime import UTC, date, datetime, timedelta

import pytest

import config.bootstrap
from sandbox.lexoffice import LexofficeSandbox

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
START = time.monotonic()
NOTHING = {"invoices": 0, "payments": 0, "debtors": 0}


@pytest.fixture
def running(office, monkeypatch):
    """The clock of the office runs: who waits for his turn must see time go by."""

    class RunningClock:
        def now(self):
            return _noon(office.today) + timedelta(seconds=time.monotonic() - START)

        def today(self, _zone):
            return office.today

    monkeypatch.setattr(config.bootstrap, "SystemClock", RunningClock)
    return office


@pytest.fixture
def platform(running):
    """Three customers: one is late twice, one has paid a part, one is a consumer without mail."""
    with LexofficeSandbox(limiter=False, now=lambda: _noon(running.today)) as sandbox:
        place = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
        sandbox.adler = sandbox.add_contact(
            company="Adler Muster GmbH", email="rechnung@adler.example", **place
        )
        sandbox.biber = sandbox.add_contact(
            company="Biber Muster OHG", email="buch@biber.example", **place
        )
        sandbox.dachs = sandbox.add_contact(person=("Dora", "Dachs-Muster"), **place)
        sandbox.re1 = sandbox.add_invoice(
            contact=sandbox.adler, gross="1190.00", on=date(2026, 10, 1), number="RE-1"
        )
        sandbox.re2 = sandbox.add_invoice(
            contact=sandbox.adler, gross="238.00", on=date(2026, 10, 5), number="RE-2"
        )
        sandbox.re3 = sandbox.add_invoice(
            contact=sandbox.biber, gross="357.00", on=date(2026, 10, 6), number="RE-3"
        )
        sandbox.pay(sandbox.re3, "100.00", on=date(2026, 11, 3))
        sandbox.re4 = sandbox.add_invoice(
            contact=sandbox.dachs, gross="59.50", on=date(2026, 11, 16), number="RE-4"
        )
        sandbox.start()
        yield sandbox


def _noon(day):
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def onboarded(office, platform):
    """Connected, read for the first time, and money is booked until Thursday."""
    office.init()
    office("go-live")
    connect(office, platform)
    office("onboard")
    office("booked-until", "2026-11-19")
    return office


def connect(office, platform):
    base, key = platform.base_url, platform.api_key
    office("connect", "lexoffice", "--set", f"api_base={base}", "--set", f"api_key={key}",
           "--set", "rate=200")  # fmt: skip


def owed(office):
    return {row["number"]: row["outstanding"] for row in office.json("open-items")}


def reasons(office):
    return {v["number"]: (v["verdict"], v["reason"]) for v in office.json("run")["verdicts"]}


def send_all(office):
    run = office.json("run")["run"]
    office("approve", "--run", run)
    return office.json("send")


def mails(office):
    return [
        email.message_from_bytes(each.content, policy=email.policy.default)
        for each in office.mailbox.messages
    ]


def test_the_first_reading_and_the_notices_of_the_day(onboarded, platform):
    assert owed(onboarded) == {
        "RE-1": "1190.00", "RE-2": "238.00", "RE-3": "257.00", "RE-4": "59.50",
    }  # fmt: skip
    assert reasons(onboarded) == {
        "RE-1": ("dun", "level_reached"),
        "RE-2": ("dun", "level_reached"),
        "RE-3": ("dun", "level_reached"),
        "RE-4": ("skip", "not_due"),
    }
    outcomes = send_all(onboarded)
    assert [(o["channel"], o["outcome"]) for o in outcomes] == [("email", "sent")] * 2
    levels = {row["number"]: row["level"] for row in onboarded.json("open-items")}
    assert levels == {"RE-1": 1, "RE-2": 1, "RE-3": 1, "RE-4": 0}


def test_nothing_leaves_before_somebody_says_until_when_money_is_booked(office, platform):
    office.init()
    office("go-live")
    connect(office, platform)
    answer = office("onboard")
    assert "mahnwerk booked-until TAG lexoffice" in answer.out
    assert {reason for _, reason in reasons(office).values()} == {"not_booked_through", "not_due"}
    assert office.json("send") == []


def test_who_pays_on_the_platform_after_the_approval_gets_no_letter(onboarded, platform):
    run = onboarded.json("run")["run"]
    onboarded("approve", "--run", run)
    platform.pay(platform.re1, on=FRIDAY)
    platform.pay(platform.re2, on=FRIDAY)
    outcomes = {o["outcome"] for o in onboarded.json("send")}
    assert outcomes == {"withdrawn", "sent"}
    assert owed(onboarded) == {"RE-3": "257.00", "RE-4": "59.50"}


def test_a_day_later_only_what_changed_is_read(onboarded, platform):
    onboarded.today = date(2026, 11, 21)
    platform.pay(platform.re3, on=onboarded.today)
    platform.add_invoice(contact=platform.biber, gross="11.90", on=onboarded.today, number="RE-5")
    before = len(platform.requests)
    found = onboarded.json("sync")
    assert found["records"]["invoices"] == 2
    assert found["requests"] == len(platform.requests) - before
    assert owed(onboarded) == {
        "RE-1": "1190.00", "RE-2": "238.00", "RE-4": "59.50", "RE-5": "11.90",
    }  # fmt: skip
    assert onboarded.json("sync")["records"] == NOTHING


def test_a_voided_a_deleted_and_a_withdrawn_invoice_are_not_dunned(onboarded, platform):
    onboarded.today = date(2026, 11, 21)
    platform.void(platform.re1)
    platform.reopen_as_draft(platform.re2)
    platform.delete(platform.re3)
    onboarded("sync")
    assert owed(onboarded) == {"RE-4": "59.50"}
    onboarded.today = date(2026, 11, 22)
    platform.finalize(platform.re2)
    onboarded("sync")
    assert owed(onboarded) == {"RE-2": "238.00", "RE-4": "59.50"}


def test_a_dunning_made_on_the_platform_delays_ours(office, platform):
    platform.dun(platform.re1, title="Zahlungserinnerung", on=date(2026, 11, 18))
    office.init()
    office("go-live")
    connect(office, platform)
    found = office.json("onboard")["report"]
    assert [n["invoice"] for n in found["platform_notices"]] == ["RE-1"]
    office("booked-until", "2026-11-19")
    assert reasons(office)["RE-1"][0] == "skip"
    assert reasons(office)["RE-2"][0] == "skip", "the customer heard of us two days ago"
    assert reasons(office)["RE-3"] == ("dun", "level_reached")


def test_explain_says_where_the_invoice_comes_from(onboarded):
    found = onboarded.json("explain", "RE-3")
    assert found["facts"]["source_state"] == "open"
    assert "RE-3 (Biber Muster OHG)" in onboarded("explain", "RE-3").out


@pytest.mark.parametrize(
    ("fault", "code"),
    [("unauthorized", 77), ("payment_required", 77), ("html", 70)],
)
def test_a_fault_of_the_platform_ends_in_its_exit_code_and_nothing_is_lost(
    onboarded, platform, fault, code
):
    onboarded.today = date(2026, 11, 21)
    platform.pay(platform.re1, on=onboarded.today)
    platform.fault(fault, times=50)
    answer = onboarded("sync", code=code)
    assert answer.err.startswith("lexoffice: ")
    assert platform.api_key not in answer.err + answer.out
    assert owed(onboarded)["RE-1"] == "1190.00"
    platform.clear_faults()
    onboarded("sync")
    assert "RE-1" not in owed(onboarded)


def test_an_onboarding_that_ends_early_goes_on(office, platform):
    office.init()
    connect(office, platform)
    platform.fault("unauthorized", times=50, path="/v1/invoices")
    answer = office("onboard", code=77)
    assert "weiter geht es mit: mahnwerk onboard lexoffice" in answer.err
    platform.clear_faults()
    found = office.json("onboard")
    assert found["first"] is True
    assert len(owed(office)) == 4

"""A dunning that was made in lexoffice by hand, from finding it to the level that follows."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

import config.bootstrap
from sandbox.lexoffice import LexofficeSandbox

FRIDAY = date(2026, 11, 20)
KEY = "sandbox-Schluessel-0078"


class RunningClock:
    """Friday morning; the seconds pass, because the request budget counts them."""

    start = time.monotonic()

    def now(self):
        passed = timedelta(seconds=time.monotonic() - self.start)
        return datetime(2026, 11, 20, 9, tzinfo=UTC) + passed

    def today(self, _zone):
        return FRIDAY


@pytest.fixture
def lexoffice():
    with LexofficeSandbox(api_key=KEY, today=FRIDAY, limiter=False) as sandbox:
        yield sandbox


@pytest.fixture
def desk(terminal, lexoffice, monkeypatch):
    monkeypatch.setattr(config.bootstrap, "SystemClock", RunningClock)
    terminal.init()
    given = (f"api_base={lexoffice.base_url}", f"api_key={KEY}", "rate=200")
    terminal("connect", "lexoffice", *(part for each in given for part in ("--set", each)))
    return terminal


def verdicts(desk):
    run = desk.json("run", "--dry-run")
    return {v["number"]: (v["verdict"], v["reason"], v["level"]) for v in run["verdicts"]}


def test_a_dunning_made_by_hand_counts_once_somebody_says_it_was_sent(desk, lexoffice):
    contact = lexoffice.add_contact(company="Beispiel Bau GmbH", email="post@bau.example")
    invoice = lexoffice.add_invoice(
        contact=contact, gross="1190.00", on=date(2026, 9, 1), due=date(2026, 9, 15), number="RE-1"
    )
    lexoffice.dun(invoice, title="1. Mahnung", on=date(2026, 11, 9))
    desk("onboard", "lexoffice")
    desk("booked-until", "2026-11-20")
    # Eleven days ago somebody wrote to him: too early for anything, whatever level it was.
    assert verdicts(desk)["RE-1"][:2] == ("skip", "interval_running")
    (found,) = desk.json("platform-notices")
    assert (found["number"], found["title"], found["on"]) == ("RE-1", "1. Mahnung", "2026-11-09")
    assert (found["state"], found["suggested_level"], found["level"]) == ("foreign", 2, 0)

    desk("platform-notices", "confirm", str(found["id"]))
    (item,) = desk.json("open-items")
    assert (item["level"], item["last_notice_on"]) == (2, "2026-11-09")
    # Reading it again neither asks again nor loses the answer.
    desk("sync")
    assert [n["state"] for n in desk.json("platform-notices")] == ["confirmed"]
    (item,) = desk.json("open-items")
    assert (item["level"], item["last_notice_on"]) == (2, "2026-11-09")
    explained = desk.json("explain", "RE-1", "--on", "2026-11-23")
    assert (explained["verdict"], explained["facts"]["level"]) == ("dun", "3")
    assert explained["law"]["default"]["in_default"] is False


def test_one_that_was_made_since_is_found_before_our_own_leaves(desk, lexoffice):
    """Whether a dunning changes the invoice in lexoffice's lists is not known (UNVERIFIED); in the
    stand-in it does not, so only the last look can find it.
    """
    contact = lexoffice.add_contact(company="Beispiel Laden GmbH")
    invoice = lexoffice.add_invoice(
        contact=contact, gross="238.00", on=date(2026, 9, 1), due=date(2026, 9, 15), number="RE-2"
    )
    desk("onboard", "lexoffice")
    desk("booked-until", "2026-11-20")
    (proposal,) = desk.json("run")["proposals"]
    desk("approve", proposal)
    lexoffice.dun(invoice, title="Zahlungserinnerung", on=date(2026, 11, 18))
    (sent,) = desk.json("send")
    assert (sent["outcome"], sent.get("file"), sent.get("message_id")) == ("withdrawn", None, None)
    assert verdicts(desk)["RE-2"][:2] == ("skip", "interval_running")
    (found,) = desk.json("platform-notices")
    assert (found["title"], found["suggested_level"]) == ("Zahlungserinnerung", 1)
    desk("platform-notices", "dismiss", str(found["id"]))
    assert verdicts(desk)["RE-2"][:2] == ("skip", "interval_running")  # in his favour
    assert desk.json("open-items")[0]["level"] == 0


def test_the_doctor_finds_a_key_that_was_taken_away(desk, lexoffice):
    checks = {c["check"]: c for c in desk.json("doctor")["checks"]}
    assert (checks["platform"]["status"], checks["sync"]["status"]) == ("ok", "warn")
    assert "mahnwerk onboard lexoffice" in checks["sync"]["message"]
    lexoffice.gateway.api_key = "ein-anderer-Schluessel"
    checks = {c["check"]: c for c in desk.json("doctor", code=78)["checks"]}
    assert checks["platform"]["status"] == "fail"
    assert "API-Schlüssel" in checks["platform"]["message"]
    assert KEY not in checks["platform"]["message"]

"""An office in operation: two clients on lexoffice, lost and revoked keys, and both databases.

The platform is our stand-in on 127.0.0.1: what is shown here is how Mahnwerk behaves, not how
lexoffice does.
"""

import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pytest
from books import bank, debtor, invoice, stammdaten, stapel
from cryptography.fernet import Fernet

import config.bootstrap
from sandbox.lexoffice import LexofficeSandbox

START = time.monotonic()
PLACE = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
LETTERHEAD = {
    "street": "Beispielgasse 7",
    "postcode": "90403",
    "city": "Nürnberg",
    "email": "buchhaltung@muster.example",
    "mail_from": "buchhaltung@muster.example",
    "iban": "DE02120300000000202051",
    "smtp_host": "127.0.0.1",
    "smtp_security": "none",
}
KEYS = {"anna": "sandbox-key-anna-1", "bert": "sandbox-key-bert-2"}


def noon(day):
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request, office, monkeypatch):
    """An office on each database, whose clock runs: who waits his turn must see time go by."""
    if request.param == "postgresql":
        monkeypatch.setenv("MAHNWERK_DATABASE_URL", request.getfixturevalue("postgres_url"))

    class RunningClock:
        def now(self):
            return noon(office.today) + timedelta(seconds=time.monotonic() - START)

        def today(self, _zone):
            return office.today

    monkeypatch.setattr(config.bootstrap, "SystemClock", RunningClock)
    return office


@pytest.fixture
def platforms(running):
    """Two organisations: anna's customer owes 1.190,00 EUR, bert's owes 238,00 EUR."""
    with ExitStack() as stack:
        found = {}
        for name, gross in (("anna", "1190.00"), ("bert", "238.00")):
            sandbox = LexofficeSandbox(
                limiter=False,
                now=lambda: noon(running.today),
                seed=len(found) + 1,
                api_key=KEYS[name],
            )
            stack.enter_context(sandbox)
            who = sandbox.add_contact(
                company=f"Kunde von {name} GmbH", email=f"{name}@kunde.example", **PLACE
            )
            sandbox.bill = sandbox.add_invoice(
                contact=who, gross=gross, on=date(2026, 10, 1), number="RE-1"
            )
            sandbox.start()
            found[name] = sandbox
        yield found


def connect(office, name, sandbox):
    given = (f"api_base={sandbox.base_url}", f"api_key={KEYS[name]}", "rate=200")
    settings = [part for each in given for part in ("--set", each)]
    office("connect", "lexoffice", *settings, "--creditor", name)


def set_up(office, name):
    given = LETTERHEAD | {"name": f"{name} Muster GmbH", "smtp_port": office.mailbox.port}
    fields = [part for k, v in given.items() for part in ("--set", f"{k}={v}")]
    office("init", "--creditor", name, *fields)


@pytest.fixture
def clients(running, platforms):
    """Both are clients of the same office, connected and read."""
    for name, sandbox in platforms.items():
        set_up(running, name)
        running("go-live", "--creditor", name)
        connect(running, name, sandbox)
        running("onboard", "--creditor", name)
        running("booked-until", "2026-11-19", "--creditor", name)
    return running


def owed(office, name):
    rows = office.json("open-items", "--creditor", name)
    return sorted((row["number"], row["outstanding"]) for row in rows)


def test_two_clients_never_meet(clients, platforms):
    assert owed(clients, "anna") == [("RE-1", "1190.00")]
    assert owed(clients, "bert") == [("RE-1", "238.00")]
    platforms["bert"].dun(platforms["bert"].bill, title="1. Mahnung", on=date(2026, 11, 18))
    for name in platforms:
        clients("sync", "--creditor", name, "--invoice", "RE-1")
    assert clients.json("platform-notices", "--creditor", "anna") == []
    (seen,) = clients.json("platform-notices", "--creditor", "bert")
    assert (seen["number"], seen["debtor"]) == ("RE-1", "Kunde von bert GmbH")
    platforms["anna"].pay(platforms["anna"].bill, on=date(2026, 11, 19))
    asked = len(platforms["bert"].requests)
    clients("sync", "--creditor", "anna")
    assert (owed(clients, "anna"), owed(clients, "bert")) == ([], [("RE-1", "238.00")])
    assert len(platforms["bert"].requests) == asked, "the other client's platform is not asked"


def test_without_saying_whose_nothing_is_done(clients):
    for command in (["sync"], ["sync", "--invoice", "RE-1"], ["onboard"], ["run"], ["send"]):
        said = clients(*command, code=64)
        assert "--creditor: anna, bert" in said.err
    assert clients.json("sync", "--creditor", "nobody", code=64)["error"]["code"] == "usage_error"


def test_one_client_is_throttled_and_the_other_goes_on(clients, platforms):
    """Each connection has a budget of its own."""
    platforms["anna"].revoke_key()
    clients("sync", "--creditor", "anna", code=77)
    assert clients.json("sync", "--creditor", "bert")["error"] is None
    platforms["anna"].new_key(KEYS["anna"])
    assert clients.json("sync", "--creditor", "anna")["error"] is None


def test_the_way_to_the_debtor_and_the_same_run_again_later(clients, platforms):
    for name in platforms:
        run = clients.json("run", "--creditor", name)
        assert len(run["proposals"]) == 1
        clients("approve", "--creditor", name, "--run", run["run"])
    (outcome,) = clients.json("send", "--creditor", "anna")
    assert (outcome["outcome"], outcome["channel"]) == ("sent", "email")
    assert clients.mailbox.count() == 1
    before = {name: clients.json("replay", 1, "--creditor", name) for name in platforms}
    assert all(each["identical"] for each in before.values())
    for name, sandbox in platforms.items():
        sandbox.pay(sandbox.bill, "38.00", on=date(2026, 11, 20))
        clients("sync", "--creditor", name)
    (outcome,) = clients.json("send", "--creditor", "bert")
    assert outcome["outcome"] == "withdrawn", "a part of it was paid since it was approved"
    for name in platforms:
        clients("run", "--creditor", name)
        assert clients.json("replay", 1, "--creditor", name) == before[name]
        found = clients.json("diff", 1, 2, "--creditor", name)
        assert sum(found["totals"]["changes"].values()) == 1
        assert clients.json("audit", "verify", "--creditor", name)["ok"]


@pytest.fixture
def both(running, platforms):
    """One client, anna: RE-1 stands on lexoffice, D-1 in DATEV; both are approved."""
    set_up(running, "anna")
    running("go-live")
    connect(running, "anna", platforms["anna"])
    running("onboard")
    books = {
        "EXTF_Buchungsstapel.csv": stapel(
            invoice(10001, "D-1", "357,00", date(2026, 9, 1), date(2026, 9, 15)),
            bank(date(2026, 11, 19)),
        ),
        "EXTF_DebKred.csv": stammdaten(debtor(10001, "Dachs GmbH", email="d@kunde.example")),
    }
    running("import", "datev", *running.files(books))
    running("booked-until", "2026-11-19")
    run = running.json("run")
    running("approve", "--run", run["run"])
    return running


def outcomes(office, code):
    """(outcome, reason) of a send, by what the notice is about."""
    items = {p["id"]: p["items"][0]["number"] for p in office.json("proposals")}
    found = office.json("send", code=code)
    return {items[each["proposal"]]: (each["outcome"], each["reason"]) for each in found}


def test_a_lost_key_holds_what_needs_it_and_nothing_else(both, platforms):
    key = both.folder / "key"
    kept = key.read_text()
    key.unlink()
    found = outcomes(both, 78)
    assert found["D-1"][0] == "sent"
    assert found["RE-1"][0] == "held"
    assert "API-Schlüssel dann neu eingeben" in found["RE-1"][1]
    assert "neu eingeben" in both("sync", code=78).err
    assert owed(both, "anna") == [("D-1", "357.00"), ("RE-1", "1190.00")]
    assert "key" in {
        c["check"] for c in both.json("doctor", code=78)["checks"] if c["status"] == "fail"
    }
    both("init")
    assert key.read_text() != kept
    assert "Neu eingeben: mahnwerk connect lexoffice" in both("sync", code=77).err
    both("connect", "lexoffice", "--set", f"api_key={KEYS['anna']}")
    assert outcomes(both, 0)["RE-1"][0] == "sent"
    assert both.mailbox.count() == 2
    assert both.json("audit", "verify")["ok"]


def test_a_key_is_rotated_without_entering_anything(both, monkeypatch):
    old, new = (both.folder / "key").read_text().strip(), Fernet.generate_key().decode()
    monkeypatch.delenv("MAHNWERK_KEY_FILE")
    monkeypatch.setenv("MAHNWERK_KEY", f"{new},{old}")
    assert both.json("sync", "lexoffice")["error"] is None
    both("connect", "lexoffice", "--set", f"api_key={KEYS['anna']}")
    monkeypatch.setenv("MAHNWERK_KEY", new)
    assert both.json("sync", "lexoffice")["error"] is None, (
        "what was entered since is under the new one"
    )


def test_a_revoked_key_holds_its_notices_and_the_others_leave(both, platforms):
    platforms["anna"].revoke_key()
    found = outcomes(both, 77)
    assert (found["D-1"][0], found["RE-1"][0]) == ("sent", "held")
    assert "mahnwerk connect lexoffice" in found["RE-1"][1]
    failed = [c for c in both.json("doctor", code=78)["checks"] if c["status"] == "fail"]
    assert any("lexoffice" in each["message"] for each in failed)
    platforms["anna"].new_key("sandbox-key-anna-9")
    both("connect", "lexoffice", "--set", "api_key=sandbox-key-anna-9")
    assert outcomes(both, 0)["RE-1"][0] == "sent"
    assert both.mailbox.count() == 2

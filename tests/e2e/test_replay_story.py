"""A run is played again after everything has changed: books, procedure, holds, calendar, rates."""

import hashlib
import json
import sqlite3
import zlib
from datetime import date

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel

import config.bootstrap
from config.procedures import SHIPPED
from core.domain.business_days import Calendar

FRIDAY, WEDNESDAY = date(2026, 11, 20), date(2026, 12, 9)
ADLER, BIBER, DACHS = 10100, 10200, 10300
SECRETS = ("Adler Muster", "Geheimweg", "Nürnberg", "rechnung@adler.example")


def masters():
    return stammdaten(
        debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example", street="Geheimweg 3"),
        debtor(BIBER, "Biber Muster OHG"),
        debtor(DACHS, "Dachs Muster AG", email="buch@dachs.example"),
    )


def november(*more, until=date(2026, 11, 19)):
    return stapel(
        invoice(ADLER, "RE-1", "119,00", date(2026, 10, 19), due=date(2026, 11, 2)),
        invoice(BIBER, "RE-2", "238,00", date(2026, 10, 6), due=date(2026, 10, 20)),
        invoice(DACHS, "RE-3", "59,50", date(2026, 11, 10), due=date(2026, 12, 1)),
        *more,
        bank(until),
    )


def load(office, *more, until=date(2026, 11, 19), name="nov.csv", code=0):
    files = office.files({"stamm.csv": masters(), name: november(*more, until=until)})
    return office.json("import", "datev", *files, code=code)


@pytest.fixture
def ran(office):
    """Run 1 on 20 November: RE-1 and RE-2 are dunned, RE-3 is not due."""
    office.init()
    office("go-live")
    load(office)
    document = office.json("run")
    assert document["run"] == 1
    return office


def own_procedure(office, **changes):
    """The standard procedure in the user's folder, with lines replaced."""
    folder = office.folder / "home" / "procedures"
    folder.mkdir(exist_ok=True)
    text = (SHIPPED / "standard.toml").read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    (folder / "standard.toml").write_text(text, encoding="utf-8")


def everything_changes(office, monkeypatch):
    office.today = WEDNESDAY
    paid = payment(ADLER, "RE-1", "119,00", date(2026, 12, 2))
    load(office, paid, until=date(2026, 12, 8))
    own_procedure(office, first=("days_after_due = ", "days_after_due = 1"))
    office("hold", "RE-2", "--reason", "Reklamation")
    office("debtor", "set", BIBER, "land=BE", "type=consumer")
    # Every day a feast day, and no rate known: a replay that asked for them would stumble.
    days = frozenset(date.fromordinal(n) for n in range(737000, 741000))
    monkeypatch.setattr(config.bootstrap, "calendar_for", lambda _land="": Calendar(days))
    monkeypatch.setattr(config.bootstrap, "calendar_at", lambda _debtor: Calendar(days))
    monkeypatch.setattr(config.bootstrap.RateFiles, "table", lambda _self, _law: None)


def test_a_run_is_decided_again_when_nothing_has_changed(ran):
    document = ran.json("replay", 1)
    assert document["identical"]
    assert document["sha256"] == document["recorded_sha256"]
    assert (document["items"], document["notices"]) == (3, 2)
    assert ran.json("run")["decisions_sha256"] == document["sha256"]


def test_a_replay_is_byte_identical_whatever_has_changed_since(ran, monkeypatch):
    before = ran("replay", 1, "--json").out
    everything_changes(ran, monkeypatch)
    assert ran("replay", 1, "--json").out == before
    told = ran("replay", 1).out
    assert "3 Posten und 2 Mahnungen, genau wie damals entschieden." in told
    assert json.loads(before)["sha256"] in told


def test_anybody_can_check_the_checksum(ran):
    document = ran.json("replay", 1)
    text = json.dumps(
        document["decisions"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(text.encode()).hexdigest() == document["sha256"]


def database(office):
    [path] = (office.folder / "home").glob("*.db")
    return sqlite3.connect(path)


def test_names_and_addresses_are_not_stored_a_second_time(ran):
    with database(ran) as db:
        rows = db.execute("SELECT payload FROM run_input").fetchall()
    stored = b"".join(zlib.decompress(payload) for (payload,) in rows).decode()
    assert "RE-1" in stored
    for secret in SECRETS:
        assert secret not in stored


def test_a_changed_record_ends_with_70_and_names_the_account(ran):
    with database(ran) as db:
        [(payload,)] = db.execute("SELECT payload FROM run_input WHERE seq = 2").fetchall()
        text = zlib.decompress(payload).decode().replace("11900", "11901")
        db.execute(
            "UPDATE run_input SET payload = ? WHERE seq = 2", (zlib.compress(text.encode()),)
        )
    db.close()
    document = ran.json("replay", 1, code=70)
    assert not document["identical"]
    assert document["difference"]["debtor"] == str(ADLER)
    told = ran("replay", 1, code=70).out
    assert "kommt ANDERS heraus, zuerst bei Konto 10100:" in told
    assert "119.01" in told


def test_a_run_that_is_not_there(ran):
    assert "gibt es nicht" in ran("replay", 9, code=64).err


def test_the_difference_between_two_runs_has_its_causes(ran, monkeypatch):
    everything_changes(ran, monkeypatch)
    ran("run")
    document = ran.json("diff", 1, 2)
    assert (document["before"]["on"], document["after"]["on"]) == ("2026-11-20", "2026-12-09")
    assert document["totals"]["changes"] == {"gone": 1, "verdict": 2}
    by_number = {
        change["number"]: (
            each["account"],
            change["change"],
            [c["cause"] for c in change["causes"]],
        )
        for each in document["debtors"]
        for change in each["changes"]
    }
    assert by_number["RE-1"] == (str(ADLER), "gone", ["cleared"])
    account, change, causes = by_number["RE-2"]
    assert (account, change) == (str(BIBER), "verdict")
    assert {"hold_set", "booked_until", "debtor_data", "procedure_changed"} <= set(causes)
    assert by_number["RE-3"][:2] == (str(DACHS), "verdict")
    told = ran("diff", 1, 2).out
    assert "10100 Adler Muster GmbH:" in told
    assert "RE-1: weggefallen: Stufe 1 (119,00 EUR)" in told
    assert "Reklamation" in told
    assert "levels[reminder].days_after_due: 10 → 110" in told


def test_a_run_of_today_and_the_same_again_do_not_differ(ran):
    ran("run")
    assert "0 Posten anders" in ran("diff", 1, 2).out
    assert ran.json("diff", 1, 2)["debtors"] == []


def test_in_english(ran, monkeypatch):
    ran("run")
    monkeypatch.setattr("cli.replay.language", lambda: "en")
    monkeypatch.setattr("cli.replay.tr", lambda _de, en: en)
    monkeypatch.setattr("cli.output.language", lambda: "en")
    monkeypatch.setattr("cli.call.tr", lambda _de, en: en)
    assert "decided exactly as they were" in ran("replay", 1).out
    assert "0 items differ" in ran("diff", 1, 2).out

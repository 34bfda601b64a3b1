"""Replaying a run on every database: what it recorded is enough, and what is damaged shows."""

from __future__ import annotations

import json
import zlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from delivery_desk import MONDAY, TUESDAY, office_in

from core.domain.business_days import Calendar
from core.domain.decision_document import document_sha256
from core.domain.law import RateTable
from core.domain.model import HoldKind
from core.errors import RuleError, UsageError
from core.services.replay import replay
from core.services.run import run
from core.store import tables as t
from sandbox.mailbox import Mailbox

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path, store):
    """RE-1 over 119 EUR is 20 days late, RE-2 over 80 EUR is not due; on every database."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox, store=store) as made:
        made.debtor("10001", "Adler Muster GmbH")
        made.debtor("10002", "Biber Muster OHG", email="")
        made.owes("10001", "RE-1", "119.00", DUE)
        made.owes("10001", "GU-1", "-19.00", DUE)
        made.owes("10002", "RE-2", "80.00", date(2026, 3, 20))
        yield made


def forbidden(_what):
    raise AssertionError("a replay asks for nothing of today")


def without_today(app):
    """An application whose procedures, calendars, places and rates may not be asked for."""
    return replace(app, procedure=forbidden, calendar=forbidden, place=forbidden, rates=forbidden)


class ReadOnly:
    """A store that nobody may write to."""

    def __init__(self, store):
        self.read = store.read

    def write(self):
        raise AssertionError("a replay writes nothing")


def inputs(office, run_id=1):
    """The stored chunks by their number."""
    with office.app.store.read() as tx:
        rows = tx.creditors._db.execute(
            sa.select(t.run_input.c.seq, t.run_input.c.payload)
            .where(t.run_input.c.run_id == run_id)
            .order_by(t.run_input.c.seq)
        )
        return {seq: json.loads(zlib.decompress(payload)) for seq, payload in rows}


def store_input(office, seq, content, run_id=1):
    payload = content if isinstance(content, bytes) else zlib.compress(json.dumps(content).encode())
    with office.app.store.write() as tx:
        tx.creditors._db.execute(
            sa.update(t.run_input)
            .where(t.run_input.c.run_id == run_id, t.run_input.c.seq == seq)
            .values(payload=payload)
        )


def test_a_run_comes_out_the_same_after_everything_has_changed(office):
    made = office.run()
    office.paid("10001", "RE-1", left="50")
    office.hold("10001", reason="Insolvenz", kind=HoldKind.INSOLVENCY)
    office.owes("10002", "RE-9", "999.00", DUE)
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"land": "BY"})
        profile = replace(office.creditor.profile, land="BE", procedure="weg")
        tx.creditors.save_profile(office.id, profile)
    office.day(date(2026, 6, 1), booked=False)
    office.app = without_today(office.app)
    report = replay(office.app, office.id, made.run)
    assert report.identical, report.difference
    assert report.sha256 == report.recorded_sha256 == made.decisions_sha256
    assert (report.items, report.accounts, report.notices) == (3, 1, 1)
    assert report.on == MONDAY


def test_the_document_is_what_was_hashed(office):
    """Anybody can check it: the list as JSON with sorted keys and no white space."""
    made = office.run()
    again = replay(office.app, office.id, made.run)
    assert document_sha256(again.decisions) == made.decisions_sha256
    assert again.decisions == replay(office.app, office.id, made.run).decisions
    [notice] = [each for entry in again.decisions for each in entry.get("notices", ())]
    assert notice["total"] == "100.00 EUR"
    assert [line["outstanding"] for line in notice["lines"]] == ["119.00 EUR", "-19.00 EUR"]


def test_a_replay_writes_nothing(office):
    office.run()
    assert replay(replace(office.app, store=ReadOnly(office.app.store)), office.id, 1).identical


def test_the_checksum_is_part_of_the_event_log(office):
    made = office.run()
    with office.app.store.read() as tx:
        payloads = tx.creditors._db.execute(sa.select(t.event_payload.c.payload)).scalars().all()
        assert tx.runs.get(office.id, made.run).decisions_sha256 == made.decisions_sha256
    assert made.decisions_sha256 in {json.loads(p).get("decisions_sha256") for p in payloads}


def test_what_no_rule_reads_is_not_stored(office):
    office.run()
    stored = json.dumps(inputs(office), ensure_ascii=False)
    for secret in ("Adler", "Biber", "Musterweg", "Nürnberg", "beispiel.example", "erika", "DE02"):
        assert secret not in stored
    assert "90402" in stored  # the feast days of the place (§ 193 BGB)
    assert "RE-1" in stored


def test_a_changed_amount_names_the_account_and_what_is_different(office):
    office.run()
    chunks = inputs(office)
    [seq] = [n for n, content in chunks.items() if "accounts" in content]
    chunks[seq]["items"]["outstanding"][0][0] += 100
    store_input(office, seq, chunks[seq])
    report = replay(office.app, office.id, 1)
    assert not report.identical
    assert report.sha256 != report.recorded_sha256
    assert report.difference.debtor == "10001"
    assert "100.00" in report.difference.what[0]
    assert "101.00" in report.difference.what[0]


def test_a_changed_due_day_names_the_verdict(office):
    office.run()
    chunks = inputs(office)
    [seq] = [n for n, content in chunks.items() if "accounts" in content]
    place = chunks[seq]["items"]["number"].index("RE-1")
    chunks[seq]["items"]["due_date"][place] = "2026-02-28"
    store_input(office, seq, chunks[seq])
    report = replay(office.app, office.id, 1)
    assert report.difference.debtor == "10001"
    assert report.difference.what[0].startswith("RE-1: damals „")


def test_a_changed_quiet_item_is_seen(office):
    office.run()
    chunks = inputs(office)
    chunks[1]["quiet"]["due_date"] = ["2026-03-19"]
    store_input(office, 1, chunks[1])
    report = replay(office.app, office.id, 1)
    assert not report.identical
    assert "RE-2" in report.difference.what[0]


def test_a_changed_procedure_is_seen(office):
    office.run()
    settings = inputs(office)[0]
    rules = json.loads(settings["procedures"]["standard"])
    rules["levels"][0]["deadline_days"] += 7
    settings["procedures"]["standard"] = json.dumps(rules)
    store_input(office, 0, settings)
    report = replay(office.app, office.id, 1)
    assert not report.identical
    assert "Mahnungen: damals notice EUR 1 100.00 2026-03" in report.difference.what[0]


@pytest.mark.parametrize("seq", [0, 1, 2])
@pytest.mark.parametrize(
    "content", [b"no zlib", zlib.compress(b"no json"), {}, [], {"outcomes": [["x", []]]}]
)
def test_an_unreadable_record_is_said_in_a_sentence(office, seq, content):
    office.run()
    store_input(office, seq, content)
    with pytest.raises(RuleError, match="Aufzeichnung"):
        replay(office.app, office.id, 1)


def test_a_missing_part_is_noticed(office):
    office.run()
    with office.app.store.write() as tx:
        tx.creditors._db.execute(sa.delete(t.run_input).where(t.run_input.c.seq == 1))
    with pytest.raises(RuleError, match="Teil 1 fehlt"):
        replay(office.app, office.id, 1)
    with office.app.store.write() as tx:
        tx.creditors._db.execute(sa.delete(t.run_input).where(t.run_input.c.seq == 2))
    report = replay(office.app, office.id, 1)
    assert report.difference.what == ("Der Lauf hat 3 Posten geprüft, aufgezeichnet sind 0.",)


def test_a_changed_checksum_of_the_run_is_noticed(office):
    office.run()
    with office.app.store.write() as tx:
        tx.creditors._db.execute(sa.update(t.dunning_run).values(decisions_sha256="0" * 64))
    report = replay(office.app, office.id, 1)
    assert report.difference.debtor == ""
    assert "Prüfsumme" in report.difference.what[0]


def test_a_run_of_an_earlier_version_says_that_it_kept_nothing(office):
    office.run()
    with office.app.store.write() as tx:
        tx.creditors._db.execute(sa.delete(t.run_input))
    with pytest.raises(UsageError, match="früheren Version"):
        replay(office.app, office.id, 1)


def test_a_run_that_does_not_exist(office):
    with pytest.raises(UsageError, match="7 gibt es nicht"):
        replay(office.app, office.id, 7)


class Killed(BaseException):
    """The process is gone."""


class DiesAt:
    """A store whose process ends in its ``at``-th transaction that writes, before it commits."""

    def __init__(self, store, at):
        self._store, self._left = store, at

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def write(self):
        self._left -= 1
        with self._store.write() as tx:
            yield tx
            if self._left == 0:
                raise Killed


@pytest.mark.parametrize("at", range(2, 7))
def test_a_run_that_was_killed_cannot_be_replayed_and_the_next_one_can(office, at):
    """The lease is the first transaction; a run that is not ready has decided nothing."""
    with pytest.raises(Killed):
        run(replace(office.app, store=DiesAt(office.app.store, at)), office.id, on=MONDAY)
    office.clock.day = TUESDAY
    office.booked(TUESDAY)
    with office.app.store.write() as tx:
        tx.creditors._db.execute(sa.delete(t.lease))
    office.run()
    with office.app.store.read() as tx:
        last = tx.runs.latest(office.id).id
    assert replay(office.app, office.id, last).identical
    for broken in range(1, last):
        with pytest.raises(UsageError, match="nicht fertig"):
            replay(office.app, office.id, broken)


def test_a_procedure_that_could_not_be_read_is_recorded_as_such(office):
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"procedure": "weg"})
    office.run()
    standard = office.app.procedure("standard")

    def mended(_name):
        return standard

    report = replay(replace(office.app, procedure=mended), office.id, 1)
    assert report.identical
    reasons = {v["reason"] for entry in report.decisions for v in entry["verdicts"]}
    assert "procedure_unusable" in reasons


def test_rules_that_ask_for_more_than_was_recorded_are_named(office):
    office.run()
    settings = inputs(office)[0]
    settings["procedures"] = {}
    store_input(office, 0, settings)
    with pytest.raises(RuleError, match="fehlt, wonach die Regeln heute fragen: standard"):
        replay(office.app, office.id, 1)


def test_other_feast_days_and_rates_of_today_do_not_matter(office):
    made = office.run()
    days = frozenset(MONDAY + timedelta(days=n) for n in range(-400, 400))
    today = replace(
        office.app,
        calendar=lambda _land: Calendar(days),
        place=lambda _debtor: Calendar(days),
        rates=lambda _law: RateTable(()),
    )
    assert replay(today, office.id, made.run).identical


def test_many_accounts_are_stored_in_several_parts(office, monkeypatch):
    """More verdicts than one part holds, and quiet items in a part of their own."""
    monkeypatch.setattr("core.services.run.VERDICTS", 3)
    for n in range(5):
        office.debtor(str(20000 + n))
        office.owes(str(20000 + n), f"RE-{n}-1", "10.00", DUE)
        office.owes(str(20000 + n), f"RE-{n}-2", "20.00", DUE)
    made = office.run()
    parts = [content for seq, content in inputs(office).items() if seq]
    assert ["quiet" in part for part in parts] == [True, False, False, False]
    report = replay(without_today(office.app), office.id, made.run)
    assert report.identical
    assert report.items == len(made.verdicts) == 13

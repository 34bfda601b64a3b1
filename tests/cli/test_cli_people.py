"""What people read: every command in both languages, and what a person must close by hand."""

import sys
from contextlib import contextmanager
from io import StringIO

import pytest
from cli_desk import FRIDAY

import config.bootstrap
from cli.output import table
from core.domain.model import NoticeState

EVERY = [
    ("init",), ("doctor",), ("connect", "datev"), ("booked-until", "2026-11-20"), ("open-items",),
    ("explain", "RE-1"), ("paid", "RE-1", "--amount", "1,00"), ("debtors",),
    ("debtor", "show", "10001"), ("debtor", "set", "10001", "language=en"),
    ("hold", "10002", "--reason", "Rückfrage"), ("release", "10002"), ("tasks",), ("run",),
    ("run", "--dry-run"), ("proposals",), ("proposals", "drop", "2", "RE-5"), ("run",),
    ("reject", "3", "--reason", "Kulanz"), ("run",), ("approve", "--run", "3"), ("send",),
    ("posted", "3"), ("procedures", "show"), ("audit", "verify"), ("stop",), ("resume",),
    ("go-live",),
]  # fmt: skip


@contextmanager
def transaction():
    composed = config.bootstrap.compose()
    with composed.app.store.write() as tx:
        yield tx
    composed.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_command_speaks_to_people(office, monkeypatch, language):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", language)
    for args in EVERY:
        answer = office(*args)
        assert answer.out.strip(), args
        assert "None" not in answer.out, args
        assert "{" not in answer.out, args


def test_an_interrupted_delivery_is_closed_by_a_person(office):
    office("run")
    (first, second) = [row["id"] for row in office.json("approve", "--run", "1")]
    with transaction() as tx:
        for notice in (first, second):
            for state in (NoticeState.HANDING_OVER, NoticeState.UNKNOWN):
                tx.notices.set_state("muster-handels-gmbh", notice, state, channel="letter")
    assert "verschickt" in office("deliveries", "resolve", first, "sent").out
    document = office.json("deliveries", "resolve", second, "not_sent")
    assert (document["id"], document["outcome"]) == (second, "not_sent")
    assert document["state"] != "unknown"
    office("deliveries", "resolve", first, "sent", code=64)
    assert len(office.json("run")["proposals"]) == 1, "only what was not sent is proposed again"


def test_a_task_is_shown_until_it_is_done(office):
    with transaction() as tx:
        debtor = tx.debtors.find("muster-handels-gmbh", "10001")[0].id
        task = tx.tasks.add(
            "muster-handels-gmbh", "hand_over", debtor, None, "Bitte übergeben", FRIDAY
        )
    assert "Bitte übergeben" in office("tasks").out
    (row,) = office.json("tasks")
    assert (row["id"], row["kind"], row["debtor"]) == (task, "hand_over", "Beispiel Bau GmbH")
    assert f"Aufgabe {task}" in office("tasks", "done", task).out
    assert office.json("tasks") == []


def test_a_log_that_was_tampered_with_is_said_so(office):
    answer = office("audit", "verify", "--head", "0" * 64, code=65)
    assert "NICHT" in answer.out


def test_a_terminal_wraps_names_and_never_cuts_amounts(monkeypatch):
    class Screen(StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "40")
    table(["Name", ">Betrag"], [("Sehr lange Firma " * 5, "987.654.321,09 EUR")])
    assert "987.654.321,09 EUR" in screen.getvalue()
    assert "…" not in screen.getvalue()

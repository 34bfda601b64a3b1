"""German with a German locale, English otherwise: what is told and stored reads like its reader."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from delivery_desk import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, office_in

import core.errors
from core.domain.model import Address, NoticeState
from core.errors import ConfigError, MahnwerkError, Unavailable, UsageError
from core.services.approve import approve, approve_run
from core.services.explain import explain
from core.services.holds import hold, release
from core.services.posted import resolve_unknown
from core.store import failures
from core.store.unit import SqlStore
from sandbox.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("de", "en")


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def office(tmp_path, language):
    """One reminder over 119,00 EUR by mail and one by letter, for a person of that language."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        made.app = replace(made.app, language=language)
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        made.debtor("10002", "Brief AG", email="")
        made.owes("10002", "RE-2", "119.00", date(2026, 2, 10))
        yield made


def reasons(office):
    return {o.proposal: o.reason for o in office.send().outcomes}


def test_a_reminder_that_was_paid_says_so(office, language):
    mail, _ = office.propose_and_approve()
    office.paid("10001", "RE-1")
    told = reasons(office)[mail]
    assert (
        told
        == {
            "de": "RE-1 steht nicht mehr offen in den Büchern",
            "en": "RE-1 is not open in the books any more",
        }[language]
    )
    assert office.notice(mail).reason == told, "stored as the person was told"


def test_a_part_payment_names_both_amounts(office, language):
    mail, _ = office.propose_and_approve()
    office.paid("10001", "RE-1", left="100.00")
    assert reasons(office)[mail] == {
        "de": "RE-1 hat sich geändert: offen sind 100,00 EUR statt 119,00 EUR",
        "en": "RE-1 has changed: 100.00 EUR is open instead of 119.00 EUR",
    }[language]  # fmt: skip


def test_a_verdict_is_told_in_the_readers_language(office, language):
    mail, _ = office.propose_and_approve()
    office.hold("10001", "RE-1", reason="Complaint 4711")
    told = reasons(office)[mail]
    assert told.startswith({"de": "RE-1: Mahnsperre", "en": "RE-1: Hold"}[language])
    assert "Complaint 4711" in told, "what a person wrote stays as it was written"


def test_an_old_approval_says_until_when_it_held(office, language):
    mail, _ = office.propose_and_approve()
    office.day(date(2026, 3, 9))
    assert reasons(office)[mail] == {
        "de": "Die Freigabe vom 02.03.2026 ist älter als 3 Arbeitstage; bitte erneut freigeben",
        "en": "The approval of 2026-03-02 is older than 3 working days; please approve it again",
    }[language]  # fmt: skip


def test_nobody_to_write_to_says_what_is_missing(office, language):
    office.debtor("10003", "Ohne AG", email="", address=Address())
    office.owes("10003", "RE-3", "119.00", date(2026, 2, 10))
    *_, nowhere = office.propose_and_approve()
    told = reasons(office)[nowhere]
    wanted = {
        "de": ("keine gültige Mailadresse", "keine vollständige Postanschrift"),
        "en": ("no valid mail address", "no complete postal address"),
    }[language]
    assert all(told.count(part) == 1 for part in wanted), told


def test_an_interrupted_delivery_says_how_to_close_it(office, language):
    mail, _ = office.propose_and_approve()
    with office.app.store.write() as tx:
        tx.deliveries.reserve(office.id, mail, "email", "x", "elsewhere", office.clock.now(), 1)
        tx.deliveries.hand_over(office.id, 1, "elsewhere", office.clock.now())
        tx.notices.set_state(office.id, mail, NoticeState.HANDING_OVER)
    office.day(TUESDAY)
    told = reasons(office)[mail]
    assert f"mahnwerk deliveries resolve {mail} sent" in told
    assert {"de": "unterbrochen", "en": "interrupted"}[language] in told
    resolve_unknown(office.app, office.id, mail, "not_sent", by="erika", on=TUESDAY)
    assert office.notice(mail).reason == {
        "de": "Nach Klärung nicht versendet",
        "en": "Found not to have been sent",
    }[language]  # fmt: skip


def test_a_letter_printed_in_one_language_is_found_again_in_the_other(office, language):
    office.propose_and_approve()
    [file] = office.send().print_files
    assert file
    other = "en" if language == "de" else "de"
    office.app = replace(office.app, language=other)
    again = office.send()
    assert (again.outcomes, again.print_files) == ([], [])


def test_approve_says_why_not(office, language):
    mail, letter = office.propose_and_approve()
    office.send()
    [sent] = approve(office.app, office.id, [mail], by="erika", on=MONDAY)
    assert sent.reason == {
        "de": "ist kein Vorschlag mehr (verschickt)",
        "en": "is no proposal any more (sent)",
    }[language]  # fmt: skip
    [printed] = approve(office.app, office.id, [letter], by="erika", on=MONDAY)
    assert {"de": "gedruckt", "en": "printed"}[language] in printed.reason


def test_a_limit_names_its_amount(office, language):
    run = office.run().run
    told = approve_run(office.app, office.id, run, max_amount=Decimal(100), by="erika", on=MONDAY)
    assert {each.reason for each in told} == {
        {
            "de": "119,00 EUR liegt über der Grenze von 100,00 EUR",
            "en": "119.00 EUR is above the limit of 100.00 EUR",
        }[language]
    }


def test_posted_says_what_cannot_be(office, language):
    mail, letter = office.propose_and_approve()
    office.day(WEDNESDAY)
    office.send()
    told = [office.posted(n, on=TUESDAY)[0].reason for n in (mail, letter)]
    assert (
        told
        == {
            "de": [
                f"Mahnung {mail} ist schon als verschickt gemeldet am 04.03.2026",
                (
                    f"Mahnung {letter} wurde erst am 04.03.2026 gedruckt,"
                    " kann also nicht am 03.03.2026 aufgegeben worden sein"
                ),
            ],
            "en": [
                f"Notice {mail} is already reported as sent on 2026-03-04",
                (
                    f"Notice {letter} was printed only on 2026-03-04,"
                    " so it cannot have been posted on 2026-03-03"
                ),
            ],
        }[language]
    )


def test_a_letter_posted_late_warns_of_its_deadline(office, language):
    _, letter = office.propose_and_approve()
    office.send()
    office.day(FRIDAY)
    [outcome] = office.posted(letter, on=FRIDAY)
    assert outcome.outcome == "sent"
    begin = {"de": "Die gedruckte Frist", "en": "The printed deadline"}[language]
    assert outcome.reason.startswith(begin)


def test_hold_and_release_name_their_target(office, language):
    words = {"de": ("Rechnung RE-1", "Kunde Brief AG"), "en": ("Invoice RE-1", "Debtor Brief AG")}
    for name, target in zip(("RE-1", "10002"), words[language], strict=True):
        held = hold(office.app, office.id, name, reason="x", until=THURSDAY, by="erika", on=MONDAY)
        assert held.target == target
        assert release(office.app, office.id, name, by="erika", on=MONDAY).target == target
        with pytest.raises(UsageError) as refused:
            release(office.app, office.id, name, by="erika", on=MONDAY)
        assert refused.value.sentence(language).startswith(target)


def test_explain_tells_the_way_of_an_invoice(office, language):
    office.propose_and_approve()
    office.send()
    found = explain(office.app, office.id, "RE-1", on=MONDAY, language=language)
    assert found.history == {
        "de": ("Stufe 1 ging am 02.03.2026 hinaus (Mail).",),
        "en": ("Level 1 left on 2026-03-02 (mail).",),
    }[language]  # fmt: skip


# --- the store ---------------------------------------------------------------------------------


def test_a_locked_database_says_so(tmp_path, language):
    file = tmp_path / "mahnwerk.db"
    with closing(SqlStore(f"sqlite:///{file}", busy_seconds=0.01)) as store:
        store.migrate()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable) as refused, store.write():
                raise AssertionError("two writers at once")
    told = refused.value.sentence(language)
    assert {"de": "durch einen anderen Vorgang gesperrt", "en": "locked by another process"}[
        language
    ] in told


def test_a_read_only_database_says_so(tmp_path, language):
    file = tmp_path / "mahnwerk.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (x)")
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as locked,
        pytest.raises(ConfigError) as refused,
        failures.plain_errors(writing=True),
    ):
        locked.execute("INSERT INTO t VALUES (1)")
    told = refused.value.sentence(language)
    assert {"de": "schreibgeschützt", "en": "read-only"}[language] in told


def test_an_unknown_error_keeps_what_the_database_said(language):
    error = failures.explained(sqlite3.OperationalError("no such column: x"), writing=True)
    assert error is not None
    assert "no such column: x" in error.sentence(language)
    assert "{" not in error.sentence(language)


# --- nothing is told in one language only ------------------------------------------------------


def errors_of(path):
    """Calls of our exceptions with a sentence of their own, and whether they have an English one."""
    kinds = {
        name
        for name, kind in vars(core.errors).items()
        if isinstance(kind, type) and issubclass(kind, MahnwerkError)
    }
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in kinds and node.args:
            yield node.lineno, any(each.arg == "en" for each in node.keywords)


@pytest.mark.parametrize("folder", ["cli", "core/services", "core/store"])
def test_every_error_has_its_sentence_in_both_languages(folder):
    found = {
        f"{path.name}:{line}": english
        for path in sorted((ROOT / folder).glob("*.py"))
        for line, english in errors_of(path)
    }
    assert found
    assert [place for place, english in found.items() if not english] == []

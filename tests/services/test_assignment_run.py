"""Runs where segments and amounts decide on the procedure: who gets what, and explain says why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from creditor_desk import desk
from delivery_desk import MONDAY, TUESDAY, office_in

from core.errors import ConfigError, UsageError
from core.services.creditors import init_creditor
from core.services.debtors import set_debtor
from core.services.explain import explain
from core.services.judge import Books, Judge
from sandbox.mailbox import Mailbox

SOON = MONDAY + timedelta(days=3)


@pytest.fixture
def office(tmp_path):
    """Two customers with an invoice of 119,00 EUR each that is due on Thursday."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        for account, number in (("10001", "RE-1"), ("10002", "RE-2")):
            made.debtor(account, f"Beispiel {account}")
            made.owes(account, number, "119.00", SOON)
        yield made


def configure(office, **fields):
    return init_creditor(office.app, office.id, fields, secrets={}, by="erika").creditor


def next_days(office, day=MONDAY):
    office.day(day)
    report = office.run()
    return {v.number: (v.verdict.next_on - SOON).days for v in report.verdicts}


def quiet(office):
    judge = Judge.for_creditor(office.app, office.creditor)
    return len(Books.open(office.app, judge, MONDAY).quiet)


def test_without_rules_nobody_is_looked_at_who_is_not_due(office):
    assert next_days(office) == {"RE-1": 10, "RE-2": 10}
    assert quiet(office) == 2


def test_with_segments_each_customer_is_told_his_own_day(office):
    configure(office, procedure_segments="stammkunde=sanft, schlecht=straff")
    set_debtor(office.app, office.id, "10001", {"segment": "stammkunde"}, by="erika", on=MONDAY)
    set_debtor(office.app, office.id, "10002", {"segment": "schlecht"}, by="erika", on=MONDAY)
    assert quiet(office) == 0
    assert next_days(office) == {"RE-1": 14, "RE-2": 3}


def test_rules_whose_procedures_begin_on_the_same_day_keep_the_short_way(office):
    configure(office, procedure="saas")
    assert Judge.for_creditor(office.app, office.creditor).lead_days() == 5
    assert quiet(office) == 0  # the notes for Thursday's invoices may leave today
    configure(office, procedure="agentur", procedure_tiers="5000=verbraucher, 9000=handwerk")
    assert Judge.for_creditor(office.app, office.creditor).lead_days() == 0
    assert quiet(office) == 2
    configure(office, procedure_tiers="5000=b2b")
    assert Judge.for_creditor(office.app, office.creditor).lead_days() is None


def test_a_note_before_due_is_proposed_by_a_rule(office):
    configure(office, procedure_tiers="100=saas")
    office.day(MONDAY)
    report = office.run()
    assert {v.number: v.verdict.reason.value for v in report.verdicts} == {
        "RE-1": "pre_due_reached",
        "RE-2": "pre_due_reached",
    }
    assert len(report.proposals) == 2


def test_an_account_that_grows_gets_the_procedure_of_its_tier(office):
    configure(office, procedure_tiers="1000=straff")
    office.owes("10001", "RE-3", "900.00", SOON)
    assert next_days(office) == {"RE-1": 3, "RE-3": 3, "RE-2": 10}


@pytest.mark.parametrize(
    ("fields", "debtor", "sentence"),
    [
        ({}, {}, "Mahnverfahren standard: das übliche des Mandanten."),
        ({}, {"procedure": "sanft"}, "Mahnverfahren sanft: beim Kunden so eingestellt."),
        (
            {"procedure_segments": "stammkunde=sanft"},
            {"segment": "Stammkunde"},
            "Mahnverfahren sanft: so eingestellt für das Segment „Stammkunde“ (procedure_segments).",
        ),
        (
            {"procedure_tiers": "100=b2b"},
            {},
            "Mahnverfahren b2b: offen sind 119,00 EUR, es gilt ab 100,00 EUR (procedure_tiers).",
        ),
    ],
)
def test_explain_says_which_rule_gave_the_procedure(office, fields, debtor, sentence):
    configure(office, **fields)
    if debtor:
        set_debtor(office.app, office.id, "10001", debtor, by="erika", on=MONDAY)
    found = explain(office.app, office.id, "RE-1", on=MONDAY, language="de")
    assert found.procedure == sentence
    assert found.facts["procedure"] in sentence
    english = explain(office.app, office.id, "RE-1", on=MONDAY, language="en").procedure
    assert english.startswith("Dunning procedure ")


@pytest.mark.parametrize(
    ("field", "value", "german"),
    [
        ("procedure_segments", "business", "procedure_segments: „business“ ist nicht lesbar."),
        ("procedure_segments", "business=weich", "Ein Mahnverfahren „weich“ gibt es nicht."),
        ("procedure_tiers", "viel=b2b", "procedure_tiers: „viel“ ist kein Betrag."),
        ("procedure_tiers", "5000=weich", "Ein Mahnverfahren „weich“ gibt es nicht. Bekannt:"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_when_it_is_entered(office, field, value, german):
    with pytest.raises(UsageError) as caught:
        configure(office, **{field: value})
    assert german in caught.value.sentence("de")
    assert caught.value.sentence("en").startswith(f"{field}: ")
    assert getattr(office.creditor.profile, field) == ""


def test_a_procedure_that_is_gone_stops_only_who_would_get_it(office, tmp_path):
    """The file was there when the rule was entered."""
    folder = tmp_path / "home" / "procedures"
    folder.mkdir()
    text = (b"name = 'eigenes'\nlabel = 'E'\n[[levels]]\nkey = 'a'\ntext = 'first'\n"
            b"days_after_due = 5\ninterval_days = 5\ndeadline_days = 5\nchannels = ['email']\n")  # fmt: skip
    own = folder / "eigenes.toml"
    own.write_bytes(text)
    configure(office, procedure_segments="eigen=eigenes")
    set_debtor(office.app, office.id, "10001", {"segment": "eigen"}, by="erika", on=MONDAY)
    own.unlink()
    office.composed.close()
    again = desk(tmp_path, office.clock)
    try:
        judge = Judge.for_creditor(again.app, office.creditor)
        assert judge.lead_days() is None
        with again.app.store.read() as tx:
            accounts = list(tx.items.accounts(office.id, TUESDAY))
        reasons = {
            verdict.reason.value
            for account in accounts
            for verdict in judge.decide(account, TUESDAY)[1].verdicts
        }
        assert reasons == {"procedure_unusable", "not_due"}
    finally:
        again.close()


def test_a_creditors_own_procedure_that_is_gone_stops_the_run(office):
    judge = Judge.for_creditor(office.app, office.creditor)
    broken = type(judge.rules)("weg", {}, ())
    with office.app.store.read() as tx:
        [account, *_] = tx.items.accounts(office.id, date(2026, 3, 2))
    lost = type(judge)(judge.creditor, judge.calendar, judge.procedure, judge.law, broken)
    with pytest.raises(ConfigError):
        lost.decide(account, MONDAY)

"""Assumed types and what a person says: confirmed in bulk, logged, and kept over every sync."""

import json
import sqlite3
from dataclasses import dataclass

import pytest
from creditor_desk import FRIDAY, desk, office

from core.domain.claim_facts import NEVER
from core.domain.legal_form import assumed_type
from core.domain.model import Address, DebtorType, Role, Terms
from core.domain.records import DebtorRecord
from core.errors import UsageError
from core.services import debtors as service
from core.services import fact_values
from core.services.debtors import assumed, confirm_types, set_debtor

WHO = {"by": "erika", "on": FRIDAY}
B, C, U = DebtorType.BUSINESS, DebtorType.CONSUMER, DebtorType.UNKNOWN
FORM = "Rechtsform im Namen: GmbH"
CONFIRMED = f"{FORM}; bestätigt von erika am 20.11.2026"


@dataclass
class Books:
    """A creditor whose customers come and change by name."""

    app: object
    id: str
    connection: int
    file: str

    def sync(self, *names):
        records = []
        for number, name in enumerate(names, start=1):
            kind, why = assumed_type(name)
            place = Address(name)
            record = DebtorRecord(
                f"k{number}", f"k{number}", name, place, type=kind, type_evidence=why
            )
            records.append(record)
        with self.app.store.write() as tx:
            tx.debtors.upsert(self.id, self.connection, records)

    def all(self):
        with self.app.store.read() as tx:
            return tx.debtors.all(self.id)

    def set(self, name, evidence="", **fields):
        return set_debtor(self.app, self.id, name, fields, evidence=evidence, **WHO)

    def confirm(self, *names):
        return confirm_types(self.app, self.id, names, **WHO)

    def events(self, kind):
        """What the log says of that kind, refs and payload."""
        with sqlite3.connect(self.file) as log:
            query = (
                "select refs, payload from event_log join event_payload using (creditor_id, seq)"
            )
            rows = log.execute(f"{query} where kind = ? order by seq", [kind])
            return [(json.loads(refs), json.loads(payload)) for refs, payload in rows]


@pytest.fixture
def books(tmp_path):
    composed = desk(tmp_path)
    id_ = office(composed).id
    with composed.app.store.write() as tx:
        connection = tx.connections.add(id_, "datev", "datev", Role.LEADING, "", FRIDAY).id
    yield Books(composed.app, id_, connection, str(tmp_path / "home" / "mahnwerk.db"))
    composed.close()


def test_what_is_assumed_follows_the_books_until_it_is_confirmed(books):
    books.sync("Muster GmbH")
    (before,) = books.all()
    assert (before.type, before.type_evidence, before.type_confirmed) == (B, FORM, False)
    books.sync("Erika Muster")
    assert [d.type for d in books.all()] == [U]
    assert assumed(books.all()) == []
    books.sync("Muster GmbH")
    assert books.confirm() == books.all()
    books.sync("Erika Muster")
    (after,) = books.all()
    assert (after.type, after.type_evidence, after.type_confirmed) == (B, CONFIRMED, True)


def test_a_type_without_evidence_is_confirmed_by_the_person_alone(books):
    record = DebtorRecord("k1", "k1", "Muster", Address("Muster"), type=B)
    with books.app.store.write() as tx:
        tx.debtors.upsert(books.id, books.connection, [record])
    (confirmed,) = books.confirm()
    assert confirmed.type_evidence == "bestätigt von erika am 20.11.2026"


def test_all_are_confirmed_in_parts_and_each_part_is_logged(books, monkeypatch):
    monkeypatch.setattr(service, "_CHUNK", 2)
    books.sync("A GmbH", "Erika Muster", "B GmbH", "C GmbH")
    assert [d.name for d in books.confirm()] == ["A GmbH", "B GmbH", "C GmbH"]
    assert assumed(books.all()) == []
    first, last = books.events("debtor_types_confirmed")
    assert first[0] == {"debtors": "1,3"}
    assert first[1] == {"types": {"1": "business", "3": "business"}, "by": "erika"}
    assert last == ({"debtors": "4"}, {"types": {"4": "business"}, "by": "erika"})
    assert books.confirm() == []
    assert len(books.events("debtor_types_confirmed")) == 2  # nothing done is nothing logged


@pytest.mark.parametrize("change", ["type", "confirmed"])
def test_what_has_changed_since_it_was_looked_at_is_not_confirmed(books, monkeypatch, change):
    books.sync("Muster GmbH")

    def meanwhile(debtors):
        seen = assumed(debtors)
        if change == "type":
            books.sync("Erika Muster")
        else:
            books.set("k1", type="business", evidence="Handelsregister")
        return seen

    monkeypatch.setattr(service, "assumed", meanwhile)
    assert books.confirm() == []
    assert books.events("debtor_types_confirmed") == []
    assert "bestätigt" not in books.all()[0].type_evidence


def test_a_setting_from_before_types_were_confirmed_is_a_persons_own(books):
    books.sync("Muster GmbH")
    with books.app.store.write() as tx:
        old = {"type": "consumer", "type_evidence": "angegeben"}
        tx.debtors.save_overrides(books.id, books.all()[0].id, old)
    (debtor,) = books.all()
    assert (debtor.type, debtor.type_confirmed) == (C, True)


def test_facts_are_stored_with_evidence_and_logged(books):
    books.sync("Erika Muster")
    books.set("k1", payment_terms_agreed="zugang", governing_law="CH", evidence="Vertrag 7")
    changed = books.set("k1", consumer_notice_since="nie", segment="Stammkunden")
    assert (changed.terms, changed.governing_law) == (Terms.RECEIPT, "ch")
    assert (changed.consumer_notice_since, changed.segment) == (NEVER, "Stammkunden")
    told = "angegeben von erika am 20.11.2026"
    assert changed.evidence == {
        "terms": "Vertrag 7",
        "governing_law": "Vertrag 7",
        "consumer_notice_since": told,
        "segment": told,
    }
    (refs, payload), _ = books.events("debtor_set")
    assert refs == {"debtor": 1}
    assert payload["by"] == "erika"
    assert payload["fields"]["terms"] == "receipt"


def test_a_type_is_set_with_the_evidence_that_was_typed_as_a_field(books):
    books.sync("Erika Muster")
    changed = books.set("k1", type="business", type_evidence="Gewerbeschein")
    assert (changed.type, changed.type_evidence) == (B, "Gewerbeschein")
    changed = books.set("k1", type="consumer", type_evidence=" ")
    assert changed.type_evidence == "angegeben von erika am 20.11.2026"


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (fact_values.debtor_type, " Verbraucher ", C),
        (fact_values.debtor_type, "UNTERNEHMEN", B),
        (fact_values.terms, "Ja", Terms.DATE),
        (fact_values.terms, "yes", Terms.DATE),
        (fact_values.terms, "nein", Terms.NO),
        (fact_values.answer, "Ja", True),
        (fact_values.answer, "no", False),
        (fact_values.law, "DE", "de"),
        (fact_values.day, " 20.11.2026 ", FRIDAY),
        (fact_values.since, "Never", NEVER),
        (fact_values.since, "2026-11-20", FRIDAY),
    ],
)
def test_values_are_read_in_both_languages(read, text, value):
    assert read("feld", text) == value


def test_today_is_no_day_to_come():
    assert fact_values.past_day("feld", "20.11.2026", FRIDAY) == FRIDAY
    with pytest.raises(UsageError, match="liegt in der Zukunft") as refused:
        fact_values.past_day("feld", "21.11.2026", FRIDAY)
    assert "lies in the future" in refused.value.sentence("en")

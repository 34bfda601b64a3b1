"""Facts that no platform tells: set, shown with their evidence, confirmed in bulk, kept."""

import pytest
from cli_desk import books


def test_an_assumed_type_is_shown_as_assumed_and_confirmed_in_one_step(office):
    shown = office("debtor", "show", "10001").out
    assert "Unternehmer (angenommen: DATEV Adressattyp 2 (Unternehmen))" in shown
    listed = office("debtors", "--assumed").out
    assert "DATEV Adressattyp 2 (Unternehmen)" in listed
    assert "mahnwerk debtor confirm --all" in listed
    assert len(office.json("debtors", "--assumed")) == 3
    confirmed = office.json("debtor", "confirm", "--all")["confirmed"]
    assert [(c["type"], c["type_confirmed"]) for c in confirmed] == [("business", True)] * 3
    assert "bestätigt von" in confirmed[0]["type_evidence"]
    assert "am 20.11.2026" in confirmed[0]["type_evidence"]
    assert office.json("debtors", "--assumed") == []
    assert "wartet" in office("debtors", "--assumed").out
    assert "nichts zu bestätigen" in office("debtor", "confirm", "--all").out
    assert "angenommen" not in office("debtor", "show", "10001").out


def test_one_is_corrected_and_the_rest_confirmed(office):
    office("debtor", "set", "10002", "type=Verbraucher", "--evidence", "rief am Montag an")
    assert "Verbraucher (rief am Montag an)" in office("debtor", "show", "10002").out
    done = office("debtor", "confirm", "--all").out
    assert "10002" not in done
    assert "10001 Beispiel Bau GmbH: Unternehmer" in done
    # Taken back: the books' own evidence holds again, as an assumption.
    back = office.json("debtor", "set", "10002", "type=")
    assert (back["type"], back["type_confirmed"]) == ("business", False)
    assert back["type_evidence"].startswith("DATEV")


def test_debtors_are_confirmed_by_name(office):
    done = office.json("debtor", "confirm", "10001", "Beispiel Bau GmbH")["confirmed"]
    assert [each["account_label"] for each in done] == ["10001"]
    assert len(office.json("debtors", "--assumed")) == 2
    assert office.json("debtor", "confirm", "10001")["confirmed"] == []
    office("debtor", "confirm", code=64)
    office("debtor", "confirm", "10001", "--all", code=64)
    office("debtor", "set", "10003", "type=unbekannt")
    refused = office("debtor", "confirm", "10002", "10003", code=64)
    assert "nichts zu bestätigen" in refused.err
    assert len(office.json("debtors", "--assumed")) == 1  # all or nothing: 10002 still waits


def test_the_debtors_facts_are_set_with_evidence_and_survive_an_import(office):
    changed = office.json(
        "debtor", "set", "10001", "payment_terms_agreed=ja", "governing_law=AT",
        "consumer_notice_since=01.09.2026", "segment=Stammkunden",
        "--evidence", "Rahmenvertrag 7",
    )  # fmt: skip
    assert changed["payment_terms_agreed"] == "date"
    assert changed["governing_law"] == "at"
    assert changed["consumer_notice_since"] == "2026-09-01"
    assert changed["segment"] == "Stammkunden"
    assert set(changed["evidence"].values()) == {"Rahmenvertrag 7"}
    office("debtor", "confirm", "10001")
    before = office.json("debtor", "show", "10001")
    office("import", "datev", *office.write(books()))
    assert office.json("debtor", "show", "10001") == before
    shown = office("debtor", "show", "10001").out
    assert "österreichisches Recht (Rahmenvertrag 7)" in shown
    assert "ja, nach dem Kalender (Rahmenvertrag 7)" in shown
    assert "01.09.2026 (Rahmenvertrag 7)" in shown
    assert "Stammkunden" in shown


def test_a_fact_that_is_taken_back_loses_its_evidence(office):
    office("debtor", "set", "10001", "payment_terms_agreed=zugang", "consumer_notice_since=nie")
    shown = office("debtor", "show", "10001").out
    assert "ja, ab Zugang der Rechnung (angegeben von" in shown
    assert "nie (angegeben von" in shown
    back = office.json("debtor", "set", "10001", "payment_terms_agreed=", "consumer_notice_since=")
    assert back["payment_terms_agreed"] == ""
    assert back["consumer_notice_since"] is None
    assert set(back["evidence"].values()) == {""}
    assert "gilt die Angabe des Mandanten" in office("debtor", "show", "10001").out


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("type=firma", "type: „firma“ gibt es nicht; möglich: consumer, business, unknown."),
        ("governing_law=fr", "governing_law: „fr“ gibt es nicht; möglich: de, at, ch."),
        ("payment_terms_agreed=14", "möglich: no, date, receipt."),
        ("consumer_notice_since=bald", "consumer_notice_since: „bald“ ist kein Tag"),
        ("umsatz=1", "Feld „umsatz“ gibt es nicht."),
    ],
)
def test_what_a_field_cannot_take_is_refused_by_name(office, given, sentence):
    before = office.json("debtor", "show", "10001")
    assert sentence in office("debtor", "set", "10001", given, code=64).err
    assert office.json("debtor", "show", "10001") == before


def test_evidence_for_nothing_is_refused(office):
    refused = office("debtor", "set", "10001", "language=en", "--evidence", "Mail", code=64)
    assert "--evidence belegt eine dieser Angaben" in refused.err


def test_the_debtors_facts_in_english(english):
    assert (
        "business (assumed: DATEV Adressattyp 2 (company))"
        in english("debtor", "show", "10001").out
    )
    english("debtor", "set", "10001", "payment_terms_agreed=yes", "governing_law=ch")
    shown = english("debtor", "show", "10001").out
    assert "yes, by the calendar (told by" in shown
    assert "Swiss law (told by" in shown
    assert "confirmed by" in english("debtor", "confirm", "10001").out
    assert "there is no 'fr'" in english("debtor", "set", "10001", "governing_law=fr", code=64).err
    assert "Name debtors" in english("debtor", "confirm", code=64).err

"""`item show` and `item set`: what holds for one invoice, where it comes from, and what is refused."""

from datetime import date

import pytest
from cli_desk import FRIDAY, books, stapel


def facts(document):
    return {fact["name"]: fact for fact in document["facts"]}


def told(document, name):
    fact = facts(document)[name]
    return fact["value"], fact["source"], fact["evidence"]


def test_at_first_only_the_books_and_the_creditor_have_spoken(office):
    document = office.json("item", "show", "RE-1")
    assert (document["number"], document["outstanding"]) == ("RE-1", "1190.00")
    assert document["type_rule"] == "assumed"
    assert told(document, "type") == ("business", "books", "DATEV Adressattyp 2 (Unternehmen)")
    assert told(document, "payment_terms_agreed") == ("no", "creditor", "")
    assert told(document, "governing_law") == ("de", "creditor", "")
    assert told(document, "consumer_notice") == (False, None, "")
    assert told(document, "payment_claim") == (True, None, "")
    for name in ("invoice_received", "delivered_on", "served_on", "refused_on"):
        assert told(document, name) == (None, None, "")
    shown = office("item", "show", "RE-1").out
    assert "RE-1 (Beispiel Bau GmbH): 1.190,00 EUR offen, fällig 15.10.2026." in shown
    assert "Unternehmer (angenommen)" in shown
    assert "nicht bekannt" in shown
    assert "ja (angenommen)" in shown


def test_the_narrowest_statement_holds_and_says_where_it_comes_from(office):
    office(
        "init", "--set", "payment_terms_agreed=zugang", "--set", "payment_terms_evidence=AGB § 4",
        "--set", "consumer_notice_since=2026-10-01", "--set", "consumer_notice_wording=Hinweis",
    )  # fmt: skip
    document = office.json("item", "show", "RE-1")
    assert told(document, "payment_terms_agreed") == ("receipt", "creditor", "AGB § 4")
    assert told(document, "consumer_notice") == (True, "creditor", "Hinweis")
    office(
        "debtor", "set", "10001", "payment_terms_agreed=datum", "consumer_notice_since=nie",
        "governing_law=at", "type=consumer", "--evidence", "Vertrag 7",
    )  # fmt: skip
    document = office.json("item", "show", "RE-1")
    assert told(document, "payment_terms_agreed") == ("date", "debtor", "Vertrag 7")
    assert told(document, "consumer_notice") == (False, "debtor", "Vertrag 7")
    assert told(document, "governing_law") == ("at", "debtor", "Vertrag 7")
    assert told(document, "type") == ("consumer", "debtor", "Vertrag 7")
    document = office.json(
        "item", "set", "RE-1", "payment_terms_agreed=nein", "consumer_notice=ja",
        "type=Unternehmer", "--evidence", "Auftrag 9",
    )  # fmt: skip
    assert told(document, "payment_terms_agreed") == ("no", "item", "Auftrag 9")
    assert told(document, "consumer_notice") == (True, "item", "Auftrag 9")
    assert told(document, "type") == ("business", "item", "Auftrag 9")
    assert document["type_rule"] == "item"
    # The debtor's other invoice is as it was.
    assert told(office.json("item", "show", "RE-2"), "type") == ("consumer", "debtor", "Vertrag 7")


def test_what_was_said_survives_an_import_and_can_be_taken_back(office):
    office(
        "item", "set", "RE-1", "invoice_received=03.10.2026", "delivered_on=2026-09-28",
        "payment_claim=nein", "served_on=2026-11-02", "refused_on=1.11.2026",
        "acknowledged_on=2026-11-19",
    )  # fmt: skip
    before = office.json("item", "show", "RE-1")
    office("import", "datev", *office.write(books()))
    assert office.json("item", "show", "RE-1") == before
    value, source, evidence = told(before, "invoice_received")
    assert (value, source) == ("2026-10-03", "item")
    assert evidence.startswith("angegeben von ")
    assert evidence.endswith("am 20.11.2026")
    assert told(before, "payment_claim")[:2] == (False, "item")
    assert told(before, "refused_on")[0] == "2026-11-01"
    back = office.json("item", "set", "RE-1", "invoice_received=", "payment_claim=")
    assert told(back, "invoice_received") == (None, None, "")
    assert told(back, "payment_claim") == (True, None, "")
    assert told(back, "delivered_on")[0] == "2026-09-28"  # the others stay
    assert "RE-1: served_on geändert." in office("item", "set", "RE-1", "served_on=").out


def test_a_payment_of_the_item_leaves_what_was_said(office):
    office("item", "set", "RE-1", "delivered_on=2026-09-28")
    newer = stapel(
        ("1190,00", "S", 10001, 8400, date(2026, 10, 1), "RE-1", date(2026, 10, 15)),
        ("190,00", "H", 10001, 1200, FRIDAY, "RE-1", None),
    )
    office("import", "datev", *office.write({"EXTF_Buchungen.csv": newer}))
    document = office.json("item", "show", "RE-1")
    assert document["outstanding"] == "1000.00"
    assert told(document, "delivered_on")[:2] == ("2026-09-28", "item")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("umsatz=1",), "Feld „umsatz“ gibt es nicht. Möglich: type, payment_terms_agreed"),
        (("type=firma",), "möglich: consumer, business, unknown."),
        (("payment_terms_agreed=30",), "möglich: no, date, receipt."),
        (("consumer_notice=vielleicht",), "möglich: ja, nein, yes, no."),
        (("served_on=gestern",), "served_on: „gestern“ ist kein Tag"),
        (("served_on=21.11.2026",), "served_on: der 21.11.2026 liegt in der Zukunft"),
        (("delivered_on=2027-01-01",), "delivered_on: der 01.01.2027 liegt in der Zukunft"),
        (("served_on",), "hat nicht die Form FELD=WERT"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(office, given, sentence):
    before = office.json("item", "show", "RE-1")
    good = "acknowledged_on=2026-11-19"  # nothing is stored by half
    assert sentence in office("item", "set", "RE-1", good, *given, code=64).err
    assert office.json("item", "show", "RE-1") == before


def test_unknown_invoices_and_credits_are_refused(office):
    assert "Keine Rechnung" in office("item", "show", "RE-99", code=64).err
    assert "Keine Rechnung" in office("item", "set", "RE-99", "type=business", code=64).err
    credit = stapel(("50,00", "H", 10002, 8400, FRIDAY, "GS-1", None))
    office("import", "datev", *office.write({"EXTF_GS.csv": credit}))
    (row,) = [r for r in office.json("open-items") if r["outstanding"] == "-50.00"]
    name = f"{row['connection']}:{row['external_id']}"
    assert "keine Forderung" in office("item", "set", name, "type=business", code=64).err


def test_another_creditors_invoice_of_the_same_number_is_left_alone(office):
    office("init", "--creditor", "andere", "--set", "name=Andere GmbH")
    office("--creditor", "andere", "import", "datev", *office.write(books()))
    first = ("--creditor", "muster-handels-gmbh")
    office(*first, "item", "set", "RE-1", "type=consumer")
    office(*first, "debtor", "confirm", "--all")
    document = office.json("--creditor", "andere", "item", "show", "RE-1")
    assert document["type_rule"] == "assumed"
    assert told(document, "type")[1] == "books"
    assert office.json(*first, "item", "show", "RE-1")["type_rule"] == "item"


def test_the_facts_in_english(english):
    english("item", "set", "RE-1", "consumer_notice=yes", "served_on=2026-11-02")
    shown = english("item", "show", "RE-1").out
    assert "business (assumed)" in shown
    assert "German law" in shown
    assert "told by" in shown
    assert "not known" in shown
    english("item", "set", "RE-1", "type=unknown")
    assert "unknown (counts as consumer)" in english("item", "show", "RE-1").out
    future = english("item", "set", "RE-1", "served_on=2026-12-24", code=64)
    assert "lies in the future" in future.err
    assert "There is no field" in english("item", "set", "RE-1", "x=1", code=64).err


def test_explain_names_the_facts_it_rests_on(office):
    office("item", "set", "RE-1", "served_on=2026-11-02", "--evidence", "Zustellungsurkunde")
    document = office.json("explain", "RE-1")["law"]
    assert document["facts"] == office.json("item", "show", "RE-1")["facts"]
    shown = office("explain", "RE-1").out
    assert "Beruht auf:" in shown
    assert (
        "Schuldner: Unternehmer (angenommen) [Buchhaltung: DATEV Adressattyp 2 (Unternehmen)]"
    ) in shown
    assert "Zahlungsziel vereinbart: nein [Mandant]" in shown
    assert "zugestellt: 02.11.2026 [Rechnung: Zustellungsurkunde]" in shown
    assert "Anwendbares Recht" not in shown  # German law goes without saying
    assert "Entgeltforderung" not in shown  # nobody said anything
    office("debtor", "set", "10001", "type=unbekannt", "governing_law=at")
    shown = office("explain", "RE-1").out
    assert "Schuldner: unbekannt (gilt als Verbraucher) [Kunde: angegeben von" in shown
    assert "Anwendbares Recht: österreichisches Recht [Kunde: angegeben von" in shown

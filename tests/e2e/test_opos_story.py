"""An OPOS list fixes what was open on its day; postings before it never add to it."""

from datetime import date

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel

ADLER = 10100
HEAD = "Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Gegenkonto;Buchungstext"


def opos(*lines, encoding="cp1252"):
    return "\r\n".join([HEAD, *lines, ""]).encode(encoding)


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    return office


def load(office, contents, *options, code=0):
    return office.json("import", "datev", *office.files(contents), *options, code=code)


def outstanding(office):
    return {i["number"]: i["outstanding"] for i in office.json("open-items")}


def test_a_list_without_a_day_or_a_client_is_refused_with_the_way_out(live):
    line = f"{ADLER};RE-1;01.10.2026;15.10.2026;119,00;0,00;119,00;8400;Rechnung"
    document = load(live, {"opos.csv": opos(line)}, code=65)
    (problem,) = document["problems"]
    assert "--as-of" in problem["message"]
    assert "--client" in problem["message"]
    assert outstanding(live) == {}


def test_list_first_postings_later(live):
    """Open on 31 Oct: RE-1 119.00. Booked in November: 100.00 paid, RE-2 new."""
    line = f"{ADLER};RE-1;01.10.2026;15.10.2026;119,00;0,00;119,00;8400;Rechnung"
    load(live, {"opos.csv": opos(line)}, "--as-of", "2026-10-31", "--client", "29098/55003")
    assert outstanding(live) == {"RE-1": "119.00"}
    postings = stapel(
        invoice(ADLER, "RE-1", "119,00", date(2026, 10, 1), due=date(2026, 10, 15)),
        payment(ADLER, "RE-1", "100,00", date(2026, 11, 3)),
        invoice(ADLER, "RE-2", "50,00", date(2026, 11, 5), due=date(2026, 11, 19)),
        bank(date(2026, 11, 19)),
    )
    load(live, {"nov.csv": postings})
    assert outstanding(live) == {"RE-1": "19.00", "RE-2": "50.00"}


def test_what_the_list_does_not_name_any_more_is_not_dunned(live):
    """RE-1 was invoiced in October; the list of 31 Oct does not hold it: it is cleared."""
    postings = stapel(
        invoice(ADLER, "RE-1", "119,00", date(2026, 10, 1), due=date(2026, 10, 15)),
        invoice(ADLER, "RE-2", "50,00", date(2026, 10, 2), due=date(2026, 10, 16)),
        bank(date(2026, 11, 19)),
    )
    load(live, {"okt.csv": postings})
    line = f"{ADLER};RE-2;02.10.2026;16.10.2026;50,00;0,00;50,00;8400;Rechnung"
    load(live, {"opos.csv": opos(line)}, "--as-of", "2026-10-31", "--client", "29098/55003")
    assert outstanding(live) == {"RE-2": "50.00"}
    assert live.json("explain", "RE-1")["verdict"] == "skip"


def test_a_new_list_of_the_same_day_replaces_the_old_one(live):
    options = ("--as-of", "2026-11-19", "--client", "29098/55003")
    load(live, {"a.csv": opos(f"{ADLER};RE-1;01.10.2026;15.10.2026;119;0;119,00;8400;x")}, *options)
    load(live, {"b.csv": opos(f"{ADLER};RE-1;01.10.2026;15.10.2026;119;0;9,00;8400;x")}, *options)
    assert outstanding(live) == {"RE-1": "9.00"}


def test_a_list_alone_is_enough_to_dun(live):
    master = stammdaten(debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example"))
    line = f"{ADLER};RE-1;01.10.2026;15.10.2026;119,00;0,00;119,00;8400;Rechnung"
    load(live, {"s.csv": master})
    load(live, {"o.csv": opos(line)}, "--as-of", "2026-11-19", "--client", "29098/55003")
    found = live.json("run")["verdicts"]
    assert [(v["number"], v["verdict"]) for v in found] == [("RE-1", "dun")]


def test_customers_of_a_collective_account_are_kept_apart(live):
    """Two customers share account 30000; a payment without their number holds both."""
    head = (
        '"EXTF";700;48;"Diverse Adressen";2;20261120080000000;;"RE";"";"";29098;55003;20260101;4;'
        ';;"";"";;;;"";;"";;;"03";;;"";""'
    )

    def person(number, name):
        cells = [""] * 191
        cells[0], cells[1], cells[3], cells[9] = f'"{number}"', "30000", f'"{name}"', '"2"'
        cells[14], cells[15], cells[17], cells[18] = '"STR"', '"Weg 1"', '"90409"', '"Nürnberg"'
        return ";".join(cells)

    captions = ";".join(["Adressnummer", "Konto", *("" for _ in range(189))])
    addresses = "\r\n".join(
        [
            head,
            captions,
            person("DIV1", "Erste Muster GmbH"),
            person("DIV2", "Zweite Muster KG"),
            "",
        ]
    ).encode("cp1252")
    due = date(2026, 10, 15)
    rows = [
        invoice(30000, "RE-1", "10,00", date(2026, 10, 1), due=due, c16='"DIV1"'),
        invoice(30000, "RE-2", "20,00", date(2026, 10, 1), due=due, c16='"DIV2"'),
        invoice(30000, "RE-3", "30,00", date(2026, 10, 1), due=due, c16='"DIV1"'),
        payment(30000, "RE-3", "30,00", date(2026, 11, 2)),
        bank(date(2026, 11, 19)),
    ]
    load(live, {"div.csv": addresses, "nov.csv": stapel(*rows)})
    items = {i["number"]: i["debtor"] for i in live.json("open-items")}
    assert set(items) == {"RE-1", "RE-2"}
    assert items["RE-1"] != items["RE-2"]
    found = {v["number"]: v["verdict"] for v in live.json("run")["verdicts"]}
    assert found == {"RE-1": "dun", "RE-2": "dun"}
    unknown = payment(30000, "", "5,00", date(2026, 11, 18))
    load(live, {"neu.csv": stapel(*rows, unknown)})
    found = {v["number"]: v["reason"] for v in live.json("run")["verdicts"] if v["number"]}
    assert found == {"RE-1": "held", "RE-2": "held"}

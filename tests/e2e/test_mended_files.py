"""A row that could not be read holds its customer until it is read, and no longer."""

from datetime import date

import pytest
from books import bank, debtor, invoice, stammdaten, stapel
from test_opos_story import opos

ADLER, BIBER = 10100, 10200


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    due = date(2026, 11, 2)
    rows = [invoice(a, f"RE-{a}", "119,00", date(2026, 10, 19), due=due) for a in (ADLER, BIBER)]
    put(office, stapel(*rows, bank(date(2026, 11, 19))), name="buch.csv")
    return office


def put(office, content, *args, code=0, name="x.csv"):
    return office.json("import", "datev", *office.files({name: content}), *args, code=code)


def reasons(office):
    return {v["number"]: v["reason"] for v in office.json("run")["verdicts"]}


def adler(email):
    return debtor(ADLER, "Adler Muster GmbH", email=email)


def test_a_list_that_was_corrected_a_month_later_sets_the_customer_free(live):
    good = f"{ADLER};RE-10100;19.10.2026;02.11.2026;119,00;0,00;119,00;8400;Rechnung"
    bad = good.replace("119,00;0,00;119,00", "119,00;0,00;elf")
    other = f"{BIBER};RE-10200;19.10.2026;02.11.2026;119,00;0,00;119,00;8400;Rechnung"
    of = ("--client", "29098/55003", "--as-of")
    put(live, opos(bad, other), *of, "2026-10-31", code=65, name="okt.csv")
    assert reasons(live)["RE-10100"] == "held"
    assert "okt.csv" in live("explain", "RE-10100").out
    put(live, opos(good, other), *of, "2026-11-19", name="nov.csv")
    assert reasons(live)["RE-10100"] == "level_reached"


def test_going_back_to_master_data_of_before_is_no_repetition(live):
    put(live, stammdaten(adler("alt@adler.example")))
    put(live, stammdaten(adler("neu@adler.example")))
    put(live, stammdaten(adler("alt@adler.example")))
    (shown,) = [d for d in live.json("debtors") if d["name"] == "Adler Muster GmbH"]
    assert shown["email"] == "alt@adler.example"


def test_master_data_that_are_read_at_last_set_the_customer_free(live):
    """A file with another customer only changes nothing about the one that could not be read."""
    torn = adler("a@adler.example").replace('"Adler Muster GmbH"', '"Adler "Muster; GmbH"')
    put(live, stammdaten(torn, debtor(BIBER, "Biber Muster OHG")), code=65)
    assert reasons(live)["RE-10100"] == "held"
    assert reasons(live)["RE-10200"] == "level_reached"
    put(live, stammdaten(debtor(BIBER, "Biber Muster AG")))
    assert reasons(live)["RE-10100"] == "held"
    put(live, stammdaten(adler("a@adler.example")))
    assert reasons(live)["RE-10100"] == "level_reached"

"""`charges` from the first letter to the residual item: what is listed, settled and explained."""

from datetime import date
from pathlib import Path

import pytest
from cli_desk import books, stapel

ROOT = Path(__file__).parents[2]


def procedure():
    """ "standard" that demands interest and the lump sum from the first letter on and keeps them."""
    standard = (ROOT / "config" / "procedures" / "standard.toml").read_text(encoding="utf-8")
    named = standard.replace('name = "standard"', 'name = "kosten"\ncharges = "receivable"')
    letters = 'channels = ["letter"]\ninterest = "charge"\nlump_sum = "charge"\n'
    return named.replace('channels = ["email", "letter"]\n', letters)


@pytest.fixture
def office(terminal):
    """RE-1 over 1,190 EUR and RE-2 over 238: 36 and 31 days of default on 20 November."""
    terminal.init("--set", "payment_terms_agreed=datum")
    own = terminal.folder / "home" / "procedures"
    own.mkdir(parents=True, exist_ok=True)
    (own / "kosten.toml").write_text(procedure(), encoding="utf-8")
    terminal.import_books()
    terminal("debtor", "set", "10001", "procedure=kosten", "type=business")
    return terminal


def posted(office):
    """The letter of 10001 has left."""
    office("run")
    (proposal,) = [p["id"] for p in office.json("proposals") if p["debtor"] == "Beispiel Bau GmbH"]
    office("approve", proposal)
    office("send")
    office("posted", proposal)
    return proposal


def paid_books():
    """The same books with both invoices paid on 20 November."""
    contents = books()
    rows = stapel(
        ("1190,00", "S", 1200, 10001, date(2026, 11, 20), "RE-1", None),
        ("238,00", "S", 1200, 10001, date(2026, 11, 20), "RE-2", None),
    )
    head, _, more = contents["EXTF_Buchungen.csv"].rpartition(b"\r\n")
    payments = b"\r\n".join(rows.split(b"\r\n")[2:])
    return {"EXTF_Nachtrag.csv": head + b"\r\n" + payments + more}


def left_over(office):
    """Both invoices are paid; the next run makes open items of what is left.

    The letter demanded interest up to that day; the day of payment bears none: 12.00, not 12.35.
    """
    posted(office)
    office("import", "datev", *office.write(paid_books()))
    office("run")


def lines(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_what_was_demanded_is_listed_until_it_is_settled(office):
    notice = posted(office)
    first = office.json("charges", "--debtor", "10001")[0]
    assert first == {
        "id": 1,
        "kind": "default_interest",
        "debtor": "Beispiel Bau GmbH",
        "debtor_id": 1,
        "number": "RE-1",
        "notice": notice,
        "currency": "EUR",
        "amount": "12.35",
        "basis": "§ 288 Abs. 2 BGB",
        "since": "2026-11-20",
        "mode": "receivable",
        "state": "open",
        "settled_on": None,
    }
    shown = lines(office("charges").out)
    assert "3 Beispiel Bau GmbH Verzugspauschale RE-1 40,00 EUR 20.11.2026 offen" in shown
    assert office("charges", "paid", "1", "2").out == "Nebenforderung 1, 2 (14,48 EUR): bezahlt.\n"
    document = office.json("charges", "waive", "3", "--reason", "Kulanz")
    assert document == {"ids": [3], "state": "waived", "amount": "40.00"}
    assert [c["id"] for c in office.json("charges")] == [4]
    assert [c["state"] for c in office.json("charges", "--all")] == [
        "paid",
        "paid",
        "waived",
        "open",
    ]
    assert "erledigt" in office("charges", "paid", "3", code=64).err
    assert "--reason" in office("charges", "waive", "4", code=64).err


def test_a_residual_item_says_what_it_is_and_where_it_comes_from(office, monkeypatch):
    left_over(office)
    shown = lines(office("open-items").out)
    assert (
        "Beispiel Bau GmbH Nebenforderungen zu RE-1 20.11.2026 20.11.2026 52,00 EUR nicht fällig 0"
        in shown
    )
    listed = lines(office("charges").out)
    assert (
        "1 Beispiel Bau GmbH Verzugszinsen RE-1 12,00 EUR 20.11.2026 offen, Hauptforderung bezahlt"
        in listed
    )
    told = office("explain", "RE-1").out
    assert told.startswith("Nebenforderungen zu RE-1 (Beispiel Bau GmbH): ")
    assert "als die Hauptforderung bezahlt war; sie tragen keine Zinsen (§ 289 BGB)" in told
    assert (
        "3: Verzugspauschale zu RE-1, 40,00 EUR, gefordert mit Mahnung 1 vom 20.11.2026: offen "
        "[§ 288 Abs. 5 BGB]" in told
    )
    # It lapses with its invoice of 1 October, not three years after the payment.
    assert "31.12.2029" in told
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = office("explain", "RE-1").out
    assert english.startswith("Charges on RE-1 (Beispiel Bau GmbH): ")
    assert (
        "1: Default interest on RE-1, 12.00 EUR, demanded with notice 1 of 2026-11-20: owed "
        "[§ 288 Abs. 2 BGB]" in english
    )
    assert "charges on RE-1" in office("open-items").out


def test_settling_its_charges_settles_the_residual_item(office):
    left_over(office)
    assert office.json("explain", "RE-1")["kind"] == "charge_residual"
    office("charges", "waive", "1", "--reason", "Kulanz")
    (told,) = [line for line in office.json("explain", "RE-1")["history"] if line[:2] == "1:"]
    assert "Mahnung 1 vom 20.11.2026: erlassen" in told
    refused = office("paid", "RE-1", code=64).err
    assert refused == "RE-1 sind Nebenforderungen: mahnwerk charges paid 3\n"
    office("charges", "paid", "3")
    numbers = [item["number"] for item in office.json("open-items")]
    assert "RE-1" not in numbers
    assert "RE-2" in numbers


def test_a_residual_takes_its_part_of_a_payment(office):
    left_over(office)
    document = office.json("allocate", "10001", "100")
    assert [(c["number"], c["kind"], c["paid"]["total"]) for c in document["claims"]] == [
        ("RE-1", "charge_residual", "52.00"),
        ("RE-2", "charge_residual", "42.06"),
    ]
    assert document["left_over"] == "5.94"

"""OPOS lists: two layouts, condensed or not, one balance per account and number (datev.md §4)."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import DataRefused
from sandbox.datev_writer import write_opos_list

AS_OF = {"as_of": date(2026, 6, 30), "client": "29098/55003"}
HEAD = "Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Gegenkonto;Buchungstext\r\n"
SIGNED = "Konto;Name;Rechnungs-Nr.;Rechnungsdatum;Fällig am;Saldo;S/H\r\n"
ASCII = "10001;{n};{d};{due};8400;{s};{h};{saldo};{sh};EUR;0,00;S;0,000000;;;1;;Lieferung;19,00;1;1;{kz}\r\n"


def _list(read, text: str, **more: object):
    return read(text.encode("cp1252"), "opos.csv", **(AS_OF | more))


def _open(result) -> dict[tuple[str, str], str]:
    return {(b.account, b.item_key): b.outstanding.plain() for b in result.balances}


def test_condensed_list_of_the_screen(read) -> None:
    rows = [
        {1: "10001", 2: "RE-1", 3: "05.03.2026", 4: "19.03.2026", 5: "1.190,00", 6: "190,00", 7: "1.000,00", 9: "Ware"},
        {1: "10002", 2: "GS-1", 3: "06.03.2026", 6: "50,00", 7: "-50,00"},
        {1: "70001", 2: "ER-1", 3: "06.03.2026", 6: "50,00", 7: "-50,00"},
    ]  # fmt: skip
    result = read(write_opos_list(rows, title="OPOS-Liste Debitoren"), "opos.csv", **AS_OF)
    assert _open(result) == {("100010000", "RE-1"): "1000.00", ("100020000", "GS-1"): "-50.00"}
    first = result.balances[0]
    assert (first.total.plain(), first.invoice_date, first.due_date) == (
        "1190.00", date(2026, 3, 5), date(2026, 3, 19),
    )  # fmt: skip
    assert (first.text, first.account_label, first.as_of) == ("Ware", "10001", date(2026, 6, 30))
    assert result.info.identity == "opos|29098/55003|2026-06-30"
    assert (result.info.booked_until, result.info.client) == (date(2026, 6, 30), "29098/55003")


@pytest.mark.parametrize("saldo", ["", "running", "group"])
def test_uncondensed_list_sums_the_movements(read, saldo) -> None:
    columns = {
        "": ("", "", ""),
        "running": ("1190,00", "690,00", "390,00"),
        "group": ("390,00",) * 3,
    }
    a, b, c = columns[saldo]
    text = HEAD + (
        f"10001;RE-1;05.03.2026;19.03.2026;1190,00;;{a};8400;Rechnung\r\n"
        f"10001;RE-1;01.04.2026;;;500,00;{b};1200;Zahlung\r\n"
        f"10001;re 1;01.05.2026;;;300,00;{c};1200;Zahlung\r\n"
    ).replace("re 1", "re-1")
    result = _list(read, text)
    assert _open(result) == {("100010000", "RE-1"): "390.00"}
    assert result.problems == ()
    assert result.balances[0].due_date == date(2026, 3, 19)
    assert result.balances[0].invoice_date == date(2026, 3, 5)


def test_titles_groups_totals_and_blank_lines_in_between(read) -> None:
    text = (
        "Muster Handels GmbH;;;\r\nOPOS-Liste;Stichtag 30.06.2026;;\r\n\r\n" + HEAD +
        "10001 Beispiel Bau GmbH;;;;;;;;\r\n"
        ";RE-1;05.03.2026;19.03.2026;100,00;;100,00;8400;Ware\r\n"
        "Summe Konto;;;;100,00;;100,00;;\r\n;;;;;;;;\r\n"
        "10002;;;;;;;;Muster Uhren AG\r\n"
        "10002;RE-2;05.03.2026;19.03.2026;70,00;;70,00;8400;Ware\r\n"
        ";;;;70,00;;70,00;;\r\nGesamtsumme;;;;170,00;;170,00;;\r\n"
    )  # fmt: skip
    result = _list(read, text)
    assert _open(result) == {("100010000", "RE-1"): "100.00", ("100020000", "RE-2"): "70.00"}
    assert result.balances[0].name == "Beispiel Bau GmbH"
    assert result.info.refused == 0


@pytest.mark.parametrize(
    ("saldo", "side", "outstanding"),
    [("119,00", "S", "119.00"), ("119,00", "H", "-119.00"), ("-119,00", "", "-119.00"),
     ("119,00-", "", "-119.00"), ("1.119,00 H", "", "-1119.00"), ("119,00 €", "", "119.00"),
     ("0,00", "", "0.00")],
)  # fmt: skip
def test_signed_saldo_or_saldo_with_side(read, saldo, side, outstanding) -> None:
    text = SIGNED + f"10001;Beispiel GmbH;RE-1;05032026;19032026;{saldo};{side}\r\n"
    result = _list(read, text)
    assert _open(result) == {("100010000", "RE-1"): outstanding}
    assert (result.balances[0].name, result.balances[0].total) == ("Beispiel GmbH", None)


@pytest.mark.parametrize("header", [False, True])
def test_ascii_export_with_and_without_header_line(read, header) -> None:
    captions = (
        "Kontonummer;Rechnungsnummer;Rechnungsdatum;Faelligkeit;Gegenkonto;BetragSoll;BetragHaben;"
        "Saldo;SHSaldo;WKZ Eingabebetrag;Eingabebetrag;SHEingabebetrag;Kurs;Raffung;Faellig;"
        "Belegnummer;KZ;Buchungstext;UstSatz;Vorlauf;BSNummer;AusgleichsKZ\r\n"
    )
    text = (captions if header else "") + "".join(
        [
            ASCII.format(n="RE-1", d="05032026", due="19032026", s="1190,00", h="0,00", saldo="690,00", sh="S", kz="O"),
            ASCII.format(n="RE-1", d="01042026", due="", s="0,00", h="500,00", saldo="690,00", sh="S", kz="O"),
            ASCII.format(n="RE-2", d="5032026", due="19032026", s="0,00", h="0,00", saldo="70,00", sh="H", kz=""),
            ASCII.format(n="RE-3", d="05032026", due="19032026", s="10,01", h="10,00", saldo="0,01", sh="S", kz="K"),
        ]
    )  # fmt: skip
    result = _list(read, text)
    assert _open(result) == {
        ("100010000", "RE-1"): "690.00",
        ("100010000", "RE-2"): "-70.00",
        ("100010000", "RE-3"): "0.00",
    }
    assert result.balances[0].text == "Lieferung"


@pytest.mark.parametrize("missing", ["as_of", "client"])
def test_a_list_needs_as_of_and_client(read, missing) -> None:
    with pytest.raises(DataRefused, match=r"--as-of .* --client"):
        _list(read, HEAD, **{missing: None if missing == "as_of" else ""})


def test_one_bad_line_is_named_and_its_neighbours_survive(read) -> None:
    text = HEAD + (
        "10001;RE-1;05.03.2026;19.03.2026;100,00;;100,00;8400;A\r\n"
        "10002;RE-2;31.02.2026;19.03.2026;100,00;;100,00;8400;B\r\n"
        '10003;RE-3;05.03.2026;19.03.2026;100,00;;100,00;8400;"B" x\r\n'
        "10004;RE-4;05.03.2026;19.03.2026;1.5;;100,00;8400;B\r\n"
        "10005;RE-5;05.03.2026;19.03.2026;100,00;;100,00;8400;C\r\n"
    )
    result = _list(read, text)
    assert list(_open(result)) == [("100010000", "RE-1"), ("100050000", "RE-5")]
    assert [(p.code, p.where) for p in result.problems] == [
        ("date_invalid", "opos.csv:3 Datum"),
        ("broken_quotes", "opos.csv:4 Feld 9"),
        ("amount_invalid", "opos.csv:5 Sollbetrag"),
    ]
    assert result.row_error_accounts == {"100020000", "100030000", "100040000"}


def test_a_list_without_one_readable_line_is_refused(read) -> None:
    with pytest.raises(DataRefused, match="keine Zeile"):
        _list(read, HEAD + "1E+05;RE-1;05.03.2026;19.03.2026;100,00;;100,00;8400;A\r\n")


def test_doubts_are_reported(read) -> None:
    text = HEAD + (
        "10001;RE-1;05.07.2026;19.07.2026;100,00;;90,00;8400;A\r\n"
        "10001;RE-2;05.03.2026;;100,00;;100,00;8400;A\r\n"
        "1400;RE-3;05.03.2026;;100,00;;100,00;8400;A\r\n"
    )
    result = _list(read, text)
    assert _open(result)["100010000", "RE-1"] == "90.00"
    assert {p.code for p in result.problems} == {
        "balance_mismatch", "after_as_of", "due_date_missing", "not_personal_account",
    }  # fmt: skip

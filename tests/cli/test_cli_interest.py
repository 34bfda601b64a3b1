"""`interest`: the document that scripts rely on, the table a bookkeeper adds up, bad input."""

import itertools
from decimal import Decimal

import pytest

CLAIM = ("10000", "--from", "2026-06-16", "--to", "2026-07-31", "--debtor", "business")
SEGMENT = ["from", "to", "days", "rate", "base_rate", "principal", "amount"]


def interest(terminal, *args, code=0):
    return terminal.json("interest", *args, code=code)


def test_the_document_without_any_creditor(terminal):
    document = interest(terminal, *CLAIM)
    assert document["total"] == "131.55"
    assert document["warnings"] == []
    assert [list(segment) for segment in document["segments"]] == [SEGMENT, SEGMENT]
    assert document["segments"][1] == {
        "from": "2026-07-01",
        "to": "2026-07-31",
        "days": 31,
        "rate": "10.52",
        "base_rate": "1.52",
        "principal": "10000.00",
        "amount": "89.35",
    }
    assert {key: document[key] for key in ("currency", "law", "basis", "until", "open_ended")} == {
        "currency": "EUR",
        "law": "de",
        "basis": "§ 288 Abs. 2 BGB",
        "until": "2026-07-31",
        "open_ended": False,
    }
    # What rests on a secondary figure is a note, not a warning.
    assert ["01.01.2026" in document["notes"][0], "01.07.2026" in document["notes"][1]] == [
        True
    ] * 2


@pytest.mark.parametrize(
    ("more", "total", "basis"),
    [
        (("--law", "at"), "135.23", "§ 456 UGB"),  # 10.73 % for 46 of 365 days
        (("--law", "ch"), "63.01", "Art. 104 Abs. 1 OR"),
        (("--not-payment-claim",), "81.14", "§ 288 Abs. 1 BGB"),
        (("--claim-date", "2014-07-28"), "118.95", "§ 288 Abs. 2 BGB a. F., Art. 229 § 34 EGBGB"),
        (("--claim-date", "29.07.2014"), "131.55", "§ 288 Abs. 2 BGB"),
    ],
)
def test_law_and_claim_decide_the_rate(terminal, more, total, basis):
    document = interest(terminal, *CLAIM, *more)
    assert (document["total"], document["basis"]) == (total, basis)


def test_switzerland_has_francs_and_no_base_rate(terminal):
    document = interest(terminal, *CLAIM, "--law", "ch")
    assert document["currency"] == "CHF"
    assert [segment["base_rate"] for segment in document["segments"]] == [None]
    assert document["notes"] == []


@pytest.mark.parametrize(("paid_on", "total"), [("2023-04-03", "26.19"), ("2023-04-02", "26.04")])
def test_a_payment_is_off_the_principal_on_its_day(terminal, paid_on, total):
    document = interest(
        terminal, "1000", "--from", "2023-02-02", "--to", "2023-06-01",
        "--debtor", "business", "--payment", f"{paid_on}=500",
    )  # fmt: skip
    assert document["total"] == total
    assert [segment["principal"] for segment in document["segments"]] == ["1000.00", "500.00"]


def test_payments_in_any_order_and_either_spelling(terminal):
    one = interest(
        terminal, *CLAIM, "--payment", "2026-07-10=1.000,00", "--payment", "01.07.2026=500"
    )
    other = interest(
        terminal, *CLAIM, "--payment", "2026-07-01=500.00", "--payment", "2026-07-10=1000"
    )
    assert one == other
    assert [segment["principal"] for segment in one["segments"]] == [
        "10000.00",
        "9500.00",
        "8500.00",
    ]


def test_after_the_last_known_half_year_the_figure_ends_there_and_says_so(terminal):
    document = interest(
        terminal, "1000", "--from", "2026-12-01", "--to", "2027-01-31", "--debtor", "consumer"
    )
    (warning,) = document["warnings"]
    assert "31.12.2026" in warning
    assert (document["until"], document["open_ended"], document["total"]) == (
        "2026-12-31",
        True,
        "5.54",
    )


def test_before_the_first_known_half_year_it_says_so_too(terminal):
    document = interest(
        terminal, "1000", "--from", "2001-12-01", "--to", "2002-01-31", "--debtor", "consumer"
    )
    (warning,) = document["warnings"]
    assert "01.01.2002" in warning
    assert document["segments"][0]["from"] == "2002-01-01"


def test_a_rate_that_was_entered_is_used(terminal):
    terminal("rates", "import", "--set", "2027-01-01=1,77", "--source", "Bundesanzeiger")
    document = interest(
        terminal, "1000", "--from", "2027-01-01", "--to", "2027-01-31", "--debtor", "consumer"
    )
    assert (document["total"], document["warnings"], document["notes"]) == ("5.75", [], [])


def test_interest_that_began_before_the_reform_says_which_rate_it_took(terminal):
    args = ("1000", "--from", "2010-02-02", "--to", "2010-06-01", "--debtor", "business")
    (note,) = interest(terminal, *args)["notes"]
    assert "29.07.2014" in note
    assert interest(terminal, *args, "--claim-date", "2010-01-04")["notes"] == []


def test_a_rate_below_zero_is_taken_as_zero_and_said(terminal):
    terminal("rates", "import", "--set", "2027-01-01=-5", "--source", "x")
    terminal("rates", "import", "--set", "2027-07-01=-4.99", "--source", "x")
    document = interest(
        terminal, "1000", "--from", "2027-01-01", "--to", "2027-07-31", "--debtor", "consumer"
    )
    assert [segment["rate"] for segment in document["segments"]] == ["0.00", "0.01"]
    assert any("null" in note for note in document["notes"])


@pytest.mark.parametrize(
    ("language", "words", "amounts"),
    [
        ("de", ["von", "Summe", "Basiszinssatz", "9 Prozentpunkte"], ["42,20", "89,35", "131,55"]),
        ("en", ["From", "Total", "Base rate", "9 percentage points"], ["42.20", "89.35", "131.55"]),
    ],
)
def test_the_table_adds_up_in_both_languages(terminal, monkeypatch, language, words, amounts):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", language)
    out = terminal("interest", *CLAIM).out
    rows = [line.split() for line in out.splitlines() if line.rstrip().endswith(" EUR")]
    shown = [row[-2] for row in rows]
    assert shown == amounts
    plain = [Decimal(amount.replace(",", ".")) for amount in shown]
    assert sum(plain[:-1]) == plain[-1]
    assert "§ 288 Abs. 2 BGB" in out
    # Headings are in the program's language when it starts; the sentences follow at once.
    assert words[3] in out


def test_a_fixed_rate_is_told_without_a_base_rate(terminal):
    out = terminal("interest", *CLAIM, "--law", "ch").out
    assert "Art. 104 Abs. 1 OR, 5,00 % im Jahr" in out
    assert "Hinweis" not in out


def test_warnings_stand_below_the_table(terminal):
    out = terminal(
        "interest", "1000", "--from", "2026-12-01", "--to", "2027-01-31", "--debtor", "consumer"
    ).out
    order = [out.index(word) for word in ("Summe", "Grundlage", "Achtung", "Hinweis")]
    assert all(a < b for a, b in itertools.pairwise(order))


SPAN = ("--from", "2026-06-16", "--to", "2026-07-31", "--debtor", "business")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--", "-100", *SPAN), "-100"),
        (("1.190", *SPAN), "1.190"),
        (("100", "--from", "2026-07-31", "--to", "2026-06-16", "--debtor", "business"), "2026-06-16 lies before"),
        (("100", "--from", "2026-02-30", "--to", "2026-06-16", "--debtor", "business"), "2026-02-30"),
        (("100", *SPAN, "--payment", "2026-06-15=10"), "2026-06-15 is not between"),
        (("100", *SPAN, "--payment", "2026-08-01=10"), "2026-08-01 is not between"),
        (("100", *SPAN, "--payment", "2026-07-01=60", "--payment", "2026-07-02=41"), "higher"),
        (("100", *SPAN, "--payment", "2026-07-01=0"), "above zero"),
        (("100", *SPAN, "--payment", "2026-07-01"), "DATE=AMOUNT"),
        (("100", *SPAN, "--payment", "soon=10"), "soon"),
        (("100", *SPAN, "--currency", "XYZ"), "XYZ"),
        (("100", *SPAN, "--currency", "euro"), "EURO"),
        (("100.50", *SPAN, "--currency", "JPY"), "0 decimals"),
        (("100", *SPAN, "--claim-date", "2026-06-17"), "2026-06-17"),
        (("100", *SPAN, "--law", "fr"), "fr"),
        (("100", "--from", "2026-06-16", "--to", "2026-07-31", "--debtor", "unknown"), "unknown"),
        (("100", "--from", "2026-06-16", "--to", "2026-07-31"), "--debtor"),
    ],
)  # fmt: skip
def test_bad_input_exits_64_and_names_it(terminal, monkeypatch, args, words):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    answer = terminal("interest", "--json", *args, code=64)
    assert words in answer.json["error"]["message"]
    assert words in answer.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("100", "--from", "31.7.2026", "--to", "16.6.2026", "--debtor", "business"), "liegt vor dem ersten, 31.07.2026"),
        (("100", *SPAN, "--payment", "2026-06-15=10"), "vom 15.06.2026 liegt nicht zwischen"),
        (("100", *SPAN, "--payment", "2026-07-01=101"), "zusammen höher als der Betrag"),
        (("100", *SPAN, "--currency", "XYZ"), "„XYZ“ gibt es nicht"),
        (("100", *SPAN, "--claim-date", "2026-06-17"), "erst am 17.06.2026 entstanden"),
    ],
)  # fmt: skip
def test_bad_input_is_named_in_german(terminal, args, words):
    assert words in terminal("interest", *args, code=64).err


@pytest.mark.parametrize("amount", ["0", "0,00"])
def test_nothing_owed_bears_nothing(terminal, amount):
    document = interest(terminal, amount, *SPAN)
    assert (document["total"], document["segments"], document["warnings"]) == ("0.00", [], [])


def test_another_currency_is_rounded_to_its_own_decimals(terminal):
    document = interest(terminal, "100000", *SPAN, "--currency", "jpy")
    assert (document["currency"], document["total"]) == ("JPY", "1316")

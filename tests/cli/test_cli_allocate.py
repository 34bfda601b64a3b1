"""`allocate`: what a payment settles by law, told in euros, and that nothing is booked."""

import pytest


def by_number(document, part="paid"):
    """Number -> costs, interest and principal, in the order of the document."""
    return {
        claim["number"]: tuple(claim[part][name] for name in ("costs", "interest", "principal"))
        for claim in document["claims"]
    }


@pytest.fixture
def agreed(office):
    """A day for payment was agreed: RE-1 is in default since 16 October, RE-2 since the 21st.

    Business, 1.52 + 9 points. Until 19 November: 35 days on 1,190.00 are 12.00, 30 on 238.00 2.06.
    """
    office("init", "--set", "payment_terms_agreed=datum")
    return office


def test_the_older_invoice_comes_first_and_in_it_interest(agreed):
    before = agreed.json("open-items")
    document = agreed.json("allocate", "10001", "1.300,00")
    assert by_number(document, "owed") == {
        "RE-1": ("0.00", "12.00", "1190.00"),
        "RE-2": ("0.00", "2.06", "238.00"),
    }
    assert by_number(document) == {
        "RE-1": ("0.00", "12.00", "1190.00"),
        "RE-2": ("0.00", "2.06", "95.94"),
    }
    assert [claim["rule"] for claim in document["claims"]] == ["age", ""]
    assert [claim["left"] for claim in document["claims"]] == ["0.00", "142.06"]
    assert [claim["rate"] for claim in document["claims"]] == ["10.52", "10.52"]
    assert (document["amount"], document["left_over"]) == ("1300.00", "0.00")
    assert (document["on"], document["interest_until"]) == ("2026-11-20", "2026-11-19")
    assert (document["booked"], document["may_refuse"]) == (False, False)
    assert agreed.json("open-items") == before


def test_the_day_of_payment_bears_no_interest(agreed):
    """Received on the first day of default: none. One day later: 1,190.00 x 10.52 % / 365."""
    first = agreed.json("allocate", "10001", "10", "--on", "2026-10-16")
    second = agreed.json("allocate", "10001", "10", "--on", "2026-10-17")
    assert by_number(first, "owed")["RE-1"] == ("0.00", "0.00", "1190.00")
    assert by_number(second, "owed")["RE-1"] == ("0.00", "0.34", "1190.00")
    # RE-2 is not due on the 17th yet.
    assert [(c["number"], c["due"], c["rule"]) for c in second["claims"]] == [
        ("RE-1", True, "due"),
        ("RE-2", False, ""),
    ]


def test_the_invoice_that_the_customer_named_comes_first(agreed):
    document = agreed.json("allocate", "10001", "238", "--for", "RE-2")
    assert by_number(document)["RE-2"] == ("0.00", "2.06", "235.94")
    assert [(c["number"], c["chosen"], c["rule"]) for c in document["claims"]] == [
        ("RE-2", True, "chosen"),
        ("RE-1", False, ""),
    ]
    assert document["may_refuse"] is False


def test_principal_first_lets_the_creditor_refuse(agreed):
    shown = agreed("allocate", "10001", "238", "--for", "RE-2", "--principal-first").out
    assert "vom Kunden bestimmt" in shown
    assert "Hauptforderung ablehnen (§ 367 Abs. 2 BGB)" in shown
    document = agreed.json("allocate", "10001", "1192", "--principal-first")
    assert by_number(document)["RE-1"] == ("0.00", "2.00", "1190.00")
    assert document["may_refuse"] is True
    assert not any(claim["chosen"] for claim in document["claims"])


def test_exactly_one_principal_may_be_a_choice_without_words(agreed, monkeypatch):
    assert agreed.json("allocate", "10001", "238")["possible_choice"] == ["RE-2"]
    said = agreed("allocate", "10001", "238").out
    assert "genau die Hauptforderung von RE-2. Bitte fragen" in said
    assert "Gebucht ist damit nichts." in said
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = agreed("allocate", "10001", "238").out
    assert "exactly the principal of RE-2. Please ask" in english
    assert "Nothing has been booked." in english


def test_what_is_not_owed_is_left_over(agreed):
    assert agreed.json("allocate", "10001", "1500")["left_over"] == "57.94"
    assert (
        "57,94 EUR bleiben übrig: mehr ist nicht geschuldet."
        in agreed("allocate", "10001", "1500").out
    )


def test_interest_that_is_renounced_leaves_the_money_to_the_principal(agreed):
    document = agreed.json("allocate", "10001", "238", "--without-interest")
    assert by_number(document)["RE-1"] == ("0.00", "0.00", "238.00")
    assert document["notes"] == []
    (note,) = agreed.json("allocate", "10001", "238")["notes"]
    assert "--without-interest" in note


def test_without_default_there_is_no_interest(office):
    document = office.json("allocate", "10002", "19", "--currency", "eur")
    assert by_number(document, "owed") == {"RE-3": ("0.00", "0.00", "119.00")}
    assert [claim["rate"] for claim in document["claims"]] == ["0"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("10001", "5", "--for", "RE-5"), "ist keine offene Rechnung dieses Kunden"),
        (("10001", "5", "--currency", "CHF"), "Offen ist in EUR"),
        (("10001", "0"), "ist kein Zahlungsbetrag"),
        (("99999", "5"), "Kein Kunde"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(office, args, told):
    assert told in office("allocate", *args, code=64).err


def test_claims_under_another_law_are_refused(office):
    office("debtor", "set", "10001", "governing_law=at")
    assert "nicht deutsches Recht" in office("allocate", "10001", "5", code=64).err

"""Money at the bank that nobody has assigned yet: whose items it could pay, and for how long."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.domain.bank_lines import BankLines, How, Line, Owed, Payer, hold_of
from core.domain.model import ConnectionId, DebtorId, ItemId
from core.domain.money import Money
from core.domain.platform_records import BankLine

TODAY = date(2026, 3, 20)
CAME = date(2026, 3, 16)
IBAN = "DE89 3704 0044 0532 0130 00"


def euro(amount):
    return Money(Decimal(amount), "EUR").rounded()


def line(amount, *, payer="", text="", iban="", on=CAME, id_="t1", currency="EUR"):
    money = Money(Decimal(amount), currency).rounded()
    return Line(ConnectionId(1), BankLine(id_, on, money, payer, iban, text))


def owed(id_, amount, *, number="", on=date(2026, 2, 2), due=date(2026, 2, 16), currency="EUR"):
    minor = Money(Decimal(amount), currency).minor
    return Owed(ItemId(id_), number or f"RE-2026-{id_}", on, due, minor, currency)


def payer(*items, id_=7, name="Muster Bau GmbH", iban=""):
    return Payer(DebtorId(id_), name, iban, items)


def held(lines, who, on=TODAY):
    """{item (None: all of the debtor): why}"""
    return {each.item: each.how for each in BankLines(lines).of(who, on)}


@pytest.mark.parametrize(
    "text",
    [
        "RE-2026-17",
        "Rechnung RE-2026-17 vom 02.02.2026",
        "SVWZ+RE-2026-17",
        "RE202617 DANKE",
        "re 2026-17",
        "Kd 1001, RE-2026-17; 50,00 EUR",
    ],
)
def test_a_number_in_the_purpose_holds_that_invoice_whatever_came(text):
    who = payer(owed(17, "119.00"), owed(18, "40.00"))
    assert held([line("50.00", text=text, payer="Beispiel KG")], who) == {17: How.NUMBER}


@pytest.mark.parametrize("text", ["RE-2026-171", "2026", "17", "RE-2026-18/17", "vom 17.02.2026"])
def test_another_number_holds_nothing(text):
    assert held([line("50.00", text=text, payer="Beispiel KG")], payer(owed(17, "119.00"))) == {}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MUSTER BAU GMBH", "Muster Bau GmbH"),
        ("Muster Bau", "Muster Bau GmbH & Co. KG"),
        ("MUELLER, JOERG", "Jörg Müller"),
        ("Dr. Erika Muster", "Frau Erika Muster"),
        ("Erika Muster oder Max Muster", "Muster, Max"),
        ("Rene Grosse", "René Große"),
    ],
)
def test_the_payers_name_holds_all_of_the_debtor_also_with_a_part(written, name):
    who = payer(owed(17, "119.00"), owed(18, "40.00"), name=name)
    assert held([line("20.00", payer=written)], who) == {None: How.NAME}


@pytest.mark.parametrize(
    ("written", "name"),
    [("Max Muster", "Erika Muster"), ("Muster Bau GmbH", "Muster"), ("", "Muster"), ("Muster", "")],
)
def test_another_name_holds_nobody(written, name):
    assert held([line("20.00", payer=written)], payer(owed(17, "119.00"), name=name)) == {}


def test_the_iban_holds_all_of_the_debtor_however_it_is_written():
    who = payer(owed(17, "119.00"), name="Muster Bau", iban="DE89370400440532013000")
    assert held([line("5.00", payer="E. Muster", iban=IBAN)], who) == {None: How.IBAN}
    assert held([line("5.00", iban="DE02120300000000202051")], who) == {}


def test_the_exact_amount_of_a_stranger_holds_the_invoices_it_could_pay():
    who = payer(owed(17, "119.00"), owed(18, "40.00", due=date(2026, 3, 2)), owed(19, "119.00"))
    assert held([line("119.00", payer="Beispiel KG")], who) == {17: How.AMOUNT, 19: How.AMOUNT}
    assert held([line("118.99", payer="Beispiel KG")], who) == {}
    assert held([line("119.00", payer="Beispiel KG", currency="CHF")], who) == {}


@pytest.mark.parametrize(
    ("came", "items"),
    [
        ("159.00", {17, 18}),  # what is due
        ("239.00", {17, 18, 19}),  # all that is open
        ("139.00", {17, 18}),  # what is due less the credit
        ("199.00", set()),  # the newest and the oldest together are nobody's sum
    ],
)
def test_the_oldest_items_together_are_a_sum_that_somebody_pays(came, items):
    who = payer(
        owed(17, "119.00"),
        owed(18, "40.00", due=date(2026, 3, 2)),
        owed(19, "80.00", due=date(2026, 4, 1)),
        owed(20, "-20.00"),
    )
    assert set(held([line(came, payer="Beispiel KG")], who)) == items


def test_money_from_before_the_invoice_does_not_pay_it_by_its_amount():
    who = payer(owed(17, "119.00", on=date(2026, 3, 17)))
    assert held([line("119.00")], who) == {}
    assert held([line("119.00", on=date(2026, 3, 17))], who) == {17: How.AMOUNT}
    # An advance payment may be one, when the payer is known.
    assert held([line("119.00", payer="Muster Bau")], who) == {None: How.NAME}


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ({}, date(2026, 4, 15)),  # 30 days by its amount
        ({"payer": "Muster Bau"}, date(2026, 9, 12)),  # 180 by the name
        ({"iban": IBAN}, None),
        ({"text": "RE-2026-17"}, None),
    ],
)
def test_what_proves_less_counts_for_a_shorter_time(given, last):
    who = payer(owed(17, "119.00"), iban=IBAN)
    lines = BankLines([line("119.00", **given)])
    (match,) = lines.of(who, TODAY)
    assert match.until == last
    if last is not None:
        assert lines.of(who, last)
        assert not lines.of(who, date.fromordinal(last.toordinal() + 1))
        assert not lines.explained(who, date.fromordinal(last.toordinal() + 1))


def test_a_line_without_a_day_counts_until_it_is_assigned():
    (match,) = BankLines([line("119.00", on=None)]).of(payer(owed(17, "119.00")), TODAY)
    assert (match.how, match.until) == (How.AMOUNT, None)


def test_a_line_that_names_its_payer_is_explained_and_one_with_a_number_only_by_its_amount():
    one = line("119.00", payer="Muster Bau", id_="t1")
    two = line("119.00", text="RE-2026-18", id_="t2")
    three = line("80.00", text="RE-2026-18", id_="t3")
    lines = BankLines([one, two, three])
    paid_up = payer(id_=8)
    assert lines.explained(paid_up, TODAY) == {one}
    assert lines.of(paid_up, TODAY) == []  # and holds nothing where nothing is open
    other = payer(owed(18, "119.00"), id_=9, name="Beispiel KG")
    assert lines.explained(other, TODAY) == {two}


def test_the_question_of_a_line_tells_whoever_assigns_it_what_came_when_of_whom():
    came = line("1190.00", payer=" Muster Bau ", on=CAME)
    (match,) = BankLines([came]).of(payer(owed(17, "1190.00")), TODAY)
    hold = hold_of(match)
    assert hold.reason.startswith("1190,00 EUR vom 16.03.2026 von „Muster Bau“: der Zahler heißt")
    assert (hold.key, hold.item, hold.until) == ("1:t1:119000EUR:", None, match.until)
    bare = line("119.00", on=None)
    (match,) = BankLines([bare]).of(payer(owed(17, "119.00")), TODAY)
    assert hold_of(match).reason.startswith("119,00 EUR: der Betrag stimmt")
    assert hold_of(match).key == "1:t1:11900EUR:17"  # of that invoice, not of all of his


def test_too_short_a_number_is_found_only_as_it_is_written():
    """Given invoice "R-12", then "R12" in a purpose may be anything."""
    who = payer(owed(12, "119.00", number="R-12"))
    assert held([line("50.00", text="Rg. R-12")], who) == {12: How.NUMBER}
    assert held([line("50.00", text="Artikel R12")], who) == {}


def test_a_payer_of_many_words_is_compared_as_a_whole():
    """A firm of nine words would have 511 groups; nobody's spouse stands among them."""
    long = "Erika Muster und Max Muster Alpha Beta Gamma Delta Epsilon Zeta GmbH"
    assert held([line("5.00", payer=long)], payer(owed(17, "119.00"), name="Erika Muster")) == {}
    assert held([line("5.00", payer=long)], payer(owed(17, "119.00"), name=long)) == {
        None: How.NAME
    }


def test_credits_above_all_that_is_open_make_no_sum():
    who = payer(owed(17, "119.00"), owed(20, "-500.00"))
    assert held([line("-381.00", payer="Beispiel KG")], who) == {}
    assert held([line("119.00", payer="Beispiel KG")], who) == {17: How.AMOUNT}

"""Money on a customer's account at his platform holds what he owes in that currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.domain.bank_lines import BankLines, How, Line, Owed, Payer, hold_of
from core.domain.model import ConnectionId, DebtorId, ItemId
from core.domain.money import Money
from core.domain.platform_records import BankLine

TODAY = date(2026, 3, 20)
SHOP, BOOKS = ConnectionId(1), ConnectionId(2)


def balance(amount, whose="cus_1", *, currency="EUR", connection=SHOP, **fields):
    money = Money(Decimal(amount), currency).rounded()
    id_ = f"cash:{whose}:{currency.lower()}"
    return Line(connection, BankLine(id_, None, money, debtor=whose, **fields))


def owed(id_, amount, *, currency="EUR"):
    minor = Money(Decimal(amount), currency).minor
    return Owed(ItemId(id_), f"RE-{id_}", date(2026, 2, 2), date(2026, 2, 16), minor, currency)


def payer(*items, accounts=((SHOP, "cus_1"),), id_=7, name="Muster Bau GmbH"):
    return Payer(DebtorId(id_), name, "", items, frozenset(accounts))


def held(lines, who):
    return {each.item: each.how for each in BankLines(lines).of(who, TODAY)}


def test_a_balance_holds_everything_of_its_currency_whatever_its_amount():
    """12 EUR lie there, and 100 EUR, 40 EUR and 90 CHF are open: the francs go on."""
    who = payer(owed(1, "100"), owed(2, "40"), owed(3, "90", currency="CHF"))
    assert held([balance("12")], who) == {1: How.DEBTOR, 2: How.DEBTOR}


def test_a_balance_counts_until_it_is_gone():
    (match,) = BankLines([balance("12")]).of(payer(owed(1, "100")), TODAY)
    assert match.until is None
    assert BankLines([balance("12")]).of(payer(owed(1, "100")), date(2030, 1, 1)) == [match]


def test_a_credit_of_the_debtor_is_not_held():
    assert held([balance("12")], payer(owed(1, "100"), owed(2, "-5"))) == {1: How.DEBTOR}


def test_the_same_id_on_another_connection_is_somebody_else():
    assert held([balance("12", connection=BOOKS)], payer(owed(1, "100"))) == {}


def test_the_balance_of_one_holds_the_invoices_of_whom_he_is_one_customer_with():
    both = ((SHOP, "cus_1"), (BOOKS, "10001"))
    who = payer(owed(5, "70"), accounts=both, id_=8)
    assert held([balance("12")], who) == {5: How.DEBTOR}


def test_a_balance_is_nobody_elses_though_name_number_and_amount_look_like_it():
    """70 EUR of cus_1; another customer owes exactly that, bears the name and is named."""
    line = balance("70", payer="Beispiel KG", text="RE-9", iban="DE89370400440532013000")
    other = payer(owed(9, "70"), accounts=[(SHOP, "cus_2")], name="Beispiel KG")
    other = other._replace(iban="DE89370400440532013000")
    assert held([line], other) == {}
    assert BankLines([line]).explained(other, TODAY) == set()


def test_the_operator_is_told_how_much_lies_there_and_what_to_do():
    (match,) = BankLines([balance("1234.5")]).of(payer(owed(1, "100")), TODAY)
    hold = hold_of(match)
    assert hold.reason == (
        "1234,50 EUR: liegt als Guthaben auf seinem Kundenkonto; bitte auf der Plattform "
        "verrechnen oder auszahlen"
    )
    assert hold.item == 1


def test_another_amount_is_another_question():
    keys = set()
    for amount in ("12", "13"):
        (match,) = BankLines([balance(amount)]).of(payer(owed(1, "100")), TODAY)
        keys.add(hold_of(match).key)
    assert len(keys) == 2


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_lines_and_items_does_not_matter(lines, items):
    every = [
        balance("12"),
        balance("7", currency="CHF"),
        balance("3", "cus_2"),
        balance("4", "cus_3"),
    ]
    open_ = [owed(1, "100"), owed(2, "40", currency="CHF"), owed(3, "5")]
    accounts = ((SHOP, "cus_1"), (SHOP, "cus_2"))
    found = BankLines([every[n] for n in lines]).of(
        payer(*(open_[n] for n in items), accounts=accounts), TODAY
    )
    assert {(m.line.line.external_id, m.item) for m in found} == {
        ("cash:cus_1:eur", 1),
        ("cash:cus_1:eur", 3),
        ("cash:cus_2:eur", 1),
        ("cash:cus_2:eur", 3),
        ("cash:cus_1:chf", 2),
    }

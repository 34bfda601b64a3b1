"""Money on a customer's account at the platform stops his letters until it is gone.

Muster Bau GmbH (k1) owes 119.00 and 40.00 EUR, Erika Beispiel (k2) 119.00 EUR.
"""

from itertools import permutations

import pytest
from fake_platform import day, euro
from platform_desk import PlatformOffice

from core.domain.model import HoldKind
from core.domain.platform_records import BankLine, Batch
from core.errors import UsageError
from core.services.holds import release
from core.services.links import link, unlink
from core.services.sync import sync
from core.services.sync_store import store_batch

MONEY = HoldKind.UNASSIGNED_MONEY


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.contact("k1", "Muster Bau GmbH")
    made.platform.contact("k2", "Erika Beispiel")
    for id_, whose, amount in (
        ("i1", "k1", "119.00"),
        ("i2", "k1", "40.00"),
        ("i3", "k2", "119.00"),
    ):
        made.platform.invoice(id_, whose, amount, day("2026-09-01"))
    assert sync(made.app, made.id, "laden", on=made.on).connections[0].error is None
    try:
        yield made
    finally:
        made.close()


def balance(debtor, amount):
    return BankLine(f"cash:{debtor}:eur", None, euro(amount), debtor=debtor)


def told(books, debtor, *amounts):
    """The platform says what lies on the account of one customer; nothing: it is gone."""
    lines = tuple(balance(debtor, each) for each in amounts)
    batch = Batch({}, bank_lines=lines, bank_lines_of=frozenset({debtor}))
    began = books.app.clock.now()
    store_batch(books.app, books.id, books.connection(), "", batch, on=books.on, began=began)


def held(books):
    with books.app.store.read() as tx:
        holds = [h for h in tx.holds.active(books.id, books.on) if h.kind is MONEY]
        items = tx.items.many(books.id, [h.item for h in holds])
        return {item.external_id for item in items.values()}


def test_a_balance_holds_all_of_the_customer_until_it_is_gone(books):
    told(books, "k1", "5.00")
    assert held(books) == {"i1", "i2"}
    told(books, "k1")
    assert held(books) == set()


def test_a_balance_that_is_what_another_owes_holds_nobody_else(books):
    told(books, "k1", "119.00")
    assert held(books) == {"i1", "i2"}


def test_to_read_one_customer_does_not_lose_the_money_of_another(books):
    told(books, "k1", "5.00")
    told(books, "k2", "7.00")
    assert held(books) == {"i1", "i2", "i3"}
    told(books, "k1")
    assert held(books) == {"i3"}


def test_the_order_in_which_customers_are_read_does_not_matter(books):
    said = (("k1", "5.00"), ("k2", "7.00"), ("k3", "9.00"))
    for order in permutations(said):
        for debtor, amount in order:
            told(books, debtor, amount)
        assert held(books) == {"i1", "i2", "i3"}
        with books.app.store.read() as tx:
            lines = {line.line for line in tx.bank_lines.all(books.id)}
        assert lines == {balance(*each) for each in said}
        told(books, order[0][0])
        for debtor, _ in order:
            told(books, debtor)
        assert held(books) == set()


def test_a_new_invoice_of_his_is_held_when_it_comes(books):
    told(books, "k2", "7.00")
    books.platform.invoice("i4", "k2", "80.00", day("2026-11-01"))
    sync(books.app, books.id, "laden", on=books.on)
    assert held(books) == {"i3", "i4"}


def test_a_release_answers_for_that_invoice_and_that_amount(books):
    told(books, "k1", "5.00")
    release(books.app, books.id, "RE-i1", kind=MONEY, by="Erika", on=books.on)
    told(books, "k1", "5.00")
    assert held(books) == {"i2"}
    told(books, "k1", "6.00")
    assert held(books) == {"i1", "i2"}, "another amount is a new question"


def test_whoever_names_the_customer_is_told_which_invoices_to_release(books):
    """The money holds each of his invoices by itself; he himself is not held."""
    told(books, "k1", "5.00")
    with pytest.raises(UsageError) as refused:
        release(books.app, books.id, "Muster Bau GmbH", kind=MONEY, by="Erika", on=books.on)
    for number in ("RE-i1", "RE-i2"):
        assert f"mahnwerk release {number} --kind unassigned_money" in str(refused.value)
        assert f"mahnwerk release {number} --kind unassigned_money" in refused.value.en


def test_who_is_one_customer_with_him_is_held_too(books):
    """The second account of the same firm; as soon as somebody says so, and until he takes it back."""
    told(books, "k1", "5.00")
    link(books.app, books.id, "Muster Bau GmbH", ["Erika Beispiel"], by="Erika")
    assert held(books) == {"i1", "i2", "i3"}
    unlink(books.app, books.id, ["Erika Beispiel"], by="Erika")
    assert held(books) == {"i1", "i2"}


def test_the_reason_says_how_much_lies_there(books):
    told(books, "k2", "7.00")
    with books.app.store.read() as tx:
        (hold,) = [h for h in tx.holds.active(books.id, books.on) if h.kind is MONEY]
    assert hold.reason.startswith("7,00 EUR: liegt als Guthaben auf seinem Kundenkonto")

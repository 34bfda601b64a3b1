"""Paid, and the money went back: nothing is dunned until somebody says that it is owed.

Muster Bau GmbH owes RE-i1 over 100.00 EUR of 1 September 2026, due on the 15th.
"""

from dataclasses import replace

import pytest
from fake_platform import day, euro
from platform_desk import PlatformOffice

from core.domain.model import HoldKind, ItemState
from core.domain.platform_records import PaymentKind, PaymentPart, RecordHold
from core.errors import UsageError
from core.services.explain import explain
from core.services.holds import release
from core.services.onboard_report import report_of
from core.services.run import run
from core.services.sync import sync
from core.services.views import ageing, debtors, open_items, questioned

BACK = HoldKind.MONEY_RETURNED


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.contact("k1", "Muster Bau GmbH")
    made.platform.invoice("i1", "k1", "100.00", day("2026-09-01"))
    made.day(day("2026-09-02"))
    read(made)
    try:
        yield made
    finally:
        made.close()


def read(books):
    books.platform.booked = books.on
    (found,) = sync(books.app, books.id, "laden", on=books.on).connections
    assert found.error is None


def pay(books, on, amount="100.00"):
    books.day(day(on))
    books.platform.pay("i1", amount, day(on))
    read(books)


def goes_back(books, on, amount, text="Erstattung", *, left=None):
    """As a connector tells it: the part, and a hold whose key names all that went back."""
    old = books.platform.invoices["i1"]
    parts = (*old.payments, PaymentPart(day(on), euro(amount), PaymentKind.RETURNED, text))
    back = sum(p.amount.minor for p in parts if p.kind is PaymentKind.RETURNED)
    reason = f"{text} über {amount} EUR am {day(on):%d.%m.%Y}: bitte prüfen, ob das geschuldet ist"
    open_ = old.outstanding + euro(amount) if left is None else euro(left)
    books.platform.change(
        "i1",
        outstanding=open_,
        payments=parts,
        state=ItemState.OPEN,
        settled_on=None,
        holds=(RecordHold(f"returned:{back}", BACK, reason),),
    )
    books.day(day(on))
    read(books)


def verdict(books, on=None):
    """(action, reason, level, kind of hold) of the invoice in a run of that day."""
    if on:
        books.day(day(on))
        read(books)
    done = run(books.app, books.id, on=books.on)
    with books.app.store.read() as tx:
        (found,) = [
            v for v in tx.runs.verdicts(books.id, done.run) if v["item"] == books.item("i1").id
        ]
    return found["action"], found["reason"], found["level"], found["facts"].get("hold_kind")


def owed_again(books):
    return release(books.app, books.id, "RE-i1", kind=BACK, by="Erika", on=books.on)


def test_half_a_refund_is_held_and_after_the_release_dunned_from_the_first_level(books):
    with books.app.store.write() as tx:  # a first reminder had left before he paid
        tx.items.record_level(books.id, {books.item("i1").id: 1}, day("2026-09-30"))
    pay(books, "2026-10-05")
    assert books.owed() == {}
    goes_back(books, "2026-10-20", "50.00")
    item = books.item("i1")
    assert (books.owed(), item.cycle, item.level) == ({"i1": "50.00"}, 2, 0)
    assert verdict(books)[1:] == ("held", 0, "money_returned")
    assert verdict(books, "2026-12-01")[1] == "held", "it does not end by itself"
    owed_again(books)
    action, _, level, _ = verdict(books)
    assert (action, level) == ("dun", 1)


def test_a_later_and_larger_return_is_a_new_question(books):
    pay(books, "2026-10-05")
    goes_back(books, "2026-10-20", "30.00")
    owed_again(books)
    read(books)
    assert books.holds() == [], "who released it has answered"
    goes_back(books, "2026-11-03", "20.00")
    assert [kind for kind, _ in books.holds()] == [BACK]
    assert books.owed() == {"i1": "50.00"}


def test_a_bank_takes_a_sepa_debit_back_after_eight_weeks(books):
    pay(books, "2026-09-25")
    goes_back(books, "2026-11-20", "100.00", "Rückbuchung der Bank")
    assert books.owed() == {"i1": "100.00"}
    told = explain(books.app, books.id, "RE-i1", on=books.on, language="de")
    assert "Rückbuchung der Bank über 100.00 EUR am 20.11.2026" in told.text
    assert told.history == (
        "Zahlung vom 25.09.2026: 100,00 EUR.",
        "Am 20.11.2026 zurückgegangen: 100,00 EUR (Rückbuchung der Bank).",
    )
    english = explain(books.app, books.id, "RE-i1", on=books.on, language="en").history
    assert english[1].startswith("Went back on ")


def test_a_refund_that_a_credit_note_explains_opens_nothing(books):
    pay(books, "2026-10-05")
    old = books.platform.invoices["i1"]
    credit = PaymentPart(day("2026-10-20"), euro("50.00"), PaymentKind.CREDIT)
    back = PaymentPart(day("2026-10-20"), euro("50.00"), PaymentKind.RETURNED, "Erstattung")
    books.platform.change("i1", payments=(*old.payments, credit, back))
    books.day(day("2026-10-20"))
    read(books)
    item = books.item("i1")
    assert (books.owed(), books.holds(), item.cycle) == ({}, [], 1)


def test_a_dispute_that_is_won_closes_the_invoice_again(books):
    """The bank took it back, and on 3 November it came again: nothing is open and nothing held."""
    pay(books, "2026-09-25")
    goes_back(books, "2026-10-20", "100.00", "Rückbuchung der Bank")
    old = books.platform.invoices["i1"]
    books.platform.change(
        "i1",
        payments=old.payments[:1],
        outstanding=euro("0"),
        state=ItemState.SETTLED,
        settled_on=day("2026-09-25"),
        holds=(),
    )
    books.day(day("2026-11-03"))
    read(books)
    assert (books.owed(), books.holds()) == ({}, [])
    history = explain(books.app, books.id, "RE-i1", on=books.on, language="de").history
    assert history == ("Zahlung vom 25.09.2026: 100,00 EUR.",)


def test_paid_and_back_between_two_readings_begins_anew_too(books):
    """Nobody saw it settled: on 5 October it was paid, on the 6th refunded, on the 7th read."""
    before = books.item("i1")
    books.platform.pay("i1", "100.00", day("2026-10-05"))
    goes_back(books, "2026-10-06", "100.00")
    assert (before.cycle, books.item("i1").cycle) == (1, 2)
    books.platform.change("i1", facts={"link": "https://kasse.example/1"})
    read(books)
    assert books.item("i1").cycle == 2, "the same return is no new one"


def test_a_part_that_went_back_of_a_debt_that_was_never_settled_goes_on(books):
    pay(books, "2026-10-05", "60.00")
    goes_back(books, "2026-10-20", "10.00")
    assert (books.owed(), books.item("i1").cycle) == ({"i1": "50.00"}, 1)


def test_release_names_the_kind_that_must_be_said(books):
    pay(books, "2026-10-05")
    goes_back(books, "2026-10-20", "50.00")
    with pytest.raises(UsageError, match="--kind money_returned"):
        release(books.app, books.id, "RE-i1", by="Erika", on=books.on)


def test_what_is_in_question_stands_in_no_total_as_due(books):
    """50 EUR of a refunded invoice, and 70 EUR of another that is simply late."""
    books.platform.invoice("i2", "k1", "70.00", day("2026-09-01"))
    pay(books, "2026-10-05")
    goes_back(books, "2026-10-20", "50.00")
    rows = open_items(books.app, books.id, books.on)
    assert {row.item.external_id: row.in_question for row in rows} == {"i1": True, "i2": False}
    assert sum(m.amount for m in ageing(rows)["EUR"].values()) == euro("70.00").amount
    assert questioned(rows) == (euro("50.00"),)
    (known,) = debtors(books.app, books.id, books.on)
    assert (known.open, known.overdue) == ((euro("120.00"),), (euro("70.00"),))
    report = report_of(books.app, books.id, books.connection(), on=books.on)
    assert report.returned == {"EUR": euro("50.00")}
    assert sum(m.amount for m in report.ages["EUR"].values()) == euro("70.00").amount
    assert [each.outstanding for each in report.biggest] == [euro("70.00")]
    owed_again(books)
    rows = open_items(books.app, books.id, books.on)
    assert sum(m.amount for m in ageing(rows)["EUR"].values()) == euro("120.00").amount
    assert questioned(rows) == ()


def test_an_invoice_that_stays_paid_is_in_no_question(books):
    pay(books, "2026-10-05")
    books.platform.set(replace(books.platform.invoices["i1"], holds=(RecordHold("x", BACK, "x"),)))
    read(books)
    assert books.holds() == []

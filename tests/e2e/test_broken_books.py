"""What could make us dun somebody who has paid: odd payments, and files in any order."""

from datetime import date
from itertools import permutations

import pytest
from books import bank, debtor, invoice, payment, row, stammdaten, stapel

ADLER, BIBER = 10100, 10200
BILLED, DUE, PAID = date(2026, 10, 19), date(2026, 11, 2), date(2026, 11, 10)
OPOS_HEAD = (
    "Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Gegenkonto;Buchungstext"
)
OCTOBER = {"start": "20261001", "end": "20261031", "label": "Oktober"}
NOVEMBER = {"start": "20261101", "end": "20261130", "label": "November"}


def bill(account=ADLER, number="RE-1", amount="119,00"):
    return invoice(account, number, amount, BILLED, due=DUE)


def paid(number="RE-1", amount="119,00", account=ADLER, **extra):
    return payment(account, number, amount, PAID, **extra)


def returned(number="RE-1"):
    return row("119,00", "S", ADLER, 1200, date(2026, 11, 12), number, "Rücklastschrift")


def credit(number, amount):
    return row(amount, "H", ADLER, 8400, PAID, number, "Gutschrift")


# Story -> rows of the Buchungsstapel and the totals of the notices that may be proposed.
STORIES = {
    "paid in part": ([bill(), paid(amount="100,00")], ["19.00"]),
    "paid with discount": ([bill(), paid(amount="116,62", c13="2,38")], []),
    "paid twice": ([bill(), paid(), paid()], []),
    "overpaid, which could be meant for the next one": (
        [bill(), paid(amount="219,00"), bill(number="RE-2", amount="50,00")],
        [],
    ),
    "cancelled": ([bill(), credit("RE-1", "119,00")], []),
    "credit note of its own number": ([bill(), credit("GS-1", "19,00")], ["100.00"]),
    "credit note larger than the invoice": ([bill(), credit("GS-1", "500,00")], []),
    "direct debit returned": ([bill(), paid(), returned()], ["119.00"]),
    "direct debit returned without a number": ([bill(), paid(), returned("")], ["119.00"]),
    "paid under a foreign number": ([bill(), paid("KTO-77")], []),
    "paid under a number that was cut": ([bill(number="RE-2026-10001"), paid("E-2026-10001")], []),
    "paid in lower case": ([bill(), paid("re-1")], []),
    "two invoices paid at once without a number": (
        [bill(), bill(number="RE-2", amount="50,00"), paid("", "169,00")],
        [],
    ),
    "two equal invoices, one paid without a number": (
        [bill(), bill(number="RE-2"), paid("")],
        [],
    ),
    "a cent too much, without a number": ([bill(), paid("", "119,01")], []),
    "paid before it was billed": (
        [payment(ADLER, "RE-1", "119,00", date(2026, 9, 10)), bill()],
        [],
    ),
    "the same number at two customers, one paid": (
        [bill(), bill(BIBER), paid(account=BIBER)],
        ["119.00"],
    ),
    "a very large amount": ([bill(amount="99999999,99")], ["99999999.99"]),
}


def masters():
    return stammdaten(
        debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example"),
        debtor(BIBER, "Biber Muster OHG"),
    )


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    return office


@pytest.mark.parametrize("story", STORIES)
def test_only_what_is_surely_open_is_asked_for(live, story):
    rows, totals = STORIES[story]
    files = {"s.csv": masters(), "b.csv": stapel(*rows, bank(date(2026, 11, 19)))}
    live("import", "datev", *live.files(files))
    live("run")
    assert [p["total"] for p in live.json("proposals")] == totals


def opos(*lines):
    return "\r\n".join([OPOS_HEAD, *lines, ""]).encode("cp1252")


def on_day(day):
    return ("--as-of", day, "--client", "29098/55003")


def open_line(number, billed="119,00", settled="0,00", balance="119,00"):
    dates = "19.10.2026;02.11.2026"
    return f"{ADLER};{number};{dates};{billed};{settled};{balance};8400;Rechnung"


OF_OCTOBER = stapel(bill(), bill(number="RE-3"), bank(date(2026, 10, 31)), **OCTOBER)
OF_NOVEMBER = stapel(paid(amount="100,00"), bank(date(2026, 11, 19)), **NOVEMBER)
# Story -> files with the options of their import, and what is open after all of them.
ORDERS = {
    "master data, invoices, payments": (
        [("s.csv", masters(), ()), ("o.csv", OF_OCTOBER, ()), ("n.csv", OF_NOVEMBER, ())],
        {"RE-1": "19.00", "RE-3": "119.00"},
    ),
    "a list between the postings": (
        [
            ("o.csv", OF_OCTOBER, ()),
            ("n.csv", OF_NOVEMBER, ()),
            ("op.csv", opos(open_line("RE-1")), on_day("2026-10-31")),
        ],
        {"RE-1": "19.00"},
    ),
    "an older and a newer list": (
        [
            ("o.csv", OF_OCTOBER, ()),
            ("old.csv", opos(open_line("RE-1"), open_line("RE-3")), on_day("2026-10-31")),
            ("new.csv", opos(open_line("RE-3", settled="19,00", balance="100,00")),
             on_day("2026-11-15")),
        ],
        {"RE-3": "100.00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", ORDERS)
def test_the_order_of_the_files_changes_nothing(office, story):
    files, expected = ORDERS[story]
    seen = []
    for number, order in enumerate(permutations(files)):
        creditor = ("--creditor", f"c{number}")
        office("init", *creditor, "--set", f"name=Muster {number} GmbH")
        for name, content, options in order:
            office("import", "datev", *office.files({name: content}), *options, *creditor)
        found = office.json("open-items", *creditor)
        seen.append({i["number"]: i["outstanding"] for i in found})
    assert seen == [expected] * len(seen)

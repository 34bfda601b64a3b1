"""The invented office of the demo: its customers and what was booked in the last 150 days.

Every customer shows one thing that a dunning run must get right; ``story`` says which.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.datev_writer import Row, amount, day

_REVENUE, _BANK, _BAD_DEBT = "8400", "1200", "2400"
_SATURDAY = 5
# The demo first runs so long before its day: long enough for the printed deadline of a letter to
# end in between, feast days included.
FIRST_RUN_AGO = timedelta(days=35)
BUSINESS_ACCOUNT, BUSINESS_INVOICE = "10014", "RE-1010"
CONSUMER_ACCOUNT, CONSUMER_INVOICE = "10015", "RE-1011"


@dataclass(frozen=True, slots=True)
class _Customer:
    account: str
    name: str
    story: str
    email: str = ""
    person: tuple[str, str, str] | None = None  # Anrede, Vorname, Nachname
    street: str = "Musterstraße 1"
    postcode: str = "90402"
    city: str = "Nürnberg"
    country: str = "DE"
    vat_id: str = ""
    extra: tuple[tuple[int, str], ...] = ()


_CUSTOMERS = (
    _Customer("10001", "Beispiel Bau GmbH", "overdue at several ages", "buchhaltung@beispiel-bau.example",
              vat_id="111111111"),
    _Customer("10002", "", "a person, overdue, with mail", "erika.beispiel@post.example",
              ("Frau", "Erika", "Beispiel"), "Am Probeweg 7", "90411"),
    _Customer("10003", "Probe & Partner KG", "paid, partly paid, Skonto", "rechnung@probe-partner.example"),
    _Customer("10004", "Phantasie Möbel OHG", "credit note and Storno; letter only", street="Holzgasse 12",
              postcode="97070", city="Würzburg"),
    _Customer("10005", "Nirgendwo Logistik AG", "one invoice blocked", "ap@nirgendwo-logistik.example"),
    _Customer("10006", "Testkauf e.K.", "pays by SEPA mandate", "office@testkauf.example"),
    _Customer("10007", "Pleite Handels UG", "insolvent", extra=((221, "1"),)),
    _Customer("10008", "Rätsel Vertriebs GmbH", "money that names no invoice", "info@raetsel-vertrieb.example"),
    _Customer("10009", '#read("secret")', "a name that looks like template code", "typst@hash-muster.example"),
    _Customer("10010", "{{ 7*7 }}", "another one; letter only", street="Klammerweg 49"),
    _Customer("10011", "Sample Trading Ltd", "English-speaking", "accounts@sample-trading.example",
              street="1 Example Road", postcode="D02 XY45", city="Dublin", country="IE",
              vat_id="9999999XX", extra=((101, "4"),)),
    _Customer("10012", "Muster Uhren AG", "Swiss, in CHF", "buchhaltung@muster-uhren.example",
              street="Beispielgasse 3", postcode="8001", city="Zürich", country="CH",
              extra=((107, "0"),)),
    _Customer("10013", "", "a person without mail; only the first levels are allowed", "",
              ("Herr", "Max", "Mustermann"), "Rosenweg 4", "86150", "Augsburg", extra=((121, "3"),)),
    # The two that the demo shows side by side: one letter each, for the same amount and days.
    _Customer(BUSINESS_ACCOUNT, "Muster Büro GmbH", "a business, by letter", street="Vergleichsweg 1",
              postcode="90403"),
    _Customer(CONSUMER_ACCOUNT, "", "a consumer, by letter", "", ("Frau", "Petra", "Muster"),
              "Vergleichsweg 2", "90403"),
)  # fmt: skip


def debtor_rows() -> list[Row]:
    """Master data of the customers, and one supplier that must be passed over."""
    rows = [_debtor(customer) for customer in _CUSTOMERS]
    rows.append({1: "70001", 2: "Lieferant Beispiel GmbH", 7: "2", 15: "STR", 16: "Werkstraße 2",
                 18: "90402", 19: "Nürnberg", 20: "DE"})  # fmt: skip
    return rows


def _debtor(customer: _Customer) -> Row:
    row = {
        1: customer.account, 7: "2", 15: "STR", 16: customer.street, 18: customer.postcode,
        19: customer.city, 20: customer.country, 26: "1", 33: customer.email, 101: "1",
        109: "10", 121: "7", 221: "0",
    }  # fmt: skip
    if customer.person:
        form, first, last = customer.person
        row |= {7: "1", 4: last, 5: first, 11: form}
        row[97] = f"Sehr geehrte{'r' if form == 'Herr' else ''} {form} {last}"
    else:
        row[2] = customer.name
    if customer.vat_id:
        row |= {9: customer.country, 10: customer.vat_id}
    return row | dict(customer.extra)


def term_rows() -> list[Row]:
    """Two terms by days and one by periods."""
    return [
        {1: "10", 2: "14 Tage netto", 3: "1", 8: "14"},
        {1: "11", 2: "8 Tage 2 %, 30 Tage netto", 3: "1", 4: "200", 5: "8", 8: "30"},
        {1: "12", 2: "bis Mitte und bis Ende des Monats", 3: "2", 9: "15", 14: "31", 15: "0",
         16: "31", 21: "15", 22: "1"},
    ]  # fmt: skip


def previous_working_day(on: date) -> date:
    """The weekday before ``on``; feast days are left out of account here."""
    found = on - timedelta(days=1)
    while found.weekday() >= _SATURDAY:
        found -= timedelta(days=1)
    return found


class _Book:
    """Books rows on days counted back from the day of the demo."""

    def __init__(self, on: date) -> None:
        self._on = on
        self.rows: list[tuple[date, Row]] = []

    def invoice(self, ago: int, account: str, number: str, worth: str, **more: str) -> None:
        """An invoice with 14 days to pay, booked ``ago`` days before."""
        booked = self._on - timedelta(days=ago)
        row: dict[int, str] = {
            7: account,
            8: _REVENUE,
            11: number,
            14: more.get("text", "Warenlieferung"),
        }
        row[117] = day(booked + timedelta(days=int(more.get("days", "14"))))
        if more.get("chf"):
            row |= {3: "CHF", 4: "0,950000", 5: amount(Decimal(worth) / Decimal("0.95")), 6: "EUR",
                    8: "8120"}  # fmt: skip
        if more.get("mandate"):
            row[105] = more["mandate"]
        if more.get("blocked"):
            row[15] = "1"
        self._book(booked, "S", worth, row)

    def paid(self, ago: int, account: str, number: str, worth: str, discount: str = "") -> None:
        """Money on the bank account."""
        row = {7: _BANK, 8: account, 11: number, 14: f"Zahlung {number}".strip()}
        if discount:
            row[13] = amount(discount)
        self._book(self._on - timedelta(days=ago), "S", worth, row)

    def credit(
        self, ago: int, account: str, number: str, worth: str, *, storno: bool = False
    ) -> None:
        """A credit note, or the cancellation of the whole invoice (Generalumkehr)."""
        row = {7: account, 8: _REVENUE, 11: number, 14: "Storno" if storno else "Gutschrift"}
        if storno:
            row[118] = "1"
        self._book(self._on - timedelta(days=ago), "H", worth, row)

    def other(
        self, booked: date, side: str, account: str, contra: str, worth: str, text: str
    ) -> None:
        """A row that concerns no customer, or a write-off."""
        self._book(booked, side, worth, {7: account, 8: contra, 14: text})

    def write_off(self, ago: int, account: str, number: str, worth: str) -> None:
        row = {7: _BAD_DEBT, 8: account, 11: number, 14: "Ausbuchung Kleinbetrag"}
        self._book(self._on - timedelta(days=ago), "S", worth, row)

    def _book(self, booked: date, side: str, worth: str, row: dict[int, str]) -> None:
        name = f"{len(self.rows)}|{booked}|{side}|{worth}|{sorted(row.items())}"
        digest = hashlib.sha256(name.encode()).hexdigest()
        guid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        base: dict[int, str] = {
            1: amount(worth),
            2: side,
            10: f"{booked:%d%m}",
            102: "RE",
            103: guid,
            114: "0",
        }
        self.rows.append((booked, base | row))


def posting_rows(on: date) -> list[tuple[date, Row]]:
    """About 45 rows with the day on which each was booked, oldest first."""
    book = _Book(on)
    _overdue(book)
    _settled_in_part(book)
    _held(book)
    _strangers(book)
    last = previous_working_day(on)
    book.other(last, "H", _BANK, "4910", "85.00", "Porto")
    # The bank is booked up to the first run, too.
    book.other(previous_working_day(on - FIRST_RUN_AGO), "H", _BANK, "4930", "23.80", "Papier")
    book.other(last - timedelta(days=7), "H", _BANK, "4920", "59.50", "Telefon")
    book.other(last - timedelta(days=30), "H", "70001", "3400", "1785.00", "Wareneingang")
    book.other(last - timedelta(days=20), "S", "70001", _BANK, "1785.00", "Zahlung Lieferant")
    return sorted(book.rows, key=lambda pair: pair[0])


def _overdue(book: _Book) -> None:
    """Not due, a few days late, and late at every level."""
    book.invoice(6, "10001", "RE-1041", "476.00")
    book.invoice(26, "10001", "RE-1033", "1190.00")
    book.invoice(48, "10001", "RE-1024", "2380.00")
    book.invoice(77, "10001", "RE-1012", "714.00")
    book.invoice(118, "10001", "RE-1003", "357.00")
    book.invoice(35, "10002", "RE-1029", "89.90", text="Bestellung Onlineshop")
    book.invoice(16, "10002", "RE-1037", "45.50", text="Bestellung Onlineshop")
    book.invoice(60, "10013", "RE-1018", "249.00", text="Bestellung Onlineshop")
    book.invoice(100, "10013", "RE-1006", "129.00", text="Bestellung Onlineshop")
    book.invoice(90, BUSINESS_ACCOUNT, BUSINESS_INVOICE, "1190.00", text="Büromöbel")
    book.invoice(90, CONSUMER_ACCOUNT, CONSUMER_INVOICE, "1190.00", text="Büromöbel")


def _settled_in_part(book: _Book) -> None:
    """Paid, partly paid, with Skonto, credited, cancelled, written off, returned."""
    book.invoice(95, "10003", "RE-1007", "1000.00")
    book.paid(80, "10003", "RE-1007", "980.00", "20.00")
    book.invoice(66, "10003", "RE-1016", "595.00")
    book.paid(50, "10003", "RE-1016", "595.00")
    book.invoice(45, "10003", "RE-1025", "1785.00")
    book.paid(20, "10003", "RE-1025", "1000.00")
    book.invoice(140, "10003", "RE-1001", "120.00")
    book.paid(110, "10003", "RE-1001", "119.50")
    book.write_off(105, "10003", "RE-1001", "0.50")
    book.invoice(55, "10004", "RE-1021", "833.00")
    book.credit(40, "10004", "RE-1021", "238.00")
    book.invoice(52, "10004", "RE-1022", "416.50")
    book.credit(51, "10004", "RE-1022", "416.50", storno=True)
    book.invoice(51, "10004", "RE-1023", "464.10")


def _held(book: _Book) -> None:
    """Blocked, by direct debit, insolvent, and with money that was not placed."""
    book.invoice(70, "10005", "RE-1014", "1428.00", blocked="1")
    book.invoice(41, "10005", "RE-1027", "654.50")
    book.invoice(38, "10006", "RE-1028", "297.50", mandate="MUSTER-MANDAT-1")
    book.invoice(125, "10007", "RE-1002", "3570.00")
    book.invoice(43, "10008", "RE-1026", "952.00")
    book.invoice(30, "10008", "RE-1031", "309.40")
    book.paid(12, "10008", "", "500.00")


def _strangers(book: _Book) -> None:
    """Names like code, another language, another currency."""
    book.invoice(44, "10009", "RE-1030", "178.50")
    book.invoice(33, "10010", "RE-1032", "202.30")
    book.invoice(58, "10011", "RE-1019", "1500.00", text="Consulting")
    book.invoice(47, "10012", "RE-1020", "820.00", chf="1", text="Uhrenteile")

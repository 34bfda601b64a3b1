"""DATEV-shaped files of our own: writers, a small office for the demo, a big batch for the bench.

All people, companies and numbers are invented; the files are shaped like a tax adviser's export.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from sandbox.datev_office import debtor_rows, posting_rows, previous_working_day, term_rows
from sandbox.datev_writer import (
    Office,
    Row,
    amount,
    day,
    write_debtors,
    write_opos_list,
    write_postings,
    write_terms,
)

__all__ = [
    "Office",
    "Row",
    "amount",
    "big_postings",
    "day",
    "demo_office",
    "write_debtors",
    "write_opos_list",
    "write_postings",
    "write_terms",
]


def demo_office(on: date, exported: date | None = None) -> dict[str, bytes]:
    """The files of an invented client, SKR03, with about 150 days of postings before ``on``.

    Each fiscal year has a batch of its own, because the year of a Belegdatum follows from it.
    ``exported`` is an earlier day on which the same books were exported: what was booked later is
    not in the files yet.
    """
    rows, on = posting_rows(on), exported or on
    rows = [(booked, row) for booked, row in rows if booked <= on]
    files = {
        "EXTF_Zahlungsbedingungen.csv": write_terms(term_rows(), _office(on.year)),
        "EXTF_DebKred_Stamm.csv": write_debtors(debtor_rows(), _office(on.year)),
    }
    for year in sorted({booked.year for booked, _ in rows}):
        part = [row for booked, row in rows if booked.year == year]
        days = [booked for booked, _ in rows if booked.year == year]
        files[f"EXTF_Buchungsstapel_{year}.csv"] = write_postings(
            part,
            _office(year),
            from_on=min(days),
            until_on=max([*days, previous_working_day(on)] if year == on.year else days),
            label="Muster Handels GmbH",
        )
    return files


def _office(year: int) -> Office:
    return Office(year_start=date(year, 1, 1))


def big_postings(rows: int, seed: int = 1) -> bytes:
    """A batch for the benchmark, mixed like an office's year.

    Of six rows two are invoices, one is money from a customer (some with Skonto), three concern
    suppliers, costs and the bank. Every row has GUID, cost centre and origin, half of them a link
    to the document, as DATEV itself writes them.
    """
    return write_postings(
        _big_rows(rows, random.Random(seed)),  # noqa: S311 -- invented data, repeatable
        from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31),
        label="Lasttest",
    )


def _big_rows(count: int, chance: random.Random) -> Iterator[Row]:
    start = date(2026, 1, 1)
    for number in range(count):
        booked = start + timedelta(days=chance.randrange(365))
        cents = Decimal(chance.randrange(500, 500_000)) / 100
        row = {1: amount(cents), 2: "S", 10: f"{booked:%d%m}", 37: "100", 102: "RE", 114: "0"}
        row[103] = _guid(chance)
        if number % 2:
            row[20] = f'BEDI "{_guid(chance)}"'
        if number % 6 < 3:
            row |= _customer_row(number, booked, cents, chance)
        else:
            row |= _other_row(number, chance)
        yield row


def _customer_row(number: int, booked: date, cents: Decimal, chance: random.Random) -> Row:
    debtor = str(10000 + chance.randrange(30000))
    invoice = f"RE-2026-{number:06d}"
    if number % 6 == 2:
        row = {7: "1200", 8: debtor, 11: invoice, 14: f"Zahlung {invoice}"}
        if number % 30 == 2:
            row[13] = amount(cents / 50)
        return row
    row = {7: debtor, 8: "8400", 11: invoice, 14: f"Lieferung an Kunde {debtor}", 118: "0"}
    row |= {21: "Rechnungsnummer", 22: invoice, 117: day(booked + timedelta(days=30))}
    if number % 60 == 0:
        row |= {3: "CHF", 4: "1,050000", 5: amount(cents / Decimal("1.05")), 6: "EUR"}
    return row


def _other_row(number: int, chance: random.Random) -> Row:
    supplier = str(70000 + chance.randrange(500))
    kinds = (
        {7: supplier, 8: "3400", 11: f"ER{number}", 14: f"Wareneingang {supplier}"},
        {7: supplier, 8: "1200", 11: f"ER{number}", 14: f"Zahlung an {supplier}"},
        {7: str(4100 + chance.randrange(800)), 8: "1200", 9: "9", 14: "Betriebsausgabe"},
    )
    return kinds[number % 3]


def _guid(chance: random.Random) -> str:
    text = f"{chance.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

"""Writes files in the DATEV-Format: header record, captions, rows; Windows-1252 with CRLF.

Rows are mappings from column positions (1-based) to text; what a row does not name is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.datev_captions import DEBTORS_5, OPOS_LIST, POSTINGS_13, TERMS_2

Row = Mapping[int, str]

# Numbers, amounts and days stand without quotes, everything else is text (datev.md §1).
_POSTING_NUMBERS = frozenset(
    (1, 4, 5, 7, 8, 10, 13, 15, 17, 18, 19, 39, 41, 43, 44, 45, 46, 47, 88, 89, 90, 92, 93, 94,
     97, 99, 100, 101, 104, 106, 108, 111, 113, 114, 115, 116, 117, 119, 122, 124, 125)
)  # fmt: skip
_DEBTOR_NUMBERS = frozenset(
    (1, 26, 27, 28, 101, 105, 106, 107, 108, 109, 110, 111, *range(112, 137), 163, 164, 221,
     *range(232, 244), 245, 246, 248, *range(250, 255))
)  # fmt: skip
_TERM_NUMBERS = frozenset((1, *range(3, 32)))


@dataclass(frozen=True, slots=True)
class Office:
    """What every header of one client says."""

    adviser: int = 29098
    client: int = 55003
    year_start: date = date(2026, 1, 1)
    account_length: int = 4
    chart: str = "03"
    currency: str = "EUR"

    @property
    def label(self) -> str:
        return f"{self.adviser}/{self.client}"


def amount(value: Decimal | str) -> str:
    """``Decimal("1190")`` as DATEV writes it: ``1190,00``."""
    return f"{Decimal(value):.2f}".replace(".", ",")


def day(on: date | None) -> str:
    """TTMMJJJJ, empty for None."""
    return on.strftime("%d%m%Y") if on else ""


def write_postings(
    rows: Iterable[Row],
    office: Office | None = None,
    *,
    from_on: date,
    until_on: date,
    label: str = "Buchungsstapel",
    locked: bool = False,
) -> bytes:
    """A Buchungsstapel of version 13 with 125 columns."""
    head = _header(
        office or Office(), 21, "Buchungsstapel", 13,
        period=(from_on, until_on), label=label, locked=locked,
    )  # fmt: skip
    return _file(head, POSTINGS_13, rows, _POSTING_NUMBERS)


def write_debtors(rows: Iterable[Row], office: Office | None = None) -> bytes:
    """Debitoren/Kreditoren of version 5 with 254 columns."""
    head = _header(office or Office(), 16, "Debitoren/Kreditoren", 5)
    return _file(head, DEBTORS_5, rows, _DEBTOR_NUMBERS)


def write_terms(rows: Iterable[Row], office: Office | None = None) -> bytes:
    """Zahlungsbedingungen of version 2 with 31 columns."""
    head = _header(office or Office(), 46, "Zahlungsbedingungen", 2)
    return _file(head, TERMS_2, rows, _TERM_NUMBERS)


def write_opos_list(rows: Iterable[Row], *, title: str = "") -> bytes:
    """An OPOS list as saved from the screen; it names neither client nor as-of day."""
    lines = [title, ""] if title else []
    lines.append(";".join(OPOS_LIST))
    lines += [";".join(row.get(n, "") for n in range(1, len(OPOS_LIST) + 1)) for row in rows]
    return _encode(lines)


def _header(
    office: Office,
    category: int,
    name: str,
    version: int,
    *,
    period: tuple[date, date] | None = None,
    label: str = "",
    locked: bool = False,
) -> str:
    """The 31 fields of the header record; the stamp is that of the last day of the period."""
    moving = category == 21
    first, last = (f"{on:%Y%m%d}" for on in period) if period else ("", "")
    stamp = f"{last or f'{office.year_start:%Y%m%d}'}120000000"
    fields = [
        '"EXTF"', "700", str(category), f'"{name}"', str(version), stamp, "", '"RE"', '""', '""',
        str(office.adviser), str(office.client), f"{office.year_start:%Y%m%d}",
        str(office.account_length), first, last, _text(label), '""',
        "1" if moving else "", "0" if moving else "", str(int(locked)) if moving else "",
        f'"{office.currency}"', "", '""', "", "", f'"{office.chart}"', "", "", '""', '""',
    ]  # fmt: skip
    return ";".join(fields)


def _file(
    head: str, captions: Sequence[str], rows: Iterable[Row], numbers: frozenset[int]
) -> bytes:
    blank = ["" if n in numbers else '""' for n in range(1, len(captions) + 1)]
    lines = [head, ";".join(captions)]
    for row in rows:
        fields = blank.copy()
        for position, value in row.items():
            fields[position - 1] = value if position in numbers else _text(value)
        lines.append(";".join(fields))
    return _encode(lines)


def _text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _encode(lines: Sequence[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("cp1252", "replace")

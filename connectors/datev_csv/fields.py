"""Single values as DATEV writes them: amounts, days, accounts, invoice numbers.

Parsers return None for what is not there in that form; the caller names the field and row.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_AMOUNT = re.compile(r"\d{1,12}(,\d{1,4})?|\d{1,3}(\.\d{3})+,\d{1,4}")
_DAMAGED = re.compile(r"\d[,.]?\d*E[+-]?\d+|\d{1,2}\.\d{1,2}(\.\d{2,4})?|\d+\.\d+", re.IGNORECASE)
_GUID = re.compile(r"\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?", re.IGNORECASE)
_PLAIN_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")  # as DATEV writes it
_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")


def parse_amount(text: str) -> Decimal | None:
    """``1234,5`` or ``1.234,50``; a thousands dot counts only beside a decimal comma."""
    if not _AMOUNT.fullmatch(text):
        return None
    return Decimal(text.replace(".", "").replace(",", "."))


def looks_damaged(text: str) -> bool:
    """True for what a spreadsheet leaves: ``1E+05``, ``5.06``, a decimal point."""
    return _DAMAGED.fullmatch(text) is not None


def parse_day(text: str) -> date | None:
    """``JJJJMMTT`` or ``TT.MM.JJJJ``."""
    if len(text) == 8 and text.isdigit():
        return make_day(int(text[:4]), int(text[4:6]), int(text[6:]))
    return parse_dotted(text)


def parse_ddmmyyyy(text: str) -> date | None:
    """``TTMMJJJJ``, also with the leading zero lost, or ``TT.MM.JJJJ``."""
    if len(text) in {7, 8} and _DIGITS.fullmatch(text):
        text = text.zfill(8)
        return make_day(int(text[4:]), int(text[2:4]), int(text[:2]))
    return parse_dotted(text)


def parse_dotted(text: str) -> date | None:
    """``TT.MM.JJJJ`` or ``TT.MM.JJ`` (this century)."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", text)
    if not match:
        return None
    year = int(match.group(3))
    return make_day(
        year + 2000 if len(match.group(3)) == 2 else year, int(match.group(2)), int(match.group(1))
    )


def parse_ddmmyy(text: str) -> date | None:
    """``TTMMJJ`` of this century, also with the leading zero lost."""
    if len(text) not in {5, 6} or not _DIGITS.fullmatch(text):
        return None
    text = text.zfill(6)
    return make_day(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))


def make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_guid(text: str) -> str | None:
    if _PLAIN_GUID.fullmatch(text):
        return text
    match = _GUID.fullmatch(text)
    return match.group(1).lower() if match else None


def parse_int(text: str) -> int | None:
    """A small whole number, also as ``14,00``; 0 for an empty field."""
    if not text:
        return 0
    match = re.fullmatch(r"(\d{1,6})(,0+)?", text)
    return int(match.group(1)) if match else None


def item_key(number: str) -> str:
    """Normalised Belegfeld 1: upper case, no blanks (datev.md §2.5)."""
    return "".join(number.split()).upper()


def one_line(text: str) -> str:
    """Text on one line, blanks collapsed."""
    return _BLANKS.sub(" ", text).strip()

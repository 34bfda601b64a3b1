"""Money at the bank that nobody has assigned yet, and how far the bank accounts are read (§2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from connectors._values import BERLIN, FieldError, Json, text
from connectors.sevdesk.banks import Bank, booked_until, parse_bank, parse_line
from connectors.sevdesk.client import Value
from connectors.sevdesk.lists import Lists
from connectors.sevdesk.problems import warning
from connectors.sevdesk.values import ref
from core.domain.platform_records import BankLine
from core.errors import Problem

_FILTER = "CheckAccountTransaction status=100"
# Where sevDesk sends every transaction there ever was, older ones than these are left out.
_DAYS = timedelta(days=180)
_UNASSIGNED: dict[str, Value] = {"status": 100, "onlyCredit": True}


class BankState(NamedTuple):
    """``until``: day up to which all accounts are read; None = not known."""

    lines: tuple[BankLine, ...]
    until: date | None


def read_bank(lists: Lists, problems: list[Problem], today: date) -> BankState:
    """Two requests, as long as sevDesk sorts out by itself what is assigned."""
    banks, whole = {}, True
    for row in lists.every("CheckAccount"):
        try:
            bank = parse_bank(row)
        except FieldError as bad:
            whole = False  # money may have come to it that nobody has read
            problems.append(_account_unreadable(text(row, "name") or "Bankkonto", bad))
        else:
            banks[bank.id] = bank
    fresh = booked_until(banks.values())
    problems.extend(fresh.problems)
    lines = (_line(row, banks, problems) for row in _unassigned(lists, today))
    found = tuple(line for line in lines if line is not None)
    return BankState(found, fresh.until if whole else None)


def _unassigned(lists: Lists, today: date) -> list[Json]:
    params = dict(_UNASSIGNED)
    if _FILTER in lists.filters.ignored:
        params |= _since(today)
    found: list[Json] = []
    for page in lists.pages("CheckAccountTransaction", params):
        if not lists.filters.honoured(_FILTER, page.rows, _is_unassigned) and params == _UNASSIGNED:
            return _unassigned(lists, today)  # from now on by day, too
        found += [row for row in page.rows if _is_unassigned(row)]
    return found


def _since(today: date) -> dict[str, Value]:
    """Days are Unix seconds, and cut by ``entryDate`` (§2.5)."""
    first = datetime.combine(today - _DAYS, time(), BERLIN)
    return {"startDate": int(first.timestamp())}


def _is_unassigned(row: Json) -> bool:
    return text(row, "status") == "100"


def _line(row: Json, banks: Mapping[str, Bank], problems: list[Problem]) -> BankLine | None:
    bank = banks.get(ref(row, "checkAccount"))
    try:
        return parse_line(row, bank.currency if bank else "EUR")
    except FieldError as bad:
        problems.append(_unreadable(text(row, "payeePayerName") or "Geldeingang", bad))
        return None


def _unreadable(what: str, bad: FieldError) -> Problem:
    return warning(
        "bank_line_unreadable",
        f"{what} {bad.path}",
        f"Das Feld {bad.path} {bad.reason}; dieser Eingang hält keine Mahnung auf. Bitte in sevDesk "
        "unter Zahlungen prüfen.",
    )


def _account_unreadable(what: str, bad: FieldError) -> Problem:
    return warning(
        "bank_line_unreadable",
        f"{what} {bad.path}",
        f"Das Feld {bad.path} {bad.reason}; bis wann gebucht ist, sagt sevDesk so nicht. Bitte das "
        "Konto in sevDesk unter Zahlungen prüfen, oder mit mahnwerk booked-until bestätigen.",
    )

"""Bank accounts of sevDesk: up to when they are read, money that waits; and whose account it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sevdesk_rows import GONE, bank, company, euro, transaction

from connectors._values import FieldError
from connectors.sevdesk.account import parse_account, tenant_days
from connectors.sevdesk.banks import Bank, booked_until, parse_bank, parse_line
from core.domain.platform_records import BankLine

SYNCED = bank()
STALE = bank(id="32", lastSync="2026-02-27T23:30:00Z")  # half past midnight in Berlin
NEVER = bank(id="33", lastSync=None)
FILES = bank(id="34", importType="CSV", lastSync=None)
CASH = bank(id="35", type="register", lastSync=None)
OFFLINE = bank(id="36", type="offline", lastSync=None)
ARCHIVED = bank(id="37", status="0", lastSync="2019-01-01T00:00:00+01:00")


def test_a_bank_account() -> None:
    assert parse_bank(SYNCED) == Bank(
        "31", "Geschäftskonto", "EUR", feed=True, from_files=False, last_sync=date(2026, 3, 10)
    )
    assert parse_bank(bank(name=None, currency=None)).name == "31"
    with pytest.raises(FieldError, match="id"):
        parse_bank(bank(id=GONE))


@pytest.mark.parametrize(
    ("rows", "until", "codes"),
    [
        ([SYNCED], date(2026, 3, 10), []),
        ([SYNCED, STALE], date(2026, 2, 28), []),
        ([SYNCED, NEVER], None, ["bank_sync_unknown"]),
        ([SYNCED, bank(id="32", lastSync="bald")], None, ["bank_sync_unknown"]),
        ([SYNCED, FILES], date(2026, 3, 10), ["bank_file_import"]),
        ([SYNCED, CASH, OFFLINE, ARCHIVED], date(2026, 3, 10), []),
        ([FILES], None, ["bank_file_import"]),
        ([CASH, OFFLINE, ARCHIVED], None, []),
        ([], None, []),
    ],
    ids=["one", "oldest", "one never", "unreadable", "files too", "others", "files", "none online",
         "none"],
)  # fmt: skip
def test_booked_until_the_oldest_synchronisation(
    rows: list[dict[str, Any]], until: date | None, codes: list[str]
) -> None:
    found = booked_until([parse_bank(row) for row in rows])
    assert found.until == until
    assert [each.code for each in found.problems] == codes


def test_money_that_waits_to_be_assigned() -> None:
    assert parse_line(transaction()) == BankLine(
        "41",
        date(2026, 3, 20),
        euro("119"),
        "Muster Bau GmbH",
        "DE02120300000000202051",
        "RE-1002",
    )
    assert parse_line(transaction(amount="1190"), "JPY") is not None


def test_the_day_of_the_booking_where_no_value_day_is_named() -> None:
    line = parse_line(transaction(valueDate=None))
    assert line is not None
    assert line.on == date(2026, 3, 21)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "200"},
        {"status": "400"},
        {"amount": "-119"},
        {"amount": "0"},
        {"deletedAt": "2026-03-22T00:00:00+01:00"},
    ],
)
def test_what_is_no_waiting_money(changes: dict[str, Any]) -> None:
    assert parse_line(transaction(**changes)) is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"id": GONE}, "id"), ({"amount": None}, "amount"), ({"amount": "?"}, "amount")],
)
def test_waiting_money_that_cannot_be_read(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_line(transaction(**changes))
    assert refused.value.path == path


# Whose account it is (§1.7).

USER = {"id": "77", "sevClient": {"id": "9", "objectName": "SevClient"}}


def test_the_tenant_by_its_users_or_by_any_row() -> None:
    account = parse_account("1.0", [USER])
    assert (account.id, account.name, account.warnings) == ("9", "sevDesk-Konto 9", ())
    assert account.facts == {"bookkeeping_system": "1.0", "users": "1"}
    by_row = parse_account("1.0", [], [company(sevClient=GONE), bank()])
    assert by_row.id == "9"


def test_the_tenant_by_its_name_where_it_is_shown() -> None:
    full = {"id": "9", "name": "Muster & Söhne", "invoiceTimeToPay": "14"}
    assert parse_account("1.0", [USER, {"sevClient": full}]).name == "Muster & Söhne"
    assert tenant_days([USER, {"sevClient": full}]) == 14
    assert tenant_days([USER, {"sevClient": {"id": "9", "invoiceTimeToPay": None}}]) is None


@pytest.mark.parametrize(
    ("version", "word"), [("2.0", "Mahngebühr"), ("3.0", "3.0"), ("", "Version")]
)
def test_what_to_mind_about_the_bookkeeping_system(version: str, word: str) -> None:
    ((german, english),) = parse_account(version, [USER]).warnings
    assert word in german
    assert english != german


def test_nobody_is_taken_for_a_tenant() -> None:
    with pytest.raises(FieldError, match="sevClient"):
        parse_account("2.0", [], [{"id": "1"}])

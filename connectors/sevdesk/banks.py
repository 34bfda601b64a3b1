"""Bank accounts of sevDesk: how fresh they are, and money that nobody has assigned yet (§2.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from connectors._values import FieldError, Json, currency, required, text
from connectors.sevdesk.problems import warning
from connectors.sevdesk.values import amount, readable
from core.domain.platform_records import BankLine
from core.errors import Problem

_ACTIVE = "100"
_ONLINE = "online"
_UNASSIGNED = "100"  # of a transaction: created, linked to nothing


class Bank(NamedTuple):
    """One CheckAccount. ``feed``: active, online and read by sevDesk itself."""

    id: str
    name: str
    currency: str
    feed: bool
    from_files: bool  # active, and fed by CSV or MT940 files
    last_sync: date | None  # day in Berlin


class Freshness(NamedTuple):
    """``until``: day up to which all bank accounts are read; None = not known."""

    until: date | None
    problems: tuple[Problem, ...] = ()


def parse_bank(row: Json) -> Bank:
    """Raises FieldError: it has no id."""
    active = text(row, "status") in ("", _ACTIVE)
    online = active and text(row, "type") == _ONLINE
    from_files = online and bool(text(row, "importType"))
    id_ = required(row, "id")
    return Bank(
        id_,
        text(row, "name") or id_,
        text(row, "currency") or "EUR",
        online and not from_files,
        from_files,
        readable(row, "lastSync"),
    )


def booked_until(banks: Iterable[Bank]) -> Freshness:
    """The oldest last synchronisation of the accounts that sevDesk reads by itself.

    One of them without it makes all unknown: money may have come there.
    """
    known = sorted(banks, key=lambda each: each.id)
    feeds = [bank for bank in known if bank.feed]
    problems = [_file_import(bank) for bank in known if bank.from_files]
    problems += [_no_sync(bank) for bank in feeds if bank.last_sync is None]
    days = [bank.last_sync for bank in feeds if bank.last_sync is not None]
    whole = bool(days) and len(days) == len(feeds)
    return Freshness(min(days) if whole else None, tuple(problems))


def parse_line(row: Json, code: str = "EUR") -> BankLine | None:
    """Money that came in and is assigned to nothing; None for any other transaction.

    ``code``: currency of its account; the transaction names none.

    Raises:
        FieldError: it has no id, or its amount cannot be read.

    """
    if text(row, "status") != _UNASSIGNED or text(row, "deletedAt"):
        return None
    id_ = required(row, "id")
    found = amount(row, "amount", currency({"currency": code}))
    if found is None:
        raise FieldError("amount", "fehlt")
    if found.amount <= 0:
        return None
    return BankLine(
        id_,
        readable(row, "valueDate") or readable(row, "entryDate"),
        found,
        text(row, "payeePayerName"),
        text(row, "payeePayerAcctNo").replace(" ", "").upper(),
        text(row, "paymtPurpose"),
    )


def _no_sync(bank: Bank) -> Problem:
    return warning(
        "bank_sync_unknown",
        f"{bank.name} ({bank.id}) lastSync",
        "sevDesk sagt nicht, bis wann dieses Konto abgerufen ist; der Buchungsstand bleibt deshalb "
        "unbekannt. Bitte ihn mit mahnwerk booked-until bestätigen.",
    )


def _file_import(bank: Bank) -> Problem:
    return warning(
        "bank_file_import",
        f"{bank.name} ({bank.id}) importType",
        "Dieses Konto wird aus Dateien eingelesen; wie aktuell es ist, weiß sevDesk nicht. Bitte die "
        "Umsätze einlesen, bevor gemahnt wird.",
    )

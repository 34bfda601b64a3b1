"""OPOS lists: what is open of each invoice on the list's as-of day (datev.md §4).

Condensed lists have one line per invoice, uncondensed ones a line per movement; both become one
balance per account and normalised invoice number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connectors.datev_csv.fields import item_key, one_line
from connectors.datev_csv.header import client_label
from connectors.datev_csv.opos_balances import Line, balance_of
from connectors.datev_csv.opos_layout import ListLayout
from connectors.datev_csv.opos_values import day_of, signed_amount
from connectors.datev_csv.problems import ProblemLog, RowError
from connectors.datev_csv.reading import mended, note_bytes
from connectors.datev_csv.rows import BrokenRow, Records
from connectors.datev_csv.source import Source
from core.domain.records import Balance, BatchInfo, FileImport
from core.errors import ConfigError, DataRefused
from core.ports import ImportOptions

_ACCOUNT = re.compile(r"0*([1-9][0-9]{3,8})")
_TOTAL = re.compile(
    r"(gesamt|summe|saldo|total|übertrag|uebertrag|zwischensumme|anzahl)", re.IGNORECASE
)
_GROUP = re.compile(
    r"(?:Konto|Debitor|Kunde)?[\s:.]*([1-9][0-9]{4,8})\b[\s:,\-–]*(.*)", re.IGNORECASE
)
_DAMAGED_ACCOUNT = re.compile(r"[0-9],?[0-9]*E\+?[0-9]+", re.IGNORECASE)
_FIELDS = {
    "account": "Konto", "number": "Rechnungsnummer", "date": "Datum", "due": "Fälligkeit",
    "debit": "Sollbetrag", "credit": "Habenbetrag", "balance": "Saldo", "side": "S/H",
}  # fmt: skip
_DEFAULT_CURRENCY = "EUR"
_ZERO = Decimal(0)


@dataclass(slots=True)
class _List:
    """A list while it is being read."""

    source: Source
    layout: ListLayout
    as_of: date
    client: str
    currency: str
    log: ProblemLog
    lines: list[Line] = field(default_factory=list)
    rows: int = 0
    group: str = ""  # account of the group line above
    names: dict[str, str] = field(default_factory=dict)
    error_accounts: set[str] = field(default_factory=set)


def read_opos(source: Source, layout: ListLayout, options: ImportOptions) -> FileImport:
    """Reads an OPOS list.

    Raises:
        DataRefused: as-of day or client are missing, or no line can be read.
        ConfigError: the setting ``account_length`` is no number from 4 to 8.

    """
    client = client_label(options.client)
    if options.as_of is None or not client:
        raise DataRefused(
            f"{source.name}: eine OPOS-Liste nennt weder Stichtag noch Mandant. Bitte angeben: "
            "--as-of JJJJ-MM-TT --client BERATER/MANDANT."
        )
    currency = options.settings.get("list_currency", _DEFAULT_CURRENCY)
    log = ProblemLog(source.name)
    reading = _List(source, layout, options.as_of, client, currency, log)
    note_bytes(source, log)
    with source.open() as handle:
        for line, values in _rows(handle, reading):
            _add(reading, line, values)
    if reading.rows and log.refused == reading.rows:
        first = log.first_error
        detail = f" Die erste: {first.where}: {first.message}" if first else ""
        raise DataRefused(
            f"{source.name}: keine Zeile der OPOS-Liste ist lesbar; nichts wurde übernommen."
            f"{detail} Liste unverändert aus DATEV exportieren."
        )
    length = _personal_length(reading, options)
    balances = tuple(_balances(reading, length))
    return FileImport(
        _info(reading),
        balances=balances,
        problems=log.finish(),
        row_error_accounts=frozenset(reading.error_accounts),
    )


def _rows(handle: Iterator[str], reading: _List) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows below the captions as mappings; broken ones go to the log."""
    records = Records(handle, reading.layout.delimiter)
    places = reading.layout.places
    for number, found in records:
        fields = found
        if number <= reading.layout.caption_line:
            if not isinstance(fields, BrokenRow):
                records.width = len(fields)
            continue
        if isinstance(fields, BrokenRow):
            fields = mended(fields, f"Feld {fields.field}", number, reading.log)
        if isinstance(fields, BrokenRow):
            reading.rows += 1
            reading.log.refuse(_broken(fields), number)
            _note_account(reading, "".join(fields.values[places["account"] :][:1]))
        elif any(value.strip() for value in fields):
            records.width = records.width or len(fields)
            at = {
                name: fields[place].strip() if place < len(fields) else ""
                for name, place in places.items()
            }
            at["_first"] = next(value.strip() for value in fields if value.strip())
            at["_filled"] = str(sum(bool(value.strip()) for value in fields))
            yield number, at


def _broken(row: BrokenRow) -> RowError:
    return RowError(
        "broken_quotes",
        f"Feld {row.field}",
        f"Die Anführungszeichen in Feld {row.field} gehen nicht auf; die Zeile wurde nicht "
        "gelesen. Liste unverändert aus DATEV exportieren.",
    )


def _add(reading: _List, line: int, values: dict[str, str]) -> None:
    """One row: a title, total, group or name line, or an item."""
    if _is_decoration(reading, values):
        return
    reading.rows += 1
    try:
        item = _item(reading, line, values)
    except RowError as error:
        reading.log.refuse(error, line)
        _note_account(reading, values["account"] or reading.group)
        return
    reading.lines.append(item)


def _is_decoration(reading: _List, values: dict[str, str]) -> bool:
    account = values["account"]
    if _TOTAL.match(values["_first"]):
        return True
    if values["_filled"] in {"1", "2"} or not _ACCOUNT.fullmatch(account):
        group = _GROUP.fullmatch(values["_first"])
        amounts = any(values.get(name) for name in ("debit", "credit", "balance"))
        if group and not amounts:
            reading.group = group.group(1)
            name = one_line(group.group(2)) or ("" if account else values.get("name", ""))
            if name:
                reading.names[reading.group] = name
            return True
    if _DAMAGED_ACCOUNT.fullmatch(account):
        return False
    names_an_item = bool(values["number"] or values.get("date"))
    # Without an account of its own: a total, a heading or a customer's name.
    return not account[:1].isdigit() and not (reading.group and not account and names_an_item)


def _item(reading: _List, line: int, values: dict[str, str]) -> Line:
    account = values["account"] or reading.group
    match = _ACCOUNT.fullmatch(account)
    if not match:
        raise RowError(
            "account_invalid",
            "Konto",
            f"„{account[:20]}“ ist keine Kontonummer. Liste unverändert aus DATEV exportieren.",
        )
    amounts = {
        name: signed_amount(values.get(name, ""), _FIELDS[name])
        for name in ("debit", "credit", "balance")
    }
    balance = amounts["balance"]
    side = values.get("side", "").upper()
    if side not in {"", "S", "H"}:
        raise RowError(
            "side_invalid", "S/H", f"„{side[:10]}“ ist weder S noch H. Liste neu exportieren."
        )
    if balance is not None and side == "H":
        balance = -abs(balance)
    if all(amount is None for amount in amounts.values()):
        raise RowError("amount_missing", "Saldo", "Kein Betrag angegeben. Liste neu exportieren.")
    return Line(
        line=line,
        account=match.group(1),
        label=account,
        number=values["number"],
        key=item_key(values["number"]),
        day=day_of(values.get("date", ""), "Datum"),
        due=day_of(values.get("due", ""), "Fälligkeit"),
        debit=amounts["debit"] or _ZERO,
        credit=amounts["credit"] or _ZERO,
        balance=balance,
        cleared=values.get("cleared", "").upper() in {"A", "M", "K", "N"},
        currency=values.get("currency", "").upper(),
        text=one_line(values.get("text", "")),
        name=one_line(values.get("name", "")),
    )


def _note_account(reading: _List, text: str) -> None:
    match = _ACCOUNT.fullmatch(text.strip())
    if match and len(match.group(1)) >= 5 and match.group(1)[0] <= "6":
        reading.error_accounts.add(match.group(1).ljust(9, "0"))


def _personal_length(reading: _List, options: ImportOptions) -> int:
    """Digits of personal accounts: by setting, else the longest account of the list."""
    setting = options.settings.get("account_length", "")
    if setting:
        if not re.fullmatch(r"[4-8]", setting):
            raise ConfigError(f"Einstellung account_length={setting}: erwartet 4 bis 8.")
        return int(setting) + 1
    return max([5, *(len(line.account) for line in reading.lines)])


def _balances(reading: _List, length: int) -> Iterator[Balance]:
    """One balance per account and invoice number, in the order of the list."""
    groups: dict[tuple[str, str], list[Line]] = {}
    creditors = 0
    for line in reading.lines:
        if len(line.account) != length:
            reading.log.doubt(
                "not_personal_account", line.line, "Konto",
                f"Konto {line.label} ist kein Personenkonto ({length} Stellen erwartet); "
                "übergangen. Kontenbereich der Liste prüfen.",
            )  # fmt: skip
        elif line.account[0] > "6":
            creditors += 1
        else:
            groups.setdefault((line.account, line.key), []).append(line)
    if creditors:
        reading.log.note(
            "creditors_skipped", 0, "", f"{creditors} Zeilen von Kreditoren übergangen."
        )
    for lines in groups.values():
        yield balance_of(
            lines,
            reading.as_of,
            reading.currency,
            reading.source.name,
            reading.names.get(lines[0].account, ""),
            reading.log,
        )


def _info(reading: _List) -> BatchInfo:
    return BatchInfo(
        file=reading.source.name,
        sha256=reading.source.sha256,
        category="opos",
        identity=f"opos|{reading.client}|{reading.as_of.isoformat()}",
        client=reading.client,
        encoding=reading.source.encoding,
        as_of=reading.as_of,
        locked=False,
        rows=reading.rows,
        refused=reading.log.refused,
        label=f"OPOS {reading.as_of.isoformat()}",
        booked_until=reading.as_of,
    )

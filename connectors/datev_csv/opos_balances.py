"""From the lines of one invoice in an OPOS list to its balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors.datev_csv.problems import ProblemLog
from core.domain.money import Money
from core.domain.records import Balance

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; ``balance`` is signed, None when the list has no such column."""

    line: int
    account: str
    label: str
    number: str
    key: str
    day: date | None
    due: date | None
    debit: Decimal
    credit: Decimal
    balance: Decimal | None
    cleared: bool
    currency: str
    text: str
    name: str


def balance_of(
    lines: Sequence[Line], as_of: date, currency: str, file: str, name: str, log: ProblemLog
) -> Balance:
    """The balance of one account and invoice number.

    Soll minus Haben over all lines is right for condensed and uncondensed lists alike; Saldo
    decides where the two are not filled, and checks them where they are.
    """
    first = next((line for line in lines if line.debit), lines[0])
    debits = [line for line in lines if line.debit] or list(lines)
    due = next((line.due for line in reversed(debits) if line.due), None)
    invoice_date = min((line.day for line in debits if line.day), default=None)
    outstanding = _outstanding(lines, log)
    _warn(first, due, invoice_date, as_of, currency, outstanding, log)
    total = sum((line.debit for line in lines), _ZERO) or -sum(
        (line.credit for line in lines), _ZERO
    )
    return Balance(
        account=first.account.ljust(9, "0"),
        account_label=first.label,
        number=first.number,
        item_key=first.key,
        as_of=as_of,
        outstanding=Money(outstanding, currency),
        total=Money(total, currency) if total else None,
        invoice_date=invoice_date,
        due_date=due,
        text=first.text,
        name=first.name or name,
        file=file,
        row=first.line,
    )


def _outstanding(lines: Sequence[Line], log: ProblemLog) -> Decimal:
    moved = sum((line.debit - line.credit for line in lines), _ZERO)
    saldos = [line.balance for line in lines if line.balance is not None]
    has_movements = any(line.debit or line.credit for line in lines)
    if all(line.cleared for line in lines):
        return _ZERO  # cleared by DATEV, also with a small difference
    if not saldos:
        return moved
    if not has_movements:
        return sum(saldos, _ZERO)
    # Saldo may stand on every line, run along, or stand once for the whole item.
    if moved in (sum(saldos, _ZERO), saldos[-1]) or (len(lines) > 1 and moved == saldos[0]):
        return moved
    chosen = saldos[0] if len(lines) == 1 else moved
    log.doubt(
        "balance_mismatch",
        lines[0].line,
        "Saldo",
        f"Soll minus Haben ergibt {moved}, die Liste nennt {saldos[-1]}; verwendet wurde "
        f"{chosen}. Posten in DATEV prüfen.",
    )
    return chosen


def _warn(
    first: Line,
    due: date | None,
    invoice_date: date | None,
    as_of: date,
    currency: str,
    outstanding: Decimal,
    log: ProblemLog,
) -> None:
    if first.currency not in {"", currency}:
        log.note(
            "foreign_currency_in_list", first.line, "WKZ Eingabebetrag",
            f"Der Posten wurde in {first.currency} gebucht; die Liste führt ihn in {currency}.",
        )  # fmt: skip
    if invoice_date is not None and invoice_date > as_of:
        log.doubt(
            "after_as_of", first.line, "Datum",
            f"Der Posten vom {invoice_date:%d.%m.%Y} ist jünger als der Stichtag "
            f"{as_of:%d.%m.%Y}. --as-of prüfen.",
        )  # fmt: skip
    if due is None and outstanding > 0:
        log.note(
            "due_date_missing", first.line, "Fälligkeit",
            "Der Posten hat keine Fälligkeit; sie folgt aus Stammdaten oder Voreinstellung.",
        )  # fmt: skip

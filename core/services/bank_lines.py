"""Money at the bank that nobody has assigned yet holds what it could pay (architecture §2).

Lines of one connection hold items of all connections of the creditor: what came to his account
pays whatever invoice. A hold ends by itself when its line is assigned or gone, or pays something
else now; who releases it says that this line does not pay that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache

from core.domain.bank_lines import BankLines, How, Line, LineHold, Payer, hold_of
from core.domain.model import CreditorId, DebtorId
from core.ports import LedgerChanges, Tx
from core.services.app import App

# Debtors of one write transaction; everybody else is only looked at.
PART = 100


def check_debtors(
    tx: Tx, creditor: CreditorId, debtors: Collection[DebtorId], *, on: date
) -> LedgerChanges:
    """Sets and ends the holds of some debtors whose ledger has just been stored."""
    if not debtors:
        return LedgerChanges()
    known = tx.bank_lines.all(creditor)
    payers = tx.bank_lines.payers(creditor, debtors) if known else []
    lines = _lines(frozenset(known))
    explained = {line for line, told in known.items() if told} | _explained(lines, payers, on)
    holds = _holds(lines, payers, explained, on)
    return tx.bank_lines.keep_holds(creditor, holds, debtors, on)


def check_all(app: App, creditor: CreditorId, *, on: date) -> LedgerChanges:
    """Looks at everybody, after lines were read or at the end of a sync: mends what an end of the
    process, a new name or a line that grew old has left, and writes only where something changed.
    """
    with app.store.read() as tx:
        known = tx.bank_lines.all(creditor)
        payers = tx.bank_lines.payers(creditor) if known else []
        lines = _lines(frozenset(known))
        explained = _explained(lines, payers, on)
        concerned = tx.bank_lines.unlike(creditor, _holds(lines, payers, explained, on))
    told = {
        line: line in explained for line, was in known.items() if was is not (line in explained)
    }
    if told:
        with app.store.write() as tx:
            tx.bank_lines.save_explained(creditor, told)
    changes = LedgerChanges()
    todo = sorted(concerned)
    for start in range(0, len(todo), PART):
        with app.store.write() as tx:
            done = check_debtors(tx, creditor, todo[start : start + PART], on=on)
            if done:
                tx.events.append(creditor, "bank_lines", {}, asdict(done), app.clock.now())
        changes += done
    return changes


@lru_cache(maxsize=4)
def _lines(lines: frozenset[Line]) -> BankLines:
    """The same for every part of a batch."""
    return BankLines(lines)


def _explained(lines: BankLines, payers: Iterable[Payer], on: date) -> set[Line]:
    return {line for payer in payers for line in lines.explained(payer, on)}


def _holds(
    lines: BankLines, payers: Iterable[Payer], explained: Collection[Line], on: date
) -> Mapping[DebtorId, list[LineHold]]:
    found: dict[DebtorId, list[LineHold]] = {}
    for payer in payers:
        matches = lines.of(payer, on)
        own = [m for m in matches if m.how is not How.AMOUNT or m.line not in explained]
        if own:
            found[payer.debtor] = [hold_of(match) for match in own]
    return found

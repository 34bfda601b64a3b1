"""The sub-ledger of charges: what becomes of them when the principal is paid, and by hand.

A charge is kept when its notice leaves and its procedure says so (``charges = "receivable"`` or
``"waive_when_principal_paid"``); an informational one is printed and forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain.model import ChargesMode, CreditorId, DebtorId, ItemState, NoticeId
from core.domain.money import Money, total
from core.errors import UsageError
from core.ports import ChargeRow, Tx
from core.services.app import App
from core.services.charges_settled import Second
from core.services.lookup import creditor_of, debtor_named

OPEN, PAID, WAIVED, RESIDUAL = "open", "paid", "waived", "residual"
# The claim was given up or never was: nobody owes for its delay.
_GIVEN_UP = frozenset({ItemState.CANCELLED.value, ItemState.WRITTEN_OFF.value})
_NOT_OWED = "by what is known now it was not owed"
Group = tuple[DebtorId, str, NoticeId, str]  # debtor, number, notice, currency


def settle_after_payment(app: App, tx: Tx, creditor: CreditorId, on: date) -> int:
    """Waives or chases open charges whose principal is paid; how many there were.

    ``receivable`` charges become open items of their own, one per claim, due at once, as far as
    they were owed; ``waive_when_principal_paid`` and those of a claim that was given up end.
    """
    chased: dict[Group, list[ChargeRow]] = defaultdict(list)
    second = Second.of(app, tx, creditor, on)
    settled = 0
    for row in tx.charges.rows(creditor, settled=False):
        states = _states(tx, creditor, row) if row.state == OPEN else {}
        if row.state != OPEN or any(states.values()):
            continue
        settled += 1
        given_up = set(states) <= _GIVEN_UP
        ends = given_up or row.mode == ChargesMode.WAIVE_WHEN_PRINCIPAL_PAID.value
        owed = row.charge.amount if ends else second.owed(row)
        if ends or not owed.minor:
            tx.charges.settle(creditor, row.charge.id, WAIVED, on, "mahnwerk")
            note(app, tx, creditor, row, WAIVED, "mahnwerk", "" if ends else _NOT_OWED)
            continue
        if owed != row.charge.amount:
            note(app, tx, creditor, row, "reduced", "mahnwerk", _NOT_OWED)
            tx.charges.reduce(creditor, row.charge.id, owed.minor)
        number = row.number or f"M-{row.charge.notice}"
        left = replace(row, charge=replace(row.charge, amount=owed))
        chased[row.debtor, number, row.charge.notice, owed.currency].append(left)
    for group, rows in chased.items():
        _chase(app, tx, creditor, group, rows, on)
    return settled


def _states(tx: Tx, creditor: CreditorId, row: ChargeRow) -> dict[str, bool]:
    """States of the claims that the charge hangs on, and whether one of them is open."""
    if row.charge.item is not None:
        return {row.item_state: row.principal_open}
    return tx.charges.notice_states(creditor, row.charge.notice)


def _chase(
    app: App, tx: Tx, creditor: CreditorId, group: Group, rows: Sequence[ChargeRow], on: date
) -> None:
    debtor, number, notice, currency = group
    sum_ = total((row.charge.amount for row in rows), currency)
    ids = [row.charge.id for row in rows]
    # Interest and lump sum lapse with their claim (§ 217 BGB); a fee counts from its letter.
    arisen = min(min(row.arisen or row.charge.since, row.charge.since) for row in rows)
    item = tx.charges.chase(creditor, debtor, notice, ids, number, sum_, on, arisen)
    tx.events.append(
        creditor,
        "charges_chased",
        {"item": item, "debtor": debtor, "notice": notice},
        {"amount": sum_.plain(), "currency": currency, "charges": ids, "on": on.isoformat()},
        app.clock.now(),
    )


def note(
    app: App, tx: Tx, creditor: CreditorId, row: ChargeRow, state: str, by: str, reason: str = ""
) -> None:
    """Writes down what became of a charge."""
    amount = row.charge.amount
    tx.events.append(
        creditor,
        f"charge_{state}",
        {"charge": row.charge.id, "debtor": row.debtor, "notice": row.charge.notice},
        {"amount": amount.plain(), "currency": amount.currency, "by": by, "reason": reason},
        app.clock.now(),
    )


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One kept charge with the name of the debtor."""

    row: ChargeRow
    debtor: str


def charges(
    app: App, creditor: CreditorId, text: str = "", *, settled: bool = False
) -> list[ChargeLine]:
    """Kept charges that are owed, of all debtors or of the named one; ``settled`` adds the rest.

    Raises:
        UsageError: unknown or ambiguous debtor.
    """
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text).id if text else None
        names = {d.id: d.name for d in tx.debtors.all(creditor)}
        rows = tx.charges.rows(creditor, debtor, settled=settled)
    return [ChargeLine(row, names.get(row.debtor, "")) for row in rows]


def settle_by_hand(
    app: App,
    creditor: CreditorId,
    ids: Sequence[int],
    state: str,
    *,
    reason: str,
    by: str,
    on: date,
) -> Money | None:
    """Marks kept charges as paid or waived, all or none; their sum when it is of one currency.

    Raises:
        UsageError: no such charge, it is settled already, or a waiver without a reason.
    """
    if state == WAIVED and not reason.strip():
        raise UsageError(
            "Ein Erlass braucht einen Grund: --reason …", en="A waiver needs a reason: --reason …"
        )
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        known = {row.charge.id: row for row in tx.charges.rows(creditor)}
        chosen = []
        for id_ in dict.fromkeys(ids):
            row = known.get(id_)
            if row is None or row.state not in (OPEN, RESIDUAL):
                raise UsageError(
                    f"Nebenforderung {id_}: gibt es nicht oder ist erledigt. Siehe: mahnwerk charges",
                    en=f"Charge {id_}: there is none, or it is settled. See: mahnwerk charges",
                )
            chosen.append(row)
        for row in chosen:
            tx.charges.settle(creditor, row.charge.id, state, on, by)
            note(app, tx, creditor, row, state, by, reason)
    currencies = {row.charge.amount.currency for row in chosen}
    if len(currencies) != 1:
        return None
    return total((row.charge.amount for row in chosen), currencies.pop())

"""Mahnsperren by hand: on an invoice or a debtor, until a day or until released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.model import CreditorId, DebtorId, HoldKind, ItemId
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import creditor_of, debtor_named, item_named


@dataclass(frozen=True, slots=True)
class HoldReport:
    """What was held or released; ``target`` in the words of whoever gave the command."""

    holds: tuple[int, ...]
    target: str


def _target(
    app: App, tx: Tx, creditor: CreditorId, text: str
) -> tuple[DebtorId, ItemId | None, str]:
    """An invoice of that name, else a debtor; both at once is ambiguous."""
    items = tx.items.find(creditor, text)
    people = tx.debtors.find(creditor, text)
    if items and people:
        raise UsageError(
            f"„{text}“ ist eine Rechnung und ein Kunde. Rechnung: Anbindung:Kennung, "
            "Kunde: seine Nummer aus „mahnwerk debtors“ angeben.",
            en=f"{text} is an invoice and a debtor. Give connection:id for the invoice, "
            "or the debtor's number from `mahnwerk debtors`.",
        )
    if items:
        item = item_named(tx, creditor, text)
        number = item.number or item.external_id
        return item.debtor, item.id, app.say(f"Rechnung {number}", f"Invoice {number}")
    debtor = debtor_named(tx, creditor, text)
    return debtor.id, None, app.say(f"Kunde {debtor.name}", f"Debtor {debtor.name}")


def hold(
    app: App,
    creditor: CreditorId,
    text: str,
    *,
    reason: str,
    until: date | None,
    by: str,
    on: date,
) -> HoldReport:
    """Stops dunning of an invoice or a debtor from ``on`` to ``until`` inclusive.

    Raises:
        UsageError: unknown or ambiguous name, no reason, or an end before the begin.
    """
    if not reason.strip():
        raise UsageError(
            "Eine Mahnsperre braucht einen Grund: --reason …",
            en="A hold needs a reason: --reason …",
        )
    if until is not None and until < on:
        raise UsageError(
            f"Das Ende der Mahnsperre ({until:%d.%m.%Y}) liegt in der Vergangenheit.",
            en=f"The end of the hold ({until}) lies in the past.",
        )
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor, item, name = _target(app, tx, creditor, text)
        new = tx.holds.add(creditor, HoldKind.MANUAL, debtor, item, reason, by, on, until)
        refs = {"hold": new, "debtor": debtor} | ({"item": item} if item else {})
        payload = {"reason": reason, "by": by, "until": until.isoformat() if until else None}
        tx.events.append(creditor, "hold", refs, payload, app.clock.now())
    return HoldReport((new,), name)


def release(app: App, creditor: CreditorId, text: str, *, by: str, on: date) -> HoldReport:
    """Ends every hold that is active on the named invoice or debtor.

    Raises:
        UsageError: unknown or ambiguous name, or nothing is held.
    """
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor, item, name = _target(app, tx, creditor, text)
        chosen = [
            h for h in tx.holds.of_debtor(creditor, debtor) if h.item == item and h.active(on)
        ]
        if not chosen:
            raise UsageError(
                f"{name}: keine Mahnsperre, die aufgehoben werden könnte.",
                en=f"{name}: there is no hold to release.",
            )
        for each in chosen:
            tx.holds.release(creditor, each.id, on)
            tx.events.append(
                creditor,
                "release",
                {"hold": each.id, "debtor": debtor},
                {"by": by, "kind": each.kind},
                app.clock.now(),
            )
    return HoldReport(tuple(h.id for h in chosen), name)

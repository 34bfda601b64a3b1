"""Mahnsperren by hand: on an invoice or a debtor, until a day or until released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.model import CreditorId, DebtorId, Hold, HoldKind, ItemId
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


def _nothing_to_release(name: str, item: ItemId | None, active: Sequence[Hold]) -> UsageError:
    """Says what is held instead, and how to release that."""
    own = sorted({h.kind.value for h in active if h.item == item})
    if own:
        ways = ", ".join(f"--kind {each}" for each in own)
        return UsageError(
            f"{name}: keine Sperre von Hand. Andere Sperren enden nur ausdrücklich: {ways}",
            en=f"{name}: no hold set by hand. Others end only when named: {ways}",
        )
    if item is not None and any(h.item is None for h in active):
        return UsageError(
            f"{name}: nicht selbst gesperrt, aber ihr Kunde. Bitte den Kunden angeben.",
            en=f"{name}: not held itself, but its debtor is. Please name the debtor.",
        )
    return UsageError(
        f"{name}: keine Mahnsperre, die aufgehoben werden könnte.",
        en=f"{name}: there is no hold to release.",
    )


def release(
    app: App,
    creditor: CreditorId,
    text: str,
    *,
    kind: HoldKind | None = None,
    by: str,
    on: date,
) -> HoldReport:
    """Ends the holds that people have set on the named invoice or debtor.

    A hold of another kind (reported as paid, a block of the bookkeeping, a possible double
    import) protects somebody who may have paid: it ends only when its ``kind`` is named.

    Raises:
        UsageError: unknown or ambiguous name, or nothing of that kind is held; the message names
            what is.
    """
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor, item, name = _target(app, tx, creditor, text)
        active = [h for h in tx.holds.of_debtor(creditor, debtor) if h.active(on)]
        wanted = kind or HoldKind.MANUAL
        chosen = [h for h in active if h.item == item and h.kind is wanted]
        if not chosen:
            raise _nothing_to_release(name, item, active)
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

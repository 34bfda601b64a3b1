"""Mahnsperren by hand: on an invoice or a debtor, until a day or until released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.domain.agreement import AgreementState, is_agreement
from core.domain.model import CreditorId, HoldKind, HoldTerms
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.held_elsewhere import nothing_to_release
from core.services.lookup import creditor_of
from core.services.online_payment import way_back_of
from core.services.targets import Target, amount_of, claims_of, target_of
from core.services.tasks import PURSUING

# What a person may set with `hold`; promises and plans have commands of their own.
BY_HAND = (
    HoldKind.MANUAL,
    HoldKind.DISPUTE,
    HoldKind.PARTIAL_DISPUTE,
    HoldKind.DEFERRAL,
    HoldKind.INSOLVENCY,
    HoldKind.DECEASED,
    HoldKind.DIRECT_DEBIT_PENDING,
    HoldKind.POSSIBLE_DUPLICATE,
    HoldKind.POSSIBLE_DOUBLE_IMPORT,
)
# They concern the person, not one of his invoices.
_OF_DEBTOR = (HoldKind.INSOLVENCY, HoldKind.DECEASED)


@dataclass(frozen=True, slots=True)
class HoldWish:
    """What is asked for. ``amount`` is the contested part of a partial dispute; ``interest`` says
    whether interest runs on during a deferral (None: it does not, the claim is not due).
    """

    reason: str
    kind: HoldKind = HoldKind.MANUAL
    from_on: date | None = None  # None: the day of the command
    until: date | None = None
    amount: Decimal | None = None
    interest: bool | None = None


@dataclass(frozen=True, slots=True)
class HoldReport:
    """What was held or released; ``target`` in the words of whoever gave the command.

    ``closed`` are tasks that ended with it, ``task`` one that came of it; ``remark`` is what is left
    to do for somebody.
    """

    holds: tuple[int, ...]
    target: str
    closed: tuple[int, ...] = ()
    task: int | None = None
    remark: str = ""


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
    """Stops dunning of an invoice or a debtor by hand; see :func:`hold_as`."""
    return hold_as(app, creditor, text, HoldWish(reason, until=until), by=by, on=on)


def hold_as(
    app: App, creditor: CreditorId, text: str, wish: HoldWish, *, by: str, on: date
) -> HoldReport:
    """Stops dunning of an invoice or a debtor, both days inclusive.

    Insolvency closes the open tasks about the debtor; a death asks for his heirs.

    Raises:
        UsageError: unknown or ambiguous name, no reason, an end before the begin, a kind that
            does not fit the target, or terms that do not fit the kind.
    """
    first = wish.from_on or on
    _check(wish, first, on)
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        target = target_of(app, tx, creditor, text)
        _check_target(wish.kind, target)
        terms = _terms(tx, creditor, target, wish, on)
        new = tx.holds.add(
            creditor,
            wish.kind,
            target.debtor,
            target.item,
            wish.reason,
            by,
            first,
            wish.until,
            terms=terms,
        )
        tx.events.append(
            creditor, "hold", _refs(new, target), _payload(wish, first, by), app.clock.now()
        )
        closed: tuple[int, ...] = ()
        task = None
        if wish.kind is HoldKind.INSOLVENCY and first <= on:
            closed = close_tasks(app, tx, creditor, target, wish.reason, by, on)
        if wish.kind is HoldKind.DECEASED:
            task = _ask_for_heirs(app, tx, creditor, target, new, on)
    return HoldReport((new,), target.name, closed, task)


def _check(wish: HoldWish, first: date, on: date) -> None:
    if not wish.reason.strip():
        raise UsageError(
            "Eine Mahnsperre braucht einen Grund: --reason …",
            en="A hold needs a reason: --reason …",
        )
    if wish.until is not None and wish.until < on:
        raise UsageError(
            f"Das Ende der Mahnsperre ({wish.until:%d.%m.%Y}) liegt in der Vergangenheit.",
            en=f"The end of the hold ({wish.until}) lies in the past.",
        )
    if wish.until is not None and wish.until < first:
        raise UsageError(
            f"Die Mahnsperre würde enden ({wish.until:%d.%m.%Y}), bevor sie am"
            f" {first:%d.%m.%Y} beginnt.",
            en=f"The hold would end ({wish.until}) before it begins on {first}.",
        )
    if wish.kind not in BY_HAND:
        raise UsageError(
            f"„{wish.kind}“ wird nicht mit „hold“ gesetzt.", en=f"{wish.kind} is not set by hold."
        )
    if wish.amount is not None and wish.kind is not HoldKind.PARTIAL_DISPUTE:
        raise UsageError(
            "--amount gehört zu --kind partial_dispute: der bestrittene Teil.",
            en="--amount belongs to --kind partial_dispute: the contested part.",
        )
    if wish.interest is not None and wish.kind is not HoldKind.DEFERRAL:
        raise UsageError(
            "--interest gehört zu --kind deferral (Stundung).",
            en="--interest belongs to --kind deferral.",
        )


def _check_target(kind: HoldKind, target: Target) -> None:
    if kind in _OF_DEBTOR and target.item is not None:
        raise UsageError(
            f"{target.name}: --kind {kind} betrifft den Kunden. Bitte den Kunden angeben.",
            en=f"{target.name}: --kind {kind} concerns the debtor. Please name the debtor.",
        )
    if kind is HoldKind.PARTIAL_DISPUTE and target.item is None:
        raise UsageError(
            f"{target.name}: bestritten wird ein Teil einer Rechnung. Bitte die Rechnung angeben.",
            en=f"{target.name}: a part of an invoice is contested. Please name the invoice.",
        )


def _terms(
    tx: Tx, creditor: CreditorId, target: Target, wish: HoldWish, on: date
) -> HoldTerms | None:
    if wish.kind is HoldKind.DEFERRAL:
        return HoldTerms(interest=bool(wish.interest))
    if wish.kind is not HoldKind.PARTIAL_DISPUTE:
        return None
    if wish.amount is None:
        raise UsageError(
            "Welcher Teil ist bestritten? --amount BETRAG (alles: --kind dispute)",
            en="Which part is contested? --amount AMOUNT (all of it: --kind dispute)",
        )
    claims = claims_of(tx.items.account(creditor, target.debtor, on), target.item)
    if not claims:
        raise UsageError(f"{target.name}: nichts offen.", en=f"{target.name}: nothing is open.")
    owed = claims[0].outstanding
    return HoldTerms(amount=amount_of(wish.amount, owed, target), baseline=owed)


def _refs(hold_id: int, target: Target) -> dict[str, int]:
    item = {"item": target.item} if target.item else {}
    return {"hold": hold_id, "debtor": target.debtor, **item}


def _payload(wish: HoldWish, first: date, by: str) -> Mapping[str, object]:
    return {
        "reason": wish.reason,
        "by": by,
        "kind": wish.kind.value,
        "from": first.isoformat(),
        "until": wish.until.isoformat() if wish.until else None,
        "amount": None if wish.amount is None else str(wish.amount),
        "interest": wish.interest,
    }


def close_tasks(
    app: App, tx: Tx, creditor: CreditorId, target: Target, reason: str, by: str, on: date
) -> tuple[int, ...]:
    """Closes what is open about an insolvent debtor: nobody may pursue a claim on his own
    (§ 87 InsO).
    """
    closed = tx.tasks.close_of_debtor(creditor, target.debtor, PURSUING, on)
    for task in closed:
        payload = {"by": by, "reason": f"insolvency: {reason}"}
        refs = {"task": task, "debtor": target.debtor}
        tx.events.append(creditor, "task_done", refs, payload, app.clock.now())
    return tuple(closed)


def _ask_for_heirs(
    app: App, tx: Tx, creditor: CreditorId, target: Target, hold_id: int, on: date
) -> int:
    text = app.say(
        f"{target.name} ist verstorben: Erben ermitteln (Nachlassgericht) und die Forderung an sie"
        " richten (§ 1967 BGB); danach die Mahnsperre aufheben.",
        f"{target.name} has died: find the heirs (probate court) and claim from them"
        " (§ 1967 BGB); release the hold afterwards.",
    )
    key = f"deceased:{hold_id}"
    return tx.tasks.add(creditor, "heirs", target.debtor, None, text, on, key)


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

    A hold of another kind (reported as paid, a block of the bookkeeping, a promise, a possible
    double import) protects somebody who may have paid: it ends only when its ``kind`` is named.

    Raises:
        UsageError: unknown or ambiguous name, or nothing of that kind is held; the message names
            what is.
    """
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        target = target_of(app, tx, creditor, text)
        active = [h for h in tx.holds.of_debtor(creditor, target.debtor) if h.active(on)]
        wanted = kind or HoldKind.MANUAL
        chosen = [h for h in active if h.item == target.item and h.kind is wanted]
        if not chosen:
            raise nothing_to_release(tx, creditor, target, active, on)
        for each in chosen:
            tx.holds.release(creditor, each.id, on)
            if is_agreement(each) and each.terms is not None:
                ended = replace(each.terms, outcome=AgreementState.RELEASED.value)
                tx.holds.settle(creditor, each.id, ended, None)
            tx.events.append(
                creditor,
                "release",
                {"hold": each.id, "debtor": target.debtor},
                {"by": by, "kind": each.kind},
                app.clock.now(),
            )
        remark = ""
        if wanted is HoldKind.MONEY_RETURNED and target.item is not None:
            item = tx.items.many(creditor, [target.item])[target.item]
            remark = way_back_of(app, tx.connections.get(creditor, item.connection), item.number)
    return HoldReport(tuple(h.id for h in chosen), target.name, remark=remark)

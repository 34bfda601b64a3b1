"""What a run writes down of promises and plans: how they ended, and a task for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.domain.agreement import Agreement, AgreementState, weigh_all
from core.domain.business_days import Calendar
from core.domain.model import Account, Creditor, DebtorId, Hold, HoldKind
from core.domain.promise import broken_promises
from core.ports import Tx
from core.services.agreement_words import agreement_sentence
from core.services.app import App
from core.services.tasks import PURSUING

_DAY = timedelta(days=1)


def settle_agreements(
    app: App, creditor: Creditor, accounts: Sequence[Account], on: date, calendar: Calendar
) -> None:
    """Writes down which promises and plans of ``accounts`` have ended, each once, and sets a task
    for what did not come. Closes the tasks about debtors who are insolvent.

    A run for a day to come writes nothing: what it assumes has not happened.
    """
    if on > app.clock.today(creditor.profile.zone):
        return
    ended = [
        (account, found)
        for account in accounts
        if account.holds
        for found in weigh_all(account.holds, account.items, on, calendar, account.connections)
        if found.state in _ENDED and not found.terms.outcome
    ]
    insolvent = [account for account in accounts if account.holds and is_insolvent(account, on)]
    if not ended and not insolvent:
        return
    with app.store.write() as tx:
        for account, found in ended:
            _settle(app, tx, creditor, account, found, on, calendar)
        for account in insolvent:
            _close_tasks(app, tx, creditor, account, on)


_ENDED = (AgreementState.KEPT, AgreementState.BROKEN)


def is_insolvent(account: Account, on: date) -> bool:
    """True while a hold for insolvency lies on the debtor."""
    return any(_is_insolvency(hold, on) for hold in account.holds)


def _is_insolvency(hold: Hold, on: date) -> bool:
    return hold.kind is HoldKind.INSOLVENCY and hold.active(on)


def _close_tasks(app: App, tx: Tx, creditor: Creditor, account: Account, on: date) -> None:
    hold = next(hold for hold in account.holds if _is_insolvency(hold, on))
    for task in tx.tasks.close_of_debtor(creditor.id, account.debtor.id, PURSUING, on):
        refs = {"task": task, "debtor": account.debtor.id, "hold": hold.id}
        payload = {"by": "run", "reason": f"insolvency: {hold.reason}"}
        tx.events.append(creditor.id, "task_done", refs, payload, app.clock.now())


def _settle(
    app: App,
    tx: Tx,
    creditor: Creditor,
    account: Account,
    found: Agreement,
    on: date,
    calendar: Calendar,
) -> None:
    terms = replace(found.terms, outcome=found.state.value, missed=found.missed)
    until = found.hold.until_on
    # A promise that was broken has ended by itself on its last day.
    early = found.is_plan or found.state is AgreementState.KEPT
    tx.holds.settle(creditor.id, found.hold.id, terms, until + _DAY if early and until else None)
    name = "plan" if found.is_plan else "promise"
    tx.events.append(
        creditor.id,
        f"{name}_{found.state.value}",
        {"hold": found.hold.id, "debtor": account.debtor.id},
        {
            "on": on.isoformat(),
            "until": until.isoformat() if until else None,
            "received": str(found.received),
            "missed": found.missed,
        },
        app.clock.now(),
    )
    if found.state is AgreementState.BROKEN and not is_insolvent(account, on):
        _ask(app, tx, creditor, account, found, on, calendar)


def _ask(
    app: App,
    tx: Tx,
    creditor: Creditor,
    account: Account,
    found: Agreement,
    on: date,
    calendar: Calendar,
) -> None:
    key = f"plan:{found.hold.id}:{found.missed}" if found.is_plan else f"promise:{found.hold.id}"
    if tx.tasks.known(creditor.id, [key]):
        return
    debtor = tx.debtors.get(creditor.id, account.debtor.id)
    numbers = [i.number or i.external_id for i in account.items if i.id in found.terms.items]
    told = agreement_sentence(found, app.language)
    text = f"{debtor.name if debtor else ''}, {', '.join(numbers)}: {told}"
    if not found.is_plan:
        count = len(
            broken_promises(
                weigh_all(account.holds, account.items, on, calendar, account.connections)
            )
        )
        text += " " + app.say(
            f"Nicht gehaltene Zusagen dieses Kunden: {count}.",
            f"Promises this debtor has not kept: {count}.",
        )
    text += " " + app.say("Es wird wieder gemahnt.", "Dunning goes on.")
    kind = "missed_instalment" if found.is_plan else "broken_promise"
    tx.tasks.add(creditor.id, kind, account.debtor.id, None, text, on, key)


def agreements_of(
    app: App, creditor: Creditor, debtor: DebtorId, on: date, language: str
) -> tuple[tuple[str, ...], int]:
    """All promises and plans of a debtor in sentences, oldest first, and how many promises he has
    not kept.
    """
    calendar = app.calendar(creditor.profile.land)
    with app.store.read() as tx:
        account = tx.items.account(creditor.id, debtor, on)
        holds = tx.holds.of_debtor(creditor.id, debtor)
    items, connections = (account.items, account.connections) if account else ((), None)
    found = weigh_all(holds, items, on, calendar, connections)
    found.sort(key=lambda each: (each.hold.from_on, each.hold.id))
    told = tuple(agreement_sentence(each, language) for each in found)
    return told, len(broken_promises(found))

"""`mahnwerk plan`: instalments with days and amounts that add up to what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.agreement import (
    Agreement,
    AgreementState,
    last_day,
    missing_for,
    weigh_all,
)
from core.domain.business_days import Calendar
from core.domain.instalments import Every, by_amount, check_plan, due_days, in_parts, schedule
from core.domain.model import CreditorId, HoldKind, HoldTerms, Instalment, OpenItem
from core.domain.money import Money
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.targets import Target, amount_of, claims_to_agree_on, target_of


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What was agreed: a number of instalments or their amount from a first day on, or each with
    its day and amount (``given``).
    """

    count: int | None = None
    first: date | None = None
    every: Every = Every.MONTH
    each: Decimal | None = None
    given: Sequence[tuple[date, Decimal]] = ()
    interest: bool = True
    reminder_days: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A plan that was set; ``until`` is the last day of its hold."""

    hold: int
    target: str
    numbers: tuple[str, ...]
    total: Money
    instalments: tuple[Instalment, ...]
    until: date


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One instalment as it stands: ``state`` is paid, open or missed."""

    number: int
    on: date
    amount: Money
    missing: Money
    state: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as it stands on a day."""

    agreement: Agreement
    numbers: tuple[str, ...]
    instalments: tuple[InstalmentRow, ...]


def plan(
    app: App, creditor: CreditorId, text: str, wish: PlanWish, *, by: str, on: date
) -> PlanReport:
    """Sets a plan over an invoice or all open claims of a debtor; new invoices are not part of it.

    Raises:
        UsageError: unknown or ambiguous name, nothing open, a plan that does not add up or begins
            in the past, or something is agreed already.
    """
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        calendar = app.calendar(who.profile.land)
        target = target_of(app, tx, creditor, text)
        claims, owed = claims_to_agree_on(tx, creditor, target, on, calendar)
        instalments = _instalments(wish, owed, target, on)
        terms = HoldTerms(
            amount=owed,
            baseline=owed,
            instalments=instalments,
            interest=wish.interest,
            reminder_days=wish.reminder_days,
            items=tuple(each.id for each in claims),
        )
        until = last_day(instalments[-1].on, calendar)
        new = _store(app, tx, creditor, target, terms, wish, until, by, on)
    numbers = tuple(each.number or each.external_id for each in claims)
    return PlanReport(new, target.name, numbers, owed, instalments, until)


def _store(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    target: Target,
    terms: HoldTerms,
    wish: PlanWish,
    until: date,
    by: str,
    on: date,
) -> int:
    count = len(terms.instalments)
    said = wish.reason.strip() or app.say(
        f"{count} Raten vereinbart", f"{count} instalments agreed"
    )
    new = tx.holds.add(
        creditor,
        HoldKind.INSTALMENT_PLAN,
        target.debtor,
        target.item,
        said,
        by,
        on,
        until,
        terms=terms,
    )
    tx.events.append(
        creditor,
        "plan",
        {"hold": new, "debtor": target.debtor},
        {
            "items": list(terms.items),
            "instalments": [[each.on.isoformat(), str(each.amount)] for each in terms.instalments],
            "interest": terms.interest,
            "reminder_days": terms.reminder_days,
            "reason": said,
            "by": by,
        },
        app.clock.now(),
    )
    return new


def _instalments(wish: PlanWish, owed: Money, target: Target, on: date) -> tuple[Instalment, ...]:
    if wish.reminder_days < 0:
        raise UsageError("--remind: Tage ab 0.", en="--remind: days from 0 on.")
    if wish.given:
        if wish.count is not None or wish.first is not None or wish.each is not None:
            raise UsageError(
                "--instalment TAG=BETRAG nennt jede Rate; --instalments, --first und --amount-each"
                " passen nicht dazu.",
                en="--instalment DATE=AMOUNT names each instalment; --instalments, --first and"
                " --amount-each do not go with it.",
            )
        ordered = sorted(wish.given)
        amounts = [amount_of(each, owed, target) for _, each in ordered]
        found = schedule([day for day, _ in ordered], amounts)
    else:
        found = _regular(wish, owed, target)
    check_plan(found, owed)
    if found[0].on < on:
        raise UsageError(
            f"Die erste Rate ({found[0].on:%d.%m.%Y}) liegt in der Vergangenheit.",
            en=f"The first instalment ({found[0].on}) lies in the past.",
        )
    return found


def _regular(wish: PlanWish, owed: Money, target: Target) -> tuple[Instalment, ...]:
    if wish.first is None or (wish.count is None and wish.each is None):
        raise UsageError(
            "Ein Ratenplan braucht --first TAG und --instalments ANZAHL oder --amount-each BETRAG,"
            " oder jede Rate mit --instalment TAG=BETRAG.",
            en="A plan needs --first DATE and --instalments N or --amount-each A, or each"
            " instalment as --instalment DATE=AMOUNT.",
        )
    if wish.each is not None:
        amounts = by_amount(owed, amount_of(wish.each, owed, target), wish.count)
    else:
        amounts = in_parts(owed, wish.count or 0)
    return schedule(due_days(wish.first, len(amounts), wish.every), amounts)


def plans_of(app: App, creditor: CreditorId, text: str, *, on: date) -> tuple[str, list[PlanRow]]:
    """The name of the target and its plans, the latest first; of an invoice also the plans over
    its debtor that cover it.

    Raises:
        UsageError: unknown or ambiguous name.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        target = target_of(app, tx, creditor, text)
        account = tx.items.account(creditor, target.debtor, on)
        items, connections = (account.items, account.connections) if account else ((), None)
        holds = tx.holds.of_debtor(creditor, target.debtor)
        calendar = app.calendar(who.profile.land)
        found = [
            agreement
            for agreement in weigh_all(holds, items, on, calendar, connections)
            if agreement.is_plan and (target.item is None or target.item in agreement.terms.items)
        ]
        found.sort(key=lambda each: (each.hold.from_on, each.hold.id), reverse=True)
        rows = [_row(tx, creditor, each, items, on, calendar) for each in found]
    return target.name, rows


def _row(
    tx: Tx,
    creditor: CreditorId,
    agreement: Agreement,
    items: Sequence[OpenItem],
    on: date,
    calendar: Calendar,
) -> PlanRow:
    known = {item.id: item for item in items}
    left = [item for item in agreement.terms.items if item not in known]
    known.update(tx.items.many(creditor, left))
    numbers = [known[i].number or known[i].external_id for i in agreement.terms.items if i in known]
    rows = tuple(
        _instalment(agreement, number, each, on, calendar)
        for number, each in enumerate(agreement.terms.instalments, start=1)
    )
    return PlanRow(agreement, tuple(numbers), rows)


def _instalment(
    agreement: Agreement, number: int, each: Instalment, on: date, calendar: Calendar
) -> InstalmentRow:
    missing = missing_for(agreement, number)
    late = on > last_day(each.on, calendar)
    broken = agreement.state is AgreementState.BROKEN and number == agreement.missed
    state = "missed" if broken or (missing.minor and late) else "open" if missing.minor else "paid"
    return InstalmentRow(number, each.on, each.amount, missing, state)

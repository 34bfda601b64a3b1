"""What the dunning tests are told with: accounts, days and a debtor to whom notices are sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from config.procedures import load_procedure
from core.domain.business_days import Calendar
from core.domain.decision import Action, Decision, PlannedNotice, Verdict
from core.domain.dunning import decide
from core.domain.model import (
    Account,
    Address,
    ConnectionFacts,
    ConnectionId,
    Debtor,
    DebtorId,
    Hold,
    HoldKind,
    ItemId,
    ItemKind,
    NoticeKind,
    OpenItem,
    Role,
)
from core.domain.money import Money
from core.domain.procedure import DunningProcedure

STANDARD = load_procedure("standard")
LEADING = ConnectionId(1)
EVIDENCE = ConnectionId(2)
# Good Friday, Easter Monday, Labour Day, Ascension, Whit Monday, and the Christmas days.
CALENDAR = Calendar(
    frozenset(
        date(2026, month, day)
        for month, day in [(1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (12, 25)]
    )
    | {date(2027, 1, 1)}
)
DUE = date(2026, 3, 2)  # a Monday
ALWAYS_BOOKED = date(2099, 12, 31)


def after_due(days: int) -> date:
    """The day that lies ``days`` days after the due date of the stories."""
    return DUE + timedelta(days=days)


def money(text: str, currency: str = "EUR") -> Money:
    return Money(Decimal(text), currency)


def invoice(
    id_: int = 1,
    open_: str = "119.00",
    currency: str = "EUR",
    due: date | None = DUE,
    **changes: object,
) -> OpenItem:
    """An invoice RE-<id> over ``open_``, due on 2 March unless said otherwise."""
    amount = money(open_, currency)
    item = OpenItem(
        id=ItemId(id_),
        debtor=DebtorId(1),
        connection=LEADING,
        external_id=f"100000000/RE{id_}",
        number=f"RE-{id_}",
        kind=ItemKind.INVOICE,
        invoice_date=due - timedelta(days=14) if due else None,
        due_date=due,
        total=amount,
        outstanding=amount,
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def credit(
    id_: int, open_: str, currency: str = "EUR", kind: ItemKind = ItemKind.CREDIT_NOTE,
    **changes: object,
) -> OpenItem:  # fmt: skip
    return invoice(id_, open_, currency, kind=kind, **changes)


def unapplied(id_: int, open_: str, currency: str = "EUR") -> OpenItem:
    """Money on account that is not assigned to an item."""
    return credit(id_, open_, currency, ItemKind.UNAPPLIED)


def hold(
    from_on: date,
    until_on: date | None = None,
    item: int | None = None,
    kind: HoldKind = HoldKind.MANUAL,
    id_: int = 1,
    reason: str = "Rückruf vereinbart",
) -> Hold:
    target = None if item is None else ItemId(item)
    return Hold(id_, kind, DebtorId(1), target, reason, "erika", from_on, until_on)


def account(
    *items: OpenItem,
    holds: Iterable[Hold] = (),
    booked_until: date | None = ALWAYS_BOOKED,
    last_notice_on: date | None = None,
    last_deadline: date | None = None,
    **debtor: object,
) -> Account:
    """An account of Muster GmbH with a mail address, on a leading and an evidence connection."""
    base = Debtor(
        DebtorId(1),
        LEADING,
        "100000000",
        "Muster GmbH",
        Address("Muster GmbH", (), "Musterweg 1", "12345", "Musterstadt"),
        email="buchhaltung@muster.example",
    )
    connections = {
        LEADING: ConnectionFacts(LEADING, "datev", Role.LEADING, booked_until),
        EVIDENCE: ConnectionFacts(EVIDENCE, "steuerberater", Role.EVIDENCE, booked_until),
    }
    return Account(
        replace(base, **debtor),  # type: ignore[arg-type]
        tuple(items),
        tuple(holds),
        connections,
        last_notice_on,
        last_deadline,
    )


def with_level(procedure: DunningProcedure, number: int, **changes: object) -> DunningProcedure:
    """The procedure with some settings of one level changed."""
    levels = tuple(
        replace(level, **changes) if level.number == number else level  # type: ignore[arg-type]
        for level in procedure.levels
    )
    return replace(procedure, levels=levels)


def on(
    day: date, of: Account, procedure: DunningProcedure = STANDARD, calendar: Calendar = CALENDAR
) -> Decision:
    return decide(of, procedure, day, calendar)


def verdict(decision: Decision, id_: int = 1) -> Verdict:
    (found,) = [v for v in decision.verdicts if v.item == id_]
    return found


def dunned(decision: Decision) -> dict[int, int]:
    """Item -> level of those that are dunned."""
    return {v.item: v.level for v in decision.verdicts if v.action is Action.DUN}


def letter(decision: Decision) -> PlannedNotice:
    (found,) = [n for n in decision.notices if n.kind is NoticeKind.NOTICE]
    return found


def amounts(notice: PlannedNotice) -> dict[str, str]:
    """Number -> outstanding of each line, in the order of the notice."""
    return {line.number: line.outstanding.plain() for line in notice.lines}


def sent(of: Account, decision: Decision) -> Account:
    """The account after every notice of ``decision`` left on its day."""
    levels = {line.item: line.level for n in decision.notices for line in n.lines if line.level > 0}
    if not levels:
        return of
    items = tuple(
        replace(item, level=levels[item.id], last_notice_on=decision.on)
        if item.id in levels
        else item
        for item in of.items
    )
    letters = [n for n in decision.notices if n.kind is NoticeKind.NOTICE]
    if not letters:
        return replace(of, items=items)
    deadlines = [n.deadline for n in letters if n.deadline]
    return replace(
        of, items=items, last_notice_on=decision.on, last_deadline=max(deadlines, default=None)
    )


def daily(
    of: Account, first: date, days: int, procedure: DunningProcedure = STANDARD
) -> list[Decision]:
    """One run a day, every notice sent at once; returns the decisions that had a notice."""
    told: list[Decision] = []
    for offset in range(days):
        decision = on(first + timedelta(days=offset), of, procedure)
        if decision.notices:
            told.append(decision)
            of = sent(of, decision)
    return told

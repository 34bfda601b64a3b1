"""What a first reading found: the closing report of `mahnwerk onboard`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.model import Connection, CreditorId, Debtor, DebtorId, Hold, HoldKind, OpenItem
from core.domain.money import Money
from core.domain.platform_records import Unread
from core.ports import Platform, PlatformNoticeRow
from core.services.app import App
from core.services.claims import count_pairs
from core.services.link_suggestions import suggestions
from core.services.onboarding_state import MONTHS, onboarding_of
from core.services.platform_notice_words import FOREIGN

# Days past due; an item without a due date is not due.
AGES = ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"))
OLDEST = "> 90"
NAMES = (*(name for _, name in AGES), OLDEST)
BIGGEST = 10


@dataclass(frozen=True, slots=True)
class DebtorSum:
    """What one debtor owes net in one currency."""

    id: DebtorId
    name: str
    account: str
    outstanding: Money
    items: int
    label: str = ""  # his number as people know it; "" when the platform gave him none


@dataclass(frozen=True, slots=True)
class Floor:
    """Requests of the first reading: what it needs at least, and what it took."""

    requests: int
    made: int
    seconds: int


@dataclass(frozen=True, slots=True)
class OnboardReport:
    """The books as they stand after the reading, of this connection alone."""

    connection: str
    months: int
    open_items: int
    ages: Mapping[str, Mapping[str, Money]]  # currency -> age -> claims; credits are not aged
    counts: Mapping[str, int]  # age -> number of claims
    credits: Mapping[str, Money]
    backlog: int
    start_level: int
    biggest: tuple[DebtorSum, ...]
    unread: tuple[Unread, ...]
    without_email: tuple[Debtor, ...]
    notices: tuple[PlatformNoticeRow, ...]  # of the platform, nobody confirmed them yet
    numbers: Mapping[str, str] = field(default_factory=dict)  # external id -> number, of those
    floor: Floor = field(default_factory=lambda: Floor(0, 0, 0))
    history_left: int = 0
    also_elsewhere: int = 0  # open items that stand on another connection as well
    doubtful: int = 0  # those of which nobody has decided whether they do
    same_debtors: int = 0  # debtors who may be one with one of another connection
    held_by_money: int = 0  # claims that unassigned money at the bank could pay
    # What is open, by currency, of paid invoices whose money went back: in question, and in no age.
    returned: Mapping[str, Money] = field(default_factory=dict)


def age_of(due: date | None, on: date) -> str:
    """The age of an item by days past its due date."""
    days = (on - due).days if due else 0
    return next((name for limit, name in AGES if days <= limit), OLDEST)


def report_of(app: App, creditor: CreditorId, connection: Connection, *, on: date) -> OnboardReport:
    """What is open on that connection, whom it concerns, and what it took to read it."""
    with app.store.read() as tx:
        cursors = tx.connections.cursors(creditor, connection.id)
        state = onboarding_of(connection, cursors)
        items = [i for i in tx.items.open_items(creditor) if i.connection == connection.id]
        debtors = {d.id: d for d in tx.debtors.all(creditor) if d.connection == connection.id}
        counts = tx.sources.counts(creditor, connection.id)
        unread = tx.sources.unread(creditor, connection.id)
        notices = [
            row
            for row in tx.platform_notices.rows(creditor, states=(FOREIGN,))
            if row.connection == connection.id
        ]
        dunned = tx.sources.by_id(creditor, connection.id, {row.invoice for row in notices})
        elsewhere, doubtful = count_pairs(tx, creditor, items)
        holds = tx.holds.active(creditor, on)
    back = {hold.item for hold in holds if hold.kind is HoldKind.MONEY_RETURNED}
    questioned = [item for item in items if item.id in back and item.outstanding.amount > 0]
    claims = [item for item in items if item.id not in back and item.outstanding.amount > 0]
    platform = app.platforms.all[connection.platform]
    return OnboardReport(
        connection=connection.name,
        months=state.months if state else MONTHS,
        open_items=len(items),
        ages=_ages(claims, on),
        counts={name: sum(age_of(i.due_date, on) == name for i in claims) for name in NAMES},
        credits=_sums(item for item in items if item.outstanding.amount < 0),
        backlog=sum(item.backlog for item in claims),
        start_level=int(connection.settings.get("start_level", "1")),
        biggest=_biggest([item for item in items if item.id not in back], debtors),
        unread=tuple(unread),
        without_email=_without_email(claims, debtors),
        notices=tuple(notices),
        numbers={id_: record.number for id_, record in dunned.items()},
        floor=Floor(
            _floor(counts, items, platform),
            state.requests if state else 0,
            state.seconds if state else 0,
        ),
        history_left=counts["without_payments"],
        also_elsewhere=elsewhere,
        doubtful=doubtful,
        same_debtors=sum(
            connection.id in (each.head.debtor.connection, each.other.debtor.connection)
            for each in suggestions(app, creditor)
        ),
        held_by_money=_held_by_money(claims, holds),
        returned=_sums(questioned),
    )


def _ages(claims: Iterable[OpenItem], on: date) -> dict[str, dict[str, Money]]:
    ages: dict[str, dict[str, Money]] = {}
    for item in claims:
        amount = item.outstanding
        buckets = ages.setdefault(amount.currency, {n: Money.zero(amount.currency) for n in NAMES})
        name = age_of(item.due_date, on)
        buckets[name] = buckets[name] + amount
    return dict(sorted(ages.items()))


def _sums(items: Iterable[OpenItem]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for amount in (item.outstanding for item in items):
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return dict(sorted(sums.items()))


def _biggest(
    items: Sequence[OpenItem], debtors: Mapping[DebtorId, Debtor]
) -> tuple[DebtorSum, ...]:
    owed: dict[tuple[DebtorId, str], list[Money]] = defaultdict(list)
    for item in items:
        owed[item.debtor, item.outstanding.currency].append(item.outstanding)
    sums = [
        DebtorSum(
            id_,
            debtors[id_].name,
            debtors[id_].number,
            sum(amounts[1:], start=amounts[0]),
            len(amounts),
            debtors[id_].label,
        )
        for (id_, _), amounts in owed.items()
    ]
    positive = [each for each in sums if each.outstanding.amount > 0]
    return tuple(sorted(positive, key=lambda s: (-s.outstanding.amount, s.name, s.id))[:BIGGEST])


def _held_by_money(claims: Iterable[OpenItem], holds: Iterable[Hold]) -> int:
    """Claims of which a bank line says that they, or their debtor, may have paid."""
    found = [hold for hold in holds if hold.kind is HoldKind.UNASSIGNED_MONEY]
    debtors = {hold.debtor for hold in found if hold.item is None}
    items = {hold.item for hold in found}
    return sum(claim.debtor in debtors or claim.id in items for claim in claims)


def _without_email(
    claims: Iterable[OpenItem], debtors: Mapping[DebtorId, Debtor]
) -> tuple[Debtor, ...]:
    found = {item.debtor for item in claims if not debtors[item.debtor].email}
    return tuple(sorted((debtors[id_] for id_ in found), key=lambda d: (d.name, d.id)))


def _floor(counts: Mapping[str, int], items: Sequence[OpenItem], platform: Platform) -> int:
    """Pages of the lists; where they do not show documents whole, one read of each open item and
    the payments of the partly paid as well.
    """
    page = platform.list_page
    pages = -(-counts["invoices"] // page) + -(-counts["debtors"] // page)
    if platform.lists_whole:
        return pages
    partly = sum(abs(item.outstanding.amount) < abs(item.total.amount) for item in items)
    return pages + counts["open"] + partly

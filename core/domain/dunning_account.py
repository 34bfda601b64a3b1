"""One debtor account as the dunning rules look at it: what is computed once and shared by items.

Everything that costs is computed when first asked for: most accounts have nothing due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from core.domain.agreement import Agreement
from core.domain.business_days import Calendar
from core.domain.claim_law import Law, LawView
from core.domain.deadline import after_deadline
from core.domain.decision import Action, Verdict
from core.domain.dunning_holds import HoldView, only_undisputed
from core.domain.model import (
    Account,
    ConnectionFacts,
    Hold,
    ItemId,
    ItemKind,
    ItemState,
    NoticeKind,
    OpenItem,
    Pending,
)
from core.domain.money import Money
from core.domain.one_claim import as_one_claim, is_aside, seconds
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason

_WEIGHT = (Pending.NONE, Pending.PRINTED, Pending.HANDING_OVER, Pending.UNKNOWN)
_LAST_DAY = date.max.toordinal()
_NOTHING = Decimal(0)


def day(ordinal: int) -> date | None:
    """The day with that ordinal; None beyond the calendar (a due date in the year 9999)."""
    return date.fromordinal(ordinal) if ordinal <= _LAST_DAY else None


def skip(
    item: OpenItem, reason: Reason, facts: Mapping[str, str], next_on: date | None = None
) -> Verdict:
    """The verdict that leaves an item alone, at the last level that was sent."""
    return Verdict(item.id, Action.SKIP, reason, item.level, next_on, facts)


def first_wait_days(procedure: DunningProcedure) -> int:
    """Days after the due date on which the first level can come; negative: so many before it."""
    first = procedure.levels[0]
    return first.days_after_due if first.is_pre_due else late_wait_days(procedure)


def late_wait_days(procedure: DunningProcedure) -> int:
    """Days after the due date on which an item that is late can be dunned at the earliest."""
    return max(procedure.first_late_level.days_after_due, procedure.grace_days + 1)


def is_running(item: OpenItem) -> bool:
    """True for an item that is certainly open, fully or in part."""
    state = item.state
    return state is ItemState.OPEN or state is ItemState.PARTLY_PAID


def is_claim_kind(item: OpenItem) -> bool:
    """True for what is dunned at all: invoices, other debits, and charges that are left.

    Charges that somebody else booked are not ours to ask for, and a request is no claim yet.
    """
    kind = item.kind
    return kind is ItemKind.INVOICE or kind is ItemKind.OTHER or kind is ItemKind.CHARGE_RESIDUAL


def is_certain(item: OpenItem, account: Account) -> bool:
    """True for an item that runs, in a currency that is clear, of a connection that leads, and
    that no other connection leads or says to be paid.
    """
    if not is_running(item) or item.currency_unclear or account.is_evidence(item):
        return False
    return not is_aside(item, account)


def booked_through(
    booked_until: date | None, on: date, working_days: int, calendar: Calendar
) -> bool:
    """True when money is booked up to at most ``working_days`` working days before ``on``."""
    if booked_until is None:
        return False
    behind, ordinal, today = 0, booked_until.toordinal(), on.toordinal()
    # Counts up to the limit only: a connection may be years behind.
    while ordinal < today and behind <= working_days:
        ordinal += 1
        behind += calendar.is_working_day(date.fromordinal(ordinal))
    return behind <= working_days


class AccountView:
    """An account on one day under one procedure. Ordinals are used where days are compared."""

    __slots__ = (
        "_booked",
        "_credits",
        "_holds",
        "_last_contact",
        "_wants_charges",
        "account",
        "calendar",
        "disputed",
        "fee_charged",
        "first_wait",
        "held",
        "items",
        "law",
        "oldest_due",
        "on",
        "pending",
        "procedure",
        "seconds",
        "today",
    )

    def __init__(
        self,
        account: Account,
        procedure: DunningProcedure,
        on: date,
        calendar: Calendar,
        law: Law | None = None,
    ) -> None:
        if account.twins:
            account = as_one_claim(account)
        self.account = account
        self.seconds = seconds(account) if account.twins else frozenset()
        self.procedure = procedure
        self.on = on
        self.calendar = calendar
        self._holds = HoldView(account, on, calendar)
        self.law = None if law is None else LawView(self._holds.account, law, on)
        self.today = on.toordinal()
        # In a fixed order, so that the same account always gives the same decision.
        self.items = sorted(account.items, key=lambda item: item.id)
        self.first_wait = first_wait_days(procedure)
        # Due day of the oldest item that could be dunned; set while items are examined.
        self.oldest_due: int | None = None
        self.fee_charged = False  # a notice of the day carries a new reminder fee
        # A notice that is on its way, or may be: nothing more is said until that is settled.
        self.pending = max(
            (i.pending for i in account.items), key=_WEIGHT.index, default=Pending.NONE
        )
        self.held = self._holds.any
        # Contested parts: not demanded, and no part of what is outstanding here.
        self.disputed: dict[ItemId, Money] = {}
        if self._holds.disputes:
            self.disputed = self._holds.disputed(self.items)
            self.items = only_undisputed(self.items, self.disputed)
        self._booked: dict[int, bool] = {}
        self._credits: list[OpenItem] | None = None
        self._last_contact: int | None = None
        self._wants_charges: bool | None = None

    @property
    def wants_charges(self) -> bool:
        """Whether anything could be charged to this account, or is kept from before."""
        if self._wants_charges is None:
            self._wants_charges = bool(self.account.charges) or self.procedure.has_charges
        return self._wants_charges

    def connection(self, item: OpenItem) -> ConnectionFacts | None:
        return self.account.connections.get(item.connection)

    def is_evidence(self, item: OpenItem) -> bool:
        return self.account.is_evidence(item)

    def is_booked_through(self, item: OpenItem) -> bool:
        """False also for a connection that the account says nothing of."""
        known = self._booked.get(item.connection)
        if known is None:
            connection = self.connection(item)
            known = connection is not None and booked_through(
                connection.booked_until,
                self.on,
                self.procedure.booked_through_working_days,
                self.calendar,
            )
            self._booked[item.connection] = known
        return known

    def holds_of(self, item: OpenItem) -> list[Hold]:
        """Holds that stop all of that item, whenever they are."""
        return self._holds.of(item.id)

    @property
    def agreements(self) -> Sequence[Agreement]:
        """Promises and plans of the debtor, as they stand on the day."""
        return self._holds.agreements

    def is_held(self, item: OpenItem) -> bool:
        return self.held and any(hold.active(self.on) for hold in self.holds_of(item))

    @property
    def last_contact(self) -> int:
        """Ordinal of the last notice to the debtor over all items; 0 when there was none.

        A hand-over told him nothing: it is no contact.
        """
        if self._last_contact is None:
            levels = self.procedure.levels
            tasks = {level.number for level in levels if level.kind is NoticeKind.TASK}
            days = [
                item.last_notice_on
                for item in self.items
                if item.last_notice_on and item.level not in tasks
            ]
            if self.account.last_notice_on:
                days.append(self.account.last_notice_on)
            self._last_contact = max(days).toordinal() if days else 0
        return self._last_contact

    @property
    def deadline_over(self) -> int:
        """Ordinal of the first day after the last printed deadline and the bank days; 0: none."""
        last = self.account.last_deadline
        if last is None:
            return 0
        bank_days = self.procedure.bank_days_after_deadline
        return after_deadline(last, bank_days, self.calendar).toordinal()

    @property
    def credits(self) -> list[OpenItem]:
        """Credits and unapplied money of all currencies that still stand."""
        if self._credits is None:
            self._credits = [
                item
                for item in self.items
                if item.outstanding.amount < 0
                and (is_running(item) or item.state is ItemState.UNKNOWN)
                and not is_aside(item, self.account)
            ]
        return self._credits

    def unplaced(self, currency: str) -> Decimal:
        """Money that may be meant for any item: unapplied, unsure, or of evidence only."""
        return -sum(
            (
                item.outstanding.amount
                for item in self.credits
                if item.outstanding.currency == currency
                and (
                    item.kind is ItemKind.UNAPPLIED
                    or not is_certain(item, self.account)
                    or item.id in self.seconds
                )
            ),
            _NOTHING,
        )

    def foreign_credit(self, currency: str) -> Money | None:
        """Unplaced money whose amount cannot be compared with claims in ``currency``.

        It is in another currency, or nobody chose which one it counts in; nothing is converted,
        so it may pay any claim, and no notice deducts it.
        """
        for item in self.credits:
            if item.kind is not ItemKind.UNAPPLIED or self.is_evidence(item):
                continue
            if item.outstanding.currency != currency or item.currency_unclear:
                return -item.outstanding
        return None

    def deductions(self, currency: str) -> list[OpenItem]:
        """Credits that a notice in that currency deducts, oldest first.

        A credit that is held, doubtful or on a connection that is evidence only is not written
        into a notice; it still counts for whether anything may be dunned at all.
        """
        found = [
            item
            for item in self.credits
            if item.outstanding.currency == currency
            and is_certain(item, self.account)
            and not self.is_held(item)
            and item.id not in self.seconds
        ]
        found.sort(key=credit_order)
        return found

    def balance(self, currency: str) -> Decimal:
        """What the debtor owes in that currency: every credit, and every claim that is certain.

        An evidence connection repeats what the leading one has and is left out.
        """
        claims = (
            item.outstanding.amount
            for item in self.items
            if item.outstanding.currency == currency
            and item.outstanding.amount > 0
            and is_claim_kind(item)
            and is_certain(item, self.account)
            and item.id not in self.seconds
        )
        credited = (
            item.outstanding.amount
            for item in self.credits
            if item.outstanding.currency == currency and not self.is_evidence(item)
        )
        return sum(claims, _NOTHING) + sum(credited, _NOTHING)


def claim_order(item: OpenItem) -> tuple[date, str, int]:
    """Claims stand on a notice by due date, number and id."""
    return (item.due_date or date.max, item.number, item.id)


def credit_order(item: OpenItem) -> tuple[date, str, int]:
    """Credits are used oldest first; one without any date last."""
    return (item.invoice_date or item.due_date or date.max, item.number, item.id)

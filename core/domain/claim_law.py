"""One claim under the law: its facts, since when it is in default, and what interest it bears.

``Law`` joins what the rules need beside account and procedure; ``LawView`` looks at one account
with it, and finds everything when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.domain.business_days import Calendar
from core.domain.claim_facts import (
    ClaimDefaults,
    ClaimFacts,
    DebtorFacts,
    debtor_facts,
    item_claim_facts,
)
from core.domain.deadline import assumed_receipt
from core.domain.default import (
    DefaultFacts,
    DefaultRule,
    DefaultState,
    Reminder,
    collected,
    default_of,
    last_day,
)
from core.domain.deferral import after_deferral, pauses
from core.domain.interest import Interest, compute
from core.domain.law.pack import LawPack
from core.domain.law.rates import RateTable
from core.domain.model import (
    Account,
    ItemId,
    ItemKind,
    OpenItem,
    PastNotice,
    Reduction,
    Terms,
)

_DAY = timedelta(days=1)
_NOTHING = Decimal(0)
_KEPT = 64  # kinds of debtor and day
PlainStates = dict[tuple[date | None, date | None, bool], DefaultState]
_INTEREST = "default_interest"  # kind of a charge


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """What the law says of one account's claims.

    ``rates`` None: the law has a fixed rate. ``place`` knows the working days at the place of
    performance, normally the debtor's (§§ 269, 270 Abs. 4, 193 BGB).
    """

    pack: LawPack
    rates: RateTable | None
    place: Calendar
    defaults: ClaimDefaults
    # Default of claims of which nothing is known but their days; most are alike.
    _plain: dict[object, PlainStates] = field(default_factory=dict)

    def plain_states(self, shared: DebtorFacts, on: date) -> PlainStates:
        """What is found on ``on`` for claims against debtors like that; filled by ``LawView``."""
        key = (on, shared.type, shared.terms, shared.law)
        found = self._plain.get(key)
        if found is None:
            if len(self._plain) >= _KEPT:  # a look ahead asks for many days, once each
                self._plain.clear()
            found = self._plain[key] = {}
        return found


class LawView:
    """The claims of one account on one day; each is looked at when it is first asked for."""

    __slots__ = ("_account", "_defaults", "_facts", "_plain", "_shared", "law", "on")

    def __init__(self, account: Account, law: Law, on: date) -> None:
        self.law = law
        self._account = account
        self.on = on
        self._shared = debtor_facts(account.debtor, law.defaults)
        self._facts: dict[ItemId, ClaimFacts] = {}
        self._defaults: dict[ItemId, DefaultState] = {}
        self._plain = law.plain_states(self._shared, on)

    def facts(self, item: OpenItem) -> ClaimFacts:
        """What is known of the claim, see ``core.domain.claim_facts``."""
        found = self._facts.get(item.id)
        if found is None:
            found = self._facts[item.id] = item_claim_facts(item, self._shared)
        return found

    def default(self, item: OpenItem) -> DefaultState:
        """Since when and by which rule the claim is in default, or why it is not."""
        found = self._defaults.get(item.id)
        if found is None:
            found = self._defaults[item.id] = self._found(item)
        return found

    def _found(self, item: OpenItem) -> DefaultState:
        """Found anew, or among the claims that are alike in all that matters."""
        account = self._account
        if item.direct_debit or account.debtor.direct_debit:
            return collected(item.due_date)
        if (
            item.own is not None
            or item.id in account.notices
            or account.holds
            or self._shared.terms is Terms.RECEIPT
            or item.kind is ItemKind.CHARGE_RESIDUAL
        ):
            return self._default(item)
        key = (item.due_date, item.delivered_on, self.facts(item).consumer_notice)
        found = self._plain.get(key)
        if found is None:
            found = self._plain[key] = self._default(item)
        return found

    def _default(self, item: OpenItem) -> DefaultState:
        known = self.facts(item)
        # Charges that are left: nobody agreed on their day, and they are no Entgeltforderung.
        residual = item.kind is ItemKind.CHARGE_RESIDUAL
        terms, days = Terms.NO if residual else known.terms, 0
        if terms is Terms.RECEIPT:
            period = _period(item)
            # Nobody knows how long it is: it is over on no day that can be named.
            terms, days = (Terms.NO, 0) if period is None else (terms, period)
        # By position: this is made for every item of a run.
        facts = DefaultFacts(
            item.due_date,
            known.type,
            terms,
            days,
            known.invoice_received,
            known.delivered_on,
            known.consumer_notice,
            known.payment_claim and not residual,
            known.served_on,
            known.refused_on,
            self._reminders(item),
        )
        state = default_of(facts, self.on, self.law.place, known.law)
        if not self._account.holds:
            return state
        return after_deferral(state, self._pauses(item), item.due_date, self.on)

    def _pauses(self, item: OpenItem) -> Sequence[tuple[date, date]]:
        return pauses(self._account.holds, item.id, self.on, self.law.place)

    def rate(self, item: OpenItem) -> Decimal:
        """Interest that the claim bears on the day, in percent a year; 0 without default.

        On a day whose base rate is not known, the rate of the nearest day that is.
        """
        residual = item.kind is ItemKind.CHARGE_RESIDUAL
        if residual or not self.default(item).holds(self.on):
            return _NOTHING
        known, rates = self.facts(item), self.law.rates
        rule = self.law.pack.interest_rule(known.type, item.invoice_date, known.payment_claim)
        if rates is None:
            return rule.percent(None)
        return rule.percent(rates.rate_on(max(rates.known_from, min(self.on, rates.known_until))))

    def burden(self, item: OpenItem) -> tuple[bool, Decimal, date, date]:
        """Sorts claims in the order in which § 366 Abs. 2 BGB pays them.

        Due before not due, then the higher rate of interest, then the older; a claim without a
        due date is not due. As ``core.domain.allocation``, without security, which no ledger knows.
        """
        due = item.due_date or date.max
        return (due > self.on, -self.rate(item), item.invoice_date or due, due)

    def _reminders(self, item: OpenItem) -> tuple[Reminder, ...]:
        past = self._account.notices.get(item.id)
        if not past:
            return ()
        return tuple(_reminder(each, self.law.place) for each in past if each.counts_as_mahnung)

    def _not_demanded(self, item: OpenItem) -> tuple[Reduction, ...]:
        """What the Mahnungen left out because it was contested: a Mahnung brings default about
        for what it demands, the rest follows with the one that demands it.
        """
        counting = [n for n in self._account.notices.get(item.id, ()) if n.counts_as_mahnung]
        if not any(n.contested for n in counting):
            return ()
        place, due = self.law.place, item.due_date or date.min
        # What is contested now is not in ``item`` to begin with.
        open_ = next((i for i in self._account.items if i.id == item.id), item).outstanding
        now = open_.minor - item.outstanding.minor
        found: list[Reduction] = []
        left = 0
        for past in counting:
            received, deadline, *_ = _reminder(past, place)
            if received <= last_day(due, 0, place):
                continue
            out = max(0, past.contested - now)
            if not found:
                found.append(Reduction(date.min, out))
                left = out
            elif out < left:
                found.append(Reduction(max(received, deadline or received) + _DAY, out - left))
                left = out
        return tuple(found)

    def interest(
        self,
        item: OpenItem,
        credits_: Sequence[Reduction] = (),
        paid_until: date | None = None,
        until: date | None = None,
    ) -> Interest | None:
        """Interest from the first day of default to the day, both inclusive; None without default,
        and for charges (§ 289 BGB).

        ``credits_`` are parts of credits that the notice deducts from this claim: interest runs on
        the net from the credit's value date (architecture §4.4). ``paid_until`` is the last day up
        to which interest was paid before, ``until`` an earlier last day.
        """
        state = self.default(item)
        if item.kind is ItemKind.CHARGE_RESIDUAL:
            return None
        if state.since is None or not state.holds(self.on):
            return None
        known = self.facts(item)
        start = state.since if paid_until is None else max(state.since, paid_until + _DAY)
        changes = (*item.reductions, *credits_) if credits_ else item.reductions
        if state.rule is DefaultRule.REMINDER:
            changes += self._not_demanded(item)
        rule = self.law.pack.interest_rule(known.type, item.invoice_date, known.payment_claim)
        return compute(
            _principal(item),
            item.outstanding.currency,
            start,
            self.on if until is None else min(until, self.on),
            rule,
            self.law.rates,
            changes=changes,
            pauses=self._pauses(item) if self._account.holds else (),
        )


def _period(item: OpenItem) -> int | None:
    """Days from invoice to due date, which is what an agreed period is taken to be."""
    if item.due_date is None or item.invoice_date is None:
        return None
    return max(0, (item.due_date - item.invoice_date).days)


def _reminder(past: PastNotice, place: Calendar) -> Reminder:
    received = assumed_receipt(past.sent_on, past.channel, place)
    return Reminder(received, past.deadline, past.notice, past.channel)


def _principal(item: OpenItem) -> int:
    """What the claim was at first, in minor units, as far as its changes explain it.

    Never more than it was in total: what fell away on a day that nobody knows counts from the
    beginning, in the debtor's favour. Charges booked under its number are no principal (§ 289 BGB);
    they are taken to be open still.
    """
    bearing = item.outstanding.minor - item.charged_minor
    if not item.reductions:
        return bearing
    explained = bearing + sum(change.minor for change in item.reductions)
    return min(explained, item.total.minor - item.charged_minor)


def settled_until(account: Account, item: ItemId) -> date | None:
    """The last day up to which interest on the item was paid or waived; None: none was."""
    found = (c.since for c in account.charges if c.item == item and c.kind == _INTEREST and c.paid)
    return max(found, default=None)


def spread(
    claims: Sequence[OpenItem], deductions: Sequence[tuple[OpenItem, int]]
) -> Mapping[ItemId, tuple[Reduction, ...]]:
    """Which claim each deducted credit makes smaller, from its value date on.

    A credit that is set off pays as money does (§ 396 Abs. 1, § 366 Abs. 2 BGB): ``claims`` come in
    the order of ``LawView.burden``, ``deductions`` as they are used, with (positive) minor units.
    A credit without a day counts from the beginning.
    """
    found: dict[ItemId, tuple[Reduction, ...]] = {}
    left = {item.id: item.outstanding.minor for item in claims}
    for credit, part in deductions:
        day = credit.invoice_date or credit.due_date or date.min
        rest = part
        for item in claims:
            take = min(rest, left[item.id])
            if take > 0:
                found[item.id] = (*found.get(item.id, ()), Reduction(day, take))
                left[item.id] -= take
                rest -= take
            if rest <= 0:
                break
    return found

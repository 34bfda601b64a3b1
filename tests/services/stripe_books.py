"""The books of a creditor at Stripe: what he knows of his invoices, and what is owed by them.

They are kept as a person understands them and not read from the stand-in's fields. The stand-in
shows what we believe of Stripe: that we agree with it says nothing about Stripe where the reference
is UNVERIFIED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
UNDECIDED = (
    "needs_response", "under_review", "warning_needs_response", "warning_under_review",
    "appeal_open",
)  # fmt: skip
WON = ("won", "prevented", "warning_closed")
LISTED = timedelta(days=20)  # a debit under way stands for so long in the lists of a pass


@dataclass
class Refund:
    amount: Decimal
    on: date
    alive: bool = True
    noted: bool = False  # a credit note explains it


@dataclass
class Dispute:
    amount: Decimal
    on: date
    status: str


@dataclass
class Receipt:
    """Money that came; ``charge`` at Stripe, "" = past it."""

    amount: Decimal
    on: date
    charge: str = ""
    refunds: dict[str, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)

    def back(self, day=date.max):
        """What of it went back until that day."""
        gone = [each for each in self.refunds.values() if each.alive and each.on <= day]
        lost = [d for d in self.disputes.values() if d.status == "lost" and d.on <= day]
        return min(sum((each.amount for each in (*gone, *lost)), ZERO), self.amount)


@dataclass
class Claim:
    """One invoice; ``base`` was due when it was finalised, ``used`` of a credit went into it."""

    who: str
    gross: Decimal
    on: date
    due: date | None
    currency: str = "eur"
    automatic: bool = False
    state: str = "draft"  # as Stripe's; or "gone"
    base: Decimal = ZERO
    used: Decimal = ZERO
    attempts: int = 0
    next: date | None = None
    money: list[Receipt] = field(default_factory=list)
    credited: dict[str, tuple[Decimal, date]] = field(default_factory=dict)  # before payment
    explained: list[Decimal] = field(default_factory=list)  # money back, by credit notes
    flights: dict[str, tuple[Decimal, date]] = field(default_factory=dict)
    over: Decimal = ZERO  # paid too much: it became credit

    @property
    def rest(self):
        """What Stripe counts as open."""
        return self.base - self.paid - sum((sum_ for sum_, _ in self.credited.values()), ZERO)

    @property
    def paid(self):
        return sum((each.amount for each in self.money), ZERO) - self.over

    @property
    def reopened(self):
        """What went back, and no credit note says why."""
        back = max(sum((each.back() for each in self.money), ZERO) - self.over, ZERO)
        return max(min(back, self.paid) - sum(self.explained, ZERO), ZERO)

    @property
    def left(self):
        """What is owed, or asked about."""
        return self.rest + self.reopened if self.state in ("open", "paid") else ZERO

    @property
    def disputed(self):
        found = (each.status for receipt in self.money for each in receipt.disputes.values())
        return any(status not in (*WON, "lost") for status in found)

    def most_open(self, day):
        """The most that may bear interest on a day."""
        came = sum((each.amount for each in self.money if each.on <= day), ZERO)
        came += sum((sum_ for sum_, on in self.credited.values() if on <= day), ZERO)
        back = sum((each.back(day) for each in self.money), ZERO)
        return min(max(self.base - came, ZERO) + back, self.base)

    @property
    def days(self):
        """On which anything happened."""
        found = {self.on, *(on for _, on in self.credited.values())}
        for each in self.money:
            found |= {each.on, *(r.on for r in each.refunds.values())}
            found |= {d.on for d in each.disputes.values()}
        return sorted(on for on in found if on >= self.on)


class Books:
    """What is true. Whoever inherits has the claims, and knows the ``day``."""

    claims: dict[str, Claim]
    day: date
    automatic: bool  # invoices that Stripe collects are dunned as well

    def keep(self):
        self.claims, self.cash, self.credit = {}, {}, {}
        self.gone = set()  # customers
        self.emptied = set()  # whose money went today: of that no event tells

    def due(self, id_):
        claim = self.claims[id_]
        return claim.on if claim.automatic and self.automatic else claim.due

    def shows_credit(self, key):
        """Whether the server can tell of a customer's credit in that currency."""
        raise NotImplementedError

    def money_waits(self, claim):
        key = (claim.who, claim.currency)
        credit = self.credit.get(key, ZERO) < 0 and self.shows_credit(key)
        return credit or self.cash.get(key, ZERO) > 0

    def untouchable(self, id_, *, leaving=False):
        """Why an invoice must not be dunned today."""
        claim, due = self.claims[id_], self.due(id_)
        moving = (leaving or self.day - on < LISTED for _, on in claim.flights.values())
        reasons = {
            "state": claim.state not in ("open", "paid"),
            "nothing is open": claim.left <= 0,
            "under way": any(moving),
            "disputed": claim.disputed,
            "went back": claim.reopened > 0,
            # Of a deleted customer nobody can tell what lies there.
            "money waits": self.money_waits(claim) and claim.who not in self.gone,
            "Stripe collects": claim.automatic and (not self.automatic or self._retries(claim)),
            "not due": due is None or due >= self.day,
        }
        return [why for why, is_so in reasons.items() if is_so]

    def _retries(self, claim):
        if claim.next is not None:
            return claim.next >= self.day
        return not claim.attempts and not any(each.charge for each in claim.money)

"""A creditor's life at Stripe on random days, in his own books; and the office that reads after him.

The books are kept as a person understands them and not read from the stand-in's fields. The stand-in
shows what we believe of Stripe: that we agree with it says nothing about Stripe where the reference
is UNVERIFIED.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from platform_person import PlatformPerson

from connectors.stripe.connector import StripeConnector
from sandbox.stripe import StripeSandbox
from sandbox.stripe.replies import ApiError

ZERO = Decimal(0)
UNDER_WAY = timedelta(days=13)  # so long a debit is looked for with many at once
WAYS = [
    "pay", "pay", "part", "part", "credit", "refund", "refund", "unrefund", "dispute", "decide",
    "debit", "debit", "arrive", "bounce", "void", "lose", "revise", "later", "cash", "spend",
    "balance", "rename", "forget",
]  # fmt: skip


@dataclass
class Claim:
    """One invoice as its creditor knows it."""

    who: str
    gross: Decimal
    due: date
    state: str = "open"  # open, paid, void, lost
    paid: Decimal = ZERO
    credited: Decimal = ZERO
    refund: str = ""  # the last refund, as long as it may fail
    back: Decimal = ZERO  # what went back and is not explained
    debit: str = ""  # a direct debit under way
    debit_on: date = date.min
    dispute: str = ""  # undecided

    @property
    def left(self) -> Decimal:
        """What the customer owes by Stripe's books, or what went back to him."""
        if self.state == "open":
            return self.gross - self.paid - self.credited
        return self.back if self.state == "paid" else ZERO


class Person(PlatformPerson):
    slug, stand_in, connector = "stripe", StripeSandbox, StripeConnector

    def begin(self):
        self.claims, self.cash, self.gone = {}, {}, set()
        self.people = [
            self.box.add_customer(f"Muster {n} GmbH", f"re{n}@muster.example") for n in range(4)
        ]

    def confirm_booked(self):
        """Stripe knows itself what came in."""

    def happen(self, name=None):
        """One thing that may happen; what Stripe refuses does not."""
        self.done += 1
        if name is None:
            write = self.chance.random() < 0.3 or not self.claims
            name = "write" if write else self.chance.choice(WAYS)
        id_ = self.chance.choice([*self.claims]) if self.claims else ""
        with suppress(ApiError, ValueError):
            getattr(self, f"_{name}")(id_, self.claims.get(id_))

    def _amount(self, most):
        return Decimal(self.chance.randint(100, max(100, int(most * 100)))) / 100

    def _write(self, _id, _claim):
        on = self.day - timedelta(days=self.chance.randint(0, 100))
        due = on + timedelta(days=self.chance.choice([0, 14, 14, 30]))
        claim = Claim(self.chance.choice(self.people), self._amount(900) + 20, due)
        self.claims[self.box.add_invoice(claim.who, claim.gross, on=on, due=due)] = claim

    def _free(self, claim):
        return claim.state == "open" and not claim.debit

    def _pay(self, id_, claim):
        if self._free(claim):
            self.box.pay(id_, method=self.chance.choice(["card", "sepa_debit", "out_of_band"]))
            claim.paid, claim.state = claim.paid + claim.left, "paid"

    def _part(self, id_, claim):
        if self._free(claim) and claim.left > 5:
            amount = self._amount(claim.left - 2)
            self.box.pay(id_, amount)
            claim.paid += amount

    def _credit(self, id_, claim):
        """Before payment; what is credited in full is paid (§2)."""
        if self._free(claim) and claim.left > 5:
            amount = self._amount(claim.left - 2)
            self.box.credit(id_, amount)
            claim.credited += amount

    def _refund(self, id_, claim):
        if claim.state == "paid" and claim.paid - claim.back > 2 and not claim.dispute:
            amount = min(self._amount(claim.paid), claim.paid - claim.back)
            claim.refund = self.box.refund(
                id_, amount, self.chance.choice(["succeeded", "pending"])
            )
            claim.back += amount

    def _unrefund(self, id_, claim):
        if claim.refund:
            refund = self.box.world.refunds.one(claim.refund)
            self.box.fail_refund(claim.refund)
            claim.back -= Decimal(refund.amount) / 100
            claim.refund = ""

    def _dispute(self, id_, claim):
        if claim.state == "paid" and not claim.back and not claim.dispute:
            claim.dispute = self.box.dispute(id_)

    def _decide(self, id_, claim):
        if claim.dispute:
            end = self.chance.choice(["won", "lost"])
            self.box.close_dispute(claim.dispute, end)
            amount = Decimal(self.box.world.disputes.one(claim.dispute).amount) / 100
            claim.back, claim.dispute = claim.back + (amount if end == "lost" else 0), ""

    def _debit(self, id_, claim):
        if self._free(claim):
            claim.debit, claim.debit_on = self.box.start_sepa(id_), self.day

    def _arrive(self, id_, claim):
        if claim.debit:
            self.box.settle_sepa(claim.debit)
            claim.paid, claim.debit, claim.state = claim.paid + claim.left, "", "paid"

    def _bounce(self, id_, claim):
        if claim.debit:
            self.box.fail_sepa(claim.debit)
            claim.debit = ""

    def _void(self, id_, claim):
        if self._free(claim) and not claim.paid:
            self.box.void(id_)
            claim.state = "void"

    def _lose(self, id_, claim):
        if self._free(claim) and not claim.paid:
            self.box.uncollectible(id_)
            claim.state = "lost"

    def _revise(self, id_, claim):
        if self._free(claim) and not claim.paid and not claim.credited:
            gross = self._amount(500) + 20
            new = self.box.revise(id_, gross)
            due = self.box.world.day(self.box.world.invoices[new].due)
            claim.state, self.claims[new] = "void", Claim(claim.who, gross, due)

    def _later(self, id_, claim):
        if claim.state == "open":
            claim.due = self.day + timedelta(days=self.chance.randint(-20, 20))
            self.box.change_due(id_, claim.due)

    def _cash(self, _id, claim):
        """A transfer that is too small for any invoice."""
        if claim.who in self.gone:
            return
        amount = self._amount(30)
        self.box.cash(claim.who, amount)
        self.cash[claim.who] = self.cash.get(claim.who, ZERO) + amount

    def _spend(self, _id, claim):
        if self.cash.get(claim.who):
            self.box.cash(claim.who, -self.cash[claim.who])
            self.cash[claim.who] = ZERO

    def _balance(self, _id, claim):
        """Owed with the next invoice: no money of his."""
        self.box.balance(claim.who, "0")

    def _rename(self, _id, claim):
        self.box.update_customer(claim.who, name=f"Muster {self.chance.randint(5, 99)} KG")

    def _forget(self, _id, _claim):
        """A customer is deleted; his invoices survive (§3)."""
        if self.chance.random() < 0.1:
            self.box.delete_customer(self.people[3])
            self.gone.add(self.people[3])
            self.cash.pop(self.people[3], None)

    # --- what is true ------------------------------------------------------------------------

    def owed(self):
        return {id_: each.left for id_, each in self.claims.items() if each.left}

    def untouchable(self, id_, *, leaving):
        """Nobody may be dunned for it: settled, gone back, under way, or he has money there.

        A run need not know of a debit that never ends; the last look before a notice leaves must.
        """
        each = self.claims[id_]
        seen = leaving or self.day - each.debit_on <= UNDER_WAY
        return (
            each.state != "open" or (bool(each.debit) and seen) or each.left <= 0
            or bool(self.cash.get(each.who)) or each.due >= self.day
        )  # fmt: skip

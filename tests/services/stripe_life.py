"""A creditor's life at Stripe on random days; he writes down in his own books what happened."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from stripe_books import ZERO, Books, Claim, Receipt
from stripe_giving_back import GivingBack
from stripe_reader import PLACE, StripeOffice

from sandbox.stripe.replies import ApiError

WAYS = ["write"] * 8 + ["pay"] * 4 + ["part"] * 5
WAYS += ["debit", "debit", "arrive", "arrive", "bounce", "outside", "over"]
WAYS += ["credit", "credit", "explain", "uncredit", "refund", "refund", "fail_refund"]
WAYS += ["dispute", "dispute", "decide", "decide", "void", "uncollectible", "revise", "due"]
WAYS += ["cash", "cash", "cash_out", "cash_out", "apply", "balance", "link", "attempt", "rename"]
WAYS += ["forget", "finalize", "delete"]
HOURS = [(0, 5), (1, 30), (2, 30), (9, 0), (14, 0), (23, 30)]


class Life(GivingBack, Books, StripeOffice):
    """The creditor, his customers, his books, and the office that reads after him.

    ``chance``: a random.Random. The other options are those of the office.
    """

    def __init__(self, folder, chance, variants=None, **options):
        super().__init__(folder, variants, **options)
        self.chance, self.automatic = chance, self.settings.get("dun_automatic") == "yes"
        self.keep()
        self.people = [
            self.box.add_customer(f"Muster {n} GmbH", f"re{n}@muster.example", address=PLACE)
            for n in range(4)
        ]

    def pass_days(self, days):
        if days:
            self.emptied.clear()
        hours = [at for at in HOURS if days or at > self.at] or [(23, 50)]
        self.later(days, self.chance.choice(hours))

    def happen(self):
        """One thing that a person may do; what Stripe refuses does not happen."""
        self.done += 1
        name = self.chance.choice(WAYS) if self.claims else "write"
        id_ = self.chance.choice([*self.claims]) if self.claims else ""
        with suppress(ApiError, ValueError):
            getattr(self, f"_{name}")(id_, self.claims.get(id_))

    def shows_credit(self, key):
        """A server that ignores expand[] tells the credit of one currency."""
        return (
            self.box.variants["expand"] == "honoured"
            or self.box.world.customers[key[0]].currency == key[1]
        )

    def _amount(self, most, currency="eur"):
        unit = 1 if currency == "jpy" else 100
        return Decimal(self.chance.randint(1, max(1, int(most * unit)))) / unit

    def _day(self, first, most=20):
        return max(self.day - timedelta(days=self.chance.randint(0, most)), first)

    def _give(self, claim, amount):
        """The customer's balance: negative is a credit."""
        key = (claim.who, claim.currency)
        self.credit[key] = self.credit.get(key, ZERO) + amount

    # --- invoices ----------------------------------------------------------------------------

    def _write(self, _id, _claim):
        who = self.chance.choice([each for each in self.people if each not in self.gone])
        currency = self.chance.choice(["eur"] * 7 + ["chf", "jpy"])
        gross = (self._amount(900, currency) + 5) * self.chance.choice([1] * 30 + [-1])
        on, automatic = self._day(self.day - timedelta(days=90), 90), self.chance.random() < 0.12
        due = None if automatic else on + timedelta(days=self.chance.choice([7, 14, 14, 30]))
        claim = Claim(who, gross, on, due, currency, automatic)
        id_ = self.box.draft(who, gross, on=on, due=due, currency=currency, automatic=automatic)
        self.claims[id_] = claim
        if self.chance.random() > 0.08:
            self._finalize(id_, claim)

    def _finalize(self, id_, claim):
        self.box.finalize(id_)
        self._begin(claim)

    def _begin(self, claim):
        start = self.credit.get((claim.who, claim.currency), ZERO)
        sum_ = claim.gross + start
        least = Decimal(50) if claim.currency == "jpy" else Decimal("0.50")
        if self.box.variants["small_amounts"] == "carried" and 0 < sum_ < least:
            claim.base, end = ZERO, sum_
        else:
            claim.base, end = max(sum_, ZERO), min(sum_, ZERO)
        claim.used = end - start
        self._give(claim, claim.used)
        claim.state = "open" if claim.base else "paid"

    def _delete(self, id_, claim):
        self.box.delete(id_)
        claim.state = "gone"

    def _void(self, id_, claim):
        if self.chance.random() < 0.5:
            self.box.void(id_)
            self._voided(claim)

    def _voided(self, claim):
        claim.state = "void"
        self._give(claim, -claim.used)

    def _uncollectible(self, id_, claim):
        self.box.uncollectible(id_)
        claim.state = "uncollectible"

    def _revise(self, id_, old):
        gross = self._amount(500, old.currency) + 5
        new = self.box.revise(id_, gross)
        due = None if old.automatic else self.box.world.day(self.box.world.invoices[new].due)
        claim = Claim(old.who, gross, self.day, due, old.currency, old.automatic)
        self._begin(claim)
        self._voided(old)
        self.claims[new] = claim

    def _due(self, id_, claim):
        if not claim.automatic and claim.state in ("open", "uncollectible"):
            claim.due = self.day + timedelta(days=self.chance.randint(-30, 10))
            self.box.change_due(id_, claim.due)

    def _link(self, id_, _claim):
        self.box.new_link(id_)

    def _attempt(self, id_, claim):
        if claim.automatic:
            claim_next = self.chance.choice([None, self.day + timedelta(days=3)])
            self.box.attempt_failed(id_, claim_next)
            claim.next, claim.attempts = claim_next, claim.attempts + 1

    # --- money -------------------------------------------------------------------------------

    def _pay(self, id_, claim, amount=None, method=None):
        method = method or self.chance.choice(["card", "sepa_debit", "out_of_band"])
        rest, on = claim.rest, self._day(claim.on)
        if amount is not None and amount > rest:
            on = self.day  # what is too much came last
        self.box.pay(id_, amount, method=method, on=on)
        self._came(id_, claim, rest if amount is None else amount, on, rest)

    def _came(self, id_, claim, amount, on, rest):
        world, known = self.box.world, {each.charge for each in claim.money}
        intents = (world.intents.get(each.payment) for each in world.payments_for(id_))
        charges = {each.charge for each in intents if each is not None and each.received}
        claim.money.append(Receipt(amount, on, next(iter(charges - known - {None}), "")))
        over = max(amount - rest, ZERO)
        claim.over += over
        self._give(claim, -over)
        self._close(claim)

    def _close(self, claim):
        if claim.state in ("open", "uncollectible") and claim.rest <= 0:
            claim.state = "paid"

    def _part(self, id_, claim):
        self._pay(id_, claim, self._amount(claim.rest, claim.currency))

    def _outside(self, id_, claim):
        self._pay(id_, claim, None, "out_of_band")

    def _over(self, id_, claim):
        if self.chance.random() < 0.4:
            self._pay(id_, claim, claim.rest + 5)

    def _debit(self, id_, claim):
        amount = self.chance.choice([claim.rest, self._amount(claim.rest, claim.currency)])
        on = self._day(claim.on, 6)
        claim.flights[self.box.start_sepa(id_, amount, on=on)] = amount, on

    def _flying(self):
        found = [(id_, pi) for id_, claim in self.claims.items() for pi in claim.flights]
        if not found:
            raise ValueError("nothing is under way")
        return self.chance.choice(found)

    def _arrive(self, _id, _claim):
        id_, pi = self._flying()
        claim = self.claims[id_]
        if claim.state not in ("open", "uncollectible"):
            return  # what Stripe does with money for what is closed nobody has shown
        rest, on = claim.rest, self._day(claim.on, 4)
        if claim.flights[pi][0] > rest:
            on = self.day
        self.box.settle_sepa(pi, on=on)
        self._came(id_, claim, claim.flights.pop(pi)[0], on, rest)

    def _bounce(self, _id, _claim):
        id_, pi = self._flying()
        self.box.fail_sepa(pi)
        del self.claims[id_].flights[pi]

    def _cash(self, _id, claim):
        some = self._amount(max(claim.rest, Decimal(1)), claim.currency)
        amount = self.chance.choice([some, claim.rest or some])
        self.box.cash(claim.who, amount, claim.currency)
        key = (claim.who, claim.currency)
        self.cash[key] = self.cash.get(key, ZERO) + amount

    def _cash_out(self, _id, _claim):
        held = [key for key, amount in self.cash.items() if amount > 0]
        if held:
            key = self.chance.choice(held)
            self.box.cash(key[0], -self.cash[key], key[1])
            self.cash[key] = ZERO
            self.emptied.add(key)

    def _apply(self, id_, claim):
        rest, on, key = claim.rest, self._day(claim.on, 2), (claim.who, claim.currency)
        if rest > 0:
            self.box.apply_cash(id_, on=on)
            self.cash[key] -= rest
            self.emptied.add(key)
            self._came(id_, claim, rest, on, rest)

    def _balance(self, _id, _claim):
        held = [key for key, amount in self.credit.items() if amount]
        held = held if self.chance.random() < 0.7 else []
        key = self.chance.choice(held or [(each, "eur") for each in self.people])
        amount = Decimal(self.chance.choice([0] * 8 + [-30, 20]))
        self.box.balance(key[0], amount, key[1])
        self.credit[key] = amount

    # --- people ------------------------------------------------------------------------------

    def _rename(self, _id, _claim):
        mail = f"neu{self.done}@muster.example"
        self.box.update_customer(self.chance.choice(self.people), email=mail)

    def _forget(self, _id, claim):
        if not self.gone and self.chance.random() < 0.2:
            self.box.delete_customer(claim.who)
            self.gone.add(claim.who)

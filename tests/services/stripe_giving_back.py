"""What goes back at Stripe on random days: credit notes, refunds, disputes; part of ``stripe_life``."""

from __future__ import annotations

from decimal import Decimal

from stripe_books import UNDECIDED, WON, ZERO, Dispute, Refund

from sandbox.stripe import returning

STATUSES = ("succeeded", "succeeded", "pending", "failed", "requires_action")


class GivingBack:
    """Whoever inherits has box, chance, books, and ``_day``, ``_amount``, ``_give``, ``_close``."""

    def _credit(self, id_, claim):
        some = self._amount(max(claim.gross / 2, Decimal(1)), claim.currency)
        amount = self.chance.choice([some, claim.rest or some])
        to = self.chance.choice(["", "new", "out_of_band"])
        rest, on, before = claim.rest, self._day(claim.on), set(self.box.world.refunds)
        note = self.box.credit(id_, amount, refund=to, on=on)
        if first := min(amount, rest):
            claim.credited[note] = first, on
        after = amount - first
        if after and not to:
            self._give(claim, -after)
        elif after:
            claim.explained.append(after)
            for made in set(self.box.world.refunds) - before:
                self._refunded(claim, made).refunds[made] = Refund(after, on, noted=True)
        self._close(claim)

    def _refunded(self, claim, refund):
        charge = self.box.world.refunds[refund].charge
        return next(each for each in claim.money if each.charge == charge)

    def _explain(self, id_, claim):
        """A credit note for a refund that was made before."""
        found = {re: each for r in claim.money for re, each in r.refunds.items()}
        found = {re: each for re, each in found.items() if each.alive and not each.noted}
        if found and not claim.rest:
            refund = self.chance.choice([*found])
            self.box.credit(id_, found[refund].amount, refund=refund, on=self._day(claim.on, 3))
            found[refund].noted = True
            claim.explained.append(found[refund].amount)

    def _uncredit(self, _id, claim):
        if claim.credited:
            note = self.chance.choice([*claim.credited])
            self.box.void_credit(note)
            del claim.credited[note]

    def _last(self, id_, claim):
        """The payment that Stripe would give back."""
        world = self.box.world
        charge = returning.charge_of(world, world.invoices.one(id_)).id
        return next(each for each in claim.money if each.charge == charge)

    def _refund(self, id_, claim):
        receipt, status = self._last(id_, claim), self.chance.choice(STATUSES)
        gone = sum((each.amount for each in receipt.refunds.values() if each.alive), ZERO)
        whole = receipt.amount - gone
        amount = self.chance.choice([whole, self._amount(whole, claim.currency)])
        on = self._day(receipt.on, 3)
        made = self.box.refund(id_, amount, status, on=on)
        receipt.refunds[made] = Refund(amount, on, status != "failed")

    def _fail_refund(self, _id, _claim):
        claims, found = self.claims.values(), []
        for claim in claims:
            found += [(claim, re, x) for r in claim.money for re, x in r.refunds.items() if x.alive]
        if found:
            claim, id_, refund = self.chance.choice(found)
            self.box.fail_refund(id_)
            refund.alive = False
            if refund.noted:  # the note stands, and its money came back
                claim.explained.remove(refund.amount)

    def _dispute(self, id_, claim):
        receipt = self._last(id_, claim)
        if not receipt.disputes:
            some = self._amount(receipt.amount, claim.currency)
            amount = self.chance.choice([receipt.amount, receipt.amount, some])
            status = self.chance.choice([*UNDECIDED, "lost", "lost", *WON])
            on = self._day(receipt.on, 3)
            made = self.box.dispute(id_, amount, status, on=on)
            receipt.disputes[made] = Dispute(amount, on, status)

    def _decide(self, _id, _claim):
        money = [each for claim in self.claims.values() for each in claim.money]
        found = [(du, d) for r in money for du, d in r.disputes.items() if d.status in UNDECIDED]
        if found:
            id_, dispute = self.chance.choice(found)
            dispute.status = self.chance.choice(["won", "lost", "warning_closed", "under_review"])
            self.box.close_dispute(id_, dispute.status)

"""What a person can do with what is there: pay, give back, dispute, void, hold money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.stripe import paying, returning, states
from sandbox.stripe.adding import Adding, Amount
from sandbox.stripe.model import METHODS, REFUND_STATUSES
from sandbox.stripe.telling import tell, updating

if TYPE_CHECKING:
    from sandbox.stripe.model import Invoice


class Changing(Adding):
    """Operations that change something; amounts in major units, ``on`` noon of a day or now."""

    def pay(
        self,
        invoice: str,
        amount: Amount | None = None,
        *,
        method: str = "card",
        on: date | None = None,
    ) -> str:
        """Money that has come in: all that remains, a part, or too much.

        Returns the id of the InvoicePayment. A bank transfer (``customer_balance``) of less than
        the whole pays nothing (§0.9): that is :meth:`cash`.
        """
        world = self.world
        with world.lock:
            each = world.invoices.one(invoice)
            sum_ = self._sum(each, amount)
            if method not in METHODS:
                raise ValueError(f"no method {method!r}; there are: {', '.join(METHODS)}")
            if sum_ <= 0:
                raise ValueError("a payment is more than nothing")
            if method == "customer_balance" and sum_ < each.remaining:
                raise ValueError("bank transfers do not part-fund an invoice; see cash()")
            return paying.pay(world, each, sum_, method, self._at(on)).id

    def start_sepa(
        self, invoice: str, amount: Amount | None = None, *, on: date | None = None
    ) -> str:
        """A direct debit is under way; returns the id of its payment intent."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            sum_ = self._sum(each, amount)
            return paying.start_sepa(self.world, each, sum_, self._at(on)).id

    def settle_sepa(self, intent: str, *, on: date | None = None) -> None:
        """The bank has paid a direct debit."""
        with self.world.lock:
            paying.settle_sepa(self.world, self.world.intents.one(intent), self._at(on))

    def fail_sepa(self, intent: str) -> None:
        """The bank has refused a direct debit before it succeeded."""
        with self.world.lock:
            paying.fail_sepa(self.world, self.world.intents.one(intent))

    def sepa_return(self, invoice: str, *, on: date | None = None) -> str:
        """A Rücklastschrift after success: a dispute (§0.7), lost at once or not (variant)."""
        status = self.world.variants["sepa_return"].removeprefix("dispute_")
        return self.dispute(invoice, status=status, on=on)

    def attempt_failed(self, invoice: str, next: date | None = None) -> None:  # noqa: A002
        """An automatic payment was declined; on which day it is tried again, if at all."""
        world = self.world
        with world.lock:
            each = world.invoices.one(invoice)
            states.expect(each, *paying.OPENED)
            each.next_attempt = world.at(next) if next is not None else None
            paying.decline(world, each, world.now())

    def void(self, invoice: str, *, on: date | None = None) -> None:
        with self.world.lock:
            states.void(self.world, self.world.invoices.one(invoice), self._at(on))

    def uncollectible(
        self, invoice: str, reason: str = "user_forgiven", *, on: date | None = None
    ) -> None:
        """Written off, and may still be paid."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            states.mark_uncollectible(self.world, each, self._at(on), reason)

    def change_due(self, invoice: str, due: date | None) -> None:
        """Another due day, or none; also one that has passed, which the API refuses."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            with updating(self.world, "invoice.updated", each):
                each.due = None if due is None else self._due(due)

    def refund(
        self,
        invoice: str,
        amount: Amount | None = None,
        status: str = "succeeded",
        *,
        on: date | None = None,
    ) -> str:
        """Gives the last charge back, or a part of it; returns the id of the refund."""
        world = self.world
        with world.lock:
            each = world.invoices.one(invoice)
            if status not in REFUND_STATUSES:
                raise ValueError(f"no status {status!r}; there are: {', '.join(REFUND_STATUSES)}")
            charge = returning.charge_of(world, each)
            left = charge.amount - charge.refunded
            sum_ = left if amount is None else world.minor(amount, each.currency)
            return returning.refund(world, charge, sum_, status, self._at(on)).id

    def settle_refund(self, refund: str) -> None:
        """A pending refund has arrived."""
        with self.world.lock:
            returning.settle_refund(self.world, self.world.refunds.one(refund))

    def fail_refund(self, refund: str) -> None:
        """A refund did not arrive: the merchant has the money again."""
        with self.world.lock:
            returning.fail_refund(self.world, self.world.refunds.one(refund), self.world.now())

    def dispute(
        self,
        invoice: str,
        amount: Amount | None = None,
        status: str = "needs_response",
        *,
        on: date | None = None,
    ) -> str:
        """The last charge is disputed, or a part of it; returns the id of the dispute."""
        world = self.world
        with world.lock:
            each = world.invoices.one(invoice)
            charge = returning.charge_of(world, each)
            sum_ = charge.amount if amount is None else world.minor(amount, each.currency)
            return returning.dispute(world, charge, sum_, status, self._at(on)).id

    def close_dispute(self, dispute: str, status: str) -> None:
        """``won``, ``lost``, ``warning_closed``, or another status on the way there."""
        with self.world.lock:
            made = self.world.disputes.one(dispute)
            returning.close_dispute(self.world, made, status, self.world.now())

    def cash(
        self, customer: str, amount: Amount, currency: str = "eur", *, on: date | None = None
    ) -> str:
        """A bank transfer into the cash balance, which pays nothing by itself; negative: back."""
        world = self.world
        with world.lock:
            who, sum_ = world.customers.one(customer), world.minor(amount, currency)
            return paying.fund(world, who.id, sum_, currency, self._at(on)).id

    def apply_cash(self, invoice: str, *, on: date | None = None) -> str:
        """Pays the whole of an invoice from the cash balance. Raises ApiError: too little."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            return paying.apply_cash(self.world, each, self._at(on)).id

    def balance(self, customer: str, amount: Amount, currency: str = "eur") -> None:
        """Sets a customer's balance: negative = credit, positive = owed with the next invoice."""
        world = self.world
        with world.lock:
            who = world.customers.one(customer)
            change = world.minor(amount, currency) - who.balances.get(currency, 0)
            states.change_balance(world, who.id, currency, change, world.now(), None)

    def send(self, invoice: str) -> None:
        """Stripe mails it, as it does with its own reminders."""
        with self.world.lock:
            states.send(self.world, self.world.invoices.one(invoice))

    def new_link(self, invoice: str) -> None:
        """The pay link is another one from now on."""
        with self.world.lock:
            self.world.invoices.one(invoice).link += 1

    def alter(self, id_: str, **fields: Any) -> None:
        """Overrides raw fields in what is shown of anything; "absent" drops one, nothing resets."""
        world = self.world
        with world.lock:
            thing = world.find(id_)
            if not fields:
                thing.wire = {}
            thing.wire = {**thing.wire, **fields}
            if id_.startswith("in_"):
                tell(world, "invoice.updated", thing)
            elif id_.startswith("cus_"):
                tell(world, "customer.updated", thing)

    def outstanding(self, invoice: str) -> Decimal:
        """What remains to be paid, in major units."""
        with self.world.lock:
            each = self.world.invoices.one(invoice)
            return self.world.major(each.remaining, each.currency)

    def _sum(self, invoice: Invoice, amount: Amount | None) -> int:
        if amount is None:
            return invoice.remaining
        return self.world.minor(amount, invoice.currency)

"""Money that goes back, and claims that are given up: refunds, disputes, credit notes (§3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import (
    OPEN,
    PAID,
    UNCOLLECTIBLE,
    Charge,
    CreditNote,
    Dispute,
    Invoice,
    Refund,
)
from sandbox.stripe.replies import bad
from sandbox.stripe.states import change_balance, close, expect, request_rest
from sandbox.stripe.telling import tell, updating

if TYPE_CHECKING:
    from sandbox.stripe.world import World

GONE = frozenset({"pending", "requires_action", "succeeded"})  # counted in amount_refunded
CLOSED = frozenset({"won", "lost", "prevented", "warning_closed"})


def charge_of(world: World, invoice: Invoice) -> Charge:
    """The last charge that paid an invoice. Raises ApiError 400 where none did."""
    for each in reversed(world.payments_for(invoice.id)):
        intent = world.intents.get(each.payment)
        if each.status == "paid" and intent is not None and intent.charge is not None:
            return world.charges[intent.charge]
    raise bad("This invoice was not paid by a charge.", code="charge_not_refundable")


def refund(
    world: World, charge: Charge, amount: int, status: str, at: int, *, noted: bool = False
) -> Refund:
    """Gives money back; the invoice stays paid (§0.7, UNVERIFIED, so a variant).

    ``noted``: a credit note says that it is not owed any more.
    """
    if charge.status != "succeeded" or not 0 < amount <= charge.amount - charge.refunded:
        raise bad(
            "Refund amount is greater than unrefunded amount on charge.",
            param="amount",
            code="charge_already_refunded",
        )
    id_ = world.new_id("re" if charge.id.startswith("ch_") else "pyr")
    made = world.keep_refund(
        Refund(id_, charge.id, charge.intent, amount, charge.currency, at, status)
    )
    if status in GONE:
        charge.refunded += amount
        if not noted:
            _reopen(world, charge, amount, at)
        tell(world, "charge.refunded", charge)
    tell(world, "refund.created", made)
    return made


def fail_refund(world: World, made: Refund, at: int) -> None:
    """A refund may fail later (§3): the money is with the merchant again."""
    if made.status not in GONE:
        raise bad(f"This refund is {made.status}.")
    charge = world.charges[made.charge]
    with updating(world, "refund.updated", made):
        made.status = "failed"
    charge.refunded -= made.amount
    noted = {id_ for each in world.credit_notes.values() for id_, _ in each.refunds}
    if made.id not in noted:
        _reopen(world, charge, -made.amount, at)
    tell(world, "refund.failed", made)


def settle_refund(world: World, made: Refund) -> None:
    """A pending refund has arrived."""
    if made.status not in {"pending", "requires_action"}:
        raise bad(f"This refund is {made.status}.")
    with updating(world, "refund.updated", made):
        made.status = "succeeded"


def _reopen(world: World, charge: Charge, amount: int, at: int) -> None:
    """The variant in which an invoice knows of money that went back: open again over it."""
    if world.variants["refund_leaves"] != "reopened":
        return
    invoice = world.invoice_of(charge.intent)
    if invoice.status not in {PAID, OPEN}:
        return
    with updating(world, "invoice.updated", invoice):
        invoice.paid -= min(amount, invoice.paid)
        if invoice.remaining:
            invoice.status, invoice.paid_at = OPEN, None
    if not invoice.remaining and invoice.status == OPEN:
        close(world, invoice, at)


def dispute(world: World, charge: Charge, amount: int, status: str, at: int) -> Dispute:
    """The debtor or his bank takes a charge back; a SEPA return after success is one (§0.7)."""
    if charge.status != "succeeded" or not 0 < amount <= charge.amount:
        raise bad("This charge cannot be disputed over that amount.", param="amount")
    made = world.disputes.add(
        Dispute(world.new_id("du"), charge.id, charge.intent, amount, charge.currency, at, status)
    )
    if charge.method == "sepa_debit":
        made.reason = "insufficient_funds"
    charge.disputed = True
    tell(world, "charge.dispute.created", made)
    if not status.startswith("warning_"):
        tell(world, "charge.dispute.funds_withdrawn", made)
    if status in CLOSED:
        _closed(world, made, at)
    return made


def close_dispute(world: World, made: Dispute, status: str, at: int) -> None:
    """Won or lost (or a later word of the platform, §3)."""
    with updating(world, "charge.dispute.updated", made):
        made.status = status
    if status in CLOSED:
        _closed(world, made, at)


def _closed(world: World, made: Dispute, at: int) -> None:
    tell(world, "charge.dispute.closed", made)
    if made.status == "won":
        tell(world, "charge.dispute.funds_reinstated", made)
    if made.status == "lost":
        _reopen(world, world.charges[made.charge], made.amount, at)


def credit(world: World, invoice: Invoice, amount: int, to: str, at: int) -> CreditNote:
    """A credit note: first what remains, the rest after payment (§3).

    ``to`` says where the rest goes: "" to the customer's balance, "out_of_band", "new" as a refund
    that is made for it, or the id of one.
    """
    expect(invoice, OPEN, PAID, UNCOLLECTIBLE)
    credited = invoice.pre_credit + invoice.post_credit
    if not 0 < amount <= invoice.total - credited:
        raise bad("Credit notes may not exceed the invoice.", param="amount")
    pre = min(amount, invoice.remaining)
    post = amount - pre
    if post and to == "new":
        to = refund(world, charge_of(world, invoice), post, "succeeded", at, noted=True).id
    elif post and to not in {"", "out_of_band"}:
        world.refunds.one(to, "refund", 400)
    note = _note(world, invoice, pre, post, at)
    if post:
        _give_back(world, note, to, at)
    with updating(world, "invoice.updated", invoice):
        invoice.pre_credit += pre
        invoice.post_credit += post
        request_rest(world, invoice)
    tell(world, "credit_note.created", note)
    if pre and not invoice.remaining and invoice.status != PAID:
        close(world, invoice, at)
    return note


def _note(world: World, invoice: Invoice, pre: int, post: int, at: int) -> CreditNote:
    earlier = sum(each.invoice == invoice.id for each in world.credit_notes.values())
    return world.credit_notes.add(
        CreditNote(
            world.new_id("cn"),
            invoice.id,
            invoice.customer,
            f"{invoice.number}-CN-{earlier + 1:02d}",
            pre + post,
            invoice.currency,
            at,
            pre,
            post,
        )
    )


def _give_back(world: World, note: CreditNote, to: str, at: int) -> None:
    if to == "out_of_band":
        note.out_of_band = note.post
    elif to:
        note.refunds.append((to, note.post))
    else:
        moved = change_balance(world, note.customer or "", note.currency, -note.post, at, note.id)
        note.balance_transaction = moved.id if moved else None


def void_credit(world: World, note: CreditNote, at: int) -> None:
    """Only what was credited on an invoice that is still open can be taken back."""
    invoice = world.invoices[note.invoice]
    if note.status != "issued" or note.post or invoice.status != OPEN:
        raise bad(
            "You can only void a credit note on an open invoice.", code="status_transition_invalid"
        )
    with updating(world, "invoice.updated", invoice):
        invoice.pre_credit -= note.pre
        request_rest(world, invoice)
    note.status, note.voided = "void", at
    tell(world, "credit_note.voided", note)

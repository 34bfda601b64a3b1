"""An office whose procedure demands charges and keeps them; letters only, so that a fee is due.

RE-1 over 1,000 EUR was due on Tuesday, 10 February 2026; a day for payment was agreed, so it is in
default since the 11th. On Monday, 2 March, 20 days have passed: a consumer owes 3.44 EUR interest
(6.27 %) and a fee of 2.50 EUR, a business 5.63 EUR (10.27 %) and the lump sum of 40 EUR.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from delivery_desk import TUESDAY, Office

from core.domain.money import Money
from core.services.charges import charges
from sandbox.mailbox import Mailbox

ROOT = Path(__file__).parents[2]
DUE = date(2026, 2, 10)
LEVEL = """fee = { EUR = "5.00" }
interest = "charge"
lump_sum = "charge"
channels = ["letter", "email"]
"""


def procedure(mode, channels):
    """ "standard" with every charge demanded on every letter."""
    standard = (ROOT / "config" / "procedures" / "standard.toml").read_text(encoding="utf-8")
    named = standard.replace('name = "standard"', f'name = "kosten"\ncharges = "{mode}"')
    return named.replace(
        'channels = ["email", "letter"]\n', LEVEL.replace('["letter", "email"]', channels)
    )


class ChargesOffice(Office):
    """The office of the delivery stories with its sub-ledger of charges."""

    def owing(self, account="10001", type_="consumer", email="", number="RE-1"):
        """A customer with one invoice over 1,000 EUR, and what is known of him."""
        debtor = self.debtor(account, f"Beispiel {account} AG", email=email)
        with self.app.store.write() as tx:
            tx.debtors.save_overrides(self.id, debtor, {"type": type_, "terms": "date"})
        self.owes(account, number, "1000.00", DUE)

    def letter(self, posted_on=TUESDAY):
        """Run, approve, print and post; the notice."""
        (notice,) = self.propose_and_approve()
        self.send()
        self.day(posted_on)
        self.posted(notice)
        return self.notice(notice)

    def kept(self, *, settled=False):
        """(id, kind, amount, state) of the sub-ledger."""
        return [
            (
                line.row.charge.id,
                line.row.charge.kind,
                line.row.charge.amount.plain(),
                line.row.state,
            )
            for line in charges(self.app, self.id, settled=settled)
        ]

    def residuals(self):
        """Number -> outstanding of the open items that are charges."""
        with self.app.store.read() as tx:
            found = tx.items.open_items(self.id)
        return {i.number: i.outstanding.plain() for i in found if i.kind == "charge_residual"}

    def item_of(self, kind):
        """The one item of that kind, open or not."""
        with self.app.store.read() as tx:
            return next(item for item in tx.items.find(self.id, "RE-1") if item.kind == kind)

    def ended(self, account, number, state):
        """The books say that the invoice was cancelled or written off."""
        item = self.items[account][number]
        nothing = Money.zero(item.outstanding.currency)
        self.items[account][number] = replace(item, outstanding=nothing, state=state)
        self._save(account)


@contextmanager
def charges_office(folder, mode="receivable", channels='["letter", "email"]', **options):
    """The office under a procedure that keeps charges in that mode."""
    own = folder / "home" / "procedures"
    own.mkdir(parents=True)
    (own / "kosten.toml").write_text(procedure(mode, channels), encoding="utf-8")
    with Mailbox(folder / "mails") as mailbox:
        made = ChargesOffice(folder, mailbox, procedure="kosten", **options)
        try:
            yield made
        finally:
            made.close()


def asked(notice):
    """(kind, amount, whether it is an earlier one) of the charges of a notice."""
    return [(c.kind, c.amount.plain(), c.earlier is not None) for c in notice.charges]

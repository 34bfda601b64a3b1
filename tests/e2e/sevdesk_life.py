"""A creditor's life at sevDesk on random days; he writes down in his own books what happened."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from sevdesk_books import ZERO, Books, Claim, Note

from sandbox.sevdesk.replies import ApiError

OFTEN = ["pay", "pay", "pay", "part", "part", "part", "part", "unpay", "unpay", "credit", "credit"]
OFTEN += ["cancel", "cancel", "loose", "loose", "finalize", "finalize", "final", "final"]
WAYS = [
    *OFTEN,
    "pay_silently", "skonto", "too_much", "wrong_sign", "offset", "remind", "assign", "later",
    "revalue", "redraft", "delete", "oddly", "hand_over", "rename", "forget",
]  # fmt: skip


class Life(Books):
    """The creditor, his customers, and his own books. Whoever inherits has box, chance and day."""

    chance: random.Random
    day: date

    def begin(self):
        self.done = 0  # sevDesk tells changes apart by the second
        self.claims, self.notes, self.lines = {}, {}, {}
        self.people = [
            self.box.add_contact(company=f"Muster {n} GmbH", email=f"re{n}@muster.example")
            for n in range(3)
        ]
        self.people.append(
            self.box.add_contact(
                first="Erika", last="Muster", email="e@muster.example", time_to_pay=21
            )
        )

    # --- what may happen ---------------------------------------------------------------------

    def happen(self, name=None):
        """One thing that a person may do; what sevDesk refuses does not happen."""
        self.done += 1
        if name is None:
            name = (
                "write"
                if self.chance.random() < 0.25 or not self.claims
                else self.chance.choice(WAYS)
            )
        id_ = self.chance.choice([*self.claims]) if self.claims else ""
        with suppress(ApiError, ValueError):
            getattr(self, f"_{name}")(id_)

    def _amount(self, most):
        return Decimal(self.chance.randint(1, max(1, int(most * 100)))) / 100

    def _ago(self, most=40):
        return self.day - timedelta(days=self.chance.randint(0, most))

    def _write(self, _id):
        chance = self.chance
        kind = chance.choice(["RE"] * 6 + ["TR", "AR"])
        draft = chance.random() < 0.1
        claim = Claim(
            kind, chance.choice(self.people), Decimal(chance.randint(2000, 90_000)) / 100,
            self._ago(120), chance.choice([14, 14, 30, 0, None]),
            state="draft" if draft else "open",
            currency=chance.choice(["EUR"] * 9 + ["CHF"]),
            mandate=chance.random() < 0.07,
        )  # fmt: skip
        skonto = {"discount": 3, "discount_time": 10} if chance.random() < 0.3 else {}
        make = self.box.draft if draft else self.box.add_invoice
        id_ = make(
            contact=claim.who, gross=claim.gross, on=claim.on, time_to_pay=claim.days, kind=kind,
            currency=claim.currency, mandate="M-1" if claim.mandate else None, **skonto,
        )  # fmt: skip
        claim.skonto = (claim.gross * 3 / 100).quantize(Decimal("0.01")) if skonto else ZERO
        self.claims[id_] = claim

    def _final(self, id_):
        down = self.claims[id_]
        if down.kind not in ("TR", "AR") or down.state != "open" or down.replaced:
            return
        claim = Claim("ER", down.who, down.gross * 2, self._ago(10), 14)
        new = self.box.add_invoice(
            contact=claim.who, gross=claim.gross, on=claim.on, kind="ER", origin=id_
        )
        # Whether its gross deducts what was paid before, nobody knows: neither is dunned.
        self.claims[new], down.replaced, claim.replaced = claim, True, True

    def _book(self, id_, amount, **how):
        """Money comes in; the first of it may close the invoice."""
        day = self._ago()
        logged = how.get("logged", True)
        self.box.pay(id_, amount, on=day, **how)
        claim, left = self.claims[id_], self.left(id_)
        claim.money.append((day, left if amount is None else amount, logged))
        if self.left(id_) <= 0 or how.get("type") == "CB":
            claim.state = "closed"

    def _pay(self, id_):
        self._book(id_, None, via=self.chance.choice(["bank", "cash"]))

    def _pay_silently(self, id_):
        self._book(id_, None, via=self.chance.choice(["bank", "cash"]), logged=False)

    def _part(self, id_):
        most = self.left(id_)
        via = self.chance.choice(["bank", "cash", "old"])
        self._book(id_, self._amount(most), via=via, logged=self.chance.random() < 0.8)

    def _skonto(self, id_):
        claim = self.claims[id_]
        if claim.skonto and not claim.money and self.left(id_) == claim.gross:
            self._book(id_, claim.gross - claim.skonto, type="CB")

    def _too_much(self, id_):
        self._book(id_, self.left(id_) + Decimal("5.00"), type="OF")

    def _wrong_sign(self, id_):
        claim = self.claims[id_]
        if not claim.money and not self.noted(id_):
            self.box.pay(id_, "-12.00", on=self.day)
            claim.money.append((self.day, Decimal("-12.00"), True))

    def _unpay(self, id_):
        self.box.unpay(id_)
        claim = self.claims[id_]
        claim.strange = False
        back = {
            line.id for line in self.box.world.transactions.values()
            if line.status == 100 and line.id not in self.lines and line.amount > 0
        }  # fmt: skip
        self.lines |= dict.fromkeys(back, ("", ZERO))
        claim.money, claim.state = [], "open"

    def _cancel(self, id_):
        self.box.cancel(id_)
        self.claims[id_].state = "cancelled"

    def _credit(self, id_):
        claim, left = self.claims[id_], self.left(id_)
        if claim.state == "draft" or claim.state == "cancelled":
            return
        amount = self._amount(max(left, Decimal(1)))
        if self.chance.random() < 0.15 and left > 0:
            amount = left
        due = self.box.world.invoices[id_].status in (200, 750)
        new = self.box.credit(id_, amount)
        counted = due and self.box.variants["credit_note_in_paid_amount"] == "yes"
        self.notes[new] = Note(id_, amount, amount, counted)
        if self.left(id_) <= 0:
            claim.state = "closed"

    def _offset(self, id_):
        left = self.left(id_)
        if left <= 0:
            return
        amount = self._amount(left)
        due = self.box.world.invoices[id_].status in (200, 750)
        new = self.box.credit(id_, amount, open=False)
        counted = due and self.box.variants["credit_note_in_paid_amount"] == "yes"
        self.notes[new] = Note(id_, amount, ZERO, counted)
        claim = self.claims[id_]
        if due and not counted:
            claim.money.append((self.day, amount, True))
        if self.left(id_) <= 0:
            claim.state = "closed"

    def _remind(self, id_):
        self.box.dun(id_, on=self.day)

    def _loose(self, id_):
        """Money that names an invoice and that nobody has assigned."""
        if self.left(id_) > 0 and self.claims[id_].currency == "EUR":
            number = self.box.world.invoices[id_].number
            line = self.box.unassigned(self.left(id_), "Muster", text=f"zu {number}", on=self.day)
            self.lines[line] = (id_, self.left(id_))

    def _assign(self, _id):
        named = [(line, id_) for line, (id_, _) in self.lines.items() if id_ in self.claims]
        if not named:
            return
        line, id_ = self.chance.choice(named)
        found = self.box.world.transactions[line]
        part = min(found.amount, self.left(id_))
        self.box.assign(line, id_)
        del self.lines[line]
        self.claims[id_].money.append((found.value, part, True))
        if self.left(id_) <= 0:
            self.claims[id_].state = "closed"

    def _later(self, id_):
        days = self.chance.randint(0, 60)
        self.box.change(id_, time_to_pay=days)
        self.claims[id_].days = days

    def _revalue(self, id_):
        claim = self.claims[id_]
        if claim.state in ("draft", "open") and not claim.money and not self.noted(id_):
            gross = Decimal(self.chance.randint(9000, 90_000)) / 100
            self.box.change(id_, gross=gross)
            claim.gross, claim.revalued = gross, True
            if claim.skonto:
                claim.skonto = (gross * 3 / 100).quantize(Decimal("0.01"))

    def _redraft(self, id_):
        """Back to draft, as resetToDraft does: only what is open and unpaid."""
        claim = self.claims[id_]
        if claim.state == "open" and not claim.money and not self.noted(id_) and not claim.strange:
            self.box.change(id_, status=100)
            claim.state = "draft"

    def _finalize(self, id_):
        self.box.finalize(id_)
        self.claims[id_].state = "open"

    def _delete(self, id_):
        if self.claims[id_].state == "draft":
            self.box.delete(id_)
            del self.claims[id_]

    def _oddly(self, id_):
        claim = self.claims[id_]
        if claim.state == "open" and not claim.money and not self.noted(id_):
            self.box.change(id_, status=500)
            claim.strange = True

    def _hand_over(self, id_):
        """Another customer."""
        who = self.chance.choice(self.people)
        if not self.noted(id_):
            self.box.change(id_, contact=who)
            self.claims[id_].who = who

    def _rename(self, _id):
        who = self.chance.choice(self.people[:3])
        self.box.rename_contact(who, company=f"Muster {self.chance.randint(3, 99)} KG")

    def _forget(self, _id):
        """A contact is deleted; his invoices keep their reference."""
        if self.chance.random() < 0.2:
            self.box.delete_contact(self.people[2])

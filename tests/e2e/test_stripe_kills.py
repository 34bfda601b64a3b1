"""Whoever is cut off while he reads Stripe or sends, wherever that is, ends with the same books.

A process ends here by an exception that nobody catches (``platform_kills``), or by a signal.
"""

from datetime import date, timedelta
from functools import partial

import pytest
from platform_kills import Killer, cut_off_anywhere
from platform_office import broken
from platform_stages import approved, beside, mirrored
from stripe_office import StripeOffice, add

from connectors.stripe.connector import StripeConnector

DAY = date(2026, 11, 21)


class Busy(StripeOffice):
    """Also money that went back, that is under way, and that waits on a customer's account."""

    connector = partial(StripeConnector, limit=4)  # one kill meets a list in its middle

    def fill(self, sandbox):
        super().fill(sandbox)
        sandbox.refund(sandbox.ids["RE-91"], "40.00", on=date(2026, 7, 1))
        sandbox.start_sepa(sandbox.ids["RE-6"], on=date(2026, 11, 19))
        sandbox.cash(sandbox.who["dora"], "50.00")
        sandbox.void(sandbox.ids["RE-8"])


desk, busy_desk = beside(StripeOffice), beside(Busy)


def change(desk):
    """A day later: paid, void, part of it credited, given back, new, and money on an account."""
    box, desk.office.today = desk.sandbox, DAY
    box.pay(box.ids["RE-1"])
    box.void(box.ids["RE-2"])
    box.credit(box.ids["RE-4"], "9.50")
    box.refund(box.ids["RE-92"], "10.00")
    box.cash(box.who["biber"], "20.00")
    who = box.add_customer("Elster Muster KG", "post@elster.example")
    for n in range(5):
        add(box, who, f"{n + 17}.85", f"RE-1{n}", on=DAY - timedelta(days=20))


@pytest.mark.parametrize("command", ["onboard", "sync"])
def test_cut_off_anywhere_it_ends_with_the_same_books(busy_desk, monkeypatch, command):
    cut_off_anywhere(busy_desk, monkeypatch, command, change)


def test_cut_off_while_it_sends_every_customer_gets_one_mail(desk, stages, monkeypatch):
    """Between the last look, the mail, what is stored of it and what is entered at Stripe."""
    desk.at(mirrored, stages)
    killer, mails = Killer(monkeypatch), []
    for at in (130, 90, 60):
        killer.kill(desk, "send", at=at)
        mails.append(desk.office.mailbox.count())
        desk.sleep(3600)
    assert 0 < mails[0] <= mails[-1] <= 3
    for _ in range(2):
        desk.sleep(3600)
        desk("send")
    assert list(desk.office.mailbox.message_ids().values()) == [1, 1, 1]
    made = desk.written()
    assert (sum(made.values()), max(made.values())) == (6, 1), "each notice stands at Stripe once"
    assert desk.json("audit", "verify")["ok"]


def test_a_key_that_is_rolled_while_notices_leave_is_tried_at_one_invoice(desk, stages):
    """Perhaps only what is embedded is refused: that much is asked for, and nothing twice."""
    desk.at(approved, stages)
    with broken(desk, "key_expired", f"/invoices/{desk.sandbox.ids['RE-3']}"):
        before = len(desk.sandbox.requests)
        report = desk.json("send", code=77)
        refused = [each for each in desk.sandbox.requests[before:] if each.status == 401]
    assert 1 <= len(refused) == len(set(refused)) <= 3
    assert [each["outcome"] for each in report] == ["sent", "held", "held"]
    assert [each["outcome"] for each in desk.json("send")] == ["sent", "sent"]
    assert list(desk.office.mailbox.message_ids().values()) == [1, 1, 1]

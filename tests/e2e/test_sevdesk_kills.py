"""Whoever is cut off while he reads sevDesk, wherever that is, ends with the same books.

A process ends here by an exception that nobody catches: between a request and what is stored of it,
inside a transaction, or right after one. Real signals are in test_sevdesk_killed.
"""

from datetime import date, timedelta
from functools import partial

import pytest
from platform_kills import cut_off_anywhere
from platform_office import broken
from platform_stages import approved, beside, connected
from sevdesk_office import SevdeskOffice

from connectors.sevdesk.connector import SevdeskConnector

DAY = date(2026, 11, 21)


class Busy(SevdeskOffice):
    """Also a dunning of the platform, a cancelled invoice, and money that nobody has assigned."""

    connector = partial(SevdeskConnector, limit=4)  # one kill meets a list in its middle

    def fill(self, sandbox):
        super().fill(sandbox)
        sandbox.dun(sandbox.ids["RE-6"], on=date(2026, 11, 10))
        sandbox.cancel(sandbox.ids["RE-8"])
        sandbox.unassigned("59.50", "Dora Dachs-Muster", text="Danke", on=date(2026, 11, 18))


desk, busy_desk = beside(SevdeskOffice), beside(Busy)


def change(desk):
    """A day later: paid, cancelled, part of it credited, dunned, new, and money at the bank."""
    box, desk.office.today = desk.sandbox, DAY
    box.pay(box.ids["RE-1"], on=date(2026, 11, 20))
    box.cancel(box.ids["RE-2"])
    box.credit(box.ids["RE-4"], "9.50")
    box.dun(box.ids["RE-3"], on=DAY)
    who = box.add_contact(company="Elster Muster KG", email="post@elster.example")
    for n in range(5):
        box.add_invoice(contact=who, gross=f"{n + 17}.85", on=DAY - timedelta(days=20))
    box.unassigned("17.85", "Elster Muster KG", on=DAY)


@pytest.mark.parametrize("command", ["onboard", "sync"])
def test_cut_off_anywhere_it_ends_with_the_same_books(busy_desk, monkeypatch, command):
    cut_off_anywhere(busy_desk, monkeypatch, command, change)
    assert len(busy_desk.json("platform-notices")) == (2 if command == "sync" else 1)


def test_a_blocked_token_is_asked_for_six_times_in_a_day_and_never_twice_in_a_row(desk):
    """30 minutes after the first refusal, then after 1, 2, 4 and 8 hours; the next day once."""
    connected(desk)
    desk("onboard")
    asked, began = [], desk.slept
    with broken(desk, "blocked"):
        for _ in range(48):
            desk.sleep(1800)
            before = len(desk.sandbox.requests)
            code = (
                77 if (desk.slept - began) // timedelta(minutes=30) in (1, 2, 4, 8, 16, 32) else 0
            )
            desk("sync", "--due", "--json", code=code)
            asked.append(len(desk.sandbox.requests) - before)
    assert (sum(asked), max(asked)) == (6, 1)
    desk("sync")
    assert len(desk.sandbox.requests) - before > 1, "whoever calls is not kept waiting"


def test_a_token_that_is_made_anew_while_notices_leave_is_refused_once(desk):
    approved(desk)
    with broken(desk, "token_rotated", f"/Invoice/{desk.sandbox.ids['RE-3']}"):
        before = len(desk.sandbox.requests)
        report = desk.json("send", code=77)
        refused = [each.status for each in desk.sandbox.requests[before:]].count(401)
    assert refused == 1
    assert [each["outcome"] for each in report] == ["sent", "held", "held"]
    assert [each["outcome"] for each in desk.json("send")] == ["sent", "sent"]
    assert list(desk.office.mailbox.message_ids().values()) == [1, 1, 1]

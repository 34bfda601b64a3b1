"""Known failure 1: paid in one program, and reminded from another that has the same invoice.

Guards: an account carries what other connections have of its claims (``store.accounts``); what one
of them says to be paid is paid, the least that one says is demanded, one of them leads, and what
is in doubt is held (``domain.one_claim``); ``send`` asks each of them (``deliver_source``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from core_account import account, after_due, amounts, dunned, invoice, letter, money, on, verdict

from core.domain.model import ConnectionId, ItemId, ItemState, Match, NoticeState, Twin
from core.domain.reasons import Reason
from sandbox.mailbox import Mailbox

LATE, ELSEWHERE = after_due(30), ConnectionId(2)
INVOICED, DUE = date(2026, 1, 27), date(2026, 2, 10)


def shared(open_there: str, **there: object):
    """RE-1 over 1,190 EUR, and what the other connection says of it."""
    mine = invoice(1, "1190.00")
    twin = Twin(
        ItemId(2), ELSEWHERE, "x", mine.number, mine.kind, mine.total, money(open_there),
        ItemState.OPEN, Match.SAME, leads=False,
    )  # fmt: skip
    return replace(account(mine), twins={mine.id: (replace(twin, **there),)})  # type: ignore[arg-type]


def test_what_the_other_says_to_be_paid_is_paid() -> None:
    found = on(LATE, shared("0.00", state=ItemState.SETTLED))
    assert verdict(found).reason is Reason.PAID_ELSEWHERE


def test_no_more_is_demanded_than_the_other_says() -> None:
    found = on(LATE, shared("690.00", state=ItemState.PARTLY_PAID))
    assert amounts(letter(found)) == {"RE-1": "690.00"}


def test_the_one_that_does_not_lead_is_not_dunned() -> None:
    assert not dunned(on(LATE, shared("1190.00", leads=True)))


def test_what_may_be_the_same_is_held() -> None:
    assert not dunned(on(LATE, shared("1190.00", match=Match.SUSPECT)))


@pytest.fixture
def two_books(tmp_path):
    """Monday, 2 March 2026: RE-1 over 119 EUR stands in a DATEV export and on a live platform."""
    from source_desk import LiveOffice

    with Mailbox(tmp_path / "mails") as mailbox:
        made = LiveOffice(tmp_path, mailbox)
        made.debtor("10001", name="Beispiel AG", email="kunde@beispiel.example")
        made.owes("10001", "RE-1", "119.00", DUE)
        made.platform.contact("a", "Beispiel AG", email="kunde@beispiel.example")
        made.platform.invoice("1", "a", "119.00", INVOICED)
        made.read()
        yield made
        made.close()


def test_an_invoice_in_two_books_is_one_letter(two_books) -> None:
    assert len(two_books.run().proposals) == 1


def test_paid_on_the_platform_before_the_send_the_letter_from_the_export_stays(two_books) -> None:
    [notice, *_] = two_books.propose_and_approve()
    two_books.platform.pay("1", "119.00", two_books.clock.day)
    two_books.send()
    assert two_books.state(notice) is NoticeState.WITHDRAWN
    assert two_books.mailbox.count() == 0

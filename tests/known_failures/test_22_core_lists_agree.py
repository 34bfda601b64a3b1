"""Known failure 22: a filter or report that is wrong: ``dunningto >=`` (kivitendo), amount for
balance (OCA #457).

Guard: open items, ageing, debtors, run and explain look at the same outstanding amounts with the
same idea of late; on every day they agree with each other and with the ledger, the due day and
the edges of the ageing buckets included.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.ledger import LedgerResult
from core.domain.money import Money
from core.services.explain import explain
from core.services.run import run
from core.services.views import ageing, debtors, open_items

DUE = date(2026, 2, 10)  # of RE-1
LATER = date(2026, 2, 24)
# Days after the due date of RE-1, and the bucket that they belong to.
EDGES = {
    -1: "not_due", 0: "not_due", 1: "1-7", 7: "1-7", 8: "8-30", 30: "8-30", 31: "31-60",
    60: "31-60", 61: "61-90", 90: "61-90", 91: "> 90",
}  # fmt: skip


@pytest.fixture
def books(office):
    """RE-1 (119 EUR, 50 of it paid), RE-2 (80 EUR), a credit of 30, RE-3 (40 EUR) of another."""
    office.paid("10001", "RE-1", left="69.00")
    office.owes("10001", "RE-2", "80.00", LATER)
    office.owes("10001", "GU-1", "-30.00", DUE)
    office.debtor("10002", "Zweite AG")
    office.owes("10002", "RE-3", "40.00", LATER)
    return office


def _euro(amount):
    return Money(Decimal(amount), "EUR").rounded()


def _sum(amounts):
    return sum(amounts, _euro(0))


@pytest.mark.parametrize(("days", "bucket"), EDGES.items())
def test_every_list_says_the_same_on_the_edges(books, days, bucket):
    on = DUE + timedelta(days=days)
    rows = {row.item.number: row for row in open_items(books.app, books.id, on)}
    assert {number: row.item.outstanding.plain() for number, row in rows.items()} == {
        "RE-1": "69.00", "RE-2": "80.00", "GU-1": "-30.00", "RE-3": "40.00"
    }  # fmt: skip
    assert (rows["RE-1"].bucket, rows["RE-1"].days_overdue) == (bucket, max(0, days))
    assert _sum([ageing(list(rows.values()))["EUR"][bucket]]) >= _euro(69)


def test_they_agree_with_each_other_and_with_the_ledger_on_every_day(books):
    ledger = LedgerResult(tuple(i for own in books.items.values() for i in own.values()))
    claims = [item for item in ledger.items if item.outstanding.amount > 0]
    for days in range(-3, 100):
        on = DUE + timedelta(days=days)
        late = [item for item in claims if item.due_date < on]
        rows = open_items(books.app, books.id, on)
        buckets = ageing(rows)["EUR"]
        people = debtors(books.app, books.id, on)
        verdicts = run(books.app, books.id, on=on, dry_run=True).verdicts
        assert _sum(buckets.values()) == _sum(i.outstanding for i in claims)
        assert _sum(v for k, v in buckets.items() if k != "not_due") == _sum(
            i.outstanding for i in late
        )
        assert _sum(m for p in people for m in p.open) == _sum(i.outstanding for i in ledger.items)
        assert _sum(m for p in people for m in p.overdue) == _sum(i.outstanding for i in late)
        assert {r.item.number for r in rows if r.days_overdue} >= {i.number for i in late}
        not_due = {v.number for v in verdicts if v.verdict.reason == "not_due"}
        assert not_due == {i.number for i in claims} - {i.number for i in late}
        assert Counter(v.number for v in verdicts) == Counter(i.number for i in ledger.items)


def test_explain_says_what_the_run_says_on_every_day(books):
    for days in range(-3, 40):
        on = DUE + timedelta(days=days)
        books.booked(on)
        for each in run(books.app, books.id, on=on, dry_run=True).verdicts:
            told = explain(books.app, books.id, each.number, on=on, language="de")
            said = each.verdict
            assert (told.verdict, told.reason, told.next_on) == (
                said.action, said.reason, said.next_on,
            )  # fmt: skip


def test_a_claim_is_listed_with_its_balance_after_each_payment(books):
    for left in ("68.99", "0.01"):
        books.paid("10001", "RE-1", left=left)
        [row] = [r for r in open_items(books.app, books.id, DUE) if r.item.number == "RE-1"]
        assert (row.item.outstanding.plain(), row.item.total.plain()) == (left, "119.00")
    books.paid("10001", "RE-1")
    assert "RE-1" not in {r.item.number for r in open_items(books.app, books.id, DUE)}


def test_a_hold_is_shown_on_its_last_day_and_not_after(books):
    with books.app.store.write() as tx:
        item = tx.items.find(books.id, "RE-1")[0]
        last = DUE + timedelta(days=20)
        tx.holds.add(books.id, "manual", item.debtor, item.id, "Kulanz", "erika", DUE, last)
    for on, held in ((last, True), (last + timedelta(days=1), False)):
        books.booked(on)
        rows = {r.item.number: r for r in open_items(books.app, books.id, on)}
        verdicts = {v.number: v for v in run(books.app, books.id, on=on, dry_run=True).verdicts}
        assert bool(rows["RE-1"].holds) is held
        assert (verdicts["RE-1"].verdict.reason == "held") is held

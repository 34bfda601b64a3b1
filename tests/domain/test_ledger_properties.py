"""What holds for every account: money is conserved, order does not matter, nothing crosses."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from ledger_story import ACCOUNT, RULES, balance, build, day, eur, listed, net, payment, posting

from core.domain.ledger import build_account, history
from core.domain.records import Posting, PostingKind

KINDS = st.sampled_from(list(PostingKind))
# Numbers that meet each other in every way: equal, cut, with other characters, named in texts.
NUMBERS = st.sampled_from(
    ["", "RE-1", "RE1", "RE-22", "RE2016-123456789", "16-123456789", "AUSZUG 3"]
)
TEXTS = st.sampled_from(["", "Zahlung RE-22", "RE-22 und RE-1X", "vom 5.1.2026"])
AMOUNTS = st.sampled_from(["10.00", "10.00", "25.50", "-10.00", "-25.50", "-35.50", "99.99"])


@st.composite
def accounts(draw: st.DrawFn, min_size: int = 0) -> list[Posting]:
    size = draw(st.integers(min_size, 9))
    return [
        posting(
            draw(KINDS),
            f"{draw(st.integers(1, 28))}.{draw(st.integers(1, 3))}.",
            draw(NUMBERS),
            draw(AMOUNTS),
            text=draw(TEXTS),
            id=f"p{n}",
            row=n + 1,
        )
        for n in range(size)
    ]


def counted(postings: list[Posting]) -> list[Posting]:
    """Without opening balances, whose counting is told by the stories."""
    return [p for p in postings if p.kind is not PostingKind.OPENING]


@given(accounts())
def test_money_is_conserved(postings):
    kept = counted(postings)
    result = build(*kept)
    assert net(result) == sum((p.base_effect.amount for p in kept), Decimal(0))


@given(accounts(), st.lists(st.tuples(NUMBERS, AMOUNTS), max_size=4))
def test_a_list_replaces_what_was_before_it(postings, lines):
    kept = counted(postings)
    rows = [balance("15.2.", number, amount) for number, amount in lines]
    result = listed(*kept, *rows, on="15.2.")
    later = sum((p.base_effect.amount for p in kept if p.booked_on > day("15.2.")), Decimal(0))
    assert net(result) == later + sum((row.outstanding.amount for row in rows), Decimal(0))


@given(accounts(), st.randoms(use_true_random=False))
def test_the_order_of_postings_does_not_matter(postings, random):
    shuffled = list(postings)
    random.shuffle(shuffled)
    assert build(*postings) == build(*shuffled)


@given(accounts())
def test_building_twice_gives_the_same(postings):
    assert build(*postings) == build(*postings)


@given(accounts(), NUMBERS, TEXTS)
def test_a_payment_lowers_what_is_open_by_exactly_its_amount(postings, number, text):
    kept = counted(postings)
    paid = payment("20.2.", number, "10.00", text=text, id="new", row=99)
    assert net(build(*kept, paid)) == net(build(*kept)) - Decimal("10.00")


@given(accounts())
def test_payments_settle_no_more_than_they_are(postings):
    result = build(*postings)
    known = {item.external_id for item in result.items}
    for paid in result.payments:
        gross = paid.amount.amount + (paid.discount.amount if paid.discount else 0)
        assert sum(money.amount for _, money, _ in paid.allocations) <= gross
        assert {item for item, _, _ in paid.allocations} <= known
        assert all(money.amount > 0 for _, money, _ in paid.allocations)


@given(accounts(min_size=1), AMOUNTS)
def test_money_of_another_account_pays_nothing_here(postings, amount):
    """The same credit, booked on another account, leaves this one as it was."""
    alone = build(*postings)
    size = amount.removeprefix("-")
    stray = payment("28.3.", "", size, text="RE-22", id="new", row=99, account="102000000")
    other = build_account("102000000", [stray], (), None, RULES)
    assert [item.external_id for item in other.items] == ["102000000/~new"]
    assert other.payments[0].allocations == ()
    assert build(*postings) == alone


@given(accounts())
def test_the_history_of_every_item_ends_with_what_is_open(postings):
    for item in build(*postings).items:
        course = history(ACCOUNT, postings, (), RULES, item.external_id)
        assert course[-1][1] == item.outstanding
        assert [on for on, _ in course] == sorted({on for on, _ in course})


@given(accounts())
def test_every_item_is_sound(postings):
    result = build(*postings)
    for item in result.items:
        assert item.external_id.startswith(f"{ACCOUNT}/")
        assert (item.settled_on is None) == (item.outstanding != eur("0"))
        if item.outstanding.amount > 0:
            assert item.total.amount >= item.outstanding.amount
        if item.due_date and item.invoice_date:
            assert item.due_date >= item.invoice_date
    assert len({item.external_id for item in result.items}) == len(result.items)

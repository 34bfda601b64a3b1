"""After every sync we believe what is true at Stripe, whatever its creditor did in between.

Random days under random moods of what nobody has verified: payments, direct debits, refunds,
disputes, credits, balances, kills. What is true stands in the player's own books.
"""

import random

import pytest
from stripe_person import ZERO, Person

import connectors._pile
from core.domain.model import ItemState
from sandbox.stripe.variants import VARIANTS

# More were tried by hand.
SEEDS = (11, 23, 37)
DAYS = 3
# Nothing is small here; and what an ended link leaves is a matter of sending, not of books.
USUAL = ("small_amounts", "links")


@pytest.fixture(params=SEEDS)
def person(request, tmp_path, monkeypatch):
    """Four customers, small pages and batches; every second mood is the usual one."""
    monkeypatch.setattr(connectors._pile, "READS", 3)
    chance = random.Random(request.param)
    moods = {
        name: chance.choice([values[0], *values])
        for name, values in VARIANTS.items()
        if name not in USUAL
    }
    someone = Person(tmp_path, request.param, moods)
    yield someone
    someone.close()


def check(person):
    """Everything that must be true after a sync at which nothing moved."""
    items = person.items()
    assert items.keys() == person.owed().keys(), "nothing is lost, and nothing that is paid stays"
    for id_, item in items.items():
        claim = person.claims[id_]
        assert item.outstanding.amount == claim.left, (id_, claim)
        if claim.state == "open":
            assert item.due_date == claim.due
            assert item.state in (ItemState.OPEN, ItemState.PARTLY_PAID)
    for id_, claim in person.claims.items():
        if (item := person.item(id_)) is not None and not claim.left:
            ended = {"paid": ItemState.SETTLED, "void": ItemState.CANCELLED}
            assert item.state is ended.get(claim.state, ItemState.WRITTEN_OFF), (id_, claim)
    waiting = {f"cash:{who}:eur" for who, amount in person.cash.items() if amount}
    mine = {id_ for id_ in person.bank_lines() if id_.startswith("cash:")}
    owing = {each.who for each in person.claims.values() if each.left}
    assert {id_ for id_ in waiting if id_.split(":")[1] in owing} <= mine, (
        "money that waits is known"
    )


def demands_no_more_than_is_owed(person, notices, *, leaving):
    for notice in notices:
        for id_, line in person.externals(notice).items():
            assert not person.untouchable(id_, leaving=leaving), (id_, person.claims[id_])
            assert ZERO < line.outstanding.amount <= person.claims[id_].left


def test_after_every_sync_we_have_what_is_true_there(person):
    for _ in range(DAYS):
        for _ in range(person.chance.randint(4, 14)):
            person.happen()
        person.perhaps_disturbed()
        person.done += 60
        person.sync()
        check(person)
        demands_no_more_than_is_owed(person, person.proposed(), leaving=False)
        person.approve()
        for _ in range(person.chance.randint(0, 6)):
            person.happen()
        demands_no_more_than_is_owed(person, person.leaving(), leaving=True)
        person.pass_days(person.chance.choice([0, 1, 1, 2, 9, 31]))

"""After every sync we believe what is true at sevDesk, whatever its creditor did in between.

Random days under random moods of everything that nobody has verified: money, credit notes,
cancellations, reminders, unassigned lines, kills. What is true stands in the player's own books.
"""

import random

import pytest
from sevdesk_books import ZERO
from sevdesk_person import Person

import connectors._pile
from core.domain.model import ItemState
from sandbox.sevdesk import VARIANTS

# More were tried by hand, each variant alone and in pairs.
SEEDS = (33, 46, 52)
DAYS = 3
NOTE = "CreditNote:"


@pytest.fixture(params=SEEDS)
def person(request, tmp_path, monkeypatch):
    """Four customers, small pages and batches; every second mood is the usual one."""
    monkeypatch.setattr(connectors._pile, "READS", 3)
    chance = random.Random(request.param)
    moods = {name: chance.choice([values[0], *values]) for name, values in VARIANTS.items()}
    someone = Person(tmp_path, request.param, moods)
    yield someone
    someone.close()


def check(person):
    """Everything that must be true after a sync at which nothing moved."""
    items = person.items()
    found = {id_ for id_ in items if not id_.startswith(NOTE)}
    assert found == person.owed().keys(), "nothing is lost, and nothing that is paid stays"
    for id_ in found:
        is_as_it_is(person, id_, items[id_])
    beside = {id_: each.outstanding.amount for id_, each in items.items() if id_ not in found}
    for id_, left in person.credits().items():
        assert beside.pop(id_, None) == left, "no credit is forgotten"
    # What sevDesk counts on the invoice may stand beside it where no booking tells: less is asked.
    assert all(person.notes[id_.removeprefix(NOTE)].counted for id_ in beside)
    for id_, claim in person.claims.items():
        if claim.state in ("closed", "cancelled") and (item := person.item(id_)) is not None:
            is_over(person, id_, item)
    assert person.bank_lines().keys() == person.unassigned()


def is_as_it_is(person, id_, item):
    claim, left = person.claims[id_], person.left(id_)
    assert (item.due_date, item.direct_debit) == (person.due(id_), claim.mandate)
    if claim.currency != "EUR":
        assert (item.state, item.outstanding.currency) == (ItemState.UNKNOWN, claim.currency)
        assert item.outstanding.amount <= left
        return
    assert item.outstanding.amount == min(left, claim.gross)
    doubtful = person.odd(id_) or claim.replaced
    assert (item.state is ItemState.UNKNOWN) == doubtful
    if not person.odd(id_):
        bears_no_interest_too_much(claim, item)


def is_over(person, id_, item):
    claim = person.claims[id_]
    if claim.state == "cancelled":
        assert item.state is ItemState.CANCELLED
    elif item.state is not ItemState.SETTLED:
        assert item.state is ItemState.CANCELLED
        assert person.noted(id_), "credited in full"
    if claim.currency != "EUR":
        return
    bears_no_interest_too_much(claim, item)
    payments = person.payments(item)
    if payments and not person.noted(id_):
        got = sum(each.amount_minor for each in payments)
        most = claim.paid + claim.skonto
        assert min(claim.paid, claim.gross) * 100 <= got <= most * 100


def bears_no_interest_too_much(claim, item):
    """On no day more of it counts as open than was."""
    if claim.revalued or any(amount < 0 for _, amount, _ in claim.money):
        return
    # A rest that no booking explains may be a Skonto of the last day.
    slack = 0 if all(logged for _, _, logged in claim.money) else claim.skonto * 100
    for day in {claim.on, *(on for on, _, _ in claim.money if on > claim.on)}:
        ours = item.outstanding.minor + sum(r.minor for r in item.reductions if r.on > day)
        true = claim.gross - sum((amount for on, amount, _ in claim.money if on <= day), ZERO)
        assert ours <= max(true * 100, 0) + slack, (day, item)


def demands_no_more_than_is_owed(person, notices):
    for notice in notices:
        lines = person.externals(notice)
        for id_, line in lines.items():
            if not id_.startswith(NOTE):
                assert not person.untouchable(id_), (id_, person.claims[id_])
                assert line.outstanding.amount <= person.left(id_)
        (who,) = {person.claims[id_].who for id_ in lines if id_ in person.claims}
        demanded = sum((line.outstanding.amount for line in notice.lines), ZERO)
        assert demanded <= person.balance(who), "in all, with what is credited"


def test_after_every_sync_we_have_what_is_true_there(person):
    for _ in range(DAYS):
        for _ in range(person.chance.randint(4, 14)):
            person.happen()
        person.perhaps_disturbed()
        person.sync()
        check(person)
        demands_no_more_than_is_owed(person, person.proposed())
        person.approve()
        for _ in range(person.chance.randint(0, 6)):
            person.happen()
        person.done += 1000  # long enough for the bank lines to be asked for again
        demands_no_more_than_is_owed(person, person.leaving())
        person.pass_days(person.chance.choice([0, 1, 1, 2, 9]))

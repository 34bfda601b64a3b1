"""After every sync we believe what the platform says, whatever a person did there in between.

Random days at the stand-in under every mood of what nobody has verified: money, states, people.
"""

import time

import pytest
from lexoffice_person import CREDITS, Person

import connectors._pile
import connectors.lexoffice.client
from core.domain.model import ItemState

SEEDS = range(4)  # more were tried by hand; each takes about a second
ZONES = ["UTC", "Europe/Berlin", "Pacific/Auckland"]


@pytest.fixture(params=SEEDS)
def person(request, tmp_path, monkeypatch):
    """Three customers, small pages and batches, and a machine that stands anywhere."""
    monkeypatch.setenv("TZ", ZONES[request.param % 3])
    time.tzset()
    monkeypatch.setattr(connectors.lexoffice.client, "PAGE_SIZE", 7)
    monkeypatch.setattr(connectors._pile, "READS", 3)
    someone = Person(tmp_path, request.param)
    someone.vary()
    for n in range(3):
        someone.box.add_contact(company=f"Muster {n} GmbH", email=f"re{n}@muster.example")
    yield someone
    someone.close()
    monkeypatch.undo()
    time.tzset()


def check(person, history):
    """Everything that must be true after a sync at which nothing moved."""
    items, truth = person.items(), person.truth()
    unseen = {
        id_
        for id_ in truth.keys() - items.keys()
        if person.box.world.vouchers[id_].archived
        and person.box.world.variants["archived_default"] == "active"
    }
    found = {
        id_: (i.number, i.outstanding.amount, i.due_date, i.direct_debit)
        for id_, i in items.items()
    }
    assert found == {id_: each for id_, each in truth.items() if id_ not in unseen}
    conserve(person, items)
    name_the_right_one(person, items)
    turn_cycles(person, history)


def conserve(person, items):
    """No cent is invented: what fell off a claim is at most what is not open any more."""
    for id_, item in items.items():
        reduced = sum(each.minor for each in item.reductions)
        gone = item.total.minor - item.outstanding.minor
        if item.outstanding.minor < 0:
            assert not item.reductions
            continue
        assert 0 <= reduced <= gone
        late = [p for p in person.box.world.vouchers[id_].paid if p.on > item.invoice_date]
        if len(late) == len(person.box.world.vouchers[id_].paid) and gone:
            costs = sum(int(p.amount * 100) for p in late if p.kind == "dunningCosts")
            assert gone - reduced <= costs
        # Unknown: a down payment that is open although its closing invoice claims it again.
        partly = ItemState.PARTLY_PAID if gone else ItemState.OPEN
        assert item.state in (partly, ItemState.UNKNOWN)
        twice = person.box.world.vouchers[id_].closing_invoice
        assert (item.state is ItemState.UNKNOWN) == bool(twice)


def name_the_right_one(person, items):
    """Two invoices have the same debtor when, and only when, the same one owes them."""
    ours = {id_: item.debtor for id_, item in items.items()}
    pairs = {(ours[id_], person.owes(id_)) for id_ in ours}
    assert len(pairs) == len({debtor for debtor, _ in pairs}) == len({owes for _, owes in pairs})


def turn_cycles(person, history):
    """Level and cycle live as long as the claim; one that opens again begins anew."""
    for id_, item in person.every_item().items():
        level, cycle, left = history.get(id_, (0, 1, None))
        if left is not None and left == 0 and item.outstanding.amount > 0:
            level, cycle = 0, cycle + 1
        assert (item.level, item.cycle) == (level, cycle), item
        history[id_] = (level, cycle, item.outstanding.amount)


def nobody_is_dunned_wrongly(person):
    """Only what is open there, is a claim, and is not collected anyway; to the right amount."""
    truth, vouchers = person.truth(), person.box.world.vouchers
    lost = {
        " ".join(vouchers[id_].name.casefold().split())
        for id_ in truth.keys() & person.items().keys()
        if vouchers[id_].kind in CREDITS and person.owes(id_) == id_
    }
    for id_ in person.demanded():
        # A credit of nobody may be his whose name it bears, or anybody's where it bears none.
        if not vouchers[id_].contact:
            assert " ".join(vouchers[id_].name.casefold().split()) not in lost
        _, amount, _, collected = truth[id_]
        credit = vouchers[id_].kind in CREDITS
        assert credit or (amount > 0 and not collected)


def changes_nothing(person):
    """The same sync again: the lists are read, and nothing else."""
    before, seen = person.every_item(), len(person.box.requests)
    found = person.sync()
    paths = {each.path for each in person.box.requests[seen:]}
    assert paths <= {"/v1/voucherlist", "/v1/contacts"}
    assert found.records["invoices"] == found.records["payments"] == 0
    assert person.every_item() == before


def all_can_be_listed(person):
    hides = person.box.world.variants["archived_default"] == "active"
    return not (hides and any(v.archived for v in person.box.world.vouchers.values()))


def test_after_every_sync_we_have_what_is_true_there(person):
    history = {}
    for _ in range(6):
        for _ in range(person.chance.randint(3, 14)):
            person.happen()
        person.sync()
        check(person, history)
        if all_can_be_listed(person):
            changes_nothing(person)
        nobody_is_dunned_wrongly(person)
        sent = [id_ for id_ in person.items() if person.chance.random() < 0.3]
        person.send(sent, 1)
        history |= {id_: (1, *history[id_][1:]) for id_ in sent}
        person.pass_days(person.chance.choice([0, 1, 1, 2, 9]))


def test_cut_off_at_any_request_nothing_stays_wrong(person):
    """Killed, something happens, taken up again: also while the account is read for the first time."""
    history = {}
    for _ in range(6):
        for _ in range(person.chance.randint(3, 12)):
            person.happen()
        for _ in range(person.chance.randint(1, 3)):
            person.cut_off(person.chance.randint(1, 14))
            person.happen()
            person.happen()
        if person.chance.random() < 0.5:
            person.pass_days(person.chance.choice([0, 1, 3]))
        person.sync()
        follow(person, history)
        check(person, history)
        person.pass_days(1)


def test_what_moves_while_we_read_is_right_the_next_time(person):
    """Pages shift under our eyes, documents change between the list and their reading."""
    history = {}

    def now_and_then():
        if person.chance.random() < 0.25:
            person.happen()

    for _ in range(6):
        for _ in range(person.chance.randint(3, 12)):
            person.happen()
        person.between = now_and_then
        person.sync((0, 65))  # what vanished under our eyes may be reported
        person.between = lambda: None
        person.sync()
        follow(person, history)
        check(person, history)
        person.pass_days(person.chance.choice([0, 1]))


def follow(person, history):
    """Cycles as they are now: between two looks more may have happened than they tell."""
    for id_, item in person.every_item().items():
        history[id_] = (item.level, item.cycle, item.outstanding.amount)

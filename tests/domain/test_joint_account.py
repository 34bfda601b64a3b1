"""The account of a group: whoever is read first, it is the same, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from core.domain.dunning_item import is_allowed
from core.domain.joint_account import joint_account
from core.domain.model import (
    Account,
    ConnectionId,
    Debtor,
    DebtorId,
    Hold,
    HoldKind,
    ItemId,
    ItemKind,
    OpenItem,
    PastNotice,
)
from core.domain.money import Money

DAY = date(2026, 3, 2)


def account(id_: int, *, due: date = DAY, **debtor) -> Account:
    """Debtor ``id_`` owes ten times as many euros, has a hold and got a first level that day."""
    owed = Money.from_minor(id_ * 1000, "EUR")
    item = OpenItem(
        ItemId(id_), DebtorId(id_), ConnectionId(id_), str(id_), f"RE-{id_}", ItemKind.INVOICE,
        due, due, owed, owed, level=1,
    )  # fmt: skip
    hold = Hold(id_, HoldKind.MANUAL, DebtorId(id_), None, "Kulanz", "erika", DAY, DAY)
    past = PastNotice(id_, 1, DAY, "email", DAY, True)
    return Account(
        Debtor(DebtorId(id_), ConnectionId(id_), str(id_), f"Muster {id_}", **debtor), (item,),
        (hold,), {}, DAY.replace(day=id_), None, {item.id: (past,)},
    )  # fmt: skip


def test_the_order_of_reading_makes_no_difference():
    head, *others = account(1), account(2, due=DAY.replace(month=1)), account(3)
    first, second = (joint_account(head, each) for each in permutations(others))
    assert first == second
    assert len(first.items) == 3


def test_everything_of_all_is_there_under_the_head():
    found = joint_account(account(1), [account(2, due=DAY.replace(month=1)), account(3)])
    assert found.debtor.name == "Muster 1"
    assert [item.number for item in found.items] == ["RE-2", "RE-1", "RE-3"]
    assert {item.debtor for item in found.items} == {1}
    assert [hold.id for hold in found.holds] == [1, 2, 3]
    assert sorted(found.notices) == [1, 2, 3]
    assert found.last_notice_on == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("masks", "levels"),
    [
        ((0, 0), [1, 2, 3]),
        ((3, 0), [1, 2]),
        ((3, 6), [2]),
        ((1, 6), []),
        ((0, 4), [3]),
    ],
    ids=["all", "one-limits", "both", "nothing-left", "member-limits"],
)
def test_of_forbidden_levels_every_one_counts(masks, levels):
    """Given DATEV allows some levels to each, then only those that all allow are left."""
    accounts = [account(n, allowed_levels=mask) for n, mask in enumerate(masks, 1)]
    mask = joint_account(accounts[0], accounts[1:]).debtor.allowed_levels
    assert [level for level in (1, 2, 3) if is_allowed(level, mask)] == levels


def test_direct_debit_is_collected_for_him_who_agreed_to_it():
    found = joint_account(account(1, direct_debit=True), [account(2)])
    assert [item.direct_debit for item in found.items] == [True, False]
    assert not found.debtor.direct_debit
    both = joint_account(account(1, direct_debit=True), [account(2, direct_debit=True)])
    assert both.debtor.direct_debit


def test_a_head_without_items_owes_what_his_members_owe():
    found = joint_account(replace(account(1), items=()), [account(2)])
    assert [item.number for item in found.items] == ["RE-2"]

"""What a run stores of an account comes back as it was, whatever is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from store_story import NOW, TODAY, A, Story

from core.domain.business_days import Calendar
from core.domain.claim_facts import ClaimDefaults
from core.domain.claim_law import Law
from core.domain.decision_document import canonical, notice_entry, verdict_entry
from core.domain.dunning import decide
from core.domain.law import HalfYear, RateTable, pack_for
from core.domain.model import (
    Account,
    ChargesMode,
    ConnectionFacts,
    ConnectionId,
    Debtor,
    Hold,
    HoldKind,
    ItemId,
    ItemKind,
    OpenItem,
    PastNotice,
    Role,
    Showing,
)
from core.domain.money import Money
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.seen import seen_account
from core.errors import MahnwerkError, RuleError
from core.ports import InputChunk, Outcome, QuietItem
from core.store.codec import Codec
from core.store.record_table import RecordTable
from core.store.run_inputs import _accounts_in, _accounts_out, _quiet_in

ON = date(2026, 3, 2)
days = st.dates(date(2025, 12, 1), date(2026, 4, 1))
words = st.text(st.sampled_from("aZß€ 7"), max_size=4)
money = st.builds(Money.from_minor, st.integers(-99_999, 99_999), st.sampled_from(["EUR", "JPY"]))
SIMPLE = {str: words, int: st.integers(1, 4), bool: st.booleans(), date: days, Money: money}


# The same examples each time; a large one is not worth minutes of making it smaller.
steady = settings(
    derandomize=True,
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type, fields with defaults included."""
    hint = getattr(hint, "__supertype__", hint)
    origin, args = get_origin(hint), get_args(hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if origin in (Union, UnionType):
        return st.one_of(st.none(), *(any_of(a) for a in args if a is not NoneType))
    if origin is tuple:
        return st.lists(any_of(args[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(any_of(args[0]), max_size=3)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(any_of(args[0]), any_of(args[1]), max_size=3)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.builds(hint, **{name: any_of(of) for name, of in get_type_hints(hint).items()})


LEVELS = tuple(
    DunningLevel(
        n, f"l{n}", "reminder", 10 * n, 14, 10, ("email", "letter"),
        fee={"EUR": Decimal("2.50")}, interest=Showing.CHARGE, lump_sum=Showing.CHARGE,
    )
    for n in (1, 2, 3)
)  # fmt: skip
PROCEDURE = DunningProcedure("standard", "v1", "Standard", LEVELS, charges=ChargesMode.RECEIVABLE)
CALENDAR = Calendar(frozenset({date(2026, 3, 3)}))
RATES = RateTable(
    tuple(
        HalfYear(
            date(year, month, 1), date(year, *last), Decimal("1.27"), "Tabelle", confirmed=True
        )
        for year in (2025, 2026)
        for month, last in ((1, (6, 30)), (7, (12, 31)))
    )
)
LAW = Law(pack_for("de"), RATES, CALENDAR, ClaimDefaults())


@st.composite
def accounts(draw: st.DrawFn, id_: int = 1) -> Account:
    """Any account: every field of it and of what it holds gets any value."""
    found = draw(any_of(Account))
    items = draw(st.lists(any_of(OpenItem), max_size=4))
    connection = ConnectionFacts(ConnectionId(1), "datev", draw(st.sampled_from(Role)), draw(days))
    return replace(
        found,
        debtor=replace(found.debtor, id=id_),
        items=tuple(
            replace(item, id=ItemId(n), debtor=id_, connection=ConnectionId(1))
            for n, item in enumerate(items, 1)
        ),
        connections={connection.id: connection},
    )


@steady
@given(st.lists(accounts(), min_size=1, max_size=4))
def test_accounts_come_back_as_they_were(found: list[Account]) -> None:
    assert list(_accounts_in(_through_json(_accounts_out(found)))) == found


@steady
@given(accounts())
def test_the_rules_decide_the_same_of_what_was_stored(account: Account) -> None:
    """And of the whole account, names and addresses included: no rule reads them."""
    [stored] = _accounts_in(_through_json(_accounts_out([seen_account(account)])))
    assert _decided(stored) == _decided(seen_account(account)) == _decided(account)


def _decided(account: Account) -> str:
    """The decision, or the error: not every account that can be written down makes sense."""
    try:
        decision = decide(account, PROCEDURE, ON, CALENDAR, LAW)
    except (MahnwerkError, ValueError) as error:
        return repr(error)
    return canonical(
        [
            [verdict_entry(verdict, "") for verdict in decision.verdicts],
            [notice_entry(plan) for plan in decision.notices],
        ]
    )


def _through_json(content: object) -> dict:
    return json.loads(json.dumps(content))


def test_a_part_comes_back_from_each_database(store) -> None:
    story = Story(store)
    story.run()
    quiet = InputChunk(
        [QuietItem(ItemId(7), ConnectionId(1), "RE-7", "x/7", 0, TODAY)], [], [Outcome("abc")]
    )
    with store.read() as tx:
        account = tx.items.account(A, story.debtor, TODAY)
    whole = InputChunk([], [account], [Outcome("def", (("notice", "EUR", "1", "9.00", ""),))])
    with store.write() as tx:
        tx.run_inputs.add_settings(A, 1, {"version": "0.2"})
        tx.run_inputs.add_chunk(A, 1, 1, quiet)
        tx.run_inputs.add_chunk(A, 1, 2, whole)
    with store.read() as tx:
        assert tx.run_inputs.settings(A, 1) == {"version": "0.2"}
        assert list(tx.run_inputs.chunks(A, 1)) == [quiet, whole]
        assert tx.run_inputs.settings(A, 2) is None
        assert list(tx.run_inputs.chunks(A, 2)) == []


def test_a_part_that_is_missing_in_the_middle_is_no_end(store) -> None:
    Story(store).run()
    with store.write() as tx:
        for seq in (1, 3):
            tx.run_inputs.add_chunk(A, 1, seq, InputChunk())
    with store.read() as tx, pytest.raises(RuleError, match="Teil 2"):
        list(tx.run_inputs.chunks(A, 1))


def test_the_checksum_of_a_run_is_kept(store) -> None:
    story = Story(store)
    story.run(finish=False)
    with store.write() as tx:
        tx.runs.finish(A, story.last_run, "ready", {}, "", NOW, "f" * 64)
    with store.read() as tx:
        assert tx.runs.get(A, story.last_run).decisions_sha256 == "f" * 64


# --- tables of records ----------------------------------------------------------------------------

QUIET = RecordTable(QuietItem)
ROWS = [QuietItem(ItemId(n), ConnectionId(1), f"RE-{n}", "x", 0, TODAY) for n in (1, 2)]


def test_a_column_at_its_default_is_left_out() -> None:
    table = RecordTable(Hold)
    holds = [Hold(1, HoldKind.MANUAL, 1, None, "Kulanz", "", TODAY, None)]
    assert "terms" not in table.encode(holds)


def test_a_column_of_a_later_version_is_passed_over_and_one_of_none_is_refused() -> None:
    columns = QUIET.encode(ROWS)
    assert _quiet_in(columns | {"later": [1, 2]}) == ROWS
    del columns["level"]
    with pytest.raises(KeyError):
        list(QUIET.decode(columns, 2))


def test_columns_of_different_length_are_refused() -> None:
    columns = QUIET.encode(ROWS)
    with pytest.raises(ValueError, match="number has 1"):
        list(QUIET.decode(columns | {"number": ["RE-1"]}, 2))


def test_no_records_are_no_columns() -> None:
    assert QUIET.encode([]) == {}
    assert list(QUIET.decode({}, 0)) == []


def test_mappings_keep_the_kind_of_their_keys() -> None:
    past = PastNotice(3, 1, TODAY, "email", None, counts_as_mahnung=True)
    account = Account(*_least(), notices={ItemId(5): (past,)})
    stored = _through_json(Codec(Account, frozenset({"connections"})).encode(account))
    assert Codec(Account).decode(stored).notices == {5: (past,)}


def _least() -> tuple[object, ...]:
    return Debtor(1, 1, "x", ""), ()


def test_exact_amounts_survive() -> None:
    whole = Money(Decimal("119.00"), "EUR")
    item = OpenItem(1, 1, 1, "x", "RE-1", ItemKind.INVOICE, None, None, whole, whole)
    table = RecordTable(OpenItem)
    [again] = table.decode(_through_json(table.encode([replace(item)])), 1)
    assert again.total == whole

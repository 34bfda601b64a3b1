"""A contested part is not demanded; the rest is dunned as if there were no dispute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from dunning_story import (
    STANDARD,
    account,
    after_due,
    credit,
    dunned,
    hold,
    invoice,
    letter,
    money,
    on,
    verdict,
)
from hypothesis import given
from hypothesis import strategies as st

from core.domain.dispute import contested, disputed_part, is_partial, undisputed
from core.domain.model import Hold, HoldKind, HoldTerms, ItemId
from core.domain.money import Money
from core.domain.reasons import Reason

LATE = after_due(12)


def dispute(
    amount: str | None,
    item: int | None = 1,
    until: date | None = None,
    id_: int = 1,
    currency: str = "EUR",
) -> Hold:
    base = hold(after_due(1), until, item, HoldKind.PARTIAL_DISPUTE, id_)
    return replace(base, terms=HoldTerms(amount=money(amount, currency) if amount else None))


def test_the_letter_demands_the_rest_and_names_the_contested_part() -> None:
    of = account(invoice(1, "119.00"), invoice(2, "50.00"), holds=[dispute("40.00")])
    note = letter(on(LATE, of))
    first, second = note.lines
    assert (first.outstanding, first.disputed) == (money("79.00"), money("40.00"))
    assert (second.outstanding, second.disputed) == (money("50.00"), None)
    assert note.total == money("129.00")


def test_payments_reduce_the_undisputed_rest_first() -> None:
    """119.00, 40.00 contested: after 79.00 were paid nothing undisputed is left, and less than
    the contested part can be open at last."""
    for open_, rest in (("100.00", "60.00"), ("40.01", "0.01")):
        of = account(invoice(1, open_), holds=[dispute("40.00")])
        procedure = replace(
            STANDARD, levels=tuple(replace(x, min_amount={}) for x in STANDARD.levels)
        )
        assert letter(on(LATE, of, procedure)).total == money(rest)
    for open_, part in (("40.00", "40.00"), ("12.00", "12.00")):
        of = account(invoice(1, open_), holds=[dispute("40.00")])
        found = verdict(on(LATE, of))
        assert found.reason is Reason.DISPUTED
        assert found.facts["disputed"] == f"{part} EUR"


def test_the_clock_of_the_item_goes_on() -> None:
    item = invoice(1, "119.00", level=1, last_notice_on=after_due(10))
    of = account(item, holds=[dispute("40.00", until=after_due(23))])
    assert dunned(on(after_due(24), of)) == {1: 2}


def test_minimum_and_net_look_at_the_rest() -> None:
    of = account(invoice(1, "119.00"), holds=[dispute("118.50")])
    assert verdict(on(LATE, of)).reason is Reason.BELOW_MINIMUM
    covered = account(invoice(1, "119.00"), credit(2, "-80.00"), holds=[dispute("40.00")])
    assert verdict(on(LATE, covered)).reason is Reason.NET_NOT_POSITIVE


def test_several_disputes_add_up_and_end_by_themselves() -> None:
    holds = [dispute("40.00", until=after_due(15)), dispute("30.00", id_=2)]
    of = account(invoice(1, "119.00"), holds=holds)
    assert letter(on(LATE, of)).total == money("49.00")
    assert letter(on(after_due(16), of)).total == money("89.00")


@pytest.mark.parametrize("stopped", [dispute(None), dispute("40.00", item=None)])
def test_a_dispute_without_amount_or_item_stops_everything(stopped: Hold) -> None:
    assert not is_partial(stopped)
    found = verdict(on(LATE, account(invoice(1, "119.00"), holds=[stopped])))
    assert found.reason is Reason.HELD


def test_another_currency_contests_nothing() -> None:
    of = account(invoice(1, "119.00"), holds=[dispute("40.00", currency="CHF")])
    assert letter(on(LATE, of)).total == money("119.00")


def test_a_dispute_beside_a_hold_is_held() -> None:
    of = account(invoice(1), holds=[dispute("40.00"), hold(LATE, LATE, 1, id_=2)])
    assert verdict(on(LATE, of)).reason is Reason.HELD


@given(st.integers(-1000, 10_000), st.integers(1, 10_000))
def test_part_and_rest_are_the_item(open_: int, wanted: int) -> None:
    item = invoice(1, f"{open_ / 100:.2f}")
    part = disputed_part(item, Money.from_minor(wanted, "EUR"))
    if open_ <= 0:
        assert part is None
        return
    assert part is not None
    rest = undisputed(item, part).outstanding
    assert rest + part == item.outstanding
    assert rest.minor >= 0
    assert part.minor == min(wanted, open_)


def test_only_disputes_of_the_day_count() -> None:
    holds = [dispute("40.00", until=after_due(3)), hold(after_due(1), None, 1, id_=3)]
    assert contested(holds, after_due(3)) == {ItemId(1): money("40.00")}
    assert contested(holds, after_due(4)) == {}

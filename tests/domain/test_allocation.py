"""What a payment settles (§§ 366, 367 BGB), told in euros; money is never lost nor made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.allocation import AllocationResult, Choice, Owed, allocate, served_in_order
from core.errors import RuleError

ON = date(2026, 11, 22)
MARCH, MAY = date(2026, 3, 2), date(2026, 5, 4)
NINE, FIVE = Decimal("10.52"), Decimal("6.52")


def cents(euros: str) -> int:
    return int(Decimal(euros) * 100)


def owed(key: str, principal: str, due: date = MARCH, **more: object) -> Owed:
    extras = {
        name: cents(str(value)) if name in {"interest", "costs"} else value
        for name, value in more.items()
    }
    return Owed(key, cents(principal), due, **extras)


def euros(result: AllocationResult) -> dict[str, tuple[str, str, str]]:
    """Per claim what went to costs, interest and principal."""
    return {
        part.key: tuple(
            f"{Decimal(each) / 100:.2f}" for each in (part.costs, part.interest, part.principal)
        )
        for part in result.parts
    }


def paid(amount: str, *claims: Owed, choice: Choice | None = None) -> AllocationResult:
    return allocate(cents(amount), claims, choice, on=ON)


def test_inside_a_claim_costs_come_first_then_interest_then_principal() -> None:
    claim = owed("RE-1", "1000.00", interest="20.00", costs="2.50")
    assert euros(paid("500.00", claim)) == {"RE-1": ("2.50", "20.00", "477.50")}
    assert euros(paid("2.00", claim)) == {"RE-1": ("2.00", "0.00", "0.00")}
    assert euros(paid("10.00", claim)) == {"RE-1": ("2.50", "7.50", "0.00")}


def test_a_fee_that_was_never_owed_never_eats_a_payment() -> None:
    claim = owed("RE-1", "1000.00", interest="20.00", costs="5.00", costs_owed=False)
    result = paid("1020.00", claim)
    assert euros(result) == {"RE-1": ("0.00", "20.00", "1000.00")}
    assert result.left_over == 0
    assert paid("1025.00", claim).left_over == cents("5.00")


def test_the_invoice_that_the_debtor_names_comes_first() -> None:
    old, new = owed("RE-1", "100.00"), owed("RE-2", "80.00", MAY)
    assert euros(paid("80.00", old, new, choice=Choice(("RE-2",)))) == {
        "RE-2": ("0.00", "0.00", "80.00")
    }
    more = paid("110.00", old, new, choice=Choice(("RE-2",)))
    assert [(part.key, part.chosen, part.total) for part in more.parts] == [
        ("RE-2", True, 8000),
        ("RE-1", False, 3000),
    ]


def test_several_named_invoices_are_served_in_the_order_of_the_law() -> None:
    old, new, other = owed("RE-1", "100.00"), owed("RE-2", "80.00", MAY), owed("RE-3", "10.00")
    result = paid("120.00", other, new, old, choice=Choice(("RE-2", "RE-1")))
    assert euros(result) == {"RE-1": ("0.00", "0.00", "100.00"), "RE-2": ("0.00", "0.00", "20.00")}


def test_principal_first_is_possible_but_the_creditor_may_refuse() -> None:
    claim = owed("RE-1", "1000.00", interest="20.00", costs="2.50")
    result = paid("1000.00", claim, choice=Choice(("RE-1",), principal_first=True))
    assert euros(result) == {"RE-1": ("0.00", "0.00", "1000.00")}
    assert result.may_refuse
    whole = paid("1022.50", claim, choice=Choice(("RE-1",), principal_first=True))
    assert not whole.may_refuse
    assert not paid("1000.00", claim, choice=Choice(("RE-1",))).may_refuse


# § 366 Abs. 2 BGB: each criterion decides only among those that the ones before leave equal.
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (owed("X", "50.00"), owed("A", "50.00", date(2026, 12, 1), rate=NINE)),  # due first
        (owed("X", "50.00", ON), owed("A", "50.00", date(2026, 11, 23))),  # due today is due
        (owed("X", "50.00", MAY), owed("A", "50.00", MARCH, secured=True, rate=NINE)),
        (owed("X", "50.00", MAY, rate=NINE), owed("A", "50.00", MARCH, rate=FIVE)),
        (owed("X", "50.00", MARCH), owed("A", "50.00", MAY)),  # the older
        (owed("X", "50.00", MAY, arose_on=date(2026, 1, 5)), owed("A", "50.00", MARCH)),
    ],
)
def test_the_order_of_the_law_decides_without_a_statement(first: Owed, second: Owed) -> None:
    result = paid("60.00", second, first)
    assert [(part.key, part.total) for part in result.parts] == [("X", 5000), ("A", 1000)]


def test_equal_debts_share_by_size_and_the_odd_cent_is_not_lost() -> None:
    thirds = [owed(key, "10.00") for key in ("A", "B", "C")]
    assert [part.total for part in paid("10.00", *thirds).parts] == [334, 333, 333]
    sizes = [owed("A", "30.00"), owed("B", "10.00")]
    assert [part.total for part in paid("20.00", *sizes).parts] == [1500, 500]
    # 1 ct on 1 ct and 2 ct: two thirds of it is more than one third.
    tiny = [Owed("A", 1, MARCH), Owed("B", 2, MARCH)]
    assert [(part.key, part.total) for part in allocate(1, tiny, on=ON).parts] == [("B", 1)]


def test_exactly_the_principal_may_have_been_a_choice_so_somebody_asks() -> None:
    first = owed("RE-1", "1000.00", interest="20.00")
    second = owed("RE-2", "400.00", MAY, interest="3.00")
    result = paid("400.00", first, second)
    assert euros(result) == {"RE-1": ("0.00", "20.00", "380.00")}
    assert result.possible_choice == ("RE-2",)
    assert paid("1000.00", first, second).possible_choice == ("RE-1",)
    assert paid("399.99", first, second).possible_choice == ()
    assert paid("400.00", first, second, choice=Choice(("RE-1",))).possible_choice == ()


def test_nobody_asks_when_the_principal_was_settled_anyway() -> None:
    assert paid("400.00", owed("RE-1", "400.00")).possible_choice == ()
    twins = [owed("RE-1", "400.00"), owed("RE-2", "400.00", MAY)]
    result = paid("400.00", *twins)
    assert (euros(result), result.possible_choice) == (
        {"RE-1": ("0.00", "0.00", "400.00")},
        (),
    )


def test_nothing_paid_or_nothing_owed_settles_nothing() -> None:
    assert paid("0.00", owed("RE-1", "0.00"), owed("RE-2", "5.00")).parts == ()
    assert paid("5.00") == AllocationResult((), 500)
    assert paid("5.00", owed("RE-1", "0.00")) == AllocationResult((), 500)


@pytest.mark.parametrize(
    ("amount", "claims", "choice"),
    [
        (-1, [Owed("A", 1, MARCH)], None),
        (1, [Owed("A", -1, MARCH)], None),
        (1, [Owed("A", 1, MARCH, costs=-1)], None),
        (1, [Owed("A", 1, MARCH), Owed("A", 2, MAY)], None),
        (1, [Owed("A", 1, MARCH)], Choice(("A", "B"))),
    ],
)
def test_what_cannot_be_is_refused(amount, claims, choice) -> None:
    with pytest.raises(RuleError) as refused:
        allocate(amount, claims, choice, on=ON)
    assert refused.value.sentence("en") != refused.value.sentence("de")


MONEY = st.integers(0, 300)
CLAIM = st.builds(
    Owed,
    key=st.just(""),
    principal=MONEY,
    due_date=st.sampled_from([MARCH, MAY, ON, date(2027, 1, 4)]),
    interest=MONEY,
    costs=MONEY,
    costs_owed=st.booleans(),
    secured=st.booleans(),
    rate=st.sampled_from([FIVE, NINE]),
)
CLAIMS = st.lists(CLAIM, max_size=6).map(
    lambda found: [replace(claim, key=f"RE-{n}") for n, claim in enumerate(found)]
)


@st.composite
def payments(draw) -> tuple[int, list[Owed], Choice | None]:
    claims = draw(CLAIMS)
    keys = [claim.key for claim in claims]
    chosen = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    choice = draw(st.none() | st.builds(Choice, st.just(tuple(chosen)), st.booleans()))
    return draw(st.integers(0, 3000)), claims, choice


@given(payments())
def test_money_is_conserved_and_never_more_is_taken_than_owed(payment) -> None:
    amount, claims, choice = payment
    result = allocate(amount, claims, choice, on=ON)
    assert sum(part.total for part in result.parts) + result.left_over == amount
    by_key = {claim.key: claim for claim in claims}
    assert len({part.key for part in result.parts}) == len(result.parts)
    for part in result.parts:
        claim = by_key[part.key]
        assert 0 < part.total <= claim.total
        assert 0 <= part.costs <= (claim.costs if claim.costs_owed else 0)
        assert 0 <= part.interest <= claim.interest
        assert 0 <= part.principal <= claim.principal
    assert result.left_over == max(0, amount - sum(claim.total for claim in claims))


@given(payments(), st.randoms(use_true_random=False))
def test_the_order_in_which_claims_are_given_does_not_matter(payment, random) -> None:
    amount, claims, choice = payment
    shuffled = random.sample(claims, len(claims))
    turned = choice and replace(choice, keys=tuple(reversed(choice.keys)))
    assert allocate(amount, shuffled, turned, on=ON) == allocate(amount, claims, choice, on=ON)


@given(payments())
def test_principal_is_touched_only_when_nothing_else_of_the_claim_is_open(payment) -> None:
    amount, claims, choice = payment
    choice = choice and replace(choice, principal_first=False)
    by_key = {claim.key: claim for claim in claims}
    for part in allocate(amount, claims, choice, on=ON).parts:
        claim = by_key[part.key]
        if part.principal:
            assert part.interest == claim.interest
        if part.interest:
            assert part.costs == (claim.costs if claim.costs_owed else 0)


@given(payments(), st.integers(0, 500))
def test_who_pays_more_settles_no_claim_less(payment, more) -> None:
    amount, claims, choice = payment
    before = {part.key: part.total for part in allocate(amount, claims, choice, on=ON).parts}
    after = {part.key: part.total for part in allocate(amount + more, claims, choice, on=ON).parts}
    # The odd cent of equal debts may move (largest remainder), nothing else.
    assert all(after.get(key, 0) >= total - 1 for key, total in before.items())


def test_the_order_can_be_asked_for_without_a_payment() -> None:
    old, new = owed("RE-1", "100.00"), owed("RE-2", "80.00", MAY)
    later = owed("RE-3", "10.00", date(2026, 12, 1))
    keys = [claim.key for claim in served_in_order([later, new, old], on=ON)]
    assert keys == ["RE-1", "RE-2", "RE-3"]
    chosen = served_in_order([old, new, later], Choice(("RE-3",)), on=ON)
    assert [claim.key for claim in chosen] == ["RE-3", "RE-1", "RE-2"]
    with pytest.raises(RuleError):
        served_in_order([old, old], on=ON)

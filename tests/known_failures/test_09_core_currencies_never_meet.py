"""Known failure 9: wrong currency, wrong direction of conversion (ERPNext #56006, metasfresh,
OCA tolerance, ADempiere #2362).

Guards: notices, minimums, limits, credits and unplaced money are per currency and nothing is
converted (``dunning_notice.plan``, ``_minimum``, ``dunning_account.unplaced``, ``deductions``,
``balance``, ``automation.needs_person``); an unclear currency is not dunned
(``dunning_item._no_claim``).
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from core_account import (
    STANDARD,
    account,
    after_due,
    amounts,
    credit,
    dunned,
    hold,
    invoice,
    letter,
    on,
    unapplied,
    verdict,
    with_level,
)

from core.domain.automation import needs_person
from core.domain.model import Automation
from core.domain.money import Money
from core.domain.reasons import Reason
from core.errors import CurrencyMismatch

LATE = after_due(30)


def test_each_currency_has_its_own_notice_and_total() -> None:
    of = account(invoice(1, "100.00"), invoice(2, "100.00", "USD"), invoice(3, "100", "JPY"))
    notices = on(LATE, of).notices
    assert [str(notice.total) for notice in notices] == ["100.00 EUR", "100 JPY", "100.00 USD"]


def test_the_minimum_in_euro_says_nothing_about_yen() -> None:
    """900 JPY are about 6 EUR and 40 USD are about 37 EUR: neither is compared with 50 EUR."""
    strict = with_level(STANDARD, 1, min_amount={"EUR": Decimal(50), "JPY": Decimal(1000)})
    of = account(invoice(1, "60", "EUR"), invoice(2, "900", "JPY"), invoice(3, "40", "USD"))
    decision = on(LATE, of, strict)
    assert dunned(decision) == {1: 1, 3: 1}
    assert verdict(decision, 2).facts["minimum"] == "1000 JPY"


def test_a_credit_in_dollars_does_not_pay_euros() -> None:
    of = account(invoice(1, "100.00"), credit(2, "-500.00", "USD"))
    decision = on(LATE, of)
    assert dunned(decision) == {1: 1}
    assert amounts(letter(decision)) == {"RE-1": "100.00"}


def test_money_in_francs_that_nobody_placed_is_not_converted_and_stops_the_letter() -> None:
    of = account(invoice(1, "100.00"), unapplied(2, "-0.01", "CHF"))
    assert verdict(on(LATE, of), 1).reason is Reason.UNPLACED_MONEY


@pytest.mark.parametrize("item", [3, 99])
def test_a_claim_in_dollars_does_not_cover_a_credit_in_euros(item: int) -> None:
    """Whether the credit is deducted or held (item 3): the account owes no euros."""
    held = [hold(after_due(0), item=item)]
    claims = [invoice(1, "100.00"), invoice(2, "500.00", "USD")]
    of = account(*claims, credit(3, "-100.00"), holds=held)
    decision = on(LATE, of)
    assert verdict(decision, 1).reason is Reason.NET_NOT_POSITIVE
    assert dunned(decision) == {2: 1}


def test_where_no_limit_is_set_in_the_currency_a_person_decides() -> None:
    limits = {"EUR": Decimal(5000)}
    assert not needs_person(Money(Decimal(5000), "EUR"), limits)
    assert needs_person(Money(Decimal(5), "USD"), limits)
    free = with_level(STANDARD, 1, automation=Automation.SEND)
    assert letter(on(LATE, account(invoice(1, "5", "USD")), free)).automation is Automation.APPROVE


def test_an_unclear_currency_is_not_guessed() -> None:
    found = verdict(on(LATE, account(invoice(currency_unclear=True))))
    assert found.reason is Reason.CURRENCY_UNCLEAR


def test_euros_and_dollars_cannot_be_added_subtracted_or_compared() -> None:
    euros, dollars = Money(Decimal(5), "EUR"), Money(Decimal(5), "USD")
    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch):
            meet(euros, dollars)

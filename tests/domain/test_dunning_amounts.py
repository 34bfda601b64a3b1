"""What a notice is about: credits, net, minimum amounts, currencies, automation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from dunning_story import (
    EVIDENCE,
    STANDARD,
    account,
    after_due,
    amounts,
    credit,
    dunned,
    hold,
    invoice,
    letter,
    money,
    on,
    unapplied,
    verdict,
    with_level,
)

from core.domain.automation import automation_for, needs_person, strictest
from core.domain.model import Automation, ItemKind, NoticeKind
from core.domain.reasons import Reason

LATE = after_due(30)
PER_INVOICE = replace(STANDARD, consolidated=False)


def test_credits_come_last_oldest_first_and_total_is_the_net() -> None:
    of = account(
        credit(1, "-30.00", invoice_date=after_due(9)),
        credit(2, "-20.00", invoice_date=after_due(-9)),
        invoice(3, "100.00"),
        invoice(4, "60.00", due=after_due(-5)),
        unapplied(5, "-5.00"),
    )
    notice = letter(on(LATE, replace(of)))
    assert amounts(notice) == {
        "RE-4": "60.00", "RE-3": "100.00", "RE-5": "-5.00", "RE-2": "-20.00", "RE-1": "-30.00",
    }  # fmt: skip
    assert [line.level for line in notice.lines] == [1, 1, 0, 0, 0]
    assert notice.total == money("105.00")
    assert notice.charges == ()


def test_a_credit_without_any_date_is_used_last() -> None:
    undated = credit(1, "-1.00", invoice_date=None, due_date=None)
    of = account(undated, credit(2, "-2.00"), invoice(3, "100.00"))
    assert list(amounts(letter(on(LATE, of)))) == ["RE-3", "RE-2", "RE-1"]


@pytest.mark.parametrize("credit_", ["-100.00", "-100.01", "-500.00"])
def test_an_account_whose_net_is_not_positive_is_never_dunned(credit_: str) -> None:
    decision = on(LATE, account(invoice(1, "100.00"), credit(2, credit_)))
    found = verdict(decision)
    assert (found.reason, found.next_on) == (Reason.NET_NOT_POSITIVE, None)
    assert money(found.facts["net"].split()[0]) == money("100.00") + money(credit_)
    assert not decision.notices


def test_credits_that_exceed_what_is_dunned_now_stop_the_notice() -> None:
    """The account owes 320 EUR, but only 100 EUR are late and 180 EUR are credited."""
    future = invoice(2, "400.00", due=after_due(60))
    decision = on(LATE, account(invoice(1, "100.00"), future, credit(3, "-180.00")))
    assert verdict(decision).reason is Reason.NET_NOT_POSITIVE
    assert verdict(decision).facts == {"net": "-80.00 EUR"}


def test_a_held_credit_is_not_deducted_but_counts_for_the_account() -> None:
    on_credit = [hold(after_due(0), item=2)]
    of = account(invoice(1, "100.00"), credit(2, "-80.00"), holds=on_credit)
    assert amounts(letter(on(LATE, of))) == {"RE-1": "100.00"}
    of = account(invoice(1, "100.00"), credit(2, "-100.00"), holds=on_credit)
    assert verdict(on(LATE, of)).reason is Reason.NET_NOT_POSITIVE


def test_an_evidence_connection_repeats_and_is_left_out_of_the_net() -> None:
    of = account(
        invoice(1, "100.00"),
        credit(2, "-60.00"),
        invoice(3, "100.00", connection=EVIDENCE),
        credit(4, "-60.00", connection=EVIDENCE),
    )
    assert amounts(letter(on(LATE, of))) == {"RE-1": "100.00", "RE-2": "-60.00"}
    alone = account(invoice(1, "100.00"), invoice(3, "900.00", connection=EVIDENCE),
                    credit(2, "-100.00"))  # fmt: skip
    assert verdict(on(LATE, alone)).reason is Reason.NET_NOT_POSITIVE


@pytest.mark.parametrize(
    "uncertain", [{"kind": ItemKind.DUNNING_CHARGE}, {"currency_unclear": True}], ids=str
)
def test_only_certain_claims_count_against_a_credit(uncertain) -> None:
    of = account(invoice(1, "100.00"), invoice(2, "900.00", **uncertain), credit(3, "-100.00"))
    assert verdict(on(LATE, of)).reason is Reason.NET_NOT_POSITIVE


def test_one_notice_per_currency_in_order_and_nothing_is_converted() -> None:
    of = account(
        invoice(1, "100.00", "USD"),
        invoice(2, "5000", "JPY"),
        invoice(3, "50.00"),
        credit(4, "-40.00"),
        credit(5, "-9999", "JPY"),
    )
    decision = on(LATE, of)
    assert [str(n.total) for n in decision.notices] == ["10.00 EUR", "100.00 USD"]
    assert verdict(decision, 2).facts == {"net": "-4999 JPY"}


def test_the_minimum_is_compared_in_its_own_currency() -> None:
    """5000 JPY are about 30 EUR: still above a minimum of 1000 JPY, whatever the EUR one is."""
    minimum = {"EUR": Decimal("50.00"), "JPY": Decimal(1000)}
    strict = with_level(STANDARD, 1, min_amount=minimum)
    of = account(
        invoice(1, "49.99"), invoice(2, "999", "JPY"), invoice(3, "0.01", "USD"),
    )  # fmt: skip
    decision = on(LATE, of, strict)
    assert verdict(decision, 1).reason is Reason.BELOW_MINIMUM
    assert verdict(decision, 1).facts == {
        "net": "49.99 EUR", "level": "1", "minimum": "50.00 EUR",
    }  # fmt: skip
    assert verdict(decision, 2).facts == {"net": "999 JPY", "level": "1", "minimum": "1000 JPY"}
    assert dunned(decision) == {3: 1}  # no entry, no minimum
    enough = account(invoice(1, "50.00"), invoice(2, "1000", "JPY"))
    assert dunned(on(LATE, enough, strict)) == {1: 1, 2: 1}


def test_the_minimum_is_compared_with_the_net_of_the_notice() -> None:
    strict = with_level(STANDARD, 1, min_amount={"EUR": Decimal("50.00")})
    small = [invoice(1, "30.00"), invoice(2, "30.00")]
    assert dunned(on(LATE, account(*small), strict)) == {1: 1, 2: 1}
    assert not dunned(on(LATE, account(*small, credit(3, "-10.01")), strict))


def test_a_level_below_its_minimum_does_not_mute_the_others() -> None:
    """The 1. Mahnung needs 100 EUR: the new item still gets its reminder."""
    strict = with_level(STANDARD, 2, min_amount={"EUR": Decimal("100.00")})
    of = account(invoice(1, "40.00", level=1), invoice(2, "30.00"))
    decision = on(LATE, of, strict)
    assert verdict(decision, 1).reason is Reason.BELOW_MINIMUM
    assert verdict(decision, 1).level == 1
    assert amounts(letter(decision)) == {"RE-2": "30.00"}
    assert letter(decision).level == 1


def test_without_the_item_below_its_minimum_credits_may_cover_the_rest() -> None:
    strict = with_level(STANDARD, 2, min_amount={"EUR": Decimal("100.00")})
    of = account(invoice(1, "40.00", level=1), invoice(2, "30.00"), credit(3, "-35.00"))
    decision = on(LATE, of, strict)
    assert verdict(decision, 1).reason is Reason.BELOW_MINIMUM
    assert verdict(decision, 2).facts == {"net": "-5.00 EUR"}


def test_credits_stay_with_the_letter() -> None:
    of = account(invoice(1, "900.00", level=4), invoice(2, "50.00"), credit(3, "-20.00"))
    decision = on(after_due(80), of)
    assert [(n.kind, n.total) for n in decision.notices] == [
        (NoticeKind.NOTICE, money("30.00")),
        (NoticeKind.TASK, money("900.00")),
    ]


def test_without_a_letter_credits_go_with_the_task() -> None:
    """The credit covers the item of the letter, so there is none."""
    of = account(invoice(1, "900.00", level=4), invoice(2, "50.00"), credit(3, "-60.00"))
    decision = on(after_due(80), of)
    assert verdict(decision, 2).reason is Reason.NET_NOT_POSITIVE
    (task,) = decision.notices
    assert (task.kind, amounts(task)) == (NoticeKind.TASK, {"RE-1": "900.00", "RE-3": "-60.00"})
    assert task.total == money("840.00")


def test_per_invoice_each_claim_has_its_notice_and_old_claims_use_the_credit_first() -> None:
    of = account(
        invoice(1, "100.00"),
        invoice(2, "80.00", due=after_due(-5)),
        invoice(3, "70.00", due=after_due(5)),
        credit(4, "-90.00"),
        credit(5, "-30.00", invoice_date=after_due(-40)),
    )
    decision = on(LATE, of, PER_INVOICE)
    # 120 EUR of credit pay the 80 of RE-2 in full and 40 of RE-1.
    assert verdict(decision, 2).facts == {"net": "0.00 EUR"}
    assert [amounts(n) for n in decision.notices] == [
        {"RE-1": "100.00", "RE-4": "-40.00"},
        {"RE-3": "70.00"},
    ]
    assert sum(n.total.amount for n in decision.notices) == Decimal("130.00")


def test_per_invoice_a_credit_is_divided_over_letters_before_tasks() -> None:
    of = account(
        invoice(1, "100.00", level=4),
        invoice(2, "50.00"),
        credit(3, "-60.00"),
        credit(4, "-5.00", invoice_date=after_due(20)),
    )
    decision = on(after_due(80), of, PER_INVOICE)
    assert verdict(decision, 2).reason is Reason.NET_NOT_POSITIVE
    (task,) = decision.notices
    assert amounts(task) == {"RE-1": "100.00", "RE-3": "-10.00", "RE-4": "-5.00"}


def test_per_invoice_the_minimum_looks_at_each_notice() -> None:
    strict = replace(
        with_level(STANDARD, 1, min_amount={"EUR": Decimal("50.00")}), consolidated=False
    )
    decision = on(LATE, account(invoice(1, "60.00"), invoice(2, "40.00")), strict)
    assert dunned(decision) == {1: 1}
    assert verdict(decision, 2).reason is Reason.BELOW_MINIMUM


def test_the_strictest_level_decides_how_much_a_person_is_asked() -> None:
    free = with_level(STANDARD, 1, automation=Automation.SEND)
    alone = account(invoice(1, "10.00"))
    assert letter(on(LATE, alone, free)).automation is Automation.SEND
    mixed = account(invoice(1, "10.00"), invoice(2, "10.00", level=1))
    assert letter(on(LATE, mixed, free)).automation is Automation.APPROVE
    timid = with_level(free, 2, automation=Automation.PROPOSE)
    assert letter(on(LATE, mixed, timid)).automation is Automation.PROPOSE


@pytest.mark.parametrize(
    ("open_", "currency", "expected"),
    [
        ("5000.00", "EUR", Automation.SEND),
        ("5000.01", "EUR", Automation.APPROVE),
        # No limit in that currency, and nothing is converted: a person decides.
        ("1.00", "USD", Automation.APPROVE),
    ],
)
def test_above_an_amount_always_a_person(open_: str, currency: str, expected: Automation) -> None:
    free = with_level(STANDARD, 1, automation=Automation.SEND)
    assert letter(on(LATE, account(invoice(1, open_, currency)), free)).automation is expected


def test_the_amount_that_needs_a_person_is_the_net() -> None:
    free = with_level(STANDARD, 1, automation=Automation.SEND)
    of = account(invoice(1, "5100.00"), credit(2, "-100.00"))
    assert letter(on(LATE, of, free)).automation is Automation.SEND


def test_without_limits_no_amount_needs_a_person() -> None:
    assert not needs_person(money("1000000.00"), {})
    total = money("9000.00")
    limits = {"EUR": Decimal(5000)}
    send, propose = [Automation.SEND], [Automation.PROPOSE]
    ask = {"backlog": False, "total": total, "person_above": limits}
    assert automation_for(send, **ask) is Automation.APPROVE
    # A level that is stricter than "approve" stays so above the amount.
    assert automation_for(propose, **ask) is Automation.PROPOSE
    assert automation_for(send, **{**ask, "backlog": True}) is Automation.PROPOSE


def test_freedom_has_an_order() -> None:
    assert strictest([Automation.SEND, Automation.APPROVE]) is Automation.APPROVE
    assert strictest([Automation.APPROVE, Automation.PROPOSE]) is Automation.PROPOSE

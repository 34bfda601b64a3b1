"""Contract of money beside the invoices: on its way, gone back, or of a debtor and not yet for one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mirror import Mirror
from scenario import Scenario
from suite_records import assert_said

from core.domain.model import HoldKind, ItemState
from core.domain.platform_records import InvoiceRecord, PaymentKind

PAID = Decimal("119.00")


def holds_of(record: InvoiceRecord) -> list[HoldKind]:
    return [each.kind for each in record.holds]


def in_an_hour(scenario: Scenario, mirror: Mirror) -> Mirror:
    """The mirror after one more sync."""
    scenario.clock.advance(hours=1)
    mirror.sync(scenario.connector(), scenario.scope)
    return mirror


class LooseMoney:
    def test_the_last_look_brings_the_pay_link_of_today(
        self, scenario: Scenario, pay_link: None
    ) -> None:
        """A link may end; what was stored with the last sync may lead nowhere."""
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        stored = mirror.invoice[invoice].pay_link
        assert stored.startswith("https://")
        scenario.clock.advance(hours=1)
        scenario.renew_link(invoice)
        mirror.refresh(scenario.connector(), invoice)
        renewed = mirror.invoice[invoice].pay_link
        assert renewed.startswith("https://")
        assert renewed != stored

    def test_money_that_went_back_opens_its_invoice_and_holds_it(
        self, scenario: Scenario, shows_returns: None
    ) -> None:
        """It may be owed again or not: a person says so, and until then nobody is dunned for it."""
        invoice, other = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        scenario.pay(invoice)
        mirror = scenario.synced()
        assert not mirror.invoice[invoice].open
        scenario.clock.advance(days=1)
        scenario.give_back(invoice, Decimal("19.00"))
        found = in_an_hour(scenario, mirror).invoice[invoice]
        assert (found.open, found.outstanding.amount) == (True, Decimal("19.00"))
        back = [part for part in found.payments if part.kind is PaymentKind.RETURNED]
        assert [(p.on, p.amount.amount) for p in back] == [(date(2026, 3, 3), Decimal("19.00"))]
        assert holds_of(found) == [HoldKind.MONEY_RETURNED]
        assert holds_of(mirror.invoice[other]) == []
        assert mirror.refresh(scenario.connector(), invoice).invoices == (found,)

    def test_money_under_way_holds_its_invoice_until_it_is_there(
        self, scenario: Scenario, shows_flight: None
    ) -> None:
        invoice, other = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.set_off(invoice)
        found = in_an_hour(scenario, mirror).invoice[invoice]
        assert found.outstanding.amount == PAID
        assert holds_of(found) == [HoldKind.DIRECT_DEBIT_PENDING]
        assert holds_of(mirror.invoice[other]) == []
        assert mirror.refresh(scenario.connector(), invoice).invoices == (found,)
        scenario.pay(invoice)
        settled = in_an_hour(scenario, mirror).invoice[invoice]
        assert (settled.open, holds_of(settled)) == (False, [])

    def test_the_last_look_sees_money_that_set_off_a_minute_ago(
        self, scenario: Scenario, shows_flight: None
    ) -> None:
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        scenario.clock.advance(minutes=1)
        scenario.set_off(invoice)
        mirror.refresh(scenario.connector(), invoice)
        assert holds_of(mirror.invoice[invoice]) == [HoldKind.DIRECT_DEBIT_PENDING]

    def test_money_of_a_debtor_is_a_bank_line_of_his(
        self, scenario: Scenario, shows_balances: None
    ) -> None:
        """It makes no claim smaller; what is his is known, and of others nothing is forgotten."""
        rich, other = scenario.add_debtor("Muster Bau GmbH"), scenario.add_debtor("Muster Holz OHG")
        owed = [scenario.add_invoice("119.00", debtor=each) for each in (rich, other)]
        scenario.leave_money(rich, Decimal("50.00"))
        scenario.leave_money(other, Decimal("20.00"))
        mirror = scenario.synced()
        assert lines_of(mirror) == {rich: Decimal("50.00"), other: Decimal("20.00")}
        assert {mirror.invoice[each].outstanding.amount for each in owed} == {PAID}
        scenario.clock.advance(days=1)
        scenario.leave_money(rich, Decimal("70.00"))
        assert lines_of(in_an_hour(scenario, mirror)) == {
            rich: Decimal("70.00"),
            other: Decimal("20.00"),
        }
        scenario.clock.advance(days=1)
        scenario.leave_money(rich, Decimal(0))
        assert lines_of(in_an_hour(scenario, mirror)) == {other: Decimal("20.00")}

    def test_the_last_look_sees_money_of_its_debtor(
        self, scenario: Scenario, shows_balances: None
    ) -> None:
        rich, other = scenario.add_debtor("Muster Bau GmbH"), scenario.add_debtor("Muster Holz OHG")
        invoice, _ = (scenario.add_invoice("119.00", debtor=each) for each in (rich, other))
        scenario.leave_money(other, Decimal("20.00"))
        mirror = scenario.synced()
        assert lines_of(mirror) == {other: Decimal("20.00")}
        scenario.clock.advance(minutes=1)
        scenario.leave_money(rich, Decimal("50.00"))
        mirror.refresh(scenario.connector(), invoice)
        assert lines_of(mirror) == {rich: Decimal("50.00"), other: Decimal("20.00")}

    def test_a_record_of_the_other_mode_is_refused(
        self, scenario: Scenario, has_modes: None
    ) -> None:
        strange, own = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        scenario.swap_mode(strange)
        mirror = scenario.synced()
        assert mirror.invoice[own].state is ItemState.OPEN
        if strange in mirror.invoice:
            assert mirror.invoice[strange].state is ItemState.UNKNOWN
            assert_said(mirror.problems)
        else:
            assert_said([mirror.unreadable[strange].problem])


def lines_of(mirror: Mirror) -> dict[str, Decimal]:
    """What debtors have at the platform."""
    found = mirror.bank_lines or ()
    assert len({each.debtor for each in found}) == len(found)
    assert {each.amount.currency for each in found} <= {"EUR"}
    return {each.debtor: each.amount.amount for each in found}

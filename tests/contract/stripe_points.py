"""What only Stripe does, and what nobody has verified there: for every behaviour of the stand-in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from mirror import STREAMS, Mirror
from platform_suite import PlatformSuite
from stripe_scenario import StripeScenario
from suite_extras import to_write
from suite_money import holds_of, in_an_hour, lines_of

from core.domain.model import HoldKind, ItemState
from core.domain.platform_records import PaymentKind
from core.errors import Rejected

# What may be forbidden or missing beside invoices and customers.
BESIDE = (
    "events", "refunds", "disputes", "charges", "invoice_payments", "payment_intents",
    "credit_notes",
)  # fmt: skip


def next_day(scenario: StripeScenario, mirror: Mirror) -> Mirror:
    scenario.clock.advance(days=1)
    mirror.sync(scenario.connector(), scenario.scope, (*STREAMS, "payments"))
    return mirror


def state(mirror: Mirror, invoice: str) -> tuple[ItemState, Decimal, list[HoldKind]]:
    found = mirror.invoice[invoice]
    return found.state, found.outstanding.amount, holds_of(found)


SETTLED = (ItemState.SETTLED, Decimal(0), [])


class Points(PlatformSuite):
    """Run by test_contract_stripe_variants.py under every switch that a check meets."""

    def test_money_back_that_a_credit_note_explains_is_not_owed(
        self, scenario: StripeScenario
    ) -> None:
        """A credit note after payment, paid out: the merchant has said that it is not owed (§2)."""
        invoice = scenario.add_invoice("119.00")
        scenario.pay(invoice)
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.sandbox.credit(invoice, "19.00", refund="new")
        assert state(in_an_hour(scenario, mirror), invoice) == SETTLED
        assert state(next_day(scenario, mirror), invoice) == SETTLED

    def test_money_back_that_did_not_arrive_is_paid_again(self, scenario: StripeScenario) -> None:
        """A refund may fail later (§3)."""
        invoice = scenario.add_invoice("119.00")
        scenario.pay(invoice)
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        refund = scenario.sandbox.refund(invoice, "19.00", "pending")
        found = state(in_an_hour(scenario, mirror), invoice)
        assert found[1:] == (Decimal("19.00"), [HoldKind.MONEY_RETURNED])
        scenario.clock.advance(hours=1)
        scenario.sandbox.fail_refund(refund)
        assert state(in_an_hour(scenario, mirror), invoice) == SETTLED

    def test_a_direct_debit_that_the_bank_took_back_is_open_and_held(
        self, scenario: StripeScenario
    ) -> None:
        """A dispute, lost at once or not (§0.7); undecided it changes nothing of what is paid."""
        invoice = scenario.add_invoice("119.00")
        scenario.sandbox.pay(invoice, method="sepa_debit")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        dispute = scenario.sandbox.sepa_return(invoice)
        decided = scenario.sandbox.world.disputes.one(dispute).status == "lost"
        found = state(in_an_hour(scenario, mirror), invoice)
        if not decided:
            assert found == SETTLED
            scenario.clock.advance(hours=1)
            scenario.sandbox.close_dispute(dispute, "lost")
            found = state(in_an_hour(scenario, mirror), invoice)
        assert found[1:] == (Decimal("119.00"), [HoldKind.MONEY_RETURNED])
        assert state(next_day(scenario, mirror), invoice) == found

    def test_paid_outside_of_stripe_is_settled(self, scenario: StripeScenario) -> None:
        """Without any charge (§8); whether a payment stands there is UNVERIFIED."""
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.sandbox.pay(invoice, method="out_of_band")
        assert state(in_an_hour(scenario, mirror), invoice) == SETTLED
        mirror.refresh(scenario.connector(), invoice)
        assert state(next_day(scenario, mirror), invoice) == SETTLED

    def test_a_void_invoice_never_looks_paid(self, scenario: StripeScenario) -> None:
        """Nor open, whatever its amounts say (§0.5); neither does one that was replaced (§2)."""
        void, wrong = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.void(void)
        right = scenario.sandbox.revise(wrong, "40.00")
        in_an_hour(scenario, mirror)
        for each in (void, wrong):
            assert state(mirror, each) == (ItemState.CANCELLED, Decimal(0), [])
            assert mirror.invoice[each].payments == ()
        assert state(mirror, right) == (ItemState.OPEN, Decimal("40.00"), [])

    def test_written_off_is_not_for_ever(self, scenario: StripeScenario) -> None:
        """uncollectible may still be paid (§2)."""
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.sandbox.uncollectible(invoice)
        assert in_an_hour(scenario, mirror).invoice[invoice].state is ItemState.WRITTEN_OFF
        scenario.clock.advance(hours=1)
        scenario.pay(invoice)
        assert state(in_an_hour(scenario, mirror), invoice) == SETTLED

    def test_a_customer_who_is_gone_leaves_his_invoices(self, scenario: StripeScenario) -> None:
        """They go by the address that was frozen on them (§3)."""
        who = scenario.add_debtor("Muster Alt GmbH", "alt@muster.example")
        invoice = scenario.add_invoice("119.00", debtor=who)
        mirror = scenario.synced()
        scenario.sandbox.delete_customer(who)
        next_day(scenario, mirror)
        found = mirror.invoice[invoice]
        assert (found.state, found.outstanding.amount) == (ItemState.OPEN, Decimal("119.00"))
        assert mirror.debtor[found.debtor].name == "Muster Alt GmbH"
        fresh = scenario.synced()
        assert fresh.debtor[fresh.invoice[invoice].debtor].name == "Muster Alt GmbH"

    def test_amounts_have_the_decimals_of_their_currency(self, scenario: StripeScenario) -> None:
        """None, two or three (§2 Currencies); where the reference contradicts itself nobody guesses."""
        who = scenario.add_debtor("Muster Welt AG")
        wanted = {"chf": "540.50", "jpy": "98000", "tnd": "310.750"}
        on, due = date(2026, 1, 12), date(2026, 1, 26)
        add = scenario.sandbox.add_invoice
        ids = {c: add(who, gross, on=on, due=due, currency=c) for c, gross in wanted.items()}
        doubtful = [add(who, "500", on=on, due=due, currency=c) for c in ("isk", "ugx")]
        mirror = scenario.synced()
        for currency, id_ in ids.items():
            outstanding = mirror.invoice[id_].outstanding
            assert (outstanding.currency, outstanding.amount) == (
                currency.upper(),
                Decimal(wanted[currency]),
            )
        told = " ".join(f"{each.where} {each.message}" for each in mirror.problems)
        for each in doubtful:
            assert mirror.invoice[each].state is ItemState.UNKNOWN
        assert "ISK" in told
        assert "UGX" in told

    def test_what_stripe_collects_is_left_to_it(self, scenario: StripeScenario) -> None:
        """No due day; and while Stripe tries again nobody is dunned, whatever was chosen (§2)."""
        scenario.settings["dun_automatic"] = "yes"
        who = scenario.add_debtor("Muster Abo GmbH")
        invoice = scenario.sandbox.add_invoice(who, "29.00", on=date(2026, 2, 2), automatic=True)
        scenario.sandbox.attempt_failed(invoice, scenario.today + timedelta(days=3))
        mirror = scenario.synced()
        (hold,) = mirror.invoice[invoice].holds
        assert hold.kind is HoldKind.DIRECT_DEBIT_PENDING
        assert hold.until == scenario.today + timedelta(days=3)
        scenario.settings.clear()
        assert scenario.synced().invoice[invoice].direct_debit

    def test_payments_beyond_the_tenth_are_seen(self, scenario: StripeScenario) -> None:
        """Lists inside of objects end after ten (§1)."""
        invoice = scenario.add_invoice("119.00")
        for _ in range(12):
            scenario.sandbox.pay(invoice, "9.00")
        mirror = scenario.synced()
        assert [each.amount.amount for each in mirror.invoice[invoice].payments] == [9] * 12
        scenario.pay(invoice)
        found = in_an_hour(scenario, mirror).invoice[invoice]
        assert sum(each.amount.amount for each in found.payments) == 119

    def test_a_credit_and_a_part_payment_are_told_apart(self, scenario: StripeScenario) -> None:
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        scenario.clock.advance(hours=1)
        scenario.credit(invoice, Decimal("19.00"))
        scenario.pay(invoice, Decimal("50.00"))
        found = in_an_hour(scenario, mirror).invoice[invoice]
        assert found.outstanding.amount == 50
        assert {each.kind: each.amount.amount for each in found.payments} == {
            PaymentKind.CREDIT: Decimal("19.00"),
            PaymentKind.PAYMENT: Decimal("50.00"),
        }

    def test_after_a_month_everything_is_read_again(self, scenario: StripeScenario) -> None:
        """Events are kept for 30 days (§3): what happened before is in no feed any more."""
        paid, back, new = (scenario.add_invoice(gross) for gross in ("119.00", "50.00", "70.00"))
        scenario.pay(back)
        mirror = scenario.synced()
        scenario.clock.advance(days=2)
        scenario.pay(paid)
        scenario.give_back(back, Decimal("20.00"))
        late = scenario.add_invoice("35.00", on=date(2026, 3, 4), due=date(2026, 3, 18))
        scenario.clock.advance(days=40)
        mirror.sync(scenario.connector(), scenario.scope)
        assert state(mirror, paid) == SETTLED
        assert state(mirror, back)[1:] == (Decimal("20.00"), [HoldKind.MONEY_RETURNED])
        assert state(mirror, new)[1:] == (Decimal("70.00"), [])
        assert state(mirror, late)[1:] == (Decimal("35.00"), [])

    def test_a_reading_goes_on_where_its_last_row_is_gone(self, scenario: StripeScenario) -> None:
        """The cursor names a row (§1 Lists): without it the list begins again."""
        ids = [scenario.add_invoice(f"{100 + n}.00") for n in range(scenario.page_size + 1)]
        mirror = Mirror()
        read = mirror.read(scenario.connector(), "invoices", scenario.scope)
        while not mirror.cursors.get("invoices", {}).get("after"):
            next(read)
        read.close()  # type: ignore[attr-defined]
        gone = mirror.cursors["invoices"]["after"]
        scenario.delete(gone)
        scenario.clock.advance(minutes=5)
        mirror.sync(scenario.connector(), scenario.scope)
        assert sorted(mirror.invoice) == sorted(set(ids) - {gone})

    def test_credit_of_a_customer_stands_beside_his_cash(self, scenario: StripeScenario) -> None:
        """Both hold him; what he owes more with the next invoice is no money of his (§2)."""
        rich, poor = scenario.add_debtor("Muster Bau GmbH"), scenario.add_debtor("Muster Holz OHG")
        for each in (rich, poor):
            scenario.add_invoice("119.00", debtor=each)
        scenario.sandbox.balance(rich, "-12.00")
        scenario.sandbox.balance(poor, "7.00")
        assert lines_of(scenario.synced()) == {rich: Decimal("12.00")}

    @pytest.mark.parametrize("lacking", BESIDE)
    def test_without_a_right_nobody_in_doubt_is_dunned(
        self, scenario: StripeScenario, lacking: str
    ) -> None:
        """It is said once a day; what is open and paid stays so, and money under way holds or is told."""
        plain, paid, moving = (
            scenario.add_invoice(gross) for gross in ("119.00", "50.00", "70.00")
        )
        scenario.pay(paid)
        scenario.set_off(moving)
        scenario.sandbox.restrict(lacking)
        mirror = scenario.synced()
        assert not mirror.invoice[paid].open
        in_doubt = moving in mirror.unreadable
        assert in_doubt or holds_of(mirror.invoice[moving]) == [HoldKind.DIRECT_DEBIT_PENDING]
        assert mirror.invoice[plain].state is ItemState.OPEN
        told = [each.code for each in mirror.problems]
        assert len(told) == len(set(told)) <= 2
        mirror.refresh(scenario.connector(), plain)
        assert holds_of(mirror.invoice[plain]) == []
        mirror.refresh(scenario.connector(), moving)
        assert in_doubt == (moving in mirror.unreadable)
        mirror.problems = mirror.problems[: len(told)]
        in_an_hour(scenario, mirror)
        assert [e.code for e in mirror.problems if e.code.endswith("missing")] == told or in_doubt

    def test_nothing_is_written_to_what_is_not_open(self, scenario: StripeScenario) -> None:
        paid, void = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        scenario.pay(paid)
        scenario.void(void)
        for each in (paid, void, scenario.draft()):
            with pytest.raises(Rejected):
                scenario.connector().write_notice(to_write(scenario, each))
        assert [each for each in scenario.requests if each.method != "GET"] == []

    def test_the_account_of_a_customer_is_named_or_left_out(self, scenario: StripeScenario) -> None:
        """Nobody has tried to ask for it: where it fails there is the pay link."""
        who = scenario.add_debtor("Muster Bau GmbH")
        assert scenario.connector().fetch_pay_account(who, "EUR") is None
        scenario.settings["bank_transfers"] = "platform"
        found = scenario.connector().fetch_pay_account(who, "EUR")
        shown = scenario.sandbox.variants["funding_instructions"] == "answers"
        assert (found is not None) == shown

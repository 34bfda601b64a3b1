"""What only sevDesk does, and what nobody has verified there: for every behaviour of the stand-in."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from mirror import STREAMS, Mirror
from platform_suite import PlatformSuite
from sevdesk_scenario import SevdeskScenario
from suite_extras import to_write

from core.domain.model import ItemState
from core.errors import MalformedResponse, Rejected


def owed(mirror: Mirror) -> Decimal:
    """What is owed after credits."""
    return sum((each.outstanding.amount for each in mirror.invoice.values()), Decimal(0))


def blind(scenario: SevdeskScenario) -> bool:
    """Whether nothing tells what paidAmount is made of."""
    variants = scenario.sandbox.variants
    return variants["embeds"] == "absent" and variants["booking_logs"] != "listed"


class Points(PlatformSuite):
    """Run by test_contract_sevdesk_variants.py under every switch that a check meets."""

    def test_an_open_credit_note_lowers_what_is_owed_once(self, scenario: SevdeskScenario) -> None:
        """Whether paidAmount of the invoice has it already is UNVERIFIED (§2.7, §9.7)."""
        debtor = scenario.add_debtor("Muster Bau GmbH")
        invoice = scenario.add_invoice("119.00", debtor=debtor)
        mirror = scenario.synced()
        scenario.clock.advance(days=1)
        scenario.sandbox.credit(invoice, "30.00")
        # 30.00 paid beside a credit note of 30.00 may be both: then too little is asked for.
        right = {Decimal("89.00"), Decimal("59.00")} if blind(scenario) else {Decimal("89.00")}
        mirror.sync(scenario.connector(), scenario.scope)
        assert owed(mirror) in right
        mirror.refresh(scenario.connector(), invoice)
        assert owed(mirror) in right

    def test_a_payment_taken_back_is_owed_again(self, scenario: SevdeskScenario) -> None:
        """resetToOpen: the invoice is open, whatever the booking logs still say (§2.4)."""
        invoice = scenario.add_invoice("119.00")
        scenario.pay(invoice)
        mirror = scenario.synced()
        assert mirror.invoice[invoice].state is ItemState.SETTLED
        scenario.clock.advance(days=1)
        scenario.sandbox.unpay(invoice)
        mirror.sync(scenario.connector(), scenario.scope, (*STREAMS, "payments"))
        found = mirror.invoice[invoice]
        assert (found.state, found.outstanding.amount) == (ItemState.OPEN, Decimal("119.00"))
        assert found.payments == ()

    def test_less_by_skonto_is_settled(self, scenario: SevdeskScenario) -> None:
        """Booked as CB, paidAmount is what came or the whole sum: UNVERIFIED (§2.5)."""
        debtor = scenario.add_debtor("Muster Skonto GmbH")
        invoice = scenario.sandbox.add_invoice(
            contact=debtor, gross="100.00", on=date(2026, 2, 20), discount=2, discount_time=10
        )
        mirror = scenario.synced()
        scenario.clock.advance(minutes=5)
        scenario.sandbox.pay(invoice, "98.00", type="CB")
        mirror.sync(scenario.connector(), scenario.scope, (*STREAMS, "payments"))
        found = mirror.invoice[invoice]
        assert (found.state, found.open, found.outstanding.amount) == (
            ItemState.SETTLED, False, Decimal(0),
        )  # fmt: skip

    def test_a_foreign_currency_is_left_to_a_person(self, scenario: SevdeskScenario) -> None:
        """In which currency sumGross is written is UNVERIFIED (§2.2, §9.12)."""
        debtor = scenario.add_debtor("Muster Fernhandel AG")
        add = scenario.sandbox.add_invoice
        foreign = add(contact=debtor, gross="200.00", on=date(2026, 1, 12), currency="CHF")
        mirror = scenario.synced()
        assert mirror.invoice[foreign].state is ItemState.UNKNOWN
        assert [each for each in mirror.problems if "CHF" in each.message or "CHF" in each.where]

    def test_a_cancelled_invoice_never_looks_paid(self, scenario: SevdeskScenario) -> None:
        """Status 1000 with paidAmount 0, as if it were paid (§2.6): first seen so, and later."""
        early, late = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        scenario.void(early)
        mirror = scenario.synced()
        assert mirror.invoice[early].state is ItemState.CANCELLED
        scenario.clock.advance(days=1)
        scenario.void(late)
        mirror.refresh(scenario.connector(), late)
        assert mirror.invoice[late].state is ItemState.CANCELLED
        mirror.sync(scenario.connector(), scenario.scope, (*STREAMS, "payments"))
        for each in (early, late):
            assert mirror.invoice[each].state is ItemState.CANCELLED
            assert mirror.invoice[each].payments == ()

    def test_a_booking_that_leaves_no_trace_counts_from_the_day_it_was_seen(
        self, scenario: SevdeskScenario
    ) -> None:
        """Where no log explains paidAmount, its day is the day of the reading, and stays it."""
        invoice = scenario.add_invoice("119.00")
        mirror = scenario.synced()
        scenario.clock.advance(days=2)
        scenario.sandbox.pay(invoice, "19.00", logged=False)
        mirror.sync(scenario.connector(), scenario.scope)
        seen = scenario.today
        assert [(p.on, p.seen, p.amount.amount) for p in mirror.invoice[invoice].payments] == [
            (seen, True, Decimal("19.00"))
        ]
        scenario.clock.advance(days=3)
        mirror.sync(scenario.connector(), scenario.scope)
        mirror.refresh(scenario.connector(), invoice)
        assert [(p.on, p.seen) for p in mirror.invoice[invoice].payments] == [(seen, True)]

    def test_an_old_part_payment_is_one_whatever_its_status(
        self, scenario: SevdeskScenario
    ) -> None:
        """Before release 4.181 the status stayed 200 (§2.1)."""
        invoice = scenario.add_invoice("119.00")
        scenario.sandbox.pay(invoice, "19.00", via="old")
        found = scenario.synced().invoice[invoice]
        assert (found.state, found.outstanding.amount) == (ItemState.PARTLY_PAID, Decimal("100.00"))

    def test_equal_ids_of_invoice_and_credit_note_never_meet(
        self, scenario: SevdeskScenario
    ) -> None:
        """Ids are unique in their own table only (§2.7)."""
        debtor = scenario.add_debtor("Muster Doppel GmbH")
        invoice = scenario.add_invoice("119.00", debtor=debtor)
        other = scenario.add_invoice("50.00", debtor=debtor)
        scenario.sandbox.world._ids["CreditNote"] = int(other)
        scenario.sandbox.credit(invoice, "20.00")
        mirror = scenario.synced()
        kinds = sorted(str(each.kind) for each in mirror.invoice.values())
        assert len(mirror.invoice) == 3, kinds
        assert mirror.invoice[other].outstanding.amount == 50
        scenario.clock.advance(days=1)
        scenario.delete(other)
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.gone == [other]
        assert owed(mirror) in ({Decimal("99.00"), Decimal("79.00")} if blind(scenario) else {99})

    def test_days_to_pay_that_the_invoice_lacks_are_the_tenants(
        self, scenario: SevdeskScenario
    ) -> None:
        """Where the tenant's default cannot be read the day is unknown, not guessed (§2.2)."""
        debtor = scenario.add_debtor("Muster Frist GmbH")
        invoice = scenario.sandbox.add_invoice(
            contact=debtor, gross="119.00", on=date(2026, 1, 12), time_to_pay=None
        )
        shown = scenario.sandbox.variants["sev_client"] == "answers"
        due = scenario.synced().invoice[invoice].due_date
        assert due == (date(2026, 1, 26) if shown else None)

    def test_half_a_page_loses_nothing(self, scenario: SevdeskScenario) -> None:
        """Fewer rows than the total says, and no word of it: nobody is gone for that."""
        ids = [scenario.add_invoice(f"{100 + n}.00") for n in range(6)]
        mirror = scenario.synced()
        scenario.clock.advance(days=1)
        scenario.pay(ids[0])
        for path in ("/Invoice", "/CreditNote", "/Contact", "/CheckAccount"):
            scenario.sandbox.fault("half_page", times=3, path=path)
            with suppress(MalformedResponse):
                mirror.sync(scenario.connector(), scenario.scope)
            scenario.clear_faults()
        assert (mirror.gone, sorted(mirror.invoice)) == ([], sorted(ids))
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.invoice[ids[0]].state is ItemState.SETTLED
        assert [each for each in ids[1:] if not mirror.invoice[each].open] == []

    def test_a_filter_that_is_ignored_is_said_once_a_day(self, scenario: SevdeskScenario) -> None:
        """Unknown filters are ignored in silence (§1.5): nothing is wrong then, but it is told."""
        paid, owing = scenario.add_invoice("119.00"), scenario.add_invoice("238.00")
        scenario.clock.advance(hours=1)
        scenario.add_invoice("357.00")
        scenario.pay(paid)
        mirror = scenario.synced()
        told = []
        for hours in (24, 1, 1):
            scenario.clock.advance(hours=hours)
            mirror.problems.clear()
            mirror.sync(scenario.connector(), scenario.scope)
            told.append([p.where for p in mirror.problems if p.code.endswith("filter_ignored")])
        assert [len(each) for each in told] == [len(set(each)) for each in told]
        assert told[2:] == [[]]
        ignored = scenario.sandbox.variants["invoice_update_after"] == "ignored"
        said = [each for where in told for each in where if "Invoice updateAfter" in each]
        assert ignored == bool(said)
        assert (mirror.invoice[paid].open, mirror.invoice[owing].open) == (False, True)

    def test_a_reminder_that_is_only_shown_is_saved(self, scenario: SevdeskScenario) -> None:
        """createInvoiceReminder keeps it or not: UNVERIFIED (§3, §9.1). One of them, never two."""
        invoice = scenario.add_invoice("119.00")
        connector = scenario.connector()
        made = connector.write_notice(to_write(scenario, invoice))
        assert connector.write_notice(to_write(scenario, invoice)) == made
        assert scenario.sandbox.reminders(invoice) == [made.external_id]
        found = scenario.sandbox.world.invoices[made.external_id]
        assert (found.level, found.charge, found.status > 100) == (1, Decimal(0), True)

    def test_nothing_is_written_to_what_is_not_open(self, scenario: SevdeskScenario) -> None:
        paid, cancelled = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        scenario.pay(paid)
        scenario.void(cancelled)
        for each in (paid, cancelled, scenario.draft()):
            with pytest.raises(Rejected):
                scenario.connector().write_notice(to_write(scenario, each))
        assert [each for each in scenario.requests if each.method != "GET"] == []

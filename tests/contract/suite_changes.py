"""Contract: what happens on the platform is seen by the next sync, and at once by the last look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from mirror import Mirror
from scenario import Scenario

from core.domain.model import ItemState
from core.domain.platform_records import InvoiceRecord


class Changes:
    @pytest.fixture
    def invoice(self, scenario: Scenario) -> str:
        scenario.add_invoice("55.55")
        return scenario.add_invoice("119.00")

    @pytest.fixture
    def mirror(self, scenario: Scenario, invoice: str) -> Mirror:
        """One sync is done; the next is due a day later."""
        synced = scenario.synced()
        assert synced.invoice[invoice].outstanding.amount == 119
        scenario.clock.advance(days=1)
        return synced

    def test_a_payment_is_seen(self, scenario: Scenario, mirror: Mirror, invoice: str) -> None:
        scenario.pay(invoice)
        found = next_sync(scenario, mirror, invoice)
        assert (found.open, found.state) == (False, ItemState.SETTLED)

    def test_a_part_payment_is_seen(self, scenario: Scenario, mirror: Mirror, invoice: str) -> None:
        scenario.pay(invoice, Decimal("19.50"))
        found = next_sync(scenario, mirror, invoice)
        assert (found.outstanding.amount, found.state) == (Decimal("99.50"), ItemState.PARTLY_PAID)
        assert [(part.on, part.amount.amount) for part in found.payments] == [
            (date(2026, 3, 3), Decimal("19.50"))
        ]

    def test_a_credit_note_is_seen(self, scenario: Scenario, mirror: Mirror, invoice: str) -> None:
        scenario.credit(invoice, Decimal("30.00"))
        assert next_sync(scenario, mirror, invoice).outstanding.amount == Decimal("89.00")

    def test_a_voided_invoice_is_seen(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        scenario.void(invoice)
        found = next_sync(scenario, mirror, invoice)
        assert (found.open, found.state) == (False, ItemState.CANCELLED)

    def test_a_deleted_invoice_is_gone(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        scenario.delete(invoice)
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.gone == [invoice]
        assert len(mirror.invoice) == 1

    def test_a_new_invoice_of_a_new_debtor_is_seen(
        self, scenario: Scenario, mirror: Mirror
    ) -> None:
        debtor = scenario.add_debtor("Neu & Muster GmbH", "neu@muster.example")
        new = scenario.add_invoice("42.00", on=date(2026, 3, 3), debtor=debtor)
        assert next_sync(scenario, mirror, new).debtor in mirror.debtor
        assert mirror.debtor[mirror.invoice[new].debtor].name == "Neu & Muster GmbH"

    def test_a_dunning_of_a_person_is_seen(
        self, scenario: Scenario, platform_notices: None, mirror: Mirror, invoice: str
    ) -> None:
        made = scenario.dun(invoice, "1. Mahnung")
        mirror.sync(scenario.connector(), scenario.scope)
        mirror.refresh(scenario.connector(), invoice)
        found = mirror.notice[made]
        assert (found.invoice, found.title, found.marker) == (invoice, "1. Mahnung", "")
        assert found.on == date(2026, 3, 3)

    def test_the_last_look_sees_a_payment_at_once(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        scenario.pay(invoice, Decimal("100.00"))
        batch = mirror.refresh(scenario.connector(), invoice)
        assert [each.external_id for each in batch.invoices] == [invoice]
        assert mirror.invoice[invoice].outstanding.amount == Decimal("19.00")
        scenario.pay(invoice)
        mirror.refresh(scenario.connector(), invoice)
        assert not mirror.invoice[invoice].open
        assert mirror.invoice[invoice].payments_read

    def test_the_last_look_needs_no_memory(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        (found,) = scenario.connector().fetch_invoice(invoice, Mirror()).invoices
        assert found.total.amount == found.outstanding.amount == Decimal("119.00")

    def test_the_last_look_sees_that_an_invoice_is_gone(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        scenario.delete(invoice)
        batch = scenario.connector().fetch_invoice(invoice, mirror)
        assert (batch.gone, batch.invoices) == ((invoice,), ())

    def test_the_last_look_and_the_sync_agree(
        self, scenario: Scenario, mirror: Mirror, invoice: str
    ) -> None:
        """Else every last look would look like a change, and every sync after it like another."""
        seen = mirror.invoice[invoice]
        assert mirror.refresh(scenario.connector(), invoice).invoices[0].mark == seen.mark
        scenario.pay(invoice, Decimal("19.00"))
        mirror.refresh(scenario.connector(), invoice)
        looked = mirror.invoice[invoice]
        assert next_sync(scenario, mirror, invoice) == looked
        assert looked.mark != seen.mark


def next_sync(scenario: Scenario, mirror: Mirror, invoice: str) -> InvoiceRecord:
    """The invoice after one more sync, which changed no other."""
    others = {key: each for key, each in mirror.invoice.items() if key != invoice}
    mirror.sync(scenario.connector(), scenario.scope)
    assert {key: mirror.invoice[key] for key in others} == others
    return mirror.invoice[invoice]

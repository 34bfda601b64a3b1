"""Contract of a platform that shows its bank: money nobody has assigned, and how fresh that is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from scenario import Scenario

from core.domain.platform_records import BankLine


class Bank:
    def test_unassigned_money_is_seen_until_somebody_assigns_it(
        self, scenario: Scenario, shows_bank: None
    ) -> None:
        invoice = scenario.add_invoice("119.00")
        line = scenario.unassigned("119.00", "Muster Bau GmbH", "Rechnung vom Januar")
        scenario.unassigned("-40.00", "Stadtwerke Muster", "Abschlag")
        mirror = scenario.synced()
        assert mirror.bank_lines is not None
        (found,) = mirror.bank_lines
        assert type(found) is BankLine
        assert (found.on, found.amount.amount) == (date(2026, 3, 2), Decimal("119.00"))
        assert (found.payer, found.text) == ("Muster Bau GmbH", "Rechnung vom Januar")
        scenario.clock.advance(hours=1)
        scenario.assign(line, invoice)
        mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.bank_lines == ()
        assert not mirror.invoice[invoice].open

    def test_the_bank_is_read_up_to_the_day_that_the_platform_says(
        self, scenario: Scenario, shows_bank: None
    ) -> None:
        scenario.add_invoice("119.00")
        scenario.bank_read(date(2026, 2, 24))
        assert scenario.synced().booked_until == date(2026, 2, 24)

"""The read-only part of the contract against the real Stripe: ``make live``.

Not collected by ``make test`` (its name is no test file's). A key of the test mode will do; it
should be a restricted one. What the reference calls UNVERIFIED shows here as far as reading shows it.
"""

from __future__ import annotations

import itertools

from live_suite import MOST, Live, LiveChecks, Real

from connectors.stripe.connector import StripeConnector
from connectors.stripe.platform import API_BASE, RATE
from core.domain.model import ItemState
from core.domain.platform_records import InvoiceRecord, PaymentKind
from core.ports import SyncScope

REAL = Real("stripe", StripeConnector, API_BASE, RATE, "in_mahnwerkasksforwhatisnot")
REAL.must_have_a_key()


class TestLive(LiveChecks):
    real = REAL
    of_the_account = frozenset(
        {
            "auto_advance_on",
            "currency_decimals_unknown",
            "stripe_email_unusable",
            "stripe_customer_missing",
            "stripe_due_missing",
        }
    )

    def has_original(self, record: InvoiceRecord) -> bool:
        return record.state is ItemState.OPEN

    def test_payments_stand_with_their_invoices(self, live: Live) -> None:
        """``expand[]=data.payments`` is honoured, so that no invoice costs a request (§1, §2)."""
        assert [e.source_state for e in live.mirror.invoice.values() if not e.payments_read] == []

    def test_money_explains_what_is_settled(self, live: Live) -> None:
        """Payments, credit notes and balances are all that settles (§0.4, §2), but for amounts below
        Stripe's least charge.
        """
        parts = [part for each in live.mirror.invoice.values() for part in each.payments]
        odd = [part for part in parts if part.kind is PaymentKind.OTHER and part.amount.amount > 1]
        assert [part.text for part in odd] == []

    def test_open_invoices_have_a_page_on_which_they_are_paid(self, live: Live) -> None:
        """``hosted_invoice_url``; of those whose link has ended nothing is known (§2)."""
        links = {each.pay_link[:8] for each in live.mirror.invoice.values() if each.pay_link}
        assert links <= {"https://"}

    def test_the_feed_of_events_is_read(self, live: Live) -> None:
        """Its ``types[]`` slices and ``created[gte]`` are taken, and objects are read again (§3)."""
        today = live.clock.today("Europe/Berlin")
        cursor = live.batches["invoices"][-1].cursor
        stream = live.connector.fetch_invoices(cursor, live.mirror, SyncScope(today, today))
        found = list(itertools.islice(stream, MOST))
        codes = {problem.code for batch in found for problem in batch.problems}
        assert codes <= self.of_the_account

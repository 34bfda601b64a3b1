"""The read-only part of the contract against the real sevDesk: ``make live``.

Not collected by ``make test`` (its name is no test file's). It also tells which of the points that
the reference calls UNVERIFIED hold for the account, as far as reading shows.
"""

from __future__ import annotations

from live_suite import Live, LiveChecks, Real

from connectors.sevdesk.connector import SevdeskConnector
from connectors.sevdesk.platform import API_BASE, RATE
from core.domain.model import ItemKind, ItemState
from core.domain.platform_records import InvoiceRecord
from core.ports import SyncScope

REAL = Real("sevdesk", SevdeskConnector, API_BASE, RATE, "999999999999")
REAL.must_have_a_key()


class TestLive(LiveChecks):
    real = REAL
    of_the_account = frozenset(
        {
            "bank_file_import",
            "bank_sync_unknown",
            "customer_email_unusable",
            "customer_missing",
            "invoice_currency_foreign",
            "invoice_due_missing",
        }
    )

    def has_original(self, record: InvoiceRecord) -> bool:
        return record.kind is ItemKind.INVOICE and record.state is ItemState.OPEN

    def test_no_filter_is_ignored(self, live: Live) -> None:
        """Of the first reading and of one for changes (§1.5, §2.3, §9.3, §9.10)."""
        today = live.clock.today("Europe/Berlin")
        cursor = live.batches["invoices"][-1].cursor
        stream = live.connector.fetch_invoices(cursor, live.mirror, SyncScope(today, today))
        found = [problem for batch in stream for problem in batch.problems]
        assert [
            p.where for p in (*live.mirror.problems, *found) if p.code == "filter_ignored"
        ] == []

    def test_bookings_have_their_day(self, live: Live) -> None:
        """The embed, or else the list of booking logs, explains what was paid (§1.4, §2.5)."""
        parts = [part for each in live.mirror.invoice.values() for part in each.payments]
        assert [part.kind for part in parts if part.seen] == []

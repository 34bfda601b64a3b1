"""The read-only part of the contract against the real lexoffice: ``make live``.

Not collected by ``make test`` (its name is no test file's).
"""

from __future__ import annotations

from live_suite import LiveChecks, Real

from connectors.lexoffice.connector import LexofficeConnector
from connectors.lexoffice.platform import API_BASE, RATE
from core.domain.platform_records import InvoiceRecord

REAL = Real("lexoffice", LexofficeConnector, API_BASE, RATE, "00000000-0000-4000-8000-000000000000")
REAL.must_have_a_key()


class TestLive(LiveChecks):
    real = REAL

    def has_original(self, record: InvoiceRecord) -> bool:
        return record.facts.get("voucher_type") in {"invoice", "downpaymentinvoice"}

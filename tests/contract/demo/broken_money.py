"""Wrong in money beside the invoices: pay links, money that went back or is under way, balances."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from core.domain.model import HoldKind
from core.domain.platform_records import Batch, Cursor, InvoiceRecord, PaymentKind
from core.ports import Known
from demo.broken import Rewriting, fails
from demo.broken_streams import Streaming
from demo.connector import DemoConnector

_LINK = "the_last_look_brings_the_pay_link_of_today"
_BACK = "money_that_went_back_opens_its_invoice_and_holds_it"
_FLIGHT = "money_under_way_holds_its_invoice_until_it_is_there"
_SET_OFF = "the_last_look_sees_money_that_set_off_a_minute_ago"
_BALANCE = "money_of_a_debtor_is_a_bank_line_of_his"
_HIS = "the_last_look_sees_money_of_its_debtor"


@fails(_LINK)
class KeepsTheFirstLink(DemoConnector):
    """The link of the last sync, which may have ended."""

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = super().fetch_invoice(external_id, known)
        stored = known.invoices([external_id])  # type: ignore[attr-defined]
        kept = [
            dataclasses.replace(each, pay_link=stored[each.external_id].pay_link)
            for each in batch.invoices
            if each.external_id in stored
        ]
        return dataclasses.replace(batch, invoices=tuple(kept)) if kept else batch


@fails(_LINK)
class ForgetsTheLink(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, pay_link="")


@fails(_BACK)
class DunsForMoneyThatWentBack(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        kept = [each for each in record.holds if each.kind is not HoldKind.MONEY_RETURNED]
        return dataclasses.replace(record, holds=tuple(kept))


@fails(_BACK)
class TakesMoneyBackForAPayment(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        parts = [
            dataclasses.replace(each, kind=PaymentKind.PAYMENT)
            if each.kind is PaymentKind.RETURNED
            else each
            for each in record.payments
        ]
        return dataclasses.replace(record, payments=tuple(parts))


@fails(_FLIGHT, _SET_OFF)
class OverlooksMoneyUnderWay(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        kept = [each for each in record.holds if each.kind is not HoldKind.DIRECT_DEBIT_PENDING]
        return dataclasses.replace(record, holds=tuple(kept))


@fails(_FLIGHT, _BACK)
class HoldsEverything(Rewriting):
    """The hold of one invoice on all that come with it."""

    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        holds = tuple(hold for each in batch.invoices for hold in each.holds)
        everywhere = [dataclasses.replace(each, holds=holds) for each in batch.invoices]
        return dataclasses.replace(batch, invoices=tuple(everywhere))


@fails(_SET_OFF)
class LooksAtMoneyOnly(DemoConnector):
    """Its last look sees what was paid, and not what is on its way."""

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = super().fetch_invoice(external_id, known)
        seen = known.invoices([external_id])  # type: ignore[attr-defined]
        kept = [
            dataclasses.replace(each, holds=seen[each.external_id].holds)
            if each.external_id in seen and seen[each.external_id].outstanding == each.outstanding
            else each
            for each in batch.invoices
        ]
        return dataclasses.replace(batch, invoices=tuple(kept))


@fails(_BALANCE, _HIS)
class ForgetsBalances(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        if batch.bank_lines is not None:
            lines = tuple(each for each in batch.bank_lines if not each.debtor)
            batch = dataclasses.replace(batch, bank_lines=lines)
        yield batch


@fails(_HIS)
class LooksAtOneBalanceForAll(DemoConnector):
    """The last look at one invoice replaces the lines of every other debtor."""

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        found = super().fetch_invoice(external_id, known)
        return dataclasses.replace(found, bank_lines_of=frozenset())


@fails(_HIS)
class LooksWithoutBalances(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        return self._again(external_id, known, {})


@fails("a_record_of_the_other_mode_is_refused")
class MixesModes(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        alone = self.client.invoice
        self.client.invoice = lambda id_: {**alone(id_), "test": False}  # type: ignore[method-assign]
        try:
            return super()._batch([{**row, "test": False} for row in rows], cursor, known)
        finally:
            self.client.invoice = alone  # type: ignore[method-assign]

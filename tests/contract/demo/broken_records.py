"""Wrong in what a record looks like, or in what becomes of one that cannot be read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.model import ItemState
from core.domain.money import Money
from core.domain.platform_records import Batch, Cursor, InvoiceRecord
from core.domain.records import DebtorRecord
from core.errors import MalformedResponse
from core.ports import Known, SyncScope
from demo.broken import Rewriting, fails
from demo.connector import DemoConnector


@fails(
    "money_is_decimal_with_its_currency",
    "the_last_look_needs_no_memory",
    "amounts_are_those_of_the_invoice",
    "payments_are_positive_and_end_with_what_is_open",
    "what_changes_while_it_is_read_is_seen_next_time",
    "records_survive_being_stored",
)
class FloatMoney(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        floats = Money(float(record.total.amount) + 0.001, "EUR")  # type: ignore[arg-type]
        return dataclasses.replace(record, total=floats)


@fails("money_is_decimal_with_its_currency")
class NoCurrency(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, total=Money(record.total.amount, "€"))


@fails("days_are_plain_dates", "records_survive_being_stored")
class DaysWithATime(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, delivered_on=datetime(2026, 3, 2, 9, 0))


@fails("days_are_those_of_the_invoice")
class DaysInUtc(Rewriting):
    """Midnight in Berlin is still the day before in UTC."""

    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        assert record.due_date is not None
        return dataclasses.replace(record, due_date=record.due_date - timedelta(days=1))


@fails("records_are_our_own_frozen_types", "records_survive_being_stored")
class ListInARecord(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, payments=list(record.payments))  # type: ignore[arg-type]


@fails("records_survive_being_stored")
class FactsThatAreNoText(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, facts={"paid": record.total.amount})  # type: ignore[dict-item]


class Mine(InvoiceRecord):
    """A type that the store does not know."""


@fails("records_are_our_own_frozen_types", "records_survive_being_stored")
class OwnTypes(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        fields = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
        return Mine(**fields)


@fails("ids_are_there_and_unique")
class OneNumberForAll(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return dataclasses.replace(record, number="RE-1")


@fails("every_debtor_that_is_named_is_there")
class DebtorOfNobody(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        odd = record.total.amount == Decimal("77.77")
        return dataclasses.replace(record, debtor="nobody") if odd else record


@fails("payments_are_positive_and_end_with_what_is_open")
class NegativePayments(Rewriting):
    """Theirs are negative, and their sign came along; the amount of one payment shows it."""

    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        turned = tuple(
            part._replace(amount=-part.amount) if part.amount.amount == 100 else part
            for part in record.payments
        )
        return dataclasses.replace(record, payments=turned)


@fails("every_resource_of_the_manifest_yields_a_record", "a_dunning_of_a_person_is_seen")
class NoForeignNotices(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        own = tuple(each for each in batch.notices if each.marker)
        return dataclasses.replace(batch, notices=own)


@fails("an_unknown_status_is_unknown_and_reported")
class GuessesAnUnknownStatus(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        guess = ItemState.OPEN if record.state is ItemState.UNKNOWN else record.state
        return dataclasses.replace(record, state=guess)


@fails("an_unknown_status_is_unknown_and_reported")
class KeepsAnUnknownStatusToItself(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        return dataclasses.replace(super()._batch(rows, cursor, known), problems=())


_BROKEN_RECORDS = (
    "a_broken_record_is_reported_and_its_neighbours_survive",
    "a_record_that_breaks_later_is_reported_until_it_is_mended",
    "a_record_of_the_other_mode_is_refused",
)


@fails(*_BROKEN_RECORDS)
class SwallowsABrokenRecord(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        return dataclasses.replace(super()._batch(rows, cursor, known), unread=())


@fails(*_BROKEN_RECORDS)
class DiesOfABrokenRecord(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        if batch.unread:
            raise MalformedResponse(batch.unread[0].problem.message)
        return batch


@fails(_BROKEN_RECORDS[0], "a_record_of_the_other_mode_is_refused")
class SaysNotWhatToDo(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        unread = [
            dataclasses.replace(each, problem=dataclasses.replace(each.problem, message="KeyError"))
            for each in batch.unread
        ]
        return dataclasses.replace(batch, unread=tuple(unread))


@fails("a_new_invoice_of_a_new_debtor_is_seen")
class KnowsOldDebtorsOnly(DemoConnector):
    def fetch_debtors(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        if not known.open_invoices():
            yield from super().fetch_debtors(cursor, known, scope)

    def _debtors(self, invoices: list[InvoiceRecord], known: Known) -> tuple[DebtorRecord, ...]:
        return ()

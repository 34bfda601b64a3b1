"""Wrong in repeating requests, in naming failures, or in what it sees of a change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from core.domain.model import ItemState
from core.domain.platform_records import Batch, Cursor, InvoiceRecord
from core.errors import AuthFailed, MalformedResponse, NotFound, Rejected, Unreachable
from core.ports import Gate, Known, SyncScope
from demo.broken import Rewriting, Told, fails
from demo.broken_streams import Streaming
from demo.connector import DemoConnector


@fails("a_refusal_is_waited_out")
class IgnoresRetryAfter(DemoConnector):
    def __init__(
        self, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate, *a: Any, **m: Any
    ) -> None:
        super().__init__(settings, secrets, Told(gate, after=False), *a, **m)


class Patient(DemoConnector):
    tries: int

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.client.http._attempts = self.tries


@fails(
    "a_single_error_is_survived",
    "a_broken_connection_is_tried_again",
    "errors_end_after_the_last_try",
    "every_request_asks_the_budget",
    "requests_are_counted_as_they_were_sent",
)
class GivesUpAtOnce(Patient):
    tries = 1


@fails("errors_end_after_the_last_try", "a_platform_that_only_refuses_is_left_alone")
class NeverGivesUp(Patient):
    tries = 30


class Again(DemoConnector):
    """Asks a second time after ``error``."""

    error: type[Exception]

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except self.error:
            yield from super().fetch_invoices(cursor, known, scope)


@fails("a_bad_request_is_not_repeated")
class RepeatsABadRequest(Again):
    error = Rejected


@fails("a_revoked_key_is_not_tried_again")
class InsistsOnARevokedKey(Again):
    error = AuthFailed


@fails("an_empty_answer_is_no_empty_book")
class TakesNothingForAnEmptyBook(DemoConnector):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except MalformedResponse:
            if self.client.http.get("/invoices").content:
                raise


@fails(
    "a_page_of_a_gateway_is_malformed",
    "another_shape_is_malformed",
    "an_empty_answer_is_no_empty_book",
    "errors_say_what_to_do_in_both_languages",
    "the_key_stays_secret",
)
class TakesHtmlForAnEmptyBook(DemoConnector):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except MalformedResponse:
            return


@fails(
    "silence_ends_in_unreachable",
    "connections_that_always_break_end_in_unreachable",
    "half_an_answer_is_no_answer",
)
class BlamesUsForSilence(DemoConnector):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except Unreachable as error:
            if error.status is None:
                raise Rejected(str(error)) from error
            raise


class Seeing(Rewriting):
    """Misjudges the state of some invoices."""

    wrong: tuple[ItemState, ItemState]

    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        was, becomes = self.wrong
        return dataclasses.replace(record, state=becomes) if record.state is was else record


@fails("a_voided_invoice_is_seen")
class TakesVoidedForPaid(Seeing):
    wrong = (ItemState.CANCELLED, ItemState.SETTLED)


@fails("a_payment_is_seen")
class TakesPaidForWrittenOff(Seeing):
    wrong = (ItemState.SETTLED, ItemState.WRITTEN_OFF)


@fails("a_part_payment_is_seen")
class TakesPartlyPaidForOpen(Seeing):
    wrong = (ItemState.PARTLY_PAID, ItemState.OPEN)


@fails("a_credit_note_is_seen")
class OverlooksCredit(Rewriting):
    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        credit = any(part.kind == "credit" for part in record.payments)
        return dataclasses.replace(record, outstanding=record.total) if credit else record


@fails("a_deleted_invoice_is_gone")
class OverlooksDeletion(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        yield dataclasses.replace(batch, gone=())


@fails(
    "the_last_look_sees_a_payment_at_once",
    "the_last_look_sees_that_an_invoice_is_gone",
    "the_last_look_and_the_sync_agree",
    "the_last_look_brings_the_pay_link_of_today",
    "the_last_look_sees_money_of_its_debtor",
    "the_last_look_sees_money_that_set_off_a_minute_ago",
)
class LooksIntoItsMemory(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        remembered = known.invoices([external_id])
        if remembered:
            return Batch({}, invoices=tuple(remembered.values()))
        return super().fetch_invoice(external_id, known)


@fails("the_last_look_needs_no_memory")
class LooksAtNothingNew(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        found = known.invoices([external_id])
        return super().fetch_invoice(external_id, known) if found else Batch({})


@fails("the_last_look_sees_that_an_invoice_is_gone")
class FailsWhenAnInvoiceIsGone(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = super().fetch_invoice(external_id, known)
        if batch.gone:
            raise NotFound
        return batch


@fails(
    "the_last_look_and_the_sync_agree",
    "money_that_went_back_opens_its_invoice_and_holds_it",
    "money_under_way_holds_its_invoice_until_it_is_there",
)
class AnotherMarkInTheLastLook(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = super().fetch_invoice(external_id, known)
        marked = [dataclasses.replace(each, mark=f"{each.mark}.000") for each in batch.invoices]
        return dataclasses.replace(batch, invoices=tuple(marked))

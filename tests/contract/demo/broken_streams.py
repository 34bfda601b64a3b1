"""Wrong in paging, in its cursor, in repeating requests, or in what it sees of a change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.domain.model import ItemState
from core.domain.platform_records import Batch, Cursor, InvoiceRecord
from core.errors import AuthFailed, MalformedResponse, NotFound, Rejected, Unreachable
from core.ports import Gate, Known, SyncScope
from demo.broken import Rewriting, Told, fails
from demo.client import PAGE_SIZE
from demo.connector import DemoConnector


class Streaming(DemoConnector):
    """Every batch of invoices passes ``step`` on its way out."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        yield batch

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        for batch in super().fetch_invoices(cursor, known, scope):
            yield from self.step(batch)


# --- pages and cursors


@fails(
    "pages_come_whole_and_once",
    "what_comes_again_comes_unchanged",
    "what_changes_while_it_is_read_is_seen_next_time",
)
class DropsAPage(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        last = batch.cursor.get("page") == 3 and len(batch.invoices) < PAGE_SIZE
        yield dataclasses.replace(batch, invoices=()) if last else batch


@fails("pages_come_whole_and_once", "ids_are_there_and_unique")
class RepeatsAPage(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        yield batch
        if batch.cursor.get("page") == 2:
            yield batch


@fails("no_page_is_asked_for_twice")
class AsksForAPageTwice(DemoConnector):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        if not cursor:
            next(iter(self.client.invoices(0, "")))
        yield from super().fetch_invoices(cursor, known, scope)


@fails("an_empty_account_is_an_empty_book")
class InventsAProblem(Rewriting):
    def _again(self, external_id: str, known: Known, cursor: Cursor) -> Batch:
        return super()._again(external_id, known, cursor)

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        for batch in super().fetch_invoices(cursor, known, scope):
            empty = not (batch.invoices or batch.unread or known.open_invoices())
            yield dataclasses.replace(batch, gone=("nothing",)) if empty and not cursor else batch


@fails("cursors_survive_json")
class CursorOfOurOwnTypes(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        yield dataclasses.replace(batch, cursor={**batch.cursor, "seen": ("a", "b")})


@fails("instants_in_cursors_are_aware")
class NaiveInstants(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        cursor = dict(batch.cursor)
        for name in ("since", "began"):
            if cursor.get(name):
                cursor[name] = datetime.fromisoformat(cursor[name]).replace(tzinfo=None).isoformat()
        yield dataclasses.replace(batch, cursor=cursor)


_KILLED = "a_killed_sync_loses_and_doubles_nothing"
_FAILED = "a_failing_page_keeps_what_came_before"


@fails(_KILLED)
class MovesTheCursorTooEarly(Streaming):
    """The cursor is stored before the records that it stands for."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        yield Batch(batch.cursor)
        yield batch


@fails(_FAILED, _KILLED)
class LosesItsPlace(Streaming):
    """A cursor that points behind the end while pages are still to come."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        under_way = "page" in batch.cursor
        behind = {**batch.cursor, "page": 99}
        yield dataclasses.replace(batch, cursor=behind) if under_way else batch


_LATER = "a_later_sync_that_breaks_off_loses_nothing"


@fails(_LATER)
class LosesItsPlaceLater(Streaming):
    """The first reading is right; in a later one the new beginning is stored too early."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        later = batch.cursor.get("since") and "began" in batch.cursor
        ahead = {"since": batch.cursor.get("began"), "began": "", "page": 0}
        yield dataclasses.replace(batch, cursor=ahead) if later else batch


@fails("what_changes_while_it_is_read_is_seen_next_time", "pages_that_shift_are_made_good")
class GoesOnFromTheEnd(Streaming):
    """The next sync begins where this one ended, not where it began."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        ended = "began" not in batch.cursor
        now = self.clock.now().isoformat()
        yield dataclasses.replace(batch, cursor={"since": now}) if ended else batch


@fails(
    "the_second_sync_changes_nothing",
    "what_comes_again_comes_unchanged",
    "the_last_look_and_the_sync_agree",
    "a_payment_is_seen",
    "a_part_payment_is_seen",
    "a_credit_note_is_seen",
    "a_voided_invoice_is_seen",
    "a_new_invoice_of_a_new_debtor_is_seen",
    _KILLED,
    _FAILED,
    _LATER,
)
class EveryReadIsAnother(Rewriting):
    reads = 0

    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        type(self).reads += 1
        return dataclasses.replace(record, mark=f"{record.mark} {self.reads}")


@fails("a_change_that_is_listed_late_is_seen")
class NoOverlap(DemoConnector):
    def _with_overlap(self, since: str) -> str:
        return since


@fails(
    "payments_of_settled_invoices_come_and_end", "payments_are_positive_and_end_with_what_is_open"
)
class PaymentsWithoutEnd(DemoConnector):
    def fetch_payments(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        while known.without_payments(1):
            yield Batch({})


# --- failures


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


# --- changes


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


@fails("the_last_look_and_the_sync_agree")
class AnotherMarkInTheLastLook(DemoConnector):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = super().fetch_invoice(external_id, known)
        marked = [dataclasses.replace(each, mark=f"{each.mark}.000") for each in batch.invoices]
        return dataclasses.replace(batch, invoices=tuple(marked))

"""Wrong in paging, or in its cursor."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from core.domain.platform_records import Batch, Cursor, InvoiceRecord
from core.ports import Known, SyncScope
from demo.broken import Rewriting, fails
from demo.client import PAGE_SIZE
from demo.connector import DemoConnector


class Streaming(DemoConnector):
    """Every batch of invoices passes ``step`` on its way out."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        yield batch

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        for batch in super().fetch_invoices(cursor, known, scope):
            yield from self.step(batch)


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
class InventsALoss(DemoConnector):
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
    "money_that_went_back_opens_its_invoice_and_holds_it",
    "money_under_way_holds_its_invoice_until_it_is_there",
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

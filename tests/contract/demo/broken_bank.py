"""Wrong in what it tells of the bank, in drafts, or in errors that look like answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from core.domain.money import Money
from core.domain.platform_records import Batch, Cursor, Document
from core.errors import Rejected
from core.ports import Known, SyncScope
from demo.broken import fails
from demo.broken_streams import Streaming
from demo.connector import DemoConnector


@fails("an_error_in_a_good_answer_is_no_empty_book")
class TakesAnErrorForAnEmptyBook(DemoConnector):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except Rejected as error:
            if error.status is not None:
                raise


@fails("the_original_of_a_draft_is_refused_and_it_stays_one")
class SendsADraft(DemoConnector):
    def fetch_document(self, external_id: str) -> Document:
        answer = self.client.pdf(external_id)
        return Document(f"Rechnung-{external_id}.pdf", "application/pdf", answer.content)


@fails("the_original_of_a_draft_is_refused_and_it_stays_one")
class RefusesADraftThatItHasSent(DemoConnector):
    def fetch_document(self, external_id: str) -> Document:
        draft = self.client.invoice(external_id)["status"] == "draft"
        answer = self.client.pdf(external_id)
        if draft:
            raise Rejected("Ein Entwurf.", en="A draft.")
        return Document(f"Rechnung-{external_id}.pdf", "application/pdf", answer.content)


_LINES = "unassigned_money_is_seen_until_somebody_assigns_it"


@fails(_LINES)
class KeepsWhatWasAssigned(Streaming):
    """No lines are taken for lines that were not read."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        yield dataclasses.replace(batch, bank_lines=batch.bank_lines or None)


@fails(_LINES)
class TakesMoneyOutForMoneyIn(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        if batch.bank_lines is not None:
            rows = self.client.bank()["lines"]
            first = batch.bank_lines[:1]
            lines = [
                first[0]._replace(external_id=each["id"], amount=Money(abs(each["amount"]), "EUR"))
                for each in rows
                if first
            ]
            kept = [each for each in batch.bank_lines if each.debtor]
            batch = dataclasses.replace(batch, bank_lines=(*lines, *kept))
        yield batch


@fails(_LINES)
class ForgetsWhoPaid(Streaming):
    def step(self, batch: Batch) -> Iterator[Batch]:
        if batch.bank_lines:
            lines = tuple(each._replace(payer="", text="") for each in batch.bank_lines)
            batch = dataclasses.replace(batch, bank_lines=lines)
        yield batch


@fails("the_bank_is_read_up_to_the_day_that_the_platform_says")
class TakesTodayForTheBanksDay(Streaming):
    """The platform was asked today; its bank was read days ago."""

    def step(self, batch: Batch) -> Iterator[Batch]:
        if batch.bank_lines is not None:
            today = self.clock.today("Europe/Berlin")
            batch = dataclasses.replace(batch, booked_until=today)
        yield batch

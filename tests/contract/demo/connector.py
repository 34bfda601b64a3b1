"""Demo Books as the port asks for it: joins client and mapping, and keeps the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.platform_records import (
    AccountInfo,
    Batch,
    Cursor,
    Document,
    InvoiceRecord,
    NoticeToWrite,
    PlatformNotice,
    Unread,
)
from core.domain.records import DebtorRecord
from core.errors import MalformedResponse, NotFound, Rejected
from core.ports import Capability, Clock, Gate, Known, Subscription, SyncScope
from demo.client import DemoClient, Json
from demo.mapping import (
    MARKER,
    Unreadable,
    doubts,
    parse_balances,
    parse_bank,
    parse_debtor,
    parse_invoice,
    parse_reminder,
    unreadable,
)

OVERLAP = timedelta(hours=1)  # Demo Books lists a change a little after it happened
EVENTS = ("invoice.changed", "invoice.deleted")
_PAYMENTS = 3  # invoices of one batch of payments


class DemoConnector:
    """One account at Demo Books; fulfils ``core.ports.PlatformConnector``."""

    slug = "demo"
    capabilities = frozenset(Capability)

    def __init__(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        gate: Gate,
        clock: Clock,
        patience: float = 300.0,
        *,
        timeout: tuple[float, float] = (10.0, 40.0),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = clock
        self.client = DemoClient(
            settings["api_base"],
            secrets["api_key"],
            gate,
            timeout=timeout,
            patience=patience,
            sleep=sleep,
        )

    @property
    def requests(self) -> int:
        return self.client.http.requests

    def close(self) -> None:
        self.client.http.close()

    def check(self) -> AccountInfo:
        account = self.client.account()
        return AccountInfo(str(account["id"]), str(account["name"]))

    def fetch_debtors(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        for page, rows in self.client.customers(int(cursor.get("page", 0))):
            yield Batch({"page": page + 1}, debtors=tuple(map(parse_debtor, rows)))
        yield Batch({})

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        since = str(cursor.get("since", ""))
        began = str(cursor.get("began") or self.clock.now().isoformat())
        first = int(cursor.get("page", 0))
        for page, rows in self.client.invoices(first, self._with_overlap(since)):
            yield self._batch(rows, {"since": since, "began": began, "page": page + 1}, known)
        # What is believed open and is not open there, although nothing was listed as changed.
        for lost in sorted(set(known.open_invoices()) - set(self.client.open_ids())):
            yield self._again(lost, known, {"since": since, "began": began, "page": first})
        bank = self.client.bank()
        lines, until = parse_bank(bank)
        lines = (*lines, *parse_balances(bank))
        yield Batch({"since": began}, bank_lines=lines, booked_until=until)

    def fetch_payments(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        while waiting := known.without_payments(_PAYMENTS):
            rows = [self.client.invoice(each) for each in waiting]
            yield self._batch(rows, {}, known)

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        batch = self._again(external_id, known, {})
        of = frozenset(each.debtor for each in batch.invoices)
        lines = [each for each in parse_balances(self.client.bank()) if each.debtor in of]
        return replace(batch, bank_lines=tuple(lines), bank_lines_of=of) if of else batch

    def fetch_document(self, external_id: str) -> Document:
        if self.client.invoice(external_id)["status"] == "draft":
            # Asking for its PDF would send it.
            raise Rejected(
                "Die Rechnung ist bei Demo Books ein Entwurf. Bitte dort fertigstellen.",
                en="The invoice is a draft at Demo Books. Please finish it there.",
            )
        answer = self.client.pdf(external_id)
        if not answer.content.startswith(b"%PDF-"):
            raise MalformedResponse(
                "Demo Books hat statt der Rechnung etwas anderes geliefert.",
                en="Demo Books sent something else than the invoice.",
            )
        return Document(f"Rechnung-{external_id}.pdf", "application/pdf", answer.content)

    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        body = {
            "title": notice.title,
            "date": notice.on.isoformat(),
            "text": f"Mahnung. {MARKER}{notice.marker}",
        }
        return parse_reminder(notice.invoice, self.client.remind(notice.invoice, body))

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        found = (parse_reminder(invoice, each) for each in self._reminders(invoice))
        return next((each for each in found if each.marker == marker), None)

    def subscriptions(self) -> list[Subscription]:
        return [Subscription(e["id"], e["event"], e["url"]) for e in self.client.hooks()]

    def subscribe(self, url: str) -> list[Subscription]:
        there = {each.event: each for each in self.subscriptions() if each.url == url}
        missing = [event for event in EVENTS if event not in there]
        made = [self.client.add_hook(event, url) for event in missing]
        new = [Subscription(each["id"], each["event"], url, new=True) for each in made]
        return [*there.values(), *new]

    def unsubscribe(self, subscription: str) -> None:
        self.client.remove_hook(subscription)

    def _batch(self, rows: list[Json], cursor: Cursor, known: Known) -> Batch:
        """Rows of a list, or single reads; what needs a closer look is read alone."""
        invoices: list[InvoiceRecord] = []
        notices: list[PlatformNotice] = []
        unread: list[Unread] = []
        for row in rows:
            try:
                record = parse_invoice(row)
                if record.open and not record.payments_read:
                    row = self.client.invoice(record.external_id)  # noqa: PLW2901
                    record = parse_invoice(row)
            except Unreadable as error:
                debtor = str(row.get("customer") or "")
                unread.append(Unread(str(row["id"]), debtor, unreadable(row, error)))
                continue
            invoices.append(record)
            notices += [parse_reminder(row["id"], each) for each in row.get("reminders", ())]
        return Batch(
            cursor,
            invoices=tuple(invoices),
            debtors=self._debtors(invoices, known),
            notices=tuple(notices),
            unread=tuple(unread),
            problems=tuple(doubt for row in rows for doubt in doubts(row)),
        )

    def _again(self, external_id: str, known: Known, cursor: Cursor) -> Batch:
        try:
            return self._batch([self.client.invoice(external_id)], cursor, known)
        except NotFound:
            return Batch(cursor, gone=(external_id,))

    def _debtors(self, invoices: list[InvoiceRecord], known: Known) -> tuple[DebtorRecord, ...]:
        missing = {each.debtor for each in invoices} - known.debtors([e.debtor for e in invoices])
        return tuple(parse_debtor(self.client.customer(each)) for each in sorted(missing))

    def _reminders(self, invoice: str) -> list[Json]:
        return list(self.client.invoice(invoice)["reminders"])

    def _with_overlap(self, since: str) -> str:
        return (datetime.fromisoformat(since) - OVERLAP).isoformat() if since else ""

"""What both passes over the invoices share: which rows changed, and when a batch is full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors._values import text
from connectors.lexoffice.client import PAGE_SIZE, Json, LexofficeClient
from connectors.lexoffice.kinds import OPEN, OPEN_STATUSES, SETTLED_STATUSES
from connectors.lexoffice.mapping import is_draft, row_mark
from connectors.lexoffice.position import Position
from connectors.lexoffice.reading import VoucherReader
from connectors.lexoffice.vouchers import Voucher
from core.domain.platform_records import Batch, InvoiceRecord, Progress
from core.ports import Known, SyncScope


class Pass:
    """One pass over the invoices of an account."""

    def __init__(self, client: LexofficeClient, known: Known, scope: SyncScope) -> None:
        self.client = client
        self.known = known
        self.scope = scope
        self.reader = VoucherReader(client, known)
        self.done = 0
        self.total: int | None = None
        self.drafts: set[str] = set()  # ids that were listed as drafts
        self.left = 0  # requests for open rows that are certain to come
        self.pages = 0  # list pages that are certain to come

    def changed(self, rows: Mapping[str, Voucher]) -> list[Voucher]:
        """Rows that are not stored as they are now, or whose last reading failed."""
        marks = dict(self.known.open_invoices())
        others = [id_ for id_ in rows if id_ not in marks]
        marks |= self.known.marks(others) if others else {}
        unread = self.known.unread()
        return [
            row
            for row in rows.values()
            if row.id in unread or marks.get(row.id, "") != (row_mark(row) or None)
        ]

    def add_rows(self, values: Iterable[Json]) -> list[Voucher]:
        """Rows of one page. A draft may lack anything: it is only of interest by its id."""
        rows: list[Voucher] = []
        drafts: dict[str, str] = {}
        for each in values:
            status = text(each, "voucherStatus")
            if is_draft(status):
                drafts[text(each, "id")] = status
                continue
            row = self.reader.add_row(each, OPEN)
            if row is not None:
                rows.append(row)
        self.drafts.update(drafts)
        stored = self.known.invoices(drafts) if drafts else {}
        for id_, record in stored.items():
            self.reader.put_draft(drafts[id_], record)
        return rows

    def put(self, row: Voucher, record: InvoiceRecord | None) -> None:
        """A row that the sweep over everything open did not have."""
        if row.status in OPEN_STATUSES:
            # Whether its money is being collected, no "overdue" of a mixed list says.
            self.reader.read_alone(row.id, record)
        elif row.status in SETTLED_STATUSES and record is None and row.on < self.scope.since:
            return
        else:
            self.reader.read_settled(row, record)

    def open_rows(self, rows: Iterable[Voucher], position: Position) -> Iterator[Batch]:
        """Reads open rows one by one."""
        for row in rows:
            self.reader.read_open(row, self.known.invoices([row.id]).get(row.id))
            yield from self.step(position, requests_of(row))

    def step(self, position: Position, requests: int = 0) -> Iterator[Batch]:
        """One record is done."""
        self.done += 1
        self.left = max(0, self.left - requests)
        if self.reader.pile.full:
            yield self.take(position)

    def take(self, position: Position) -> Batch:
        progress = Progress(self.done, self.total, self.left + self.pages)
        return self.reader.pile.take(position.cursor(self.reader.unread), progress)


def requests_of(row: Voucher) -> int:
    """Requests to read an open row: its document, and payments where part of it is paid."""
    return 1 if row.open == row.total else 2


def pages_of(rows: int) -> int:
    """List pages for so many rows."""
    return -(-rows // PAGE_SIZE)

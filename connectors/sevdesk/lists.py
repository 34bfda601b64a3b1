"""Which lists are asked for, and how: pages, embeds, and filters that are never trusted (§1.3-§1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from connectors._values import Json, text
from connectors.sevdesk.client import SevdeskClient, Value
from connectors.sevdesk.envelope import Listed
from connectors.sevdesk.filters import Filters, Holds
from connectors.sevdesk.kinds import CANCELLATION
from connectors.sevdesk.paging import Page, walk
from connectors.sevdesk.values import ref
from core.errors import NotSupported, Rejected

# One list brings debtor, cancellation, tags and bookings along; all are known from the traffic of
# the web application, and none is relied on (§1.4).
EMBED = (
    "contact,origin,addressCountry,paymentMethod,tags,cancled,finalInvoiceId,"
    "checkAccountTransactionLogs.checkAccountTransaction"
)
# Which kinds a list shows by itself is UNVERIFIED (§2.3), so everything is asked to be shown.
Params = Mapping[str, Value]
NOTES: Params = {"embed": "contact,origin"}  # of credit notes (§1.4)
NONE: Params = MappingProxyType({})
SHOW_ALL: Params = {"showAll": True, "showMa": "all"}


class Searched(NamedTuple):
    """Rows of a search that were checked. ``honoured``: sevDesk sorted them out itself."""

    rows: list[Json]
    honoured: bool


class Lists:
    """Lists of one account; ``limit`` is the size of a page."""

    def __init__(self, client: SevdeskClient, filters: Filters, limit: int) -> None:
        self.client = client
        self.filters = filters
        self.limit = limit

    def invoices(
        self, filters: Params = NONE, *, offset: int = 0, total: int | None = None
    ) -> Iterator[Page]:
        """Documents of all kinds, reminders and cancellations too, with what is embedded."""
        params = {**SHOW_ALL, "embed": EMBED, **filters}
        return self.pages("Invoice", params, offset=offset, total=total)

    def pages(
        self, resource: str, params: Params = NONE, *, offset: int = 0, total: int | None = None
    ) -> Iterator[Page]:
        def fetch(at: int, limit: int) -> Listed:
            return self.client.page(resource, at, limit, **params)

        return walk(fetch, self.limit, offset=offset, total=total)

    def every(self, resource: str, params: Params = NONE) -> Iterator[Json]:
        for page in self.pages(resource, params):
            yield from page.rows

    def undocumented(self, resource: str) -> Sequence[Json]:
        """A small list that works without being documented (§4); empty where sevDesk refuses it,
        in whatever words. One page: whether it knows pages nobody has tried.
        """
        try:
            return self.client.page(resource).rows
        except (Rejected, NotSupported):
            return ()

    def search(self, name: str, resource: str, holds: Holds, params: Params) -> Searched:
        """All rows that ``holds``, whether sevDesk honours the filter or sends everything."""
        found: list[Json] = []
        honoured = True
        for page in self.pages(resource, params):
            honoured &= self.filters.honoured(name, page.rows, holds)
            found += [row for row in page.rows if holds(row)]
        return Searched(found, honoured)

    def of_contact(self, resource: str, contact: str, params: Params = NONE) -> list[Json]:
        """Rows that belong to a contact; the filter needs both its parts (§1.5)."""
        return self.search(
            f"{resource} contact[id]",
            resource,
            lambda row: ref(row, "contact") == contact,
            {**params, "contact[id]": contact, "contact[objectName]": "Contact"},
        ).rows

    def of_kind(self, kind: str) -> list[Json]:
        """All documents of one ``invoiceType``."""
        embed: Params = {} if kind == CANCELLATION else {"embed": EMBED}
        return self.search(
            f"Invoice invoiceType={kind}",
            "Invoice",
            lambda row: text(row, "invoiceType") == kind,
            {**SHOW_ALL, **embed, "invoiceType": kind},
        ).rows

    def of_origin(self, kind: str, invoice: str) -> Searched:
        """Documents of one kind that hang on an invoice; all of that kind when not honoured."""
        filters: dict[str, Value] = {
            "invoiceType": kind,
            "origin[id]": invoice,
            "origin[objectName]": "Invoice",
        }
        found: list[Json] = []
        honoured = True
        for page in self.invoices(filters):
            of_kind = self.filters.kept(
                f"Invoice invoiceType={kind}",
                page.rows,
                lambda row: text(row, "invoiceType") == kind,
            )
            honoured &= self.filters.honoured(
                "Invoice origin[id]", of_kind, lambda row: ref(row, "origin") == invoice
            )
            found += of_kind
        return Searched(found, honoured)

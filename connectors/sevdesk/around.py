"""What stands around the documents of one pass: cancellations, credit notes, bookings, terms.

Most of it comes along with the list. What does not is read when the first document needs it, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors._values import FieldError, Json, child, text
from connectors.sevdesk.account import tenant_days
from connectors.sevdesk.addresses import parse_countries
from connectors.sevdesk.beside import LOGS, Beside
from connectors.sevdesk.contacts import days_to_pay
from connectors.sevdesk.credit_notes import credit_part, reduces
from connectors.sevdesk.invoices import cancels, replaced_by
from connectors.sevdesk.kinds import CANCELLATION, DOWN_PAYMENTS, FINAL, OPEN_STATUSES
from connectors.sevdesk.lists import Lists
from connectors.sevdesk.payments import index_logs
from connectors.sevdesk.records import EURO
from connectors.sevdesk.values import ref
from core.errors import NotSupported, Rejected

HOME_COUNTRY = "1"  # the only id of StaticCountry that is documented (§4)


@dataclass(slots=True)
class Around:
    """Context of one pass over the documents.

    Args:
        lists: where it is read from.
        cancelled: invoices whose cancellation (SR) was seen.
        credit_notes: rows of credit notes by the invoice that they lower.

    """

    lists: Lists
    cancelled: set[str] = field(default_factory=set)
    credit_notes: dict[str, list[Json]] = field(default_factory=dict)
    _all_cancelled: bool = False
    _final: set[str] | None = None
    _logs: Mapping[str, Sequence[Json]] | None = None
    _days: dict[str, int] = field(default_factory=dict)
    _all_days: bool = False
    _tenant: list[int | None] = field(default_factory=list)
    _countries: dict[str, str] | None = None
    _methods: dict[str, str] | None = None

    def beside(self, row: Json, *, logs: bool = False) -> Beside:
        """What ``parse_invoice`` is given beside the row."""
        return Beside(
            cancelled=self.cancelled,
            final=self._finals() if _is_open_part(row) else frozenset(),
            logs=self.logs() if logs else None,
            credit_notes=self.credit_notes,
            contact_days=self._contact_days(row),
            tenant_days=self._tenant_days(row),
            countries=self.countries_of(row),
            methods=self._payment_methods(row),
        )

    def note_cancellation(self, row: Json) -> None:
        origin = cancels(row)
        if origin:
            self.cancelled.add(origin)

    def note_credits(self, rows: Iterable[Json]) -> None:
        """Credit notes, before the invoices that they may lower (§2.7)."""
        for row in rows:
            invoice = reduces(row)
            if invoice and _is_readable(row):
                self.credit_notes.setdefault(invoice, []).append(row)

    def is_cancelled(self, invoice: str) -> bool:
        """Asks for the cancellation of one invoice; the list of the pass may not have had it."""
        if invoice not in self.cancelled and not self._all_cancelled:
            found = self.lists.of_origin(CANCELLATION, invoice)
            self._all_cancelled = not found.honoured
            for row in found.rows:
                self.note_cancellation(row)
        return invoice in self.cancelled

    def logs(self) -> Mapping[str, Sequence[Json]]:
        """Booking logs by id of the invoice: the undocumented list, where no embed shows them."""
        if self._logs is None:
            try:
                rows = list(self.lists.every("CheckAccountTransactionLog"))
            except (Rejected, NotSupported):
                # Undocumented (§2.5): without it a payment counts from the day it was first seen.
                rows = []
            found = index_logs(rows)
            self._logs = {id_: logs for (kind, id_), logs in found.items() if kind == "Invoice"}
        return self._logs

    def countries_of(self, row: Json) -> Mapping[str, str]:
        """What resolves the address of a document; with its code embedded nothing needs to."""
        country = child(row, "addressCountry")
        return {} if text(country, "code") else self.countries(text(country, "id"))

    def countries(self, id_: str) -> Mapping[str, str]:
        """ISO codes, read when a country other than Germany is met; undocumented (§4)."""
        if id_ in ("", HOME_COUNTRY):
            return self._countries or {}
        if self._countries is None:
            self._countries = parse_countries(self.lists.undocumented("StaticCountry"))
        return self._countries

    def _payment_methods(self, row: Json) -> Mapping[str, str]:
        """Names by id, read when an open invoice names a method and the embed does not show it;
        undocumented (§4).
        """
        shown = child(row, "paymentMethod")
        named = not text(shown, "id") or text(shown, "name")
        if named or text(row, "status") not in OPEN_STATUSES:
            return {}
        if self._methods is None:
            rows = self.lists.undocumented("PaymentMethod")
            self._methods = {text(each, "id"): text(each, "name") for each in rows}
        return self._methods

    def _finals(self) -> set[str]:
        if self._final is None:
            rows = self.lists.of_kind(FINAL)
            self._final = {key for key in map(replaced_by, rows) if key}
        return self._final

    def _contact_days(self, row: Json) -> Mapping[str, int]:
        contact = ref(row, "contact")
        if not contact or text(row, "timeToPay"):
            return {}
        shown = child(row, "contact")
        if len(shown) <= 2:  # only a reference: nothing is embedded
            self._read_days()
        else:
            days = days_to_pay(shown)
            if days is not None:
                self._days[contact] = days
        return self._days

    def _read_days(self) -> None:
        if self._all_days:
            return
        self._all_days = True
        for row in self.lists.every("Contact", {"depth": 1}):
            days = days_to_pay(row)
            if days is not None:
                self._days[text(row, "id")] = days

    def _tenant_days(self, row: Json) -> int | None:
        """The tenant's setting; that it can be asked for is UNVERIFIED (§4)."""
        if text(row, "timeToPay"):
            return None
        if not self._tenant:
            rows = self.lists.undocumented("SevClient")
            self._tenant = [tenant_days([row, *({"sevClient": each} for each in rows)])]
        return self._tenant[0]


def has_logs(row: Json) -> bool:
    """Whether the bookings came along with the row."""
    return isinstance(row.get(LOGS), list)


def _is_open_part(row: Json) -> bool:
    kind, status = text(row, "invoiceType"), text(row, "status")
    return kind in DOWN_PAYMENTS and status in OPEN_STATUSES


def _is_readable(row: Json) -> bool:
    """A credit note that cannot be read holds its customer, and no invoice beside it."""
    try:
        credit_part(row, text(row, "currency") or EURO)
    except FieldError:
        return False
    return True

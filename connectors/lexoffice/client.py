"""The endpoints of the lexoffice Public API v1 that Mahnwerk uses; answers raw dicts.

https://developers.lexware.io/docs/, read as a digest on 2026-11-22. Amounts are ``Decimal``;
null values are usually left out of an answer (§0.15).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from connectors._failures import not_understood
from connectors._http import Answer, HttpClient
from connectors._paginate import Page, PageNumbers
from connectors.lexoffice.meaning import explain
from core.errors import MalformedResponse
from core.ports import Gate

PAGE_SIZE = 250  # the largest that voucherlist and contacts take (§1.6)
WINDOW = 10_000  # rows that can be paged through of one search (§1.6)

Json = dict[str, Any]
_LISTS = PageNumbers(size=PAGE_SIZE)


class LexofficeClient:
    """One API key at one address. Construction does no I/O.

    Every method raises ``ConnectorError``; an unknown id is ``NotFound``. ``requests`` counts
    what was sent, repetitions included.
    """

    def __init__(
        self,
        base: str,
        api_key: str,
        gate: Gate,
        *,
        patience: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = HttpClient(
            connector="lexoffice",
            base=f"{base.rstrip('/')}/v1",
            headers={"Authorization": f"Bearer {api_key}"},
            gate=gate,
            secrets=(api_key,),
            patience=patience,
            sleep=sleep,
            explain=explain,
        )

    @property
    def requests(self) -> int:
        return self._http.requests

    def close(self) -> None:
        self._http.close()

    def profile(self) -> Json:
        return self._object("/profile")

    def voucherlist_page(
        self, page: int, *, types: Sequence[str], statuses: Sequence[str], **filters: str
    ) -> Json:
        """One page of the only list that there is (§2.1), oldest voucher first.

        ``filters``: updatedDateFrom, voucherDateFrom, voucherDateTo … as yyyy-mm-dd, whole
        Berlin days. "overdue" must not be asked beside another status.
        """
        return self._object(
            "/voucherlist",
            {
                "voucherType": ",".join(types),
                "voucherStatus": ",".join(statuses),
                **filters,
                "page": page,
                "size": PAGE_SIZE,
                "sort": "voucherDate,ASC",
            },
        )

    def contacts_page(self, page: int) -> Json:
        """One page of the customers, by name; archived ones too (§2.8)."""
        return self._object("/contacts", {"customer": "true", "page": page, "size": PAGE_SIZE})

    def contact(self, contact_id: str) -> Json:
        return self._one("contacts", contact_id)

    def invoice(self, invoice_id: str) -> Json:
        return self._one("invoices", invoice_id)

    def down_payment_invoice(self, invoice_id: str) -> Json:
        return self._one("down-payment-invoices", invoice_id)

    def credit_note(self, credit_note_id: str) -> Json:
        return self._one("credit-notes", credit_note_id)

    def voucher(self, voucher_id: str) -> Json:
        """A bookkeeping voucher: salesinvoice, salescreditnote (§2.9)."""
        return self._one("vouchers", voucher_id)

    def payments(self, voucher_id: str) -> Json:
        """What is open of a voucher and its movements; 406 for drafts and linked credit notes."""
        return self._one("payments", voucher_id)

    def dunning(self, dunning_id: str) -> Json:
        return self._one("dunnings", dunning_id)

    def create_dunning(self, invoice_id: str, body: Mapping[str, Any]) -> Json:
        """Makes a dunning of an invoice. Never repeated: there is neither key nor deletion (§0.18).

        Raises ``AnswerUnknown`` when lexoffice may have made it.
        """
        answer = self._http.post_json("/dunnings", body, {"precedingSalesVoucherId": invoice_id})
        return _checked(answer, "/dunnings")

    def file(self, resource: str, voucher_id: str, *, accept: str = "application/pdf") -> Answer:
        """The file of a document; ``resource`` as in its path ("invoices", "dunnings", …)."""
        return self._http.get(f"/{resource}/{_segment(voucher_id)}/file", accept=accept)

    def document_file_id(self, resource: str, voucher_id: str) -> Json:
        """The older way to a file (deprecated, §2.3); 406 for a draft."""
        return self._object(f"/{resource}/{_segment(voucher_id)}/document")

    def stored_file(self, file_id: str, *, accept: str = "application/pdf") -> Answer:
        """A file by its own id: of bookkeeping vouchers, or found by ``document_file_id``."""
        return self._http.get(f"/files/{_segment(file_id)}", accept=accept)

    def event_subscriptions(self) -> list[Json]:
        return rows_of(self._object("/event-subscriptions"), "/event-subscriptions")

    def create_event_subscription(self, event: str, url: str) -> Json:
        """Subscribes; the same event and URL again is refused with 409 (§3.1)."""
        body = {"eventType": event, "callbackUrl": url}
        return _checked(self._http.post_json("/event-subscriptions", body), "/event-subscriptions")

    def delete_event_subscription(self, subscription_id: str) -> None:
        self._http.delete(f"/event-subscriptions/{_segment(subscription_id)}")

    def _one(self, resource: str, id_: str) -> Json:
        return self._object(f"/{resource}/{_segment(id_)}")

    def _object(self, path: str, params: Mapping[str, str | int] | None = None) -> Json:
        return _checked(self._http.get_json(path, params), path)


def page_of(envelope: Json, path: str, number: int) -> Page:
    """One page of a list. Raises MalformedResponse: no list, another page, or no end in sight."""
    rows_of(envelope, path)
    return _LISTS.page(envelope, number)


def rows_of(page: Json, path: str) -> list[Json]:
    """The rows of a list answer. Raises MalformedResponse when it is none."""
    rows = page.get("content")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _malformed(path)
    return rows


def _segment(id_: str) -> str:
    """An id as one part of a path: it may come from outside."""
    return quote(id_, safe="")


def _checked(answer: Any, path: str) -> Json:
    if not isinstance(answer, dict):
        raise _malformed(path)
    return answer


def _malformed(path: str) -> MalformedResponse:
    return not_understood("lexoffice", "lexoffice", path.split("/")[1])

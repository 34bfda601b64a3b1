"""The endpoints of the sevDesk API v1 that Mahnwerk uses; answers raw dicts, unwrapped.

https://api.sevdesk.de/, API v1 (there is no v2), read as a digest on 2026-11-22; the § are its
sections. Numbers with a fraction are ``Decimal``, most others texts (§1.2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from connectors._http import Answer, HttpClient
from connectors._session import user_agent
from connectors.sevdesk.breaker import Breaker
from connectors.sevdesk.envelope import (
    Json,
    Listed,
    listed,
    malformed,
    optional,
    said_error,
    single,
    unwrap,
)
from connectors.sevdesk.meaning import explain, is_certain, named, refused
from core.errors import AnswerUnknown, ConnectorError, NotFound, Rejected
from core.ports import Gate

PAGE_SIZE = 1000  # the largest that a list takes; 100 rows come silently without it (§1.3)

Value = str | int | bool


class NoRecord(NotFound):
    """An answer without the record, and without an error that says why."""


class SevdeskClient:
    """One API token at one address. Construction does no I/O.

    Every method raises ``ConnectorError``; an unknown id is ``NotFound``. ``requests`` counts what
    was sent, repetitions included. After refusals in a row nothing more is sent (``Stopped``).

    Args:
        base: address with its version, ``https://my.sevdesk.de/api/v1``.
        api_key: the token, sent raw: no "Bearer" (§1).

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
        self._breaker = Breaker()
        self._http = HttpClient(
            connector="sevdesk",
            base=base,
            headers={
                "Authorization": api_key,
                # sevDesk asks for "Product by Company" (§1).
                "User-Agent": f"{user_agent()} (Mahnwerk, dunning for German businesses)",
                # Each resource has versions of its own; only this one is taken everywhere (§1).
                "X-Version": "default",
            },
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

    # Lists.

    def page(
        self, resource: str, offset: int = 0, limit: int = PAGE_SIZE, **params: Value
    ) -> Listed:
        """Rows ``offset`` … of a list, with the size of the whole list.

        ``params``: filters and ``embed``; a name with brackets is given as ``**{"contact[id]": 1}``
        and needs its ``[objectName]`` beside it (§1.5). An unknown filter is ignored in silence.
        """
        asked = {**params, "limit": limit, "offset": offset, "countAll": True}
        return listed(self._get(f"/{resource}", asked), resource)

    # Single records.

    def invoice(self, invoice_id: str, *, embed: str = "") -> Json:
        return self.one("Invoice", invoice_id, embed=embed)

    def credit_note(self, credit_note_id: str, *, embed: str = "") -> Json:
        return self.one("CreditNote", credit_note_id, embed=embed)

    def contact(self, contact_id: str, *, embed: str = "") -> Json:
        return self.one("Contact", contact_id, embed=embed)

    def one(self, resource: str, record_id: str, *, embed: str = "") -> Json:
        """One record of any resource.

        Raises:
            NoRecord: an empty answer; a record that is gone was measured as 404 (§1.6).
            NotFound: there is no such record.

        """
        params: dict[str, Value] = {"embed": embed} if embed else {}
        found = optional(self._get(f"/{resource}/{_segment(record_id)}", params), resource)
        if found is None:
            raise named(NoRecord())
        return found

    def last_dunning(self, invoice_id: str) -> Json | None:
        """The newest reminder of an invoice; None when there is none (§3)."""
        path = f"/Invoice/{_segment(invoice_id)}/getLastDunning"
        found = optional(self._get(path), "getLastDunning")
        # Without any the body has no "objects" (§3); a body of something else is no reminder.
        return found if found and found.get("id") else None

    def bookkeeping_version(self) -> str:
        """The bookkeeping system: "1.0" or "2.0" (§1.7)."""
        body = self._get("/Tools/bookkeepingSystemVersion")
        return str(single(body, "bookkeepingSystemVersion").get("version") or "")

    def pdf(self, record_id: str, resource: str = "Invoice") -> Answer:
        """The file, wrapped in JSON or raw (§2.4). Never without ``preventSendBy``: asking for the
        PDF would mark a draft as sent.
        """
        path = f"/{resource}/{_segment(record_id)}/getPdf"
        answer: Answer = self._guarded(
            lambda: _checked_file(
                self._http.get(path, {"preventSendBy": "true"}, accept="application/pdf, */*")
            )
        )
        return answer

    # Writing; never repeated, there are no idempotency keys (§1).

    def create_reminder(self, invoice_id: str) -> Json:
        """Builds the next reminder (MA) of an invoice; whether it is stored then is UNVERIFIED: it
        has an id if so (§3). Raises AnswerUnknown when it may have happened.
        """
        body = {"invoice": {"id": int(invoice_id), "objectName": "Invoice"}}
        params = [("invoice[id]", invoice_id), ("invoice[objectName]", "Invoice")]
        answer = self._post("/Invoice/Factory/createInvoiceReminder", body, params)
        return self._made(answer, "createInvoiceReminder")

    def save_invoice(self, body: Mapping[str, Any]) -> Json:
        """Creates or changes a draft; returns the invoice (§2.4)."""
        answer = self._post("/Invoice/Factory/saveInvoice", body)
        found = self._made(answer, "saveInvoice")
        inner = found.get("invoice")
        return inner if isinstance(inner, dict) else found

    def mark_sent(self, invoice_id: str, send_type: str = "VPR") -> Json:
        """Marks a document as sent, by default as printed; sends nothing (§2.4)."""
        path = f"/Invoice/{_segment(invoice_id)}/sendBy"
        body = {"sendType": send_type, "sendDraft": False}
        return self._made(self._write(lambda: self._http.put_json(path, body)), "sendBy")

    def create_tag(self, name: str, record_id: str, kind: str = "Invoice") -> Json:
        """Puts a visible marker on a document (§3)."""
        body = {"name": name, "object": {"id": int(record_id), "objectName": kind}}
        return self._made(self._post("/Tag/Factory/create", body), "Tag")

    def _post(self, path: str, body: object, params: list[tuple[str, str]] | None = None) -> Any:
        return self._write(lambda: self._http.post_json(path, body, params))

    def _get(self, path: str, params: Mapping[str, Value] | None = None) -> Any:
        given = {name: _written(value) for name, value in (params or {}).items()}
        return self._guarded(lambda: _checked(self._http.get_json(path, given)))

    def _write(self, send: Callable[[], Any]) -> Any:
        try:
            return self._guarded(lambda: _checked(send()))
        except Rejected as error:
            if is_certain(error):
                raise
            # 400 was seen on writes that had been done (§1): only looking tells.
            raise _unknown(error) from None

    def _made(self, answer: Any, resource: str) -> Json:
        """What a write answers; an answer that nobody understands leaves it open what happened."""
        found = unwrap(answer)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, dict) or not found:
            raise _unknown(malformed(resource))
        return found

    def _guarded(self, send: Callable[[], Any]) -> Any:
        self._breaker.check()
        try:
            answer = send()
        except ConnectorError as error:
            self._breaker.failed(error)
            raise
        self._breaker.succeeded()
        return answer


def _checked(body: Any) -> Any:
    """The answer; some failures come with 200 and an ``error`` (§1.6)."""
    said = said_error(body)
    if said is None:
        return body
    error = refused(said)
    error.status = HTTPStatus.OK
    raise error


def _checked_file(answer: Answer) -> Answer:
    if answer.content.lstrip()[:1] == b"{":
        _checked(answer.problem)
    return answer


def _unknown(cause: ConnectorError) -> AnswerUnknown:
    error = AnswerUnknown(
        "sevDesk hat auf eine Eintragung nicht eindeutig geantwortet; sie kann trotzdem angekommen "
        "sein. Bitte dort nachsehen, bevor sie wiederholt wird.",
        en="sevDesk gave no clear answer to an entry; it may have arrived all the same. Please look "
        "there before it is repeated.",
    )
    return named(error, cause)


def _written(value: Value) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _segment(id_: str) -> str:
    """An id as one part of a path: it may come from outside."""
    return quote(id_, safe="")

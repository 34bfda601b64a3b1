"""The endpoints of Demo Books, as raw dicts. It exists for these tests only, so nothing is cited."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors._http import Answer, HttpClient
from connectors._paginate import PageNumbers
from core.errors import MalformedResponse, Rejected
from core.ports import Gate

PAGE_SIZE = 2
Json = dict[str, Any]


class DemoClient:
    """One key at one address. Construction does no I/O."""

    def __init__(
        self,
        base: str,
        key: str,
        gate: Gate,
        *,
        timeout: tuple[float, float] = (10.0, 40.0),
        patience: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.http = HttpClient(
            connector="demo",
            base=f"{base}/v1",
            headers={"Authorization": f"Bearer {key}"},
            gate=gate,
            secrets=(key,),
            timeout=timeout,
            patience=patience,
            sleep=sleep,
        )

    def account(self) -> Json:
        return self._object("/account")

    def customers(self, first: int) -> Iterator[tuple[int, list[Json]]]:
        return self._pages("/customers", first)

    def customer(self, customer: str) -> Json:
        return self._object(f"/customers/{customer}")

    def invoices(self, first: int, since: str) -> Iterator[tuple[int, list[Json]]]:
        """Those changed since that instant, oldest change first; "" = all."""
        return self._pages("/invoices", first, **({"changed_since": since} if since else {}))

    def open_ids(self) -> list[str]:
        return [str(each) for each in self._object("/open-invoices")["ids"]]

    def invoice(self, invoice: str) -> Json:
        """With its payments and reminders. Raises NotFound."""
        return self._object(f"/invoices/{invoice}")

    def pdf(self, invoice: str) -> Answer:
        return self.http.get(f"/invoices/{invoice}/pdf", accept="application/pdf")

    def remind(self, invoice: str, body: Json) -> Json:
        """Never repeated: Demo Books has no idempotency key."""
        made: Json = self.http.post_json(f"/invoices/{invoice}/reminders", body)
        return made

    def bank(self) -> Json:
        """Lines that belong to no invoice, and up to which day the bank was read."""
        return self._object("/bank")

    def hooks(self) -> list[Json]:
        return list(self._object("/hooks")["hooks"])

    def add_hook(self, event: str, url: str) -> Json:
        made: Json = self.http.post_json("/hooks", {"event": event, "url": url})
        return made

    def remove_hook(self, hook: str) -> None:
        self.http.delete(f"/hooks/{hook}")

    def _pages(self, path: str, first: int, **query: str) -> Iterator[tuple[int, list[Json]]]:
        def fetch(params: Mapping[str, str | int]) -> Any:
            return good(self.http.get_json(path, params))

        for page in PageNumbers(size=PAGE_SIZE).pages(fetch, query, first):
            yield page.number, list(page.items)

    def _object(self, path: str) -> Json:
        found: Any = good(self.http.get_json(path))
        if not isinstance(found, dict):
            raise MalformedResponse
        return found


def good(found: Any) -> Any:
    """The answer, when it is none of an error: those come with status 200 as well."""
    if isinstance(found, dict) and "error" in found:
        raise Rejected(
            "Demo Books hat die Anfrage abgelehnt. Bitte dort nachsehen.",
            en="Demo Books refused the request. Please look there.",
        )
    return found

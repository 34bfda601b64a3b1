"""A second, smaller server that speaks Stripe, written from the reference alone and not from the stand-in.

It has invoices, customers, InvoicePayments, PaymentIntents and charges, below a path of its own. It
ignores expand[] and leaves out every field that may be missing. Pages are short, whatever is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any, Self

from werkzeug.wrappers import Request, Response

from sandbox.serve import LocalServer

Json = dict[str, Any]
PREFIX = "/stripe/v1"
LONGEST_PAGE = 4  # rows
_BOUNDS = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}
_NO_FILTERS = {"limit", "starting_after", "expand[]"}


def seconds(day: date) -> int:
    """Noon, in Unix seconds (§1)."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


class OtherStripe:
    """The server with its books; amounts are minor units. ``requests``: paths that were asked for."""

    def __init__(self, api_key: str) -> None:
        self._key = api_key
        self._server = LocalServer(self._answer)
        self.requests: list[str] = []
        names = ("invoices", "customers", "invoice_payments", "payment_intents", "charges")
        self.tables: dict[str, dict[str, Json]] = {name: {} for name in names}

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def base(self) -> str:
        return self._server.url + PREFIX

    # --- what people do there ----------------------------------------------------------------

    def customer(self, name: str, email: str) -> str:
        address = {"line1": "Musterweg 1", "postal_code": "90402", "city": "Nürnberg"}
        return self._add("customers", {"name": name, "email": email, "address": address})

    def invoice(
        self, customer: str, number: str, total: int, on: date, due: date, currency: str = "eur"
    ) -> str:
        """A finalised invoice (§2)."""
        return self._add(
            "invoices",
            {
                "number": number,
                "customer": customer,
                "currency": currency,
                "status": "open",
                "collection_method": "send_invoice",
                "created": seconds(on),
                "due_date": seconds(due),
                "total": total,
                "amount_due": total,
                "amount_paid": 0,
                "amount_remaining": total,
                "hosted_invoice_url": f"https://pay.example/{number}",
            },
        )

    def pay(self, invoice: str, on: date, amount: int | None = None) -> None:
        row = self.tables["invoices"][invoice]
        amount = row["amount_remaining"] if amount is None else amount
        row["amount_paid"] += amount
        row["amount_remaining"] -= amount
        row["status"] = "open" if row["amount_remaining"] else "paid"
        self._payment(row, "paid", "succeeded", on, amount)

    def debit(self, invoice: str, on: date) -> None:
        """A SEPA debit is on its way (§3): the invoice is open as before."""
        self._payment(self.tables["invoices"][invoice], "open", "processing", on, None)

    def _payment(self, row: Json, status: str, intent: str, on: date, paid: int | None) -> None:
        customer, at = row["customer"], seconds(on)
        carrier = self._add(
            "payment_intents", {"status": intent, "customer": customer, "created": at}
        )
        charge = "pending" if intent == "processing" else "succeeded"
        fields = {"status": charge, "customer": customer, "payment_intent": carrier, "created": at}
        self._add("charges", fields)
        payment = {"type": "payment_intent", "payment_intent": carrier}
        moments = {"paid_at": at if paid else None}
        fields = {"invoice": row["id"], "status": status, "amount_paid": paid, "payment": payment}
        self._add("invoice_payments", {**fields, "status_transitions": moments, "created": at})

    def _add(self, table: str, fields: Json) -> str:
        id_ = f"{table[:3]}_{len(self.tables[table]) + 1}"
        if table == "charges":
            id_ = f"ch_{id_}"
        self.tables[table][id_] = {"id": id_, **fields}
        return id_

    # --- what the server answers -------------------------------------------------------------

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.requests.append(request.path)
        status, body = self._asked(request)
        answer = Response(json.dumps(body), status, content_type="application/json")
        return answer(environ, start_response)

    def _asked(self, request: Request) -> tuple[int, Json]:
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            return _error(HTTPStatus.UNAUTHORIZED, "Invalid API Key")
        prefix, _, path = request.path.partition(f"{PREFIX}/")
        name, _, id_ = path.partition("/")
        if prefix or request.method != "GET" or name not in self.tables:
            return _error(HTTPStatus.NOT_FOUND, "Unrecognized request URL")
        if not id_:
            return self._list(name, request)
        if id_ not in self.tables[name]:
            return _error(HTTPStatus.NOT_FOUND, f"No such object: {id_}", "resource_missing", "id")
        return HTTPStatus.OK, self.tables[name][id_]

    def _list(self, name: str, request: Request) -> tuple[int, Json]:
        """Newest first; the cursor is the last id of the page before (§1)."""
        filters = [(k, v) for k, v in request.args.items(multi=True) if k not in _NO_FILTERS]
        rows = [row for row in self.tables[name].values() if all(_meets(row, *f) for f in filters)]
        rows.sort(key=lambda row: (-row.get("created", 0), row["id"]))
        after = request.args.get("starting_after")
        if after is not None:
            ids = [row["id"] for row in rows]
            if after not in ids:
                code = "resource_missing"
                return _error(HTTPStatus.BAD_REQUEST, "No such object", code, "starting_after")
            rows = rows[ids.index(after) + 1 :]
        most = min(int(request.args.get("limit", 10)), LONGEST_PAGE)
        more = len(rows) > most
        return HTTPStatus.OK, {"object": "list", "data": rows[:most], "has_more": more}


def _meets(row: Json, name: str, wanted: str) -> bool:
    """``payment[type]`` looks inside, ``created[gte]`` compares (§2 List parameters, §3)."""
    keys = list(_keys(name))
    if keys[-1] in _BOUNDS:
        return _BOUNDS[keys[-1]](row[keys[0]], int(wanted))
    found: Any = row
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return str(found) == wanted


def _keys(name: str) -> Iterator[str]:
    yield from name.replace("]", "").split("[")


def _error(status: int, message: str, code: str = "", param: str = "") -> tuple[int, Json]:
    error = {"type": "invalid_request_error", "message": message}
    more = {"code": code, "param": param}
    return status, {"error": error | {name: value for name, value in more.items() if value}}

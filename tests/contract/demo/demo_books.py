"""The books of the platform: what it answers to whom, without the network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
_NUMBER = re.compile(r'"€(-?[\d.]+)"')


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def number(amount: Decimal) -> str:
    """An amount that ``dump`` writes as a JSON number, digit by digit."""
    return f"€{amount}"


def dump(body: object) -> bytes:
    return _NUMBER.sub(r"\1", json.dumps(body, ensure_ascii=False)).encode()


@dataclass
class Books:
    """Customers, invoices, reminders and hooks of one account."""

    key: str
    now: Callable[[], datetime]
    customers: dict[str, Json] = field(default_factory=dict)
    invoices: dict[str, Json] = field(default_factory=dict)
    hooks: dict[str, Json] = field(default_factory=dict)
    bank: dict[str, Json] = field(default_factory=dict)  # lines that belong to no invoice
    balances: dict[str, Decimal] = field(default_factory=dict)  # of customers, not yet used up
    bank_read_until: date | None = None
    changes: dict[str, Json] = field(default_factory=dict)  # fields that are answered differently
    _last: int = 0

    def new_id(self, kind: str) -> str:
        self._last += 1
        return f"{kind}-{self._last:04}"

    def touch(self, invoice: Json) -> None:
        invoice["changed_at"] = self.now().isoformat()

    def book(self, invoice: str, amount: Decimal, kind: str) -> None:
        """Money or a credit note makes what is open smaller."""
        found = self.invoices[invoice]
        found["open"] -= amount
        found["status"] = "open" if found["open"] else "paid"
        on = self.now().date().isoformat()
        found["payments"].append({"date": on, "amount": amount, "kind": kind})
        found["under_way"] = False
        self.touch(found)

    def give_back(self, invoice: str, amount: Decimal) -> None:
        found = self.invoices[invoice]
        self.book(invoice, -amount, "back")
        found["payments"][-1]["amount"] = amount

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> bytes:
        """Raises Refused."""
        if authorization != f"Bearer {self.key}":
            raise Refused(401, "Unauthorized")
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for wanted, pattern, meet in self._routes():
            match = re.fullmatch(f"/v1{pattern}", parts.path)
            if match and wanted == method:
                return meet(query, json.loads(body or b"{}"), *match.groups())
        raise Refused(404, "no such resource")

    def _routes(self) -> list[tuple[str, str, Callable[..., bytes]]]:
        return [
            ("GET", "/account", lambda *_: dump({"id": "demo-1", "name": "Muster Handel e. K."})),
            ("GET", "/customers", lambda query, _: self._page(self.customers, query)),
            ("GET", "/customers/([^/]+)", self._customer),
            ("GET", "/invoices", lambda query, _: self._page(self._changed(query), query)),
            ("GET", "/open-invoices", lambda *_: dump({"ids": self._open()})),
            ("GET", "/invoices/([^/]+)", self._invoice),
            ("GET", "/invoices/([^/]+)/pdf", self._pdf),
            ("POST", "/invoices/([^/]+)/reminders", self._remind),
            ("GET", "/bank", self._bank),
            ("GET", "/hooks", lambda *_: dump({"hooks": list(self.hooks.values())})),
            ("POST", "/hooks", self._hook),
            ("DELETE", "/hooks/([^/]+)", self._unhook),
        ]

    def _page(self, rows: dict[str, Json], query: Json) -> bytes:
        page, size = int(query.get("page", 0)), int(query.get("size", 5))
        part = list(rows.values())[page * size : (page + 1) * size]
        pages = -(-len(rows) // size)
        envelope = {"totalPages": pages, "totalElements": len(rows), "number": page, "size": size}
        return dump({"content": part, "last": page + 1 >= pages, **envelope})

    def _changed(self, query: Json) -> dict[str, Json]:
        since = query.get("changed_since", "")
        found = [each for each in self.invoices.values() if each["changed_at"] >= since]
        found.sort(key=lambda each: (each["changed_at"], each["id"]))
        return {each["id"]: self._shown(each, single=False) for each in found}

    def _shown(self, invoice: Json, *, single: bool) -> Json:
        """As it is answered; payments and reminders only when it is asked for alone."""
        hidden = () if single else ("payments", "reminders")
        shown = {key: value for key, value in invoice.items() if key not in hidden}
        shown |= {"total": number(invoice["total"]), "open": number(invoice["open"])}
        if single:
            shown["payments"] = [
                {**each, "amount": number(each["amount"])} for each in invoice["payments"]
            ]
        return shown | self.changes.get(invoice["id"], {})

    def _open(self) -> list[str]:
        return [key for key, each in self.invoices.items() if each["status"] == "open"]

    def _customer(self, _query: Json, _body: Json, id_: str) -> bytes:
        return dump(self._found(self.customers, id_))

    def _invoice(self, _query: Json, _body: Json, id_: str) -> bytes:
        return dump(self._shown(self._found(self.invoices, id_), single=True))

    def _pdf(self, _query: Json, _body: Json, id_: str) -> bytes:
        found = self._found(self.invoices, id_)
        if found["status"] == "draft":
            found["status"] = "open"  # whoever asks for the PDF has sent it
        return f"%PDF-1.7\n% {found['number']}\n%%EOF\n".encode()

    def _remind(self, _query: Json, body: Json, id_: str) -> bytes:
        made = {**body, "id": self.new_id("reminder")}
        self._found(self.invoices, id_)["reminders"].append(made)
        return dump(made)

    def _bank(self, _query: Json, _body: Json) -> bytes:
        lines = [{**each, "amount": number(each["amount"])} for each in self.bank.values()]
        until = self.bank_read_until and self.bank_read_until.isoformat()
        balances = [
            {"customer": each, "amount": number(has)} for each, has in self.balances.items() if has
        ]
        return dump({"lines": lines, "balances": balances, "read_until": until})

    def _hook(self, _query: Json, body: Json) -> bytes:
        made = {**body, "id": self.new_id("hook")}
        self.hooks[made["id"]] = made
        return dump(made)

    def _unhook(self, _query: Json, _body: Json, id_: str) -> bytes:
        self._found(self.hooks, id_)
        del self.hooks[id_]
        return b""

    def _found(self, things: dict[str, Json], id_: str) -> Json:
        if id_ not in things:
            raise Refused(404, "not found")
        return things[id_]


def new_invoice(books: Books, customer: str, gross: Decimal, on: date, due: date) -> str:
    id_ = books.new_id("invoice")
    books.invoices[id_] = {
        "id": id_,
        "number": id_.replace("invoice", "RE"),
        "customer": customer,
        "date": on.isoformat(),
        "due": due.isoformat(),
        "total": gross,
        "open": gross,
        "status": "open",
        "test": False,
        "under_way": False,
        "pay_link": f"https://demo.example/pay/{id_}",
        "payments": [],
        "reminders": [],
    }
    books.touch(books.invoices[id_])
    return id_

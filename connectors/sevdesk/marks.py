"""Marks: a digest of everything that we read of a document, to tell whether it changed. Pure.

``update`` alone is not enough: whether a booking bumps it is UNVERIFIED (§9.2).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors._values import Json, second, text
from connectors.sevdesk.values import ref

_TEXTS = (
    "invoiceType", "status", "invoiceNumber", "creditNoteNumber", "invoiceDate", "creditNoteDate",
    "deliveryDate", "deliveryDateUntil", "timeToPay", "payDate", "currency", "discountTime",
    "sendDate", "sendType", "sepaMandateReference", "customerInternalNote", "dunningLevel",
    "einvoiceReference", "bookingCategory",
    "address", "addressName", "addressName2", "addressParentName", "addressParentName2",
    "addressStreet", "addressZip", "addressCity",
)  # fmt: skip
_AMOUNTS = ("sumGross", "paidAmount", "discount")
_REFS = ("contact", "origin", "addressCountry", "refSrcInvoice")


def digest(row: Json, beside: Iterable[object], logs: Sequence[Json] | None) -> str:
    """Of a row and of what stands ``beside`` it; the same for a list and a single read."""
    values: list[Any] = [second(row, "update")]
    values += [text(row, name) for name in _TEXTS]
    values += [_number(row, name) for name in _AMOUNTS]
    values += [ref(row, name) for name in _REFS]
    values += [str(each) for each in beside]
    values += sorted(_log(each) for each in logs or ())
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]


def _log(row: Json) -> list[str]:
    amount = next(
        (
            _number(row, name)
            for name in ("amountPaid", "ammountPayed", "amountPayed")
            if row.get(name) is not None
        ),
        "",
    )
    return [text(row, "id"), second(row, "bookingDate"), amount, text(row, "toStatus")]


def _number(row: Json, name: str) -> str:
    """``119``, ``"119"`` and ``"119.00"`` are the same amount (§1.2)."""
    written = text(row, name)
    try:
        return f"{Decimal(written).normalize():f}" if written else "0"
    except InvalidOperation:
        return written

"""A row of a Buchungsstapel as text, and what can be told from the text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

_NUMBER_LIKE = re.compile(r"(?=.*[0-9]{3})[A-Za-z0-9][A-Za-z0-9$&%*+\-/_.#]{3,35}")
_DATE_LIKE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}")
_SEPARATOR = "\x1f"


class RawPosting(NamedTuple):
    """The used columns of a row, in the order of ``POSTING_COLUMNS``."""

    amount: str
    side: str
    currency: str
    rate: str
    base: str
    base_currency: str
    account: str
    contra: str
    tax_key: str
    date: str
    number: str
    second: str
    discount: str
    text: str
    block: str
    sundry: str
    matter: str
    info1: str
    info2: str
    info3: str
    info4: str
    info5: str
    info6: str
    info7: str
    info8: str
    order: str
    booking_type: str
    guid: str
    mandate: str
    block_until: str
    locked: str
    delivery: str
    due: str
    reversal: str


_FIRST_INFO = RawPosting._fields.index("info1")
_AFTER_INFO = RawPosting._fields.index("info8") + 1
# What makes two rows equal, beside client, fiscal year, amount and day (datev.md §7).
_CONTENT = itemgetter(
    *map(
        RawPosting._fields.index,
        (
            "side", "currency", "rate", "base", "base_currency", "account", "contra", "tax_key",
            "number", "second", "discount", "text", "booking_type", "due", "reversal",
        ),
    )
)  # fmt: skip


def content_key(scope: str, raw: RawPosting, day: date, amount: Decimal) -> str:
    """Hash over ``scope`` (client, fiscal year) and columns 1-14, 96, 117, 118 (datev.md §7)."""
    text = _SEPARATOR.join((scope, str(amount), day.isoformat(), *_CONTENT(raw)))
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def references(raw: RawPosting, second: str) -> tuple[str, ...]:
    """Other fields that may name an invoice.

    Belegfeld 2, Auftragsnummer, and contents of Beleginfo that look like numbers; the
    Buchungstext travels as ``Posting.text``.
    """
    contents: Sequence[str] = raw[_FIRST_INFO:_AFTER_INFO]
    if not (second or raw.order or any(contents)):
        return ()
    found = [value for value in (second, raw.order) if value]
    # The row's own number says nothing new.
    number = raw.number
    found += [v for v in contents if v and v != number and _looks_like_number(v)]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


@lru_cache(maxsize=4096)  # contents repeat: captions, cost centres, the rows of one document
def _looks_like_number(value: str) -> bool:
    return bool(_NUMBER_LIKE.fullmatch(value) and not _DATE_LIKE.fullmatch(value))

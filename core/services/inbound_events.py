"""Events of other systems of the creditor, and mails that came back: how they are read.

An inbound event is a JSON object: ``event`` (paid, overdue or changed), ``id`` (external id at the
connection) or ``invoice`` (its number), and optionally ``amount``, ``currency``, ``on`` and
``event_id``. Like every event it is a hint; only of a connection that is read from files is what
it says all there is (docs/webhooks.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.domain.money import Money, is_currency_code
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import EventTooLarge, WebhookError
from core.services.signed import verify_signed

_MAX_TEXT = 200
_MAX_MAIL = 1024 * 1024
_MAX_EVENT = 64 * 1024
_AMOUNT = re.compile(r"[0-9]{1,12}([.][0-9]{1,3})?", re.ASCII)


class Says(StrEnum):
    """What another system may say of an invoice."""

    PAID = "paid"
    OVERDUE = "overdue"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Inbound:
    """``id`` or ``invoice`` names it; ``amount`` None: all that is open; ``on`` None: unsaid."""

    says: Says
    id: str
    invoice: str
    amount: Money | None
    on: date | None
    event_id: str


def read_inbound(raw: bytes) -> Inbound:
    """What an inbound event says, after its signature was verified.

    Raises:
        WebhookError: the field that cannot be used is named.
    """
    try:
        body = json.loads(raw.decode("utf-8"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise _unreadable("JSON") from None
    if not isinstance(body, dict):
        raise _unreadable("JSON")
    says = _text(body, "event")
    if says not in set(Says):
        raise _unreadable("event")
    id_, invoice = _text(body, "id"), _text(body, "invoice")
    if not (id_ or invoice):
        raise _unreadable("id, invoice")
    return Inbound(Says(says), id_, invoice, _amount(body), _day(body), _text(body, "event_id"))


def _bounded(raw: bytes, most: int) -> None:
    if len(raw) > most:
        raise EventTooLarge


class InboundReader:
    """Fulfils ``core.ports.EventReader`` for ``/hooks/inbound``."""

    unknown_status, foreign_status = 404, 400

    def verify(
        self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str], now: datetime
    ) -> None:
        _bounded(raw, _MAX_EVENT)
        verify_signed(raw, headers, keys, now)

    def parse(self, raw: bytes) -> list[ConnectorEvent]:
        """``at`` is not said by inbound events: whoever stores it knows when it came."""
        found = read_inbound(raw)
        key = found.event_id or _digest(raw)
        event = ConnectorEvent(
            "", EventKind.INBOUND, EventChange.CHANGED, found.id, NO_INSTANT, f"inbound:{key}"
        )
        return [event]


class ReturnedMailReader:
    """The same for ``/hooks/returned-mail``: the body is the mail, read when it is worked on."""

    unknown_status, foreign_status = 404, 400

    def verify(
        self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str], now: datetime
    ) -> None:
        _bounded(raw, _MAX_MAIL)
        verify_signed(raw, headers, keys, now)

    def parse(self, raw: bytes) -> list[ConnectorEvent]:
        return [returned_mail_event(raw)]


# Of events that name no instant.
NO_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)


def returned_mail_event(raw: bytes, key: str = "") -> ConnectorEvent:
    """The event of a mail that came back; ``key`` tells repeated ones, else its sha256 does."""
    return ConnectorEvent(
        "",
        EventKind.RETURNED_MAIL,
        EventChange.CREATED,
        "",
        NO_INSTANT,
        key or f"mail:{_digest(raw)}",
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        raise _unreadable(name)
    return value.strip()


def _amount(body: Mapping[str, Any]) -> Money | None:
    text, currency = _text(body, "amount"), _text(body, "currency") or "EUR"
    if not text:
        return None
    if not is_currency_code(currency):
        raise _unreadable("currency")
    try:
        amount = Money(Decimal(text if _AMOUNT.fullmatch(text) else "0"), currency)
        if amount.minor > 0:
            return amount
    except ValueError:  # more decimals than the currency has
        pass
    raise _unreadable("amount")


def _day(body: Mapping[str, Any]) -> date | None:
    text = _text(body, "on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _unreadable("on") from None


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _unreadable(where: str) -> WebhookError:
    return WebhookError(
        f"Die Meldung ist unlesbar ({where}). Was möglich ist, steht in docs/webhooks.md.",
        en=f"The event cannot be read ({where}). docs/webhooks.md says what is possible.",
    )

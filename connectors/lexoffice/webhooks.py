"""Events of lexoffice: is the signature right, and what does an event say?

https://developers.lexware.io/docs/#event-subscriptions-endpoint, read as a digest on 2026-11-22
(§3). An event is a pointer without data: whoever gets one reads the object again. It carries no
instant of sending, so a repeated one is known by its ``key`` only. The signature scheme was never
seen on a real event: UNVERIFIED beyond the documentation and our stand-in.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connectors._event import bounded, instant, json_object, unreadable
from connectors.lexoffice.webhook_keys import blocks_of, rsa_key
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import ConfigError, SignatureInvalid

SIGNATURE_HEADER = "X-Lxo-Signature"
_LEXOFFICE = "lexoffice"
MAX_BYTES = 64 * 1024  # an event has four short fields
_MAX_FIELD = 200
_FIELDS = ("organizationId", "eventType", "resourceId", "eventDate")

# vendor -> ours. What is not here (articles, quotations …) is EventKind.OTHER, as is a type that
# lexoffice adds later.
EVENT_MAP: Mapping[str, tuple[EventKind, EventChange]] = {
    "invoice.created": (EventKind.INVOICE, EventChange.CREATED),
    "invoice.changed": (EventKind.INVOICE, EventChange.CHANGED),
    "invoice.deleted": (EventKind.INVOICE, EventChange.DELETED),
    "invoice.status.changed": (EventKind.INVOICE, EventChange.CHANGED),
    "down-payment-invoice.created": (EventKind.INVOICE, EventChange.CREATED),
    "down-payment-invoice.changed": (EventKind.INVOICE, EventChange.CHANGED),
    "down-payment-invoice.deleted": (EventKind.INVOICE, EventChange.DELETED),
    "down-payment-invoice.status.changed": (EventKind.INVOICE, EventChange.CHANGED),
    # Bookkeeping vouchers: sales or purchases, which the event does not tell (§3.2)
    "voucher.created": (EventKind.INVOICE, EventChange.CREATED),
    "voucher.changed": (EventKind.INVOICE, EventChange.CHANGED),
    "voucher.deleted": (EventKind.INVOICE, EventChange.DELETED),
    "voucher.status.changed": (EventKind.INVOICE, EventChange.CHANGED),
    # Names the voucher; also sent when an invoice goes back to draft
    "payment.changed": (EventKind.PAYMENT, EventChange.CHANGED),
    "credit-note.created": (EventKind.CREDIT_NOTE, EventChange.CREATED),
    "credit-note.changed": (EventKind.CREDIT_NOTE, EventChange.CHANGED),
    "credit-note.deleted": (EventKind.CREDIT_NOTE, EventChange.DELETED),
    "credit-note.status.changed": (EventKind.CREDIT_NOTE, EventChange.CHANGED),
    "contact.created": (EventKind.DEBTOR, EventChange.CREATED),
    "contact.changed": (EventKind.DEBTOR, EventChange.CHANGED),
    "contact.deleted": (EventKind.DEBTOR, EventChange.DELETED),
    "dunning.created": (EventKind.PLATFORM_NOTICE, EventChange.CREATED),
    "dunning.changed": (EventKind.PLATFORM_NOTICE, EventChange.CHANGED),
    "dunning.deleted": (EventKind.PLATFORM_NOTICE, EventChange.DELETED),
    # Names the connectionId of the profile, no voucher
    "token.revoked": (EventKind.KEY_REVOKED, EventChange.DELETED),
}

# What a dunning product needs at least (§3.2). Becoming overdue has no event.
EVENTS = (
    "payment.changed",
    "invoice.created",
    "invoice.changed",
    "invoice.deleted",
    "invoice.status.changed",
    "down-payment-invoice.status.changed",
    "credit-note.status.changed",
    "dunning.created",
    "dunning.deleted",
    "contact.changed",
    "token.revoked",
)


def verify(raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
    """Returns when one of ``keys`` (PEM, each one or more public keys) signed these very bytes.

    RSA with SHA-512 and PKCS #1 v1.5 padding over the body as it came (§3.4).

    Raises:
        EventTooLarge: more than ``MAX_BYTES``.
        SignatureInvalid: missing, not readable or wrong; nothing of the body was parsed.
        ConfigError: there is no usable key, so that nothing can be said of the event.
    """
    bounded(raw, MAX_BYTES)
    usable = [key for text in keys for key in _keys(text)]
    if not usable:
        raise ConfigError(
            "Für die Meldungen von lexoffice ist kein brauchbarer Schlüssel hinterlegt. "
            "Prüfen und bestätigen: mahnwerk webhooks key",
            en="No usable key is pinned for the events of lexoffice. "
            "Check and confirm one: mahnwerk webhooks key",
        )
    signature = _signature(headers)
    for key in usable:
        try:
            key.verify(signature, raw, padding.PKCS1v15(), hashes.SHA512())
        except InvalidSignature:
            continue
        return
    raise _invalid()


def parse_events(raw: bytes) -> list[ConnectorEvent]:
    """The events of a body whose signature was verified; lexoffice sends one at a time.

    Raises:
        EventTooLarge: more than ``MAX_BYTES``.
        WebhookError: not the four fields of §3.3, or an instant without offset.
    """
    bounded(raw, MAX_BYTES)
    body = json_object(raw, _LEXOFFICE)
    organization, event, resource, day = (_field(body, name) for name in _FIELDS)
    kind, change = EVENT_MAP.get(event, (EventKind.OTHER, EventChange.OTHER))
    key = f"{event}|{resource}|{day}"
    return [
        ConnectorEvent(
            organization, kind, change, resource, instant(day, _LEXOFFICE, "eventDate"), key
        )
    ]


@lru_cache(maxsize=16)
def _keys(text: str) -> tuple[RSAPublicKey, ...]:
    """The RSA keys among the blocks of a text; a broken one must not disable its neighbours."""
    return tuple(key for block in blocks_of(text) if (key := rsa_key(block)) is not None)


def _signature(headers: Mapping[str, str]) -> bytes:
    wanted = SIGNATURE_HEADER.lower()
    text = next((value for name, value in headers.items() if name.lower() == wanted), "")
    try:
        signature = base64.b64decode(text.strip().encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _invalid() from None
    if not signature:
        raise _invalid()
    return signature


def _invalid() -> SignatureInvalid:
    return SignatureInvalid(
        "Die Unterschrift der Meldung fehlt oder stimmt nicht; die Meldung wurde nicht gelesen. "
        "Den hinterlegten Schlüssel vergleichen: mahnwerk webhooks key",
        en="The signature of the event is missing or wrong; the event was not read. "
        "Compare the pinned key: mahnwerk webhooks key",
    )


def _field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_FIELD or not value.isprintable():
        raise unreadable(_LEXOFFICE, name)
    return value

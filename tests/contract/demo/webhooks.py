"""Reports of Demo Books: HMAC-SHA256 over the raw bytes, header ``X-Demo-Signature`` in hex."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import SignatureInvalid, WebhookError

HEADER = "X-Demo-Signature"
# theirs -> ours
EVENT_MAP = {
    "invoice.changed": (EventKind.INVOICE, EventChange.CHANGED),
    "invoice.deleted": (EventKind.INVOICE, EventChange.DELETED),
}


def sign(raw: bytes, key: str) -> str:
    return hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()


def verify(raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
    """Returns when one of ``keys`` signed these very bytes. Raises SignatureInvalid."""
    given = {name.lower(): value for name, value in headers.items()}.get(HEADER.lower(), "")
    if not any(hmac.compare_digest(sign(raw, key).encode(), given.encode()) for key in keys):
        raise SignatureInvalid


def parse_events(raw: bytes) -> list[ConnectorEvent]:
    """The one event of a body whose signature was verified. Raises WebhookError."""
    try:
        body = json.loads(raw)
        kind, id_, at = str(body["event"]), str(body["invoice"]), str(body["at"])
        instant = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, KeyError, TypeError) as error:
        raise WebhookError from error
    meaning = EVENT_MAP.get(kind, (EventKind.OTHER, EventChange.OTHER))
    return [ConnectorEvent("demo-1", *meaning, id_, instant, f"{kind}|{id_}|{at}")]

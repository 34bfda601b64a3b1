"""Events of Stripe: is the signature right, and what does an event say?

Reference: https://docs.stripe.com/webhooks, read as a digest on 2026-11-22 (§4, §5). The scheme was
never seen on a real delivery: UNVERIFIED beyond the documentation and our stand-in.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors._event import bounded
from connectors.stripe.event_body import MAX_BYTES, read_event
from core.domain.platform_records import ConnectorEvent
from core.errors import ConfigError, EventStale, SignatureInvalid

SIGNATURE_HEADER = "Stripe-Signature"
TOLERANCE = 300  # seconds between signing and now, on either side (§4)
_MAX_HEADER = 4096  # a live header has some 100 characters for each secret
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(
    raw: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,
    tolerance: int | None = TOLERANCE,
) -> None:
    """Returns when one of ``secrets`` signed these very bytes, not long before or after ``now``.

    HMAC-SHA256 over the instant of the header, a dot and the body as it came (§4). ``now``: aware.
    ``tolerance`` in seconds, inclusive; None = any age, for events that were kept.

    Stripe's libraries check the past only. Here the future is bounded as well: a header that is
    dated ahead would be good for a replay until then. It costs nothing while the clock is right,
    and the error says to look at it.

    Raises:
        EventTooLarge: more than ``MAX_BYTES``.
        SignatureInvalid: missing, not readable or wrong; nothing of the body was parsed.
        EventStale: rightly signed, but too long ago or ahead.
        ConfigError: there is no usable secret, so that nothing can be said of the event.
    """
    bounded(raw, MAX_BYTES)
    keys = _usable(secrets)
    at, signatures = _header(headers)
    message = at.encode() + b"." + raw
    right = False
    for key in keys:
        expected = hmac.new(key, message, hashlib.sha256).hexdigest().encode()
        for signature in signatures:
            # As bytes: of two texts compare_digest refuses what is not ASCII (§4).
            right |= hmac.compare_digest(expected, signature)
    if not right:
        raise _invalid()
    # Whole seconds, as the header has them: exactly 300 s are still good (§5).
    if tolerance is not None and abs(int(now.timestamp()) - int(at)) > tolerance:
        raise EventStale(
            f"Die Meldung wurde mehr als {tolerance} Sekunden vor oder nach jetzt unterschrieben und "
            "nicht gelesen. Häuft sich das, die Uhr dieses Rechners prüfen.",
            en=f"The event was signed more than {tolerance} seconds before or after now and was not "
            "read. If that repeats, check the clock of this machine.",
        )


def parse_events(raw: bytes) -> list[ConnectorEvent]:
    """The event of a body whose signature was verified; Stripe sends one at a time.

    Raises:
        EventTooLarge: more than ``MAX_BYTES``.
        WebhookError: neither a snapshot nor a thin event (§4).
    """
    return [read_event(raw)]


def _usable(secrets: Sequence[str]) -> list[bytes]:
    """Each secret as bytes, whole with its ``whsec_``; blanks around it came by copying."""
    stripped = [each.strip() for each in secrets]
    keys = [each.encode("utf-8", "replace") for each in stripped if each and not _broken(each)]
    if keys:
        return keys
    if any(stripped):
        raise ConfigError(
            "Das Geheimnis der Meldungen von Stripe (webhook_secret) enthält Leerzeichen oder "
            "Zeilenumbrüche. Es ist ein einziges Wort, das mit whsec_ beginnt. Neu eingeben: "
            "mahnwerk connect stripe --set webhook_secret=-",
            en="The secret of Stripe's events (webhook_secret) contains blanks or line breaks. It "
            "is a single word that begins with whsec_. Enter it again: "
            "mahnwerk connect stripe --set webhook_secret=-",
        )
    raise ConfigError(
        "Für die Meldungen von Stripe ist kein Geheimnis hinterlegt (webhook_secret). Anmelden: "
        "mahnwerk webhooks register --url https://…",
        en="No secret is kept for the events of Stripe (webhook_secret). Register: "
        "mahnwerk webhooks register --url https://…",
    )


def _broken(secret: str) -> bool:
    return any(sign.isspace() for sign in secret)


def _header(headers: Mapping[str, str]) -> tuple[str, list[bytes]]:
    """Instant as it was written, and every ``v1``; ``v0`` and later schemes count for nothing."""
    wanted = SIGNATURE_HEADER.lower()
    found: object = next((v for name, v in headers.items() if name.lower() == wanted), "")
    # A web server may hand over several headers of one name as a list.
    if not isinstance(found, str) or not 0 < len(found) <= _MAX_HEADER:
        raise _invalid()
    at, signatures = "", []
    for scheme, value in _pairs(found):
        if scheme == "t" and not at:  # the first one counts (§5)
            at = value
        elif scheme == "v1":
            signatures.append(value.encode("utf-8", "backslashreplace"))
    if not _SECONDS.fullmatch(at) or not signatures:
        raise _invalid()
    return at, signatures


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Nothing is stripped: behind a comma and a blank stands no scheme that counts (§5)."""
    for part in text.split(","):
        scheme, _, value = part.partition("=")
        yield scheme, value


def _invalid() -> SignatureInvalid:
    return SignatureInvalid(
        "Die Unterschrift der Meldung fehlt oder stimmt nicht; die Meldung wurde nicht gelesen. "
        "Kommt sie von Stripe, ist das Geheimnis ein anderes: "
        "mahnwerk connect stripe --set webhook_secret=-",
        en="The signature of the event is missing or wrong; the event was not read. If it is from "
        "Stripe, the secret is another one: mahnwerk connect stripe --set webhook_secret=-",
    )

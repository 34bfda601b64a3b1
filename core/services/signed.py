"""Signatures of other systems of the creditor: HMAC with a timestamp, or a JWT that binds the body.

``Mahnwerk-Signature: t=<seconds>,v1=<hex>`` with HMAC-SHA256 over the instant, a dot and the body
as it is sent (the scheme of Stripe), or ``Authorization: Bearer <JWT>`` with HS256, ``iat``,
``exp``, ``jti`` and ``body_sha256``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import ConfigError, EventStale, SignatureInvalid

SIGNATURE_HEADER = "Mahnwerk-Signature"
TOLERANCE = 300  # seconds between signing and now, on either side
LONGEST = 900  # seconds that a JWT may be good for
_MAX_HEADER = 4096
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_BEARER = "bearer "


def verify_signed(
    raw: bytes, headers: Mapping[str, str], keys: Sequence[str], now: datetime
) -> None:
    """Returns when one of ``keys`` signed these very bytes, not long before or after ``now``.

    Raises:
        SignatureInvalid: missing, not readable or wrong; nothing of the body was parsed.
        EventStale: rightly signed, but too long ago or ahead.
        ConfigError: there is no key.
    """
    if not any(keys):
        raise ConfigError("Kein Geheimnis hinterlegt.", en="No secret is kept.")
    signature, token = _header(headers, SIGNATURE_HEADER), _header(headers, "Authorization")
    if signature:
        _verify_hmac(raw, signature, keys, now)
    elif token[: len(_BEARER)].lower() == _BEARER:
        _verify_jwt(raw, token[len(_BEARER) :].strip(), keys, now)
    else:
        raise _invalid()


def sign(raw: bytes, key: str, at: datetime) -> str:
    """The value of ``SIGNATURE_HEADER`` for a body."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_mac(key, seconds, raw)}"


def _verify_hmac(raw: bytes, header: str, keys: Sequence[str], now: datetime) -> None:
    at, signatures = "", []
    for part in header.split(","):
        scheme, _, value = part.partition("=")
        if scheme == "t" and not at:
            at = value
        elif scheme == "v1":
            signatures.append(value.encode("utf-8", "backslashreplace"))
    if not _SECONDS.fullmatch(at) or not signatures:
        raise _invalid()
    right = False
    for key in filter(None, keys):
        expected = _mac(key, at, raw).encode()
        for signature in signatures:
            # As bytes: of two texts compare_digest refuses what is not ASCII.
            right |= hmac.compare_digest(expected, signature)
    if not right:
        raise _invalid()
    if abs(int(now.timestamp()) - int(at)) > TOLERANCE:
        raise _stale()


def _mac(key: str, at: str, raw: bytes) -> str:
    return hmac.new(key.encode(), at.encode() + b"." + raw, hashlib.sha256).hexdigest()


def _verify_jwt(raw: bytes, token: str, keys: Sequence[str], now: datetime) -> None:
    claims = _claims(token, keys)
    issued, expires, jti = claims.get("iat"), claims.get("exp"), claims.get("jti")
    body = claims.get("body_sha256")
    if not (_is_seconds(issued) and _is_seconds(expires) and _is_word(jti) and _is_word(body)):
        raise _invalid()
    if not hmac.compare_digest(hashlib.sha256(raw).hexdigest().encode(), str(body).encode()):
        raise _invalid()
    at, begin, end = int(now.timestamp()), int(str(issued)), int(str(expires))
    if not 0 < end - begin <= LONGEST:
        raise _invalid()
    if begin > at + TOLERANCE or end < at:
        raise _stale()


def _claims(token: str, keys: Sequence[str]) -> dict[str, Any]:
    """What the JWT says once its signature holds; the algorithm is ours to say, not the token's."""
    from jose import jws
    from jose.exceptions import JOSEError

    for key in filter(None, keys):
        try:
            payload = jws.verify(token, key, algorithms=["HS256"])
        except (JOSEError, ValueError, TypeError, AttributeError, RecursionError):
            continue
        return _object(payload)
    raise _invalid()


def _object(payload: bytes) -> dict[str, Any]:
    import json

    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise _invalid() from None
    if not isinstance(found, dict):
        raise _invalid()
    return found


def _is_seconds(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= int(str(value)) < 10**12


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isascii()


def _header(headers: Mapping[str, str], name: str) -> str:
    wanted = name.lower()
    found = next((value for key, value in headers.items() if key.lower() == wanted), "")
    return found if isinstance(found, str) and len(found) <= _MAX_HEADER else ""


def _invalid() -> SignatureInvalid:
    return SignatureInvalid(
        "Die Unterschrift der Meldung fehlt oder stimmt nicht; die Meldung wurde nicht gelesen. "
        "Das Geheimnis des Absenders vergleichen oder ein neues ausgeben: mahnwerk webhooks rotate",
        en="The signature of the event is missing or wrong; the event was not read. Compare the "
        "secret of the sender, or issue a new one: mahnwerk webhooks rotate",
    )


def _stale() -> EventStale:
    return EventStale(
        f"Die Meldung wurde mehr als {TOLERANCE} Sekunden vor oder nach jetzt unterschrieben, oder "
        "ihr Token ist abgelaufen. Häuft sich das, die Uhren beider Rechner prüfen.",
        en=f"The event was signed more than {TOLERANCE} seconds before or after now, or its token "
        "has expired. If that repeats, check the clocks of both machines.",
    )

"""The signature of webhooks: HMAC-SHA256 over time, a dot and the body as sent (§4)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "Stripe-Signature"


def signature(secret: str, at: int, body: bytes) -> str:
    """The hex of ``v1``; the key is the whole secret with its ``whsec_``."""
    signed = str(at).encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def header(secrets: Sequence[str], at: int, body: bytes, *, v0: bool = False) -> str:
    """``t=…,v1=…``: one ``v1`` for each secret that lives while one is being rolled.

    ``v0``: also a mark of that scheme, which nobody may believe.
    """
    marks = [f"v1={signature(each, at, body)}" for each in secrets]
    old = ["v0=" + "0" * 64] if v0 else []
    return ",".join([f"t={at}", *marks, *old])

"""The signature of webhooks: RSA, SHA-512, PKCS#1 v1.5, over the body as sent (§3.4)."""

from __future__ import annotations

import base64
import functools

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

HEADER = "X-Lxo-Signature"
_BITS = 2048  # the platform's key has 4096; making one of those takes seconds


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    """One key for all stand-ins of this process, as the platform has one for all organisations."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


def public_key() -> str:
    """The public key in PEM, for ``webhook_key`` of a connection."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return _key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def sign(body: bytes) -> str:
    """The value of the header for exactly these bytes."""
    return base64.b64encode(_key().sign(body, padding.PKCS1v15(), hashes.SHA512())).decode()

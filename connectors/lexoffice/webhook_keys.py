"""The public keys that events of lexoffice are signed with: how they are read and compared.

Official place: ``KEY_URL``. The key beside this file comes from a single source, the example of a
client library; an operator must compare it before it counts (§3.4, §5). No way of changing the
key is documented, so several may be pinned at a time.
"""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connectors.lexoffice.platform import WEBHOOK_KEY_URL as KEY_URL
from core.errors import UsageError
from core.ports import PublicKey

CANDIDATE = "webhook_key.candidate.pem"
MIN_BITS = 2048  # what is below can be forged; lexoffice's has 4096
_BLOCK = re.compile(
    r"-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----", re.ASCII
)


def blocks_of(text: str) -> list[str]:
    """The PEM blocks of a text, without what stands around them."""
    return _BLOCK.findall(text)


def candidate_key() -> str:
    """The key that Mahnwerk ships, unconfirmed."""
    return (files(__package__) / CANDIDATE).read_text("ascii")


def read_keys(text: str) -> tuple[PublicKey, ...]:
    """All keys of a PEM text, in its order; each once.

    Raises:
        UsageError: there is none, or one is no RSA key of at least ``MIN_BITS``.
    """
    found = {key.fingerprint: key for key in (_read(block) for block in blocks_of(text))}
    if not found:
        raise UsageError(
            "Darin steht kein öffentlicher Schlüssel (-----BEGIN PUBLIC KEY-----). "
            f"Der von lexoffice liegt unter {KEY_URL}",
            en="There is no public key in it (-----BEGIN PUBLIC KEY-----). "
            f"That of lexoffice is at {KEY_URL}",
        )
    return tuple(found.values())


def rsa_key(block: str) -> RSAPublicKey | None:
    """The key of one PEM block; None when it is not readable, no RSA key or too short."""
    try:
        key = serialization.load_pem_public_key(block.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= MIN_BITS else None


def _read(block: str) -> PublicKey:
    key = rsa_key(block)
    if key is None:
        raise UsageError(
            f"Kein lesbarer RSA-Schlüssel von mindestens {MIN_BITS} Bit. "
            f"Der von lexoffice liegt unter {KEY_URL}",
            en=f"No readable RSA key of at least {MIN_BITS} bits. "
            f"That of lexoffice is at {KEY_URL}",
        )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = key.public_bytes(serialization.Encoding.DER, form)
    pem = key.public_bytes(serialization.Encoding.PEM, form).decode("ascii")
    return PublicKey(hashlib.sha256(der).hexdigest(), key.key_size, pem)

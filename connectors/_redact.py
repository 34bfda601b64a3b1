"""Takes keys out of whatever may reach a log, an exception or a screen.

Gateways echo a key in their error bodies (lexoffice answers a wrong path with 403 and the token),
also percent-encoded, as base64 or cut short.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST = 4  # characters; masking less would mask ordinary words
_PART = 12  # characters of a key in a row that are taken for the key
_RUN = re.compile(r"[A-Za-z0-9+/=_.~%-]{12,}")
_SCHEME = re.compile(r"(?i)\b(bearer|basic|token)(\s+)[A-Za-z0-9+/=_.~-]{8,}")


class Redactor:
    """Replaces given secrets by ``***``, in every form in which they travel."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple({s.strip() for s in secrets if len(s.strip()) >= _SHORTEST})
        forms = {form for secret in self._secrets for form in _forms(secret)}
        # The longest first: a short form must not cut a long one in half.
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._forms = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        if self._forms is not None:
            text = self._forms.sub(MASK, text)
        text = _SCHEME.sub(rf"\1\2{MASK}", text)
        return _RUN.sub(self._mask_part, text)

    def __repr__(self) -> str:
        return f"Redactor({len(self._secrets)} secrets)"

    def _mask_part(self, run: re.Match[str]) -> str:
        """A piece of a key that a gateway cut short or joined to something else."""
        text = run.group()
        for secret in self._secrets:
            for start in range(len(text) - _PART + 1):
                if text[start : start + _PART] in secret:
                    return MASK
        return text


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    for head in (b"", b"x", b"xx"):
        # Base64 of a key inside a longer text depends on where it begins, by 0, 1 or 2 bytes; the
        # signs at both ends also hold bits of its neighbours and are left out.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(head + secret.encode()).decode().rstrip("=")
            core = coded[(len(head) * 8 + 5) // 6 : (len(head) + len(secret.encode())) * 8 // 6]
            if len(core) >= _SHORTEST:
                yield core

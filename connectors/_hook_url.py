"""The address that a platform is told to report changes to."""

from __future__ import annotations

from urllib.parse import urlsplit

from core.errors import UsageError

MAX_URL = 1000
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def check_url(url: str) -> None:
    """Raises UsageError unless a platform could deliver to ``url``."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 — raises ValueError when it is none
    except ValueError:
        parts = urlsplit("")
    # Plain http on this machine is for the stand-ins; a platform itself cannot reach it.
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL
    if not (secure and plain and parts.hostname) or "@" in parts.netloc or parts.fragment:
        raise UsageError(
            "Die Adresse für Meldungen muss mit https:// beginnen, ohne Benutzername, Leerzeichen "
            "und #, etwa https://mahnwerk.example/hooks/…",
            en="The address for events must begin with https://, without user name, blanks and #, "
            "such as https://mahnwerk.example/hooks/…",
        )

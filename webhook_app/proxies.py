"""Who asks, behind reverse proxies: X-Forwarded-* counts when it comes from a trusted one only.

waitress can trust a single address; an installation may have several, or a network of containers.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from config.web import Network, within

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# In the environ when somebody whom we do not trust says that he asks for somebody else.
FORWARDED = "mahnwerk.forwarded"
_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_BY",
    "HTTP_FORWARDED",
)
_LONGEST = 1000


class TrustedProxies:
    """WSGI middleware that rewrites address, scheme and host, and drops what it did not believe."""

    def __init__(self, application: WSGIApplication, trusted: tuple[Network, ...]) -> None:
        self._application, self._trusted = application, trusted

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        given = {name: str(environ.pop(name)) for name in _HEADERS if name in environ}
        if given and within(str(environ.get("REMOTE_ADDR", "")), self._trusted):
            self._believe(environ, given)
        elif given:
            environ[FORWARDED] = True
        return self._application(environ, start)

    def _believe(self, environ: WSGIEnvironment, given: dict[str, str]) -> None:
        """The last address that is no proxy of ours: everything before it anybody may have sent."""
        chain = given.get("HTTP_X_FORWARDED_FOR", "")[-_LONGEST:].split(",")
        # A proxy that names nobody hides somebody all the same.
        environ[FORWARDED] = not chain[-1].strip()
        for address in reversed([each.strip() for each in chain]):
            if not address:
                break
            environ["REMOTE_ADDR"] = _plain(address)
            if not within(_plain(address), self._trusted):
                break
        scheme = _last(given.get("HTTP_X_FORWARDED_PROTO", "")).lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        host = _last(given.get("HTTP_X_FORWARDED_HOST", ""))
        if host:
            environ["HTTP_HOST"] = host


def _last(text: str) -> str:
    return text[-_LONGEST:].rpartition(",")[2].strip()


def _plain(address: str) -> str:
    """Without port and brackets, which some proxies write; "?" for what is no address."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"  # it ends up in logs
    return address

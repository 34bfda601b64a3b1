"""The session behind an `HttpClient`: whom it may talk to, and what it never takes from elsewhere."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from connectors._deadline import WatchedAdapter
from core.errors import ConfigError

_KEY_HEADERS = ("authorization", "x-api-key", "api-key")


class _OwnKey(AuthBase):
    """Keeps requests from replacing our Authorization header by an entry of ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def open_session(headers: Mapping[str, str], *, local: bool) -> requests.Session:
    """A session with our headers; connects when it is first used.

    Args:
        headers: sent with every request.
        local: the platform is on this machine, which the proxy of a company does not know.

    """
    session = requests.Session()
    session.trust_env = not local
    session.auth = _OwnKey()
    session.headers.update({"User-Agent": user_agent(), **headers})
    for scheme in ("https://", "http://"):
        session.mount(scheme, WatchedAdapter())
    return session


def checked_base(base: str, connector: str) -> tuple[str, bool]:
    """The address without its last slash, and whether it is on this machine."""
    scheme, host = _parts(base)
    local = _is_local(host)
    if host and (scheme == "https" or (scheme == "http" and local)):
        return base.rstrip("/"), local
    raise ConfigError(
        f"Die Adresse (api_base) von {connector} muss mit https:// beginnen: der Schlüssel ginge "
        "sonst lesbar durchs Netz. http:// ist nur auf diesem Rechner erlaubt.",
        en=f"The address (api_base) of {connector} must begin with https://, or the key would cross "
        "the network in clear. http:// is allowed on this machine only.",
    )


def _parts(base: str) -> tuple[str, str]:
    """Scheme and host; empty when that is no address."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return "", ""
    return parts.scheme, parts.hostname or ""


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def checked_keys(headers: Mapping[str, str], connector: str) -> list[str]:
    """The keys among ``headers``: with their scheme and alone."""
    keys = []
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            raise ConfigError(
                f"Der Schlüssel für {connector} enthält Zeichen, die kein Schlüssel hat. Bitte mit "
                f"mahnwerk connect {connector} neu hinterlegen.",
                en=f"The key for {connector} holds characters that no key has. Please store it anew "
                f"with mahnwerk connect {connector}.",
            )
        if name.lower() in _KEY_HEADERS:
            keys += [value, value.rpartition(" ")[2]]
    return keys


@cache
def user_agent() -> str:
    """Product and version, as every request names them."""
    try:
        return f"mahnwerk/{version('mahnwerk')}"
    except PackageNotFoundError:
        return "mahnwerk"

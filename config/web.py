"""What the web server is told: where it listens, how it is reached, and whom it believes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit

from core.errors import ConfigError

Network = IPv4Network | IPv6Network
_HERE = ("127.0.0.0/8", "::1/128")
MOST_BYTES = 1024 * 1024  # of a request body (style §5.3)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How ``mahnwerk serve`` runs; made from the settings by ``config.bootstrap``.

    ``url``: where the world reaches it, without a slash at the end; "" = nobody said.
    ``trusted_proxies``: whose X-Forwarded-* is believed. ``monitors``: who may read /metrics and
    the details of /readyz without ``monitor_token``.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    url: str = ""
    threads: int = 16
    trusted_proxies: tuple[Network, ...] = ()
    monitors: tuple[Network, ...] = tuple(ipaddress.ip_network(each) for each in _HERE)
    monitor_token: str = field(default="", repr=False)
    stale_hours: int = 24  # a connection that was not read for longer makes /readyz say so
    max_body: int = MOST_BYTES
    connections: int = 1000  # open at a time; more wait in the system's queue
    idle_seconds: int = 30  # a connection on which nothing happens is closed

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.url.startswith("https://")


def networks(text: str, name: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas.

    Raises:
        ConfigError: one of them is none; ``name``: of the setting.
    """
    found: list[Network] = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise ConfigError(
                f"{name}: „{part}“ ist weder Adresse noch Netz. Beispiel: 127.0.0.1,10.0.0.0/8",
                en=f"{name}: {part!r} is neither an address nor a network. "
                "Example: 127.0.0.1,10.0.0.0/8",
            ) from None
    return tuple(found)


def public_url(text: str, name: str = "MAHNWERK_URL") -> str:
    """An address as the world uses it, without a slash at the end.

    Raises:
        ConfigError: no http(s) address, or one with user, query or fragment.
    """
    try:
        parts = urlsplit(text.strip())
        parts.port  # noqa: B018 — raises ValueError when it is none
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or parts.query or parts.fragment or " " in text.strip():
        raise ConfigError(
            f"{name} muss eine Adresse wie https://mahnwerk.example sein, ohne Benutzer, ? und #.",
            en=f"{name} must be an address such as https://mahnwerk.example, without user, ? and #.",
        )
    return text.strip().rstrip("/")


def within(address: str, allowed: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return any(found in each for each in allowed)

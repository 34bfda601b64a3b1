"""What both sides of a mail account need: the way out (SMTP) and the way back (IMAP)."""

from __future__ import annotations

import ipaddress
import re

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")
_REASON_LENGTH = 200


def is_this_machine(host: str) -> bool:
    """Whether ``host`` is the loopback: only there may a password go unprotected."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def clean(text: str, secret: str) -> str:
    """Foreign text for a reason: one line, short, and never with the password in it."""
    if secret:
        text = text.replace(secret, "***")
    return _UNPRINTABLE.sub(" ", text).strip()[:_REASON_LENGTH]

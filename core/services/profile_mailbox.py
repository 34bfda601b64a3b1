"""Checks what a user enters about the mailbox that mails come back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import UsageError

SECURITIES = ("tls", "starttls", "none")


def _port(name: str, value: str) -> str:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise UsageError(
            f"{name}: „{value}“ ist kein Port; üblich sind 993 (tls) und 143 (starttls).",
            en=f"{name}: {value!r} is not a port; usual are 993 (tls) and 143 (starttls).",
        )
    return value


def _security(name: str, value: str) -> str:
    if value.casefold() not in SECURITIES:
        raise UsageError(
            f"{name}: „{value}“ gibt es nicht; möglich: {', '.join(SECURITIES)}.",
            en=f"{name}: there is no {value!r}; possible: {', '.join(SECURITIES)}.",
        )
    return value.casefold()


CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "imap_port": _port,
    "imap_security": _security,
}

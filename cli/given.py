"""Values of ``--set``: as they stand, from standard input, from a file, or asked for unseen."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import click

from core.errors import UsageError


def given_values(given: tuple[str, ...], secrets: Collection[str]) -> dict[str, str]:
    """NAME=VALUE parts; ``-`` reads stdin, ``@file`` a file, a secret without ``=`` asks.

    Raises:
        UsageError: another form, or a file that cannot be read.
    """
    found: dict[str, str] = {}
    for part in given:
        name, sign, value = part.partition("=")
        name = name.strip()
        if not sign and name in secrets:
            found[name] = ask(name)
            continue
        if not sign or not name:
            raise UsageError(
                f"„{name}“ hat nicht die Form FELD=WERT.",
                en=f"{name!r} does not have the form FIELD=VALUE.",
            )
        found[name] = _value(name, value)
    return found


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def ask(name: str) -> str:
    """What a person types at a prompt that does not show it."""
    return str(click.prompt(name, hide_input=True, err=True))


def _value(name: str, value: str) -> str:
    if value == "-":
        # What a terminal or `echo` adds at the end is not part of the value.
        return sys.stdin.readline().rstrip("\r\n")
    if value.startswith("@") and len(value) > 1:
        try:
            return Path(value[1:]).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{name}: die Datei {value[1:]} ist nicht lesbar.",
                en=f"{name}: the file {value[1:]} cannot be read.",
            ) from error
    return value

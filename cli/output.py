"""What a command prints: one JSON document, or tables and sentences for people."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.i18n import language
from core.domain.money import Money
from core.services.json_values import jsonable

# A pipe has no width; wide enough that no amount is ever cut.
_PIPE_WIDTH = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def clean(text: object) -> str:
    """Foreign text for a terminal: no escape sequence, line break or direction mark survives."""
    return _CONTROL.sub(" ", str(text))


def money(amount: Money, *, currency: bool = True) -> str:
    """``1.190,00 EUR`` in German, ``1,190.00 EUR`` in English."""
    digits = len(amount.plain().partition(".")[2])
    text = f"{amount.amount:,.{digits}f}"
    if language() == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{text} {amount.currency}" if currency else text


def day(value: date | None) -> str:
    """``22.11.2026`` in German, ``2026-11-22`` in English, ``–`` when there is none."""
    if value is None:
        return "–"
    return f"{value:%d.%m.%Y}" if language() == "de" else value.isoformat()


def print_json(document: object) -> None:
    """The one JSON document of a command, on stdout."""
    click.echo(json.dumps(jsonable(document), ensure_ascii=False, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table on stdout; a column name that begins with ``>`` is right-aligned and never cut."""
    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout) if terminal else Console(file=StringIO(), width=_PIPE_WIDTH)
    shown = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in columns:
        right = name.startswith(">")
        shown.add_column(
            name.removeprefix(">"),
            justify="right" if right else "left",
            no_wrap=right or not terminal,
            overflow="fold",
        )
    for row in rows:
        shown.add_row(*(Text(clean(cell)) for cell in row))
    console.print(shown)
    if isinstance(console.file, StringIO):
        lines = console.file.getvalue().splitlines()
        click.echo("\n".join(line.rstrip() for line in lines if line.strip()))


def error_code(error: Exception) -> str:
    """Stable code of an error in a document: ``auth_failed`` of :class:`AuthFailed`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def use_utf8() -> None:
    """Files and pipes get UTF-8 on every system; a terminal replaces what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:  # captured by a test or a caller
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8")

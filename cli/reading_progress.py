"""The progress of reading a platform, on stderr and only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.call import Call, note
from cli.i18n import tr
from cli.output import clean
from core.services.reading import Meter

_WIDTH = 30
_WORDS = 68  # columns of a line beside its bar


def watched(call: Call) -> bool:
    """True when a person waits at a terminal for the command."""
    return not call.json and _terminal()


def _terminal() -> bool:
    return sys.stderr.isatty()


@contextmanager
def shown(call: Call, meter: Meter) -> Iterator[None]:
    """Shows how far the meter is while the block runs; nothing for scripts."""
    try:
        with _drawn(meter) if watched(call) else nullcontext():
            yield
    except KeyboardInterrupt:
        if meter.stage in ("debtors", "invoices"):
            note(
                "Gelesenes ist gespeichert; derselbe Befehl macht dort weiter.",
                "What was read is stored; the same command goes on there.",
            )
        raise


def _drawn(meter: Meter) -> Live:
    console = Console(stderr=True)
    width = max(4, min(_WIDTH, console.width - _WORDS))
    return Live(
        get_renderable=lambda: line(meter, width),
        console=console,
        refresh_per_second=4,
        transient=True,
    )


def line(meter: Meter, width: int = _WIDTH) -> Table:
    """One line: connection and stream, a bar, records, requests, and the time that is left."""
    row = Table.grid(padding=(0, 1))
    for _ in range(6):
        row.add_column(no_wrap=True)
    name = Text(clean(meter.connection), style="bold")
    parts = [name, Text(_stage(meter.stage))]
    if meter.total:
        parts.append(Text(f"{meter.done}/{meter.total}"))
    elif meter.done:
        parts.append(Text(str(meter.done)))
    parts.append(Text(tr(f"{meter.requests} Anfragen", f"{meter.requests} requests")))
    if meter.seconds_left is not None:
        left = span(meter.seconds_left)
        parts.append(Text(tr(f"noch etwa {left}", f"about {left} left")))
    bar = ProgressBar(total=meter.total or None, completed=meter.done, width=width)
    row.add_row(*parts[:2], bar, *parts[2:])
    return row


def span(seconds: float) -> str:
    """``8 s``, ``12 min`` or ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _stage(name: str) -> str:
    return {
        "debtors": tr("Kunden", "debtors"),
        "invoices": tr("Rechnungen", "invoices"),
        "payments": tr("Zahlungen", "payments"),
    }.get(name, "")

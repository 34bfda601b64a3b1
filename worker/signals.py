"""Ctrl-C and SIGTERM of a program that runs until somebody ends it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_end(asked: Callable[[int], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call ``asked`` with their number while the block runs; afterwards they do
    again what they did before. It may be called in the middle of anything and must do little.
    """

    def end(number: int, _frame: FrameType | None) -> None:
        asked(number)

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

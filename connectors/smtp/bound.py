"""How long a conversation with a mail server may take as a whole."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def over_after(seconds: float, server: smtplib.SMTP) -> Iterator[None]:
    """Breaks the connection off when the block takes longer: a timeout per read does not end an
    answer of many lines, or of a byte now and then.
    """
    timer = threading.Timer(seconds, _break_off, (server.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _break_off(line: socket.socket | None) -> None:
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

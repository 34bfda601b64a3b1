"""Counts the steps of a delivery in a process, and kills the process at one of them.

A step is every moment in which the world outside of the process changes, and the one right after
it: a commit, bytes to the mail server, its answer, a file that is synced or gets its name. Which
step it is stands in a log file before anything else happens, so that the last line of a killed
process says where it died.
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from core.store.unit import SqlStore

OURS = ("core/services/", "cli/", "worker/")


class Steps:
    """``at``: the step to die at, 1 = the first; or its name, the first of that; 0 = only count."""

    def __init__(self, log: Path, at: int | str) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._at, self._count = at, 0

    def step(self, what: str) -> None:
        os.write(self._log, f"{what}\n".encode())
        self._count += 1
        if self._at in (self._count, what):
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Every step of this process is counted from now on."""
        write, steps = SqlStore.write, self

        @contextmanager
        def written(store):
            with write(store) as tx:
                yield tx
                who = _caller()
                steps.step(f"before the commit of {who}")
            steps.step(f"after the commit of {who}")

        SqlStore.write = written
        for owner, name, what in (
            (smtplib.SMTP, "send", _sent),
            (smtplib.SMTP, "getreply", lambda *_: "the mail server's answer"),
            (os, "replace", lambda _old, new: f"rename to {_kind(new)}"),
            (os, "fsync", lambda *_: "fsync"),
        ):
            setattr(owner, name, self._around(getattr(owner, name), what))

    def _around(self, real: Callable[..., object], what: Callable[..., str]):
        def both(*args, **more):
            name = what(*args)
            self.step(f"before {name}")
            result = real(*args, **more)
            self.step(f"after {name}")
            return result

        return both


def _caller() -> str:
    """The function of ours that opened the transaction."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename.replace(os.sep, "/")
        if any(f"/{part}" in file for part in OURS):
            return f"{Path(file).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "somebody"


def _sent(_server: object, what: bytes | str) -> str:
    text = what if isinstance(what, str) else what.decode("latin-1")
    if len(text) > 200:
        return "SMTP content"
    return f"SMTP {text.split(maxsplit=1)[0] if text.strip() else 'nothing'}"


def _kind(path: object) -> str:
    name = str(path)
    if "druckdatei" in name:
        return "a print file"
    return "the archive" if f"{os.sep}archive{os.sep}" in name else "a letter"

"""Several workers of a fleet on one machine: starts them, starts those that died anew, stops all.

Each is a process of its own, so that they use all cores and one that is killed takes nothing but
its own jobs along; those the others take over.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from time import monotonic, sleep

from core.errors import ConfigError
from worker.signals import on_end

log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_LONGEST_WAIT = 30.0  # seconds before a worker that always dies is started anew
_HEALTHY = 60.0  # seconds after which an end is no longer one in a row


@dataclass(slots=True)
class _Member:
    number: int
    process: subprocess.Popen[bytes]
    begun: float
    failures: int = 0
    again_at: float | None = None  # None: it runs


class Members:
    """``count`` worker processes, each with ``at_once`` jobs at a time."""

    def __init__(self, count: int, at_once: int) -> None:
        self._count, self._start = count, partial(_start, at_once)
        self._asked = 0

    def run(self) -> int:
        """Works until ``stop``; returns the exit code: 0, or that of workers that cannot work."""
        members = [
            _Member(number, self._start(), monotonic()) for number in range(1, self._count + 1)
        ]
        code = 0
        try:
            while not self._asked and not code:
                sleep(_LOOK_SECONDS)
                code = max(self._looked_after(each) for each in members)
        finally:
            self._end(members)
        return code

    def stop(self) -> None:
        """The first time in order, the second time at once."""
        self._asked += 1  # nothing else: it may come from a signal, in the middle of anything

    def signals(self) -> AbstractContextManager[None]:
        """SIGTERM and Ctrl-C call ``stop`` while the block runs."""
        return on_end(lambda _number: self.stop())

    def _end(self, members: list[_Member]) -> None:
        for each in members:
            if each.process.poll() is None:
                each.process.terminate()
        while any(each.process.poll() is None for each in members):
            if self._asked > 1:
                for each in members:
                    each.process.kill()
            sleep(_LOOK_SECONDS)

    def _looked_after(self, member: _Member) -> int:
        """Starts a worker anew that ended by itself, later each time; the exit code of one that would
        only end again, because a setting is wrong.
        """
        now = monotonic()
        if member.again_at is not None:
            if now >= member.again_at:
                member.process, member.begun, member.again_at = self._start(), now, None
            return 0
        code = member.process.poll()
        if code is None:
            return 0
        if code == ConfigError.exit_code:
            return code
        member.failures = 1 if now - member.begun > _HEALTHY else member.failures + 1
        wait = min(_LONGEST_WAIT, 2.0 ** (member.failures - 1) - 1)
        member.again_at = now + wait
        log.warning("worker %d ended (%d) and is started anew", member.number, code)
        return 0


def _start(at_once: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "worker.fleet_member", str(at_once), str(os.getpid())]
    # A session of its own: Ctrl-C at the terminal is ours to pass on, once.
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

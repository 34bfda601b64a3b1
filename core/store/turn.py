"""Who writes next to a SQLite file: in the order of asking, over threads and processes.

SQLite knows no queue. Who finds the file locked looks again after longer and longer pauses (up to
100 ms), and a long run that writes chunk after chunk takes the lock again before anybody has looked:
a webhook waited half a second. So threads of a process queue up here, and of the processes only one
at a time tries to begin a write: whoever has just written must wait until that one has begun. The
holder of the turn looks every millisecond. Nothing depends on it but who goes first: the lock that
keeps writers apart is SQLite's own.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.001


class FairLock:
    """Handed on in the order of asking; ``threading.Lock`` goes to whoever is quickest."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, seconds: float) -> bool:
        """False when it took longer."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=max(0.0, seconds)):
            return True
        with self._mutex:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
            return True  # handed over at the last moment

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Turn:
    """The queue of writers of one database file.

    Args:
        database: the file; its neighbour ``…-turn`` is locked, never read or written.
        seconds: how long a writer waits in all before it gives up.

    """

    def __init__(self, database: Path, seconds: float) -> None:
        self._file = database.with_name(f"{database.name}-turn")
        self._seconds = seconds
        self._lock = FairLock()
        self._handle: int | None = None

    @contextmanager
    def writing(self) -> Iterator[Callable[[sqlite3.Connection], None]]:
        """Yields what begins the transaction; other threads write after the block.

        Raises:
            sqlite3.OperationalError: SQLITE_BUSY, after ``seconds``.
        """
        end = time.monotonic() + self._seconds
        if not self._lock.acquire(self._seconds):
            raise _busy()
        try:
            yield lambda connection: self._begin(connection, end)
        finally:
            self._lock.release()

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _begin(self, connection: sqlite3.Connection, until_seconds: float) -> None:
        handle = self._opened()
        if handle is None:
            connection.execute("BEGIN IMMEDIATE")  # SQLite's own way of waiting
            return
        while not _try_lock(handle):
            _pause(until_seconds)
        try:
            connection.execute("PRAGMA busy_timeout=0")
            while not _try_begin(connection):
                _pause(until_seconds)
        finally:
            connection.execute(f"PRAGMA busy_timeout={int(self._seconds * 1000)}")
            _unlock(handle)

    def _opened(self) -> int | None:
        """None in a folder that cannot be written: whoever may write there has one."""
        if self._handle is None:
            try:
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | _CLOSED_ON_EXEC, 0o600)
            except OSError:
                return None
        return self._handle


def _try_begin(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _pause(until_seconds: float) -> None:
    if time.monotonic() >= until_seconds:
        raise _busy()
    time.sleep(_PAUSE)


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


_CLOSED_ON_EXEC = getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without such locks: SQLite's own is still there
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

"""Who holds a lease: names of threads at work, and whether one of them has ended.

A killed ``send`` leaves its lease behind. On the machine it ran on there is no need to wait for
the lease to end: its process is gone, and what it left can be judged at once. A worker does many
things at once in one process, so the owner is a thread of it: two threads exclude each other as
two processes do.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from itertools import count
from uuid import uuid4
from weakref import WeakValueDictionary

_TOKEN = uuid4().hex[:8]
_NUMBERS = count(1)  # of threads: idents of ended ones are used again, these are not
_THREADS: WeakValueDictionary[int, threading.Thread] = WeakValueDictionary()
_OWN = threading.local()


def this_task() -> str:
    """A lease owner that names machine, process, its start and the thread, e.g.
    ``"kontor/4711/3f2a9c01-2"``.
    """
    if not hasattr(_OWN, "number"):
        _OWN.number = next(_NUMBERS)
        _THREADS[_OWN.number] = threading.current_thread()
    return f"{socket.gethostname()[:50]}/{os.getpid()}/{_TOKEN}-{_OWN.number}"


def retire(owner: str) -> None:
    """This thread works on under another name: what ``owner`` left behind belongs to nobody."""
    if owner == this_task():
        _THREADS.pop(_OWN.number, None)
        del _OWN.number


def is_gone(owner: str) -> bool:
    """True only when ``owner`` was a thread of a process of this machine, and one of them has ended.

    False for everything that cannot be known: other machines, other forms of names, threads of
    other processes that go on, and other processes on Windows, where the lease has to run out.
    """
    host, _, rest = owner.partition("/")
    process, _, task = rest.partition("/")
    if host != socket.gethostname()[:50] or not task or not process.isdecimal():
        return False
    if int(process) == os.getpid():
        token, _, number = task.partition("-")
        return token != _TOKEN or (number.isdecimal() and not _works(int(number)))
    return not _runs(int(process))


def _works(number: int) -> bool:
    thread = _THREADS.get(number)
    return thread is not None and thread.is_alive()


def _runs(process: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

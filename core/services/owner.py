"""Who holds a lease: names of processes, and whether one of them has ended.

A killed ``send`` leaves its lease behind. On the machine it ran on there is no need to wait for
the lease to end: its process is gone, and what it left can be judged at once.
"""

from __future__ import annotations

import os
import socket
import sys
from uuid import uuid4

_TOKEN = uuid4().hex[:8]


def this_process() -> str:
    """A lease owner that names machine, process and start, e.g. ``"kontor/4711/3f2a9c01"``."""
    return f"{socket.gethostname()[:50]}/{os.getpid()}/{_TOKEN}"


def is_gone(owner: str) -> bool:
    """True only when ``owner`` was a process of this machine and that process has ended.

    False for everything that cannot be known: other machines, other forms of names, and
    Windows, where the lease has to run out.
    """
    host, _, rest = owner.partition("/")
    number, _, token = rest.partition("/")
    if host != socket.gethostname()[:50] or not token or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return token != _TOKEN
    return not _runs(int(number))


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

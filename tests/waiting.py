"""Waiting for another thread or process: the only place where the suite lets time pass.

Nothing is ever decided by how long it took; a condition that does not come fails the test.
"""

import threading
import time

_NEVER = threading.Event()


def pause(seconds):
    """Lets others run."""
    _NEVER.wait(seconds)


def until(condition, seconds=60):
    """Waits for ``condition()``; fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        pause(0.005)

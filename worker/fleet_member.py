"""One worker process of a fleet: ``python -m worker.fleet_member NUMBER PARENT``.

Started by ``worker.fleet_members``, with the environment of the command; it ends when that ends.
"""

from __future__ import annotations

import logging
import os
import socket
import sys

from config.bootstrap import Composed, compose, logged
from core.errors import MahnwerkError
from worker.fleet import Fleet, Pulse

log = logging.getLogger(__name__)


def member(composed: Composed, *, number: int, parent: int | None = None) -> Fleet:
    """The worker; ``parent`` is the process without which it is not to go on.

    Raises:
        ConfigError: the store is on SQLite.
    """
    name = f"{socket.gethostname()[:50]}/{os.getpid()}/{number}"
    deserted = (lambda: os.getppid() != parent) if parent else (lambda: False)
    seconds = composed.fleet_dead_after
    pulse = Pulse(beat=seconds / 3, dead_after=seconds)
    return Fleet(composed.app, composed.queue_address(), name=name, pulse=pulse, deserted=deserted)


def main(number: int, parent: int) -> int:
    """Works until it is told to stop; returns the exit code."""
    with logged():
        try:
            composed = compose()
            try:
                member(composed, number=number, parent=parent).run()
            finally:
                composed.close()
        except MahnwerkError as error:
            log.error("worker %d: %s", number, error)  # noqa: TRY400 - its sentence says it
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

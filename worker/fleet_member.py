"""One worker process of a fleet: ``python -m worker.fleet_member AT_ONCE PARENT``.

Started by ``worker.fleet_members``, with the environment of the command; it ends when that ends.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace

from config.bootstrap import Composed, compose, logged
from core.errors import MahnwerkError
from worker.fleet import Fleet, Pulse

log = logging.getLogger(__name__)
PULSE = Pulse()


def member(composed: Composed, *, at_once: int, parent: int | None = None) -> Fleet:
    """The worker; ``parent`` is the process without which it is not to go on.

    Raises:
        ConfigError: the store is on SQLite.
    """
    seconds = composed.fleet_dead_after
    return Fleet(
        composed.app,
        composed.queue_address(),
        at_once=at_once,
        keep_events=composed.keep_events,
        pulse=replace(PULSE, beat=seconds / 3, dead_after=seconds),
        deserted=(lambda: os.getppid() != parent) if parent else (lambda: False),
    )


def main(at_once: int, parent: int) -> int:
    """Works until it is told to stop; returns the exit code."""
    with logged():
        try:
            composed = compose()
            try:
                member(composed, at_once=at_once, parent=parent).run()
            finally:
                composed.close()
        except MahnwerkError as error:
            log.error("this worker of the fleet: %s", error)  # noqa: TRY400 - its sentence says it
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

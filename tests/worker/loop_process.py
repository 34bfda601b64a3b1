"""`mahnwerk work` in a process of its own, on an office of a test.

Arguments: home folder of the office, its day. Prints "begun" when it works.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from creditor_desk import desk
from worker_desk import WallClock, at

from cli.work import ended_in_order
from config.clock import SystemClock
from worker.loop import Loop


class MovingClock(WallClock):
    """Nine in the morning of a day, and from then on as fast as the real one."""

    def __init__(self, on):
        self._real, self._begin = SystemClock(), at(on, 10)
        self._began = self._real.now()

    def now(self):
        return self._begin + (self._real.now() - self._began)

    def today(self, _zone):
        return self._begin.date()


def main(folder, day):
    on = date.fromisoformat(day)
    composed = desk(Path(folder), MovingClock(on))
    loop = Loop(replace(composed.app))
    with ended_in_order(loop):
        print("begun", flush=True)
        loop.run()
    composed.close()
    print("ended", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

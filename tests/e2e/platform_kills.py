"""Cuts a command off between a request and what is stored of it, inside a transaction, or after one.

A process ends here by an exception that nobody catches. Real signals are in the tests of processes
that are killed.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest
from platform_stages import connected

from connectors._http import HttpClient
from core.store.unit import SqlStore


class Killed(BaseException):
    """Nobody catches it."""


class Killer:
    """Ends the process at its n-th step: a request, its answer, a commit, or right after one."""

    def __init__(self, patch):
        self.steps, self.at = 0, None
        ask, write = HttpClient._exchange, SqlStore.write

        def asked(client, *args, **more):
            self.step()
            answer = ask(client, *args, **more)
            self.step()
            return answer

        @contextmanager
        def written(store):
            with write(store) as tx:
                yield tx
                self.step()
            self.step()

        patch.setattr(HttpClient, "_exchange", asked)
        patch.setattr(SqlStore, "write", written)

    def step(self):
        self.steps += 1
        if self.steps == self.at:
            raise Killed

    def kill(self, desk, *command, at):
        self.steps, self.at = 0, at
        with pytest.raises(Killed):
            desk(*command)
        self.at = None


def known(desk):
    """All that an office sees of its books; numbers of rows may differ."""
    items = [
        {k: v for k, v in row.items() if k != "id"} | {"holds": sorted(map(str, row["holds"]))}
        for row in desk.json("open-items")
    ]
    dunned = [(row["invoice"], row["title"]) for row in desk.json("platform-notices")]
    return sorted(map(str, items)), sorted(dunned), desk.json("connect")[0]["booked_until"]


def cut_off_anywhere(desk, patch, command, change, first=9, times=4):
    """A command that is cut off and given again ends with the books of one that went through.

    ``change``: what happens at the platform between ``onboard`` and ``sync``.
    """
    connected(desk)
    if command == "sync":
        desk("onboard")
        change(desk)
    home, before = desk.office.folder / "home", desk.office.folder / "before"
    shutil.copytree(home, before)
    killer = Killer(patch)
    desk(command)
    whole, steps = known(desk), killer.steps
    for at in range(first, steps, steps // times):
        shutil.rmtree(home)
        shutil.copytree(before, home)
        killer.kill(desk, command, at=at)
        desk(command)
        assert known(desk) == whole, f"cut off at step {at} of {steps}"
    assert desk.json("audit", "verify")["ok"]

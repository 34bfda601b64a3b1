"""Runs `send` in a process of its own and dies at a chosen point, as a power cut would.

Arguments: home folder of the office, creditor, day, point, which notice (1 = the first).
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from creditor_desk import FixedClock, desk

from core.services.deliver import send
from core.services.owner import this_task

POINTS = (
    "rendering",
    "before the hand-over is committed",
    "after the hand-over is committed",
    "after the channel has answered",
    "before the print file",
    "while the print file is written",
)


class Bomb:
    """Dies at ``point`` of the ``number``-th notice; nothing is flushed, nothing is cleaned up."""

    def __init__(self, app, point, number):
        self._app, self._point, self._left = app, point, number

    def at(self, point):
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os._exit(9)

    def before(self, commit):
        def wrapped():
            self.at("before the hand-over is committed")
            allowed = commit()
            self.at("after the hand-over is committed")
            return allowed

        return wrapped

    def send(self, creditor, message, before_data):
        result = self._app.mail.send(creditor, message, self.before(before_data))
        self.at("after the channel has answered")
        return result

    def put(self, creditor, name, pdf, before_rename):
        if "druckdatei" in name:
            self.at("before the print file")

            def marked():
                allowed = before_rename()
                self.at("while the print file is written")
                return allowed

            return self._app.letters.put(creditor, name, pdf, marked)
        result = self._app.letters.put(creditor, name, pdf, self.before(before_rename))
        self.at("after the channel has answered")
        return result

    def letter(self, context):
        self.at("rendering")
        return self._app.renderer.letter(context)


class Beside:
    """Everything of ``real``, except what ``instead`` names."""

    def __init__(self, real, **instead):
        self._real = real
        self.__dict__.update(instead)

    def __getattr__(self, name):
        return getattr(self._real, name)


def main(folder, creditor, day, point, number):
    on = date.fromisoformat(day)
    composed = desk(Path(folder), FixedClock(on))
    app = composed.app
    bomb = Bomb(app, point, int(number))
    armed = replace(
        app,
        mail=Beside(app.mail, send=bomb.send),
        letters=Beside(app.letters, put=bomb.put),
        renderer=Beside(app.renderer, letter=bomb.letter),
    )
    send(armed, creditor, on=on, owner=this_task())


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the routes share: put together once by ``create_app``, never global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from config.web import WebSettings
from core.services.app import App
from core.services.receive import Received, Receiver
from webhook_app.figures import Figures
from webhook_app.limit import FailureLimit

_NAME = "mahnwerk"


@dataclass(frozen=True, slots=True)
class Parts:
    """``wake`` tells a worker in this process that there is something to do."""

    app: App
    web: WebSettings
    wake: Callable[[], None]
    receiver: Receiver
    failures: FailureLimit
    figures: Figures
    _told: set[tuple[str, int]] = field(default_factory=set)

    def first_time(self, found: Received) -> bool:
        """Whether nobody was told yet that this hook gets events of another account."""
        key = (found.creditor, found.hook)
        new = key not in self._told
        self._told.add(key)
        return new


def keep_parts(flask: Flask, parts: Parts) -> None:
    flask.extensions[_NAME] = parts


def parts() -> Parts:
    """Those of the application that answers now."""
    return cast("Parts", current_app.extensions[_NAME])

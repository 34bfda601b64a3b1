"""What the routes share: put together once by ``create_app``, never global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from config.web import WebSettings
from core.services.app import App
from core.services.receive import Receiver
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


def keep_parts(flask: Flask, parts: Parts) -> None:
    flask.extensions[_NAME] = parts


def parts() -> Parts:
    """Those of the application that answers now."""
    return cast("Parts", current_app.extensions[_NAME])

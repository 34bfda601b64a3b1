"""Demo Books without sockets; see ``shortcut``."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
import shortcut
from urllib3.response import HTTPResponse

from demo.demo_scenario import DemoScenario
from demo.server import Reply


class DemoShortcut(shortcut.Shortcut, DemoScenario):
    def answer(self, request: requests.PreparedRequest) -> HTTPResponse | None:
        method, body = str(request.method), request.body or b""
        if self.server.breaks(method, urlsplit(str(request.url)).path):
            return None
        key = str(request.headers.get("Authorization", ""))
        raw = body if isinstance(body, bytes) else str(body).encode()
        met = self.server.meet(method, request.path_url, key, raw)
        assert isinstance(met, Reply)
        return shortcut.answered(met.status, met.content, {"Content-Type": met.type, **met.headers})

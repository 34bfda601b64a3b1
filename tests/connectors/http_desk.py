"""What tests of the HTTP client share: its client, a gate that writes down, waits without time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scripted_server import ScriptedServer

from connectors._http import HttpClient
from core.errors import RateLimited

KEY = "lx-4711-geheimer/Schluessel+0815="


@dataclass
class NotedGate:
    """Lets everybody through and writes down what it was told."""

    told: list[Any] = field(default_factory=list)
    refuses: RateLimited | None = None
    waits: float | None = None  # answer to "throttled"; None = as the platform says, or 1

    def wait(self) -> None:
        if self.refuses:
            raise self.refuses
        self.told.append("wait")

    def throttled(self, retry_after: float | None) -> float:
        self.told.append(("throttled", retry_after))
        return self.waits if self.waits is not None else retry_after or 1.0

    def eased(self) -> None:
        self.told.append("eased")


@dataclass
class Desk:
    server: ScriptedServer
    gate: NotedGate = field(default_factory=NotedGate)
    slept: list[float] = field(default_factory=list)
    clients: list[HttpClient] = field(default_factory=list)

    def client(self, **options: Any) -> HttpClient:
        fixed: dict[str, Any] = {
            "connector": "lexoffice",
            "base": self.server.base + "/v1/",
            "headers": {"Authorization": f"Bearer {KEY}"},
            "gate": self.gate,
            "sleep": self.slept.append,
            "timeout": (2.0, 5.0),
        }
        client = HttpClient(**(fixed | options))
        self.clients.append(client)
        return client


@contextmanager
def open_desk() -> Iterator[Desk]:
    with ScriptedServer().running() as server:
        desk = Desk(server)
        try:
            yield desk
        finally:
            for client in desk.clients:
                client.close()

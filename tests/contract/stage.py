"""Where a scene plays: before a stand-in when it is recorded, before nobody on replay.

``stage.change`` is what a person does on the platform between two calls; on replay it happened long
ago. Every scene leaves what it learnt on the stage, for its golden file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from mirror import STREAMS, Mirror
from scenario import RecordingGate, SuiteClock

from core.domain.platform_records import Document
from core.errors import ConnectorError
from core.ports import PlatformConnector, SyncScope

Sandbox = TypeVar("Sandbox")


class Stage(Generic[Sandbox]):
    """One connector of the class, which asks the platform at ``base``."""

    def __init__(
        self, connector: Callable[..., Any], base: str, key: str, sandbox: Sandbox | None = None
    ) -> None:
        self.clock = SuiteClock()
        self.gate = RecordingGate()
        self.mirror = Mirror()
        self.learnt: dict[str, Any] = {}
        self.connector: PlatformConnector = connector(
            {"api_base": base}, {"api_key": key}, self.gate, self.clock, sleep=lambda _: None
        )
        self._sandbox = sandbox
        if sandbox is not None:
            sandbox.world.clock._given = self.clock.now  # type: ignore[attr-defined]

    @property
    def scope(self) -> SyncScope:
        today = self.clock.today("Europe/Berlin")
        return SyncScope(today - timedelta(days=730), today)

    def change(self, change: Callable[[Sandbox], object]) -> None:
        if self._sandbox is not None:
            change(self._sandbox)

    def sync(self, *streams: str) -> None:
        self.mirror.sync(self.connector, self.scope, streams or STREAMS)

    def failing(self, name: str, call: Callable[[], object]) -> None:
        """Notes how a call fails; one that does not is a scene gone wrong."""
        try:
            call()
        except ConnectorError as error:
            self.learnt[name] = f"{type(error).__name__} {error.status}: {error}"
        else:
            raise AssertionError(f"{name} did not fail")

    def document(self, name: str, document: Document) -> None:
        digest = hashlib.sha256(document.content).hexdigest()
        self.learnt[name] = {
            "name": document.name,
            "media_type": document.media_type,
            "begins": document.content[:5].decode(),
            "sha256": digest,
        }

    def id_of(self, number: str) -> str:
        """The external id of an invoice that was read."""
        return next(k for k, r in self.mirror.invoice.items() if r.number == number)

    def _bank(self) -> dict[str, Any]:
        return {"bank_lines": self.mirror.bank_lines, "booked_until": self.mirror.booked_until}

    def result(self) -> dict[str, Any]:
        """Everything that came of the scene."""
        return {
            **self.mirror.records(),
            "gone": self.mirror.gone,
            "problems": self.mirror.problems,
            "cursors": self.mirror.cursors,
            **({} if self.mirror.bank_lines is None else self._bank()),
            "learnt": self.learnt,
            "requests": self.connector.requests,
        }

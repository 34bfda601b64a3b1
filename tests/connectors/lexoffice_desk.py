"""The stand-in of lexoffice and the connector that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from reading_desk import TODAY, NoGate, ReadingDesk, Watch

from connectors.lexoffice import LexofficeConnector
from connectors.lexoffice.client import LexofficeClient
from sandbox.lexoffice import LexofficeSandbox


class Desk(ReadingDesk):
    """One account; its clock stands, and problems and batches are those of the last stream."""

    pace = 0

    def build(self) -> LexofficeConnector:
        return LexofficeConnector(
            {"api_base": self.base},
            {"api_key": self.sandbox.api_key},
            NoGate(),
            self.watch,
            sleep=lambda _seconds: None,
        )

    def read(self, name: str, *, stop_after: int | None = None) -> int:
        self.forget()
        return super().read(name, stop_after=stop_after)


def open_desk(*, today: date = TODAY, **options: Any) -> Desk:
    """A started stand-in without its limiter; close it with ``close``."""
    watch = Watch(today)
    options.setdefault("limiter", False)
    sandbox = LexofficeSandbox(now=watch.utc, **options)
    return Desk(sandbox, sandbox.start(), watch)


def close(desk: Desk) -> None:
    desk.close()


@contextmanager
def client_at(sandbox: LexofficeSandbox) -> Iterator[LexofficeClient]:
    """A client of the stand-in that waits for nothing."""
    client = LexofficeClient(
        sandbox.base_url, sandbox.api_key, NoGate(), sleep=lambda _seconds: None
    )
    try:
        yield client
    finally:
        client.close()

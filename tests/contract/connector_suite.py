"""What every connector owes, platform or file: the abstract class that all suites share.

A connector joins with a class of its own that overrides ``scenario``; see test_contract_demo.py,
CONTRIBUTING.md and docs/adr/0023. Checks never loop over what may be empty and never return early:
what a platform cannot do is skipped by a fixture, because its manifest does not name it.
"""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def manifest_of(folder: Path) -> dict[str, Any]:
    """The connector's manifest.toml: what it says that it can."""
    return tomllib.loads((folder / "manifest.toml").read_text("utf-8"))


class NotOverridden(AssertionError):
    """A connector joined the suite without saying what is to be tested."""


class ConnectorSuite:
    """Fixtures that a connector must bring."""

    @pytest.fixture
    def scenario(self) -> Any:
        raise NotOverridden("override the fixture `scenario`")

    @pytest.fixture
    def connector(self, scenario: Any) -> Any:
        raise NotOverridden("override the fixture `connector`")


@contextmanager
def no_network() -> Iterator[None]:
    """Every attempt to reach a host fails, loopback included."""

    def refuse(*args: object, **_: object) -> None:
        raise AssertionError(f"reached out to {args}")

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", refuse)
    patch.setattr(socket, "getaddrinfo", refuse)
    try:
        yield
    finally:
        patch.undo()

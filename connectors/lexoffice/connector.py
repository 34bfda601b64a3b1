"""lexoffice as the port asks for it; see README.md beside this file."""

from __future__ import annotations

from collections.abc import Mapping

from core.ports import Clock, Gate, PlatformConnector


def LexofficeConnector(  # noqa: N802
    settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate, clock: Clock
) -> PlatformConnector:
    raise NotImplementedError

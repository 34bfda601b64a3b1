"""How a stored connection is opened: at its rate, with the patience of its lane."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import platforms
from config.platforms import Connecting, interval
from config.secrets import Vault
from core.domain.model import (
    Connection,
    ConnectionId,
    Creditor,
    CreditorId,
    CreditorProfile,
    Role,
)
from core.errors import ConfigError, NotSupported
from core.ports import Lane, Platforms
from core.services.gate import MICROSECONDS, OpenGate, SharedGate


def connection(**settings: str) -> Connection:
    return Connection(ConnectionId(1), "lexoffice", "lexoffice", Role.LEADING, settings)


class _Store:
    """Knows no secrets and a creditor in the zone of Berlin, and that is all that is asked of it."""

    def read(self) -> _Store:
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return

    @property
    def connections(self) -> Any:
        return self

    @property
    def creditors(self) -> Any:
        return self

    def secrets(self, creditor: CreditorId, of: ConnectionId) -> dict[str, str]:
        return {}

    def get(self, creditor: CreditorId) -> Creditor:
        return Creditor(creditor, CreditorProfile(name="Muster GmbH"))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What connectors are built with."""
    built: list[tuple[Any, ...]] = []
    monkeypatch.setattr(platforms, "open_platform", lambda *given: built.append(given))
    return built


@pytest.fixture
def connecting(tmp_path: Path) -> Platforms:
    vault = Vault(None, tmp_path / "key", tmp_path)
    return Connecting(_Store(), vault, None).platforms()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lane", "seconds"),
    [(Lane.LAST_LOOK, 20.0), (Lane.EVENT, 60.0), (Lane.SYNC, 300.0), (Lane.ONBOARDING, 300.0)],
)
def test_a_last_look_and_an_event_are_in_a_hurry(
    opened: list[tuple[Any, ...]], connecting: Platforms, lane: Lane, seconds: float
) -> None:
    connecting.connect(CreditorId("muster"), connection(), lane)
    ((_, _, _, gate, _, patience, zone),) = opened
    assert isinstance(gate, SharedGate)
    assert (gate.lane, gate.patience, patience) == (lane, seconds, seconds)
    assert (gate.burst, gate.connection, zone) == (1, 1, "Europe/Berlin")


def test_whoever_tries_a_key_does_not_sit_and_wait(
    opened: list[tuple[Any, ...]], connecting: Platforms
) -> None:
    connecting.open("lexoffice", {}, {}, OpenGate())
    assert opened[0][-1] == 30.0


def test_the_rate_of_lexoffice_is_the_one_that_ran_clean() -> None:
    assert interval(connection()) == 769_231
    assert interval(connection(rate="2")) == 500_000


@given(st.decimals("0.01", "999.99", places=2))
def test_never_faster_than_the_rate(rate: Decimal) -> None:
    found = interval(connection(rate=str(rate)))
    assert found * rate >= MICROSECONDS
    assert (found - 1) * rate < MICROSECONDS


@pytest.mark.parametrize("rate", ["0", "0.00"])
def test_a_rate_of_nothing_is_refused(rate: str) -> None:
    with pytest.raises(ConfigError, match="--set rate="):
        interval(connection(rate=rate))


def test_a_platform_that_nobody_knows() -> None:
    with pytest.raises(NotSupported, match="muster"):
        platforms.open_platform("muster", {}, {}, OpenGate(), None)  # type: ignore[arg-type]

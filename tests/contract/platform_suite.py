"""All that the connector of a live platform owes; a connector joins with a class of six lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from connector_suite import ConnectorSuite, NotOverridden, manifest_of
from scenario import Scenario
from suite_bank import Bank
from suite_basics import Basics
from suite_changes import Changes
from suite_extras import Documents, Webhooks, WriteBack
from suite_faults import Faults
from suite_money import LooseMoney
from suite_records import Records
from suite_streams import Streams

from core.ports import Capability, PlatformConnector


def can(scenario: Scenario, capability: Capability) -> bool:
    return capability in manifest_of(scenario.folder)["capabilities"]


def _needs(scenario: Scenario, capability: Capability) -> None:
    if not can(scenario, capability):
        pytest.skip(f"cannot here: {scenario.slug} has no {capability}, says its manifest")


def _shows(scenario: Scenario, shown: bool, what: str) -> None:
    if not shown:
        pytest.skip(f"cannot here: {scenario.slug} does not show {what}")


class PlatformSuite(
    Basics, Records, Streams, Faults, Changes, Bank, LooseMoney, Documents, WriteBack, Webhooks,
    ConnectorSuite,
):  # fmt: skip
    """Override ``scenario`` with one that is started; it is stopped by its ``with``."""

    @pytest.fixture
    def scenario(self) -> Iterator[Scenario]:
        raise NotOverridden("override the fixture `scenario`")

    @pytest.fixture
    def connector(self, scenario: Scenario) -> PlatformConnector:
        return scenario.connector()

    @pytest.fixture
    def documents(self, scenario: Scenario) -> None:
        _needs(scenario, Capability.DOCUMENT)

    @pytest.fixture
    def write_back(self, scenario: Scenario) -> None:
        _needs(scenario, Capability.WRITE_BACK)

    @pytest.fixture
    def webhooks(self, scenario: Scenario) -> None:
        _needs(scenario, Capability.WEBHOOKS)

    @pytest.fixture
    def platform_notices(self, scenario: Scenario) -> None:
        _needs(scenario, Capability.PLATFORM_NOTICES)

    @pytest.fixture
    def pay_link(self, scenario: Scenario) -> None:
        _needs(scenario, Capability.PAY_LINK)

    @pytest.fixture
    def shows_returns(self, scenario: Scenario) -> None:
        _shows(scenario, scenario.shows_returns, "money that went back")

    @pytest.fixture
    def shows_flight(self, scenario: Scenario) -> None:
        _shows(scenario, scenario.shows_flight, "money that is under way")

    @pytest.fixture
    def shows_balances(self, scenario: Scenario) -> None:
        _shows(scenario, scenario.shows_balances, "money of a debtor that pays nothing yet")

    @pytest.fixture
    def has_modes(self, scenario: Scenario) -> None:
        _shows(scenario, scenario.has_modes, "test data beside live data")

    @pytest.fixture
    def shows_bank(self, scenario: Scenario) -> None:
        _shows(scenario, scenario.shows_bank, "money of strangers at its bank")

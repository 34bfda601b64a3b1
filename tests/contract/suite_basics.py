"""Contract: what a connector says of itself, the account it opens, and that it keeps its key."""

from __future__ import annotations

import traceback

import pytest
from connector_suite import manifest_of, no_network
from mirror import Mirror
from scenario import Fault, Scenario, logged

from core.domain.platform_records import AccountInfo
from core.errors import AuthFailed, ConnectorError
from core.ports import PlatformConnector

# Failures whose text is made from what the platform answered.
TELLING = (
    Fault.UNAUTHORIZED,
    Fault.ECHO,
    Fault.BAD_REQUEST,
    Fault.ERROR,
    Fault.THROTTLE,
    Fault.RESET,
    Fault.HTML,
    Fault.SHAPE,
)


class Basics:
    def test_registry_folder_and_manifest_agree(
        self, scenario: Scenario, connector: PlatformConnector
    ) -> None:
        manifest, platform = manifest_of(scenario.folder), scenario.registry[scenario.slug]
        assert connector.slug == platform.slug == manifest["slug"] == scenario.folder.name
        assert platform.label == manifest["label"]

    def test_capabilities_are_those_of_the_manifest(
        self, scenario: Scenario, connector: PlatformConnector
    ) -> None:
        declared = set(manifest_of(scenario.folder)["capabilities"])
        assert {str(each) for each in connector.capabilities} == declared
        assert connector.capabilities == scenario.registry[scenario.slug].capabilities

    def test_construction_does_no_io(self, scenario: Scenario) -> None:
        with no_network():
            made = scenario.connector()
        assert made.requests == 0
        assert list(scenario.requests) == []

    def test_check_names_the_account(
        self, scenario: Scenario, connector: PlatformConnector
    ) -> None:
        account = connector.check()
        assert type(account) is AccountInfo
        assert account.id
        assert account.name
        assert account == scenario.connector().check()

    def test_a_wrong_key_is_refused_once(self, scenario: Scenario) -> None:
        with pytest.raises(AuthFailed) as caught:
            scenario.connector(key=scenario.key + "x").check()
        assert [each.status for each in scenario.requests] == [401]
        assert (caught.value.connector, caught.value.status) == (scenario.slug, 401)

    def test_requests_are_counted_as_they_were_sent(
        self, scenario: Scenario, connector: PlatformConnector
    ) -> None:
        scenario.fault(Fault.ERROR)
        connector.check()
        assert connector.requests == len(scenario.requests) >= 2

    def test_the_key_stays_secret(self, scenario: Scenario) -> None:
        """Neither what is logged nor what is raised nor how a connector prints shows it."""
        scenario.add_invoice("119.00")
        told: list[str] = []
        with logged() as lines:
            for fault in TELLING:
                scenario.fault(fault, times=99)
                connector = scenario.connector()
                with pytest.raises(ConnectorError) as caught:
                    list(connector.fetch_invoices({}, Mirror(), scenario.scope))
                scenario.clear_faults()
                told += traceback.format_exception(caught.value)
                told += [repr(caught.value), str(caught.value.args), caught.value.en]
                told += [repr(connector), str(connector)]
            mirror = scenario.synced()
        told += [repr(mirror)]
        assert len(told) >= len(TELLING) * 5
        told += lines
        assert [text for text in told if scenario.key in text] == []

"""Every connector has joined the contract, and joining is short."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from connector_suite import ConnectorSuite, NotOverridden
from datev_scenario import DatevScenario
from file_suite import FileSuite
from lexoffice_scenario import LexofficeScenario
from platform_suite import PlatformSuite
from run_checks import names
from sevdesk_scenario import SevdeskScenario
from stripe_scenario import StripeScenario

from config.platforms import PLATFORMS

HERE = Path(__file__).parent
CONNECTORS = HERE.parents[1] / "connectors"
JOINED = {
    "test_contract_datev": DatevScenario.slug,
    "test_contract_demo": "demo",
    "test_contract_lexoffice": LexofficeScenario.slug,
    "test_contract_sevdesk": SevdeskScenario.slug,
    "test_contract_stripe": StripeScenario.slug,
}
LINES = 20


def test_every_connector_has_joined() -> None:
    folders = {path.parent.name for path in CONNECTORS.glob("*/connector.py")}
    assert folders == set(JOINED.values()) - {"demo"}


def test_every_platform_of_the_registry_has_joined() -> None:
    folders = {path.parent.name for path in CONNECTORS.glob("*/platform.py")}
    assert set(PLATFORMS) == folders
    assert folders <= set(JOINED.values())


@pytest.mark.parametrize("module", JOINED)
def test_joining_takes_few_lines_and_brings_the_whole_suite(module: str) -> None:
    joined = [
        each
        for each in vars(importlib.import_module(module)).values()
        if isinstance(each, type) and issubclass(each, ConnectorSuite) and each.__module__ == module
    ]
    assert len(joined) == 1
    suite = FileSuite if issubclass(joined[0], FileSuite) else PlatformSuite
    assert names(joined[0]) == names(suite)
    own = {name for name in vars(joined[0]) if not name.startswith("_")}
    assert own == {"scenario"}
    assert len((HERE / f"{module}.py").read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("suite", [ConnectorSuite, PlatformSuite, FileSuite])
def test_a_suite_without_a_scenario_does_not_pass(suite: type) -> None:
    scenario = vars(suite)["scenario"].__wrapped__
    with pytest.raises(NotOverridden):
        scenario(suite())

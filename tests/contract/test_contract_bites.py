"""Each check of the contract suite is worth its time: a broken connector fails it, and only it.

A connector that is wrong in one point may fail several checks that look at that point; the list
beside it names all of them, so that a check that stops biting is noticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from demo import (
    broken_account,
    broken_bank,
    broken_changes,
    broken_extras,
    broken_money,
    broken_records,
    broken_streams,
)
from demo.broken import BROKEN, Broken
from demo.demo_scenario import DemoReports
from demo.demo_shortcut import DemoShortcut
from platform_suite import PlatformSuite
from run_checks import FAILED, names, outcome
from scenario import Scenario
from shortcut import shortcuts
from suite_extras import Webhooks

PARTS = (
    broken_account,
    broken_bank,
    broken_changes,
    broken_extras,
    broken_money,
    broken_records,
    broken_streams,
)
CHECKS = names()
# A second of time limits or many whole syncs each: run where they are to fail, and by the demo.
SLOW = {
    "test_a_failing_page_keeps_what_came_before",
    "test_a_killed_sync_loses_and_doubles_nothing",
    "test_a_later_sync_that_breaks_off_loses_nothing",
    "test_silence_ends_in_unreachable",
}


@pytest.fixture(autouse=True, scope="module")
def in_process() -> Iterator[None]:
    """No sockets but for connections that break: Demo Books over the wire is test_contract_demo."""
    with shortcuts():
        yield


def scenario_of(broken: Broken) -> Scenario:
    made = DemoShortcut()
    made.connector_class = broken.connector
    made.reports = broken.reports(made.clock.now)
    return made


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_connector_fails_exactly_these_checks(broken: Broken) -> None:
    assert set(broken.fails) <= set(CHECKS)
    # Reports are looked at by the checks of webhooks alone.
    looked = CHECKS if broken.reports is DemoReports else names(Webhooks)
    run = [name for name in looked if name not in SLOW or name in broken.fails]
    make = partial(scenario_of, broken)
    assert {name for name in run if outcome(name, make) == FAILED} == set(broken.fails)


def test_the_runner_passes_the_unbroken_one() -> None:
    """Else every failure above would mean nothing."""
    assert {name: outcome(name, DemoShortcut) for name in CHECKS} == dict.fromkeys(CHECKS, "passed")


def test_every_check_is_failed_by_somebody() -> None:
    bitten = {name for broken in BROKEN for name in broken.fails}
    assert len(BROKEN) > 50
    assert [name for name in CHECKS if name not in bitten] == []


def test_no_part_of_the_suite_hides_a_check_or_fixture_of_another() -> None:
    parts = [each for each in PlatformSuite.__mro__ if each.__module__.startswith("suite_")]
    assert len(parts) == 10
    found = Counter(name for part in parts for name in vars(part) if not name.startswith("__"))
    assert [name for name, times in found.items() if times > 1] == []


def test_names_of_broken_connectors_are_unique() -> None:
    counted = Counter(broken.name for broken in BROKEN)
    assert [name for name, times in counted.items() if times > 1] == []
    assert all(part.__name__.startswith("demo.") for part in PARTS)

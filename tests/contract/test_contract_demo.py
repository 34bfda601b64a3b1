"""Demo Books keeps the contract; what newcomers copy is itself tested."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from demo.demo_scenario import DemoScenario
from platform_suite import PlatformSuite


class TestDemo(PlatformSuite):
    @pytest.fixture
    def scenario(self) -> Iterator[DemoScenario]:
        with DemoScenario() as started:
            yield started

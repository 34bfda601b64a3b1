"""The connector of sevDesk keeps the contract, against our stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from platform_suite import PlatformSuite
from sevdesk_scenario import SevdeskScenario


class TestSevdesk(PlatformSuite):
    @pytest.fixture
    def scenario(self) -> Iterator[SevdeskScenario]:
        with SevdeskScenario() as started:
            yield started

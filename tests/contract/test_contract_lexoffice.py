"""The connector of lexoffice keeps the contract, against our sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lexoffice_scenario import LexofficeScenario
from platform_suite import PlatformSuite


class TestLexoffice(PlatformSuite):
    @pytest.fixture
    def scenario(self) -> Iterator[LexofficeScenario]:
        with LexofficeScenario() as started:
            yield started

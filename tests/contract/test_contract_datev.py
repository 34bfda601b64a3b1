"""The reader of DATEV export files keeps the contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from datev_scenario import DatevScenario
from file_suite import FileSuite


class TestDatev(FileSuite):
    @pytest.fixture
    def scenario(self, tmp_path: Path) -> DatevScenario:
        return DatevScenario(tmp_path)

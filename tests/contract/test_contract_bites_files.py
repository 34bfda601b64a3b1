"""Each check of the file suite is worth its time: a broken reader fails it, and only it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from broken_readers import BROKEN_READERS, BrokenReader
from datev_scenario import DatevScenario
from file_suite import FileSuite
from run_checks import FAILED, names, outcome

from connectors.datev_csv import DatevCsvConnector

CHECKS = names(FileSuite)


@contextmanager
def opened(reader: type[DatevCsvConnector], folder: Path) -> Iterator[DatevScenario]:
    """A scenario of its own folder, read by ``reader``."""
    files = folder / str(len(list(folder.iterdir())))
    files.mkdir()
    scenario = DatevScenario(files)
    scenario.connector = reader  # type: ignore[method-assign]
    yield scenario


@pytest.mark.parametrize("broken", BROKEN_READERS, ids=lambda broken: broken.reader.__name__)
def test_a_broken_reader_fails_exactly_these_checks(broken: BrokenReader, tmp_path: Path) -> None:
    assert set(broken.fails) <= set(CHECKS)
    make = partial(opened, broken.reader, tmp_path)
    found = {name for name in CHECKS if outcome(name, make, FileSuite) == FAILED}
    assert found == set(broken.fails)


def test_the_unbroken_reader_passes_in_the_same_runner(tmp_path: Path) -> None:
    make = partial(opened, DatevCsvConnector, tmp_path)
    assert {outcome(name, make, FileSuite) for name in CHECKS} == {"passed"}


def test_every_check_of_files_is_failed_by_somebody() -> None:
    bitten = {name for broken in BROKEN_READERS for name in broken.fails}
    assert [name for name in CHECKS if name not in bitten] == []

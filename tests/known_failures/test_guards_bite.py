"""Each guard against a known failure is taken out in turn, and its named test must fail then.

It must fail with an assertion: an error while collecting or preparing proves nothing. With the
guard in place the test passes: that is the normal suite. Each batch is one fresh interpreter.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guard_off import BITES
from guards import BATCHES, GUARDS, README, readme

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def tried(keys: list[str], folder: Path) -> dict[str, str]:
    """Guard -> verdict, from a process that leaves no trace."""
    verdicts = folder / "verdicts.json"
    noise = ("PYTEST_", "COV_", "COVERAGE_", "MAHNWERK_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(noise)}
    env |= {
        "MAHNWERK_TEST_GUARD_OFF": ",".join(keys),
        "MAHNWERK_TEST_GUARD_VERDICTS": str(verdicts),
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    files = sorted({str(HERE / GUARDS[key].test.partition("::")[0]) for key in keys})
    options = ["-q", "-p", "guard_trial", "-p", "no:cacheprovider", "--basetemp", str(folder / "t")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *files],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verdicts.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, str] = json.loads(verdicts.read_text())
    return found


@pytest.mark.parametrize("batch", sorted(BATCHES))
def test_with_the_guard_out_the_named_test_fails(batch: str, tmp_path: Path) -> None:
    found = tried(BATCHES[batch], tmp_path)
    assert sorted(found) == sorted(BATCHES[batch])
    weak = {f"{k} {GUARDS[k].what}": said for k, said in found.items() if said != BITES}
    assert not weak, json.dumps(weak, indent=1, ensure_ascii=False)


def test_every_failure_that_the_core_can_prevent_has_a_guard() -> None:
    assert {guard.failure for guard in GUARDS.values()} == set(range(1, 24))


def test_every_guard_is_in_one_batch() -> None:
    assert sorted(key for keys in BATCHES.values() for key in keys) == sorted(GUARDS)


def test_the_readme_shows_the_table_of_now() -> None:
    """After a change of the guards: ``.venv/bin/python tests/known_failures/guards.py``."""
    assert README.read_text(encoding="utf-8") == readme()

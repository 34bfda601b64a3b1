"""The skip rule bites: an avoidable skip fails CI, an unavoidable one is printed and passes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
STORY = """
import pytest

@pytest.mark.skipif(True, reason="{reason}")
def test_by_mark(): pass

def test_inside(): pytest.skip("{reason}")

@pytest.mark.xfail(reason="a known bug")
def test_expected_failure(): assert False

def test_plain(): pass
"""
MODULE = 'import pytest\npytest.skip("{reason}", allow_module_level=True)\n'


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def go(source: str, reason: str, *, ci: str):
        monkeypatch.setenv("CI", ci)
        pytester.makepyfile(source.format(reason=reason))
        return pytester.runpytest_subprocess("-p", "house_skips", "-p", "no:cacheprovider", "-rs")

    return go


def test_an_avoidable_skip_fails_in_ci(run) -> None:
    result = run(STORY, "no decoder installed", ci="true")
    result.assert_outcomes(passed=1, failed=1, errors=1, xfailed=1)
    result.stdout.fnmatch_lines(["*skipped in CI without 'cannot here: ...': no decoder*"])
    assert result.ret == 1


def test_a_whole_module_cannot_skip_either(run) -> None:
    result = run(MODULE, "no decoder installed", ci="true")
    result.assert_outcomes(errors=1)
    assert result.ret != 0


def test_an_unavoidable_skip_is_printed_and_passes(run) -> None:
    result = run(STORY, "cannot here: no file system without links", ci="true")
    result.assert_outcomes(passed=1, skipped=2, xfailed=1)
    result.stdout.fnmatch_lines(["SKIPPED*cannot here: no file system without links"])
    assert result.ret == 0


def test_outside_ci_a_skip_is_a_skip(run) -> None:
    run(STORY, "no decoder installed", ci="false").assert_outcomes(passed=1, skipped=2, xfailed=1)

"""A pytest plugin: in CI no test is skipped silently, and none that could have run.

Loaded by the Makefile (``-p house_skips``). When the environment says ``CI``, a skip fails
unless its reason begins with ``cannot here:``, which says that nothing installable would have
let the test run. Expected failures (xfail) are not skips.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

ALLOWED = "cannot here:"


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not _in_ci() or not report.skipped or hasattr(report, "wasxfail"):
        return
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = text.removeprefix("Skipped: ")
    if reason.startswith(ALLOWED):
        return
    report.outcome = "failed"
    report.longrepr = f"skipped in CI without '{ALLOWED} ...': {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse(report)
    return report

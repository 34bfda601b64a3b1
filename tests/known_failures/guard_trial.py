"""pytest plugin: runs the named test of each guard with the guard taken out (see guards.py).

``MAHNWERK_TEST_GUARD_OFF`` names the guards, ``MAHNWERK_TEST_GUARD_VERDICTS`` the file that gets a
verdict for each. Only ``test_guards_bite.py`` starts it, in a fresh interpreter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from guard_off import BITES, Guard, GuardMoved, forget_cached
from guards import GUARDS

TOO_WEAK, BROKEN, MISSING = "the test passes", "no assertion", "no such test"
_RAISED: pytest.StashKey[BaseException | None] = pytest.StashKey()
_ASSERTIONS = (AssertionError, pytest.fail.Exception)
# PostgreSQL has its own run; one database is enough to see a test bite.
_SLOW_STORES = {"postgresql", "sqlite"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_RAISED] = call.excinfo.value if call.excinfo else None
    return report


def pytest_runtestloop(session: pytest.Session) -> bool:
    verdicts = {
        key: _verdict(GUARDS[key], session.items)
        for key in os.environ["MAHNWERK_TEST_GUARD_OFF"].split(",")
    }
    Path(os.environ["MAHNWERK_TEST_GUARD_VERDICTS"]).write_text(json.dumps(verdicts))
    return True


def _verdict(guard: Guard, items: list[pytest.Item]) -> str:
    chosen = list(_named(guard.test, items))
    if not chosen:
        return MISSING
    said = TOO_WEAK
    for item in chosen:
        with pytest.MonkeyPatch.context() as patch:
            try:
                guard.off(patch)
            except GuardMoved as moved:
                return f"the guard is not there: {moved}"
            forget_cached()
            said = _run(item)
        forget_cached()
        if said != TOO_WEAK:
            break
    return said


def _named(test: str, items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The test, or all its cases when no case is named."""
    for item in items:
        file, _, name = item.nodeid.rpartition("/")[2].partition("::")
        if test not in (f"{file}::{name}", f"{file}::{name.partition('[')[0]}"):
            continue
        parameters = getattr(item, "callspec", None)
        if parameters is None or parameters.params.get("store_url") not in _SLOW_STORES:
            yield item


def _run(item: pytest.Item) -> str:
    from _pytest.runner import runtestprotocol

    item.stash[_RAISED] = None
    reports = runtestprotocol(item, log=False, nextitem=None)
    if any(report.failed and report.when != "call" for report in reports):
        return f"{BROKEN}: {reports[0].longreprtext[-200:]}"
    raised = item.stash[_RAISED]
    if raised is None:
        return TOO_WEAK
    if isinstance(raised, _ASSERTIONS):
        return BITES
    return f"{BROKEN}: {type(raised).__name__}: {raised}"

"""Runs checks of a suite one by one, as functions: to see which of them a broken connector fails.

Fixtures are the suite's own; only ``scenario`` is given. A check with parameters counts as one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest
from platform_suite import PlatformSuite

Opened = AbstractContextManager[Any]  # a scenario, started by its ``with``
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def names(suite: type = PlatformSuite) -> list[str]:
    """All checks of a suite."""
    return sorted(name for name in dir(suite) if name.startswith("test_"))


def outcome(name: str, make: Callable[[], Opened], suite: type = PlatformSuite) -> str:
    """How one check ends: each set of parameters in a scenario of its own, the worst counts."""
    ends = {_once(suite, name, make, values) for values in _parameters(getattr(suite, name))}
    return next(each for each in (FAILED, SKIPPED, PASSED) if each in ends)


def _once(suite: type, name: str, make: Callable[[], Opened], values: Mapping[str, object]) -> str:
    with make() as scenario:
        try:
            given = _Given(suite, {"scenario": scenario, **values})
            getattr(suite(), name)(**given.for_(getattr(suite, name)))
        except pytest.skip.Exception:
            return SKIPPED
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  # whatever the connector does
            return FAILED
    return PASSED


def _parameters(check: Callable[..., None]) -> Iterator[dict[str, object]]:
    marks = [m for m in getattr(check, "pytestmark", []) if m.name == "parametrize"]
    if not marks:
        yield {}
    for mark in marks:
        for value in mark.args[1]:
            yield {mark.args[0]: value}


class _Given:
    """Fixtures by name, each made once."""

    def __init__(self, suite: type, ready: dict[str, Any]) -> None:
        self._suite = suite
        self._ready = ready

    def for_(self, function: Callable[..., Any]) -> dict[str, Any]:
        wanted = [each for each in inspect.signature(function).parameters if each != "self"]
        return {each: self._value(each) for each in wanted}

    def _value(self, name: str) -> Any:
        if name not in self._ready:
            function = inspect.unwrap(getattr(self._suite, name))
            self._ready[name] = function(self._suite(), **self.for_(function))
        return self._ready[name]

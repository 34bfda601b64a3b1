"""Tries checks under each switch of a stand-in that they meet: what nobody has verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from run_checks import FAILED, outcome

Values = Mapping[str, str]


class Looked(dict[str, str]):
    """The switches of a stand-in, and which of them it looked at."""

    def __init__(self, chosen: dict[str, str], at: set[str]) -> None:
        super().__init__(chosen)
        self.at = at

    def __getitem__(self, name: str) -> str:
        self.at.add(name)
        return super().__getitem__(name)


class Switches:
    """Checks of ``suite``, run in scenarios whose ``sandbox`` is switched.

    Args:
        variants: all switches and their values; the first is the usual one.
        make: a new scenario.
        checks: names of checks.

    """

    def __init__(
        self,
        variants: Mapping[str, tuple[str, ...]],
        make: Callable[[], Any],
        suite: type,
        checks: Iterable[str],
    ) -> None:
        self.variants, self.suite, self.checks = variants, suite, list(checks)
        self._make = make
        self._met: dict[str, set[str]] = {}

    def scenario(self, values: Values, at: set[str] | None = None) -> Any:
        scenario = self._make()
        variants = scenario.sandbox.world.variants
        variants.chosen = Looked(variants.chosen, set() if at is None else at)
        for name, value in values.items():
            scenario.sandbox.variant(name, value)
        return scenario

    def met(self) -> Mapping[str, set[str]]:
        """Switch -> the checks in which the stand-in looks at it; all others end as without it."""
        if not self._met:
            self._met = {name: set() for name in self.variants}
            for check in self.checks:
                at: set[str] = set()
                ended = outcome(check, partial(self.scenario, {}, at), self.suite)
                assert ended != FAILED, check
                for name in at:
                    self._met[name].add(check)
        return self._met

    def failed(self, values: Values) -> set[str]:
        """Checks that meet one of these switches and fail under them all."""
        checks = set.union(*(self.met()[name] for name in values))
        make = partial(self.scenario, values)
        return {each for each in checks if outcome(each, make, self.suite) == FAILED}

"""Tries checks under each switch of a stand-in that they meet: what nobody has verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from run_checks import FAILED, outcome

Values = Mapping[str, str]
# What else is tried under every switch, besides whole parts of the suite.
BASICS = (
    "test_check_names_the_account",
    "test_a_wrong_key_is_refused_once",
    "test_amounts_are_those_of_the_invoice",
    "test_days_are_those_of_the_invoice",
    "test_an_unknown_status_is_unknown_and_reported",
    "test_every_debtor_that_is_named_is_there",
    "test_a_record_that_breaks_later_is_reported_until_it_is_mended",
    "test_payments_are_positive_and_end_with_what_is_open",
    "test_payments_of_settled_invoices_come_and_end",
    "test_a_change_that_is_listed_late_is_seen",
)


def named(values: Values) -> str:
    """The id of a test."""
    return ",".join(map("=".join, values.items()))


def hidden(at: Mapping[tuple[str, str], set[str]], values: Values) -> set[str]:
    """Checks that cannot pass under these values; ``at``: under each single one."""
    return set[str]().union(*(at.get(each, ()) for each in values.items()))


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

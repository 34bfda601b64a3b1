"""Whether sevDesk honoured a filter: one that it does not know it ignores in silence (§1.5).

A list that was to hold the open invoices then holds all of them, with status 200. So every row is
checked against what was asked, and what a filter cannot be trusted with is sorted out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from connectors._values import Json
from connectors.sevdesk.problems import warning
from core.errors import Problem

Holds = Callable[[Json], bool]


class Filters:
    """What sevDesk was seen to ignore; each filter is told of once.

    Args:
        told: names that were told of before.
        problems: where a new one is told.

    """

    def __init__(self, told: Iterable[str], problems: list[Problem]) -> None:
        self.ignored = set(told)
        self._problems = problems

    def honoured(self, name: str, rows: Sequence[Json], holds: Holds) -> bool:
        """False when a row contradicts the filter."""
        if all(holds(row) for row in rows):
            return True
        if name not in self.ignored:
            self.ignored.add(name)
            self._problems.append(_ignored(name))
        return False

    def kept(self, name: str, rows: Sequence[Json], holds: Holds) -> list[Json]:
        """The rows that were asked for, whether sevDesk sorted them out or not."""
        self.honoured(name, rows, holds)
        return [row for row in rows if holds(row)]


def _ignored(name: str) -> Problem:
    return warning(
        "filter_ignored",
        f"sevDesk {name}",
        f"sevDesk beachtet den Filter „{name}“ nicht und schickt die ganze Liste; Mahnwerk sortiert "
        "selbst und liest dafür mehr. Es geht nichts verloren. Bitte Mahnwerk aktualisieren; bleibt "
        "es dabei, bitte melden.",
    )

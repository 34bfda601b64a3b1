"""What nobody has verified about a platform: each open point is a switch of its stand-in.

The first value of each is what the stand-in does unless told otherwise. That it does so says
nothing about the platform: a connector has to live with every value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


class Variants:
    """The values that are chosen for one stand-in.

    Args:
        table: name -> values, the first of which is the default.
        free: names whose value is any text of a pattern.
    """

    def __init__(
        self, table: Mapping[str, tuple[str, ...]], free: Mapping[str, str] | None = None
    ) -> None:
        self._table, self._free = table, free or {}
        self.chosen = {name: values[0] for name, values in table.items()}

    def __getitem__(self, name: str) -> str:
        return self.chosen[name]

    def choose(self, name: str, value: str) -> None:
        """Sets one.

        Raises:
            ValueError: no such variant, or not one of its values.
        """
        if name not in self._table:
            raise ValueError(f"no variant {name!r}; there are: {', '.join(self._table)}")
        free = self._free.get(name)
        if not (re.fullmatch(free, value) if free else value in self._table[name]):
            raise ValueError(
                f"variant {name!r} is one of {', '.join(self._table[name])}, not {value!r}"
            )
        self.chosen[name] = value

"""All guards against the 23 known failures, and the table of them that README.md shows.

``.venv/bin/python tests/known_failures/guards.py`` writes the table after a change.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from guard_off import Guard
from guards_books import REPORTS, STORE
from guards_charges import CHARGED
from guards_claims import CLAIMS
from guards_core import CORE
from guards_delivery import FIRST, SECOND, THIRD
from guards_events import EVENTS
from guards_returned import RETURNS
from guards_source import LIVE
from guards_stripe import STRIPE
from guards_worker import WORKER

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- guards: begin -->", "<!-- guards: end -->"


def _named(batches: dict[str, tuple[Guard, ...]]) -> dict[str, dict[str, Guard]]:
    """Each guard gets the number of its failure and its place among those of that failure."""
    seen: Counter[int] = Counter()
    named: dict[str, dict[str, Guard]] = {}
    for batch, guards in batches.items():
        named[batch] = {}
        for guard in guards:
            seen[guard.failure] += 1
            named[batch][f"{guard.failure}.{seen[guard.failure]}"] = guard
    return named


_BATCHES = _named(
    {
        "core": CORE,
        "charges": CHARGED,
        "store": STORE,
        "reports": REPORTS,
        "delivery 1": FIRST,
        "delivery 2": SECOND,
        "delivery 3": THIRD,
        "source": LIVE,
        "returned": RETURNS,
        "claims": CLAIMS,
        "stripe": STRIPE,
        "worker": WORKER,
        "events": EVENTS,
    }
)
# Tried in one interpreter each, which costs as much as a dozen guards: few, of equal length.
_TOGETHER = (
    ("core", "charges", "claims", "worker"),
    ("store", "reports"),
    ("delivery 1", "stripe"),
    ("delivery 2", "delivery 3"),
    ("source", "events", "returned"),
)
BATCHES = {
    ", ".join(names): [key for name in names for key in _BATCHES[name]] for names in _TOGETHER
}
GUARDS = {key: guard for guards in _BATCHES.values() for key, guard in guards.items()}


def table() -> str:
    """The rows of README.md, by number."""
    rows = ["| guard | what it sees to | where | test that fails without it |", "|---|---|---|---|"]
    for key in sorted(GUARDS, key=lambda key: [int(part) for part in key.split(".")]):
        guard = GUARDS[key]
        file, _, test = guard.test.partition("::")
        rows.append(f"| {key} | {guard.what} | `{guard.where}` | `{file}` `{test}` |")
    return "\n".join(rows)


def readme() -> str:
    """README.md with the table of now."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")

"""Records the cassettes anew against the stand-ins: ``make cassettes``, or ``record.py FOLDER``.

Deterministic: ids come from the stand-in, its clock is the scene's, its limiter is off. Twice
recorded is byte for byte the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

from plays import PLAYS


def main(folder: Path | None = None) -> None:
    for platform, play in PLAYS.items():
        into = play.tape.folder if folder is None else folder / platform
        into.mkdir(parents=True, exist_ok=True)
        for old in into.glob("*.yaml"):
            old.unlink()
        for name in play.scenes:
            print(f"recorded {platform}/{play.record(name, into).name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

"""Records the cassettes anew against the sandbox: ``make cassettes``, or ``record.py FOLDER``.

Deterministic: the sandbox's ids come from its seed, its clock is the scene's, its limiter is off.
Twice recorded is byte for byte the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenes import SCENES, Stage
from tape import CASSETTES, KEY, recorder
from vcr.record_mode import RecordMode

from sandbox.lexoffice import LexofficeSandbox


def record(name: str, folder: Path) -> Path:
    """One scene into ``folder``; what was there is replaced."""
    path = folder / f"{name}.yaml"
    path.unlink(missing_ok=True)
    sandbox = LexofficeSandbox(seed=1, api_key=KEY, limiter=False)
    sandbox.variant("callback", "unchecked")
    with sandbox:
        stage = Stage(sandbox.base_url, KEY, sandbox)
        try:
            with recorder(RecordMode.ALL).use_cassette(str(path)):
                SCENES[name](stage)
        finally:
            stage.connector.close()  # type: ignore[attr-defined]
    return path


def main(folder: Path = CASSETTES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    for name in SCENES:
        print(f"recorded {record(name, folder).name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

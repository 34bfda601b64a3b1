"""Running one measurement in a process of its own: wall seconds and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def in_child(module: str, *args: str) -> dict[str, Any]:
    """Runs ``python -m module args`` and reads the JSON document on its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(args)} failed:\n{done.stderr}")
    document: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return document


def peak_mb() -> float:
    """Peak resident memory of this process in MB.

    Linux hands the peak of ``getrusage`` on to child processes; VmHWM begins anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)

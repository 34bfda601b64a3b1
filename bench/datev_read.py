"""Reading a Buchungsstapel of 99,999 rows (version 13, 125 columns), beside its floor.

The floor is ``csv.reader`` over the same bytes, decoding included. Each side runs in a process
of its own, so that peak memory is its own. Times are CPU seconds of that process, because other
work on the machine must not count; the best of three runs counts.

The goal is set for an office's batch, of which half concerns debtors; rows between other accounts
are cheap. What a batch costs in which every row is a debtor's stands beside it.

    python -m bench.datev_read [--rows N] [--json]
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from connectors.datev_csv import DatevCsvConnector
from core.ports import ImportOptions

ROWS = 99_999
RUNS = 3
GOAL_RATIO = 4.0
GOAL_MB = 300.0


def floor(path: Path) -> int:
    """Rows that csv.reader yields."""
    with path.open(encoding="cp1252", newline="") as handle:
        return sum(1 for _ in csv.reader(handle, delimiter=";"))


def read(path: Path) -> int:
    """Rows that the connector reads."""
    result = DatevCsvConnector().read(path, ImportOptions())
    assert result.postings
    assert not result.info.refused
    return result.info.rows


def write(path: Path) -> int:
    """Writes the file; in a process of its own, because a child inherits its parent's peak."""
    from sandbox.datev_export import big_postings

    return path.write_bytes(big_postings(int(path.stem), seed=1))


def write_debtors_only(path: Path) -> int:
    """The same with debtor rows alone, chosen from a batch that is large enough."""
    from sandbox.datev_export import big_postings

    rows = int(path.stem)
    lines = big_postings(2 * rows + 6, seed=1).splitlines(keepends=True)
    chosen = [line for line in lines[2:] if _is_debtors(line)][:rows]
    assert len(chosen) == rows
    return path.write_bytes(b"".join([*lines[:2], *chosen]))


def _is_debtors(line: bytes) -> bool:
    return any(len(text) == 5 and text < b"7" for text in line.split(b";")[6:8])


SIDES: dict[str, Callable[[Path], int]] = {
    "write": write,
    "write_debtors_only": write_debtors_only,
    "floor": floor,
    "read": read,
}


def peak_mb() -> float:
    """Highest resident memory of this process so far, in MB."""
    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return float(info.peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def child(side: str, path: Path) -> None:
    """Runs one side once and prints what it took."""
    start = time.process_time()
    rows = SIDES[side](path)
    seconds = time.process_time() - start
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak_mb()}))


def run(side: str, path: Path) -> dict[str, float]:
    """One side, once, in a process of its own."""
    command = [sys.executable, "-m", "bench.datev_read", "--child", side, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(side: str, path: Path) -> dict[str, float]:
    """The fastest of some runs; memory is the highest seen."""
    runs = [run(side, path) for _ in range(RUNS)]
    best = min(runs, key=lambda each: each["seconds"])
    return {**best, "peak_mb": max(each["peak_mb"] for each in runs)}


def both(side: str, rows: int) -> tuple[int, dict[str, float], dict[str, float]]:
    """Size of the file that ``side`` writes, its floor, and what reading it takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{rows}.csv"
        run(side, path)
        return path.stat().st_size, measure("floor", path), measure("read", path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, metavar=("SIDE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child[0], Path(options.child[1]))
        return
    size, low, own = both("write", options.rows)
    _, all_low, all_own = both("write_debtors_only", options.rows)
    ratio = own["seconds"] / low["seconds"]
    result = {
        "rows": options.rows,
        "megabytes": round(size / 1e6, 1),
        "rows_per_second": round(own["rows"] / own["seconds"]),
        "seconds": round(own["seconds"], 2),
        "floor_seconds": round(low["seconds"], 2),
        "ratio": round(ratio, 2),
        "peak_mb": round(own["peak_mb"]),
        "floor_peak_mb": round(low["peak_mb"]),
        "debtors_only_seconds": round(all_own["seconds"], 2),
        "debtors_only_floor_seconds": round(all_low["seconds"], 2),
        "debtors_only_ratio": round(all_own["seconds"] / all_low["seconds"], 2),
        "debtors_only_peak_mb": round(all_own["peak_mb"]),
        "goals_met": ratio <= GOAL_RATIO and own["peak_mb"] <= GOAL_MB,
    }
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:26} {value}")


if __name__ == "__main__":
    main()

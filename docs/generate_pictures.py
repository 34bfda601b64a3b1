"""Draws docs/images/run.png: what a run and `explain` say, as a user sees it in a terminal.

Run it when the words change: ``python -m docs.generate_pictures``. The letter beside it comes from
``tests/letters``. The text is real output of `mahnwerk demo`; Typst draws it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "run.png"
WIDTH = 118

TEMPLATE = b"""
#set page(width: auto, height: auto, margin: 14pt, fill: rgb("#10151c"))
#set text(font: "DejaVu Sans Mono", size: 8pt, fill: rgb("#d7dde5"))
#set par(leading: 0.5em)
#for line in json(bytes(sys.inputs.lines)) {
  if line.starts-with("$") { text(fill: rgb("#7fc8ff"), raw(line)) } else { raw(line) }
  linebreak()
}
"""


def demo_output() -> str:
    """Everything `mahnwerk demo` prints, in German."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "demo", "--home", str(Path(folder) / "home")],
            cwd=ROOT,
            env={**os.environ, "MAHNWERK_LANGUAGE": "de", "LOGNAME": "beispiel"},
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    return done.stdout


def chosen(output: str) -> list[str]:
    """A run, and why a business and a consumer are dunned, wrapped to the picture."""
    blocks = re.split(r"\n(?=\$ mahnwerk )", output)
    run = next(b for b in blocks if b.startswith("$ mahnwerk run\n"))
    explained = [b for b in blocks if b.startswith("$ mahnwerk explain")]
    lines: list[str] = []
    # The first two are the pair that the demo shows side by side.
    for block in (run, *explained[:2]):
        # A title of the demo may follow the last line of a block.
        for line in block.split("\n──")[0].strip().splitlines():
            while len(line) > WIDTH:
                cut = line.rfind(" ", 0, WIDTH)
                lines.append(line[:cut])
                line = "    " + line[cut + 1 :]  # noqa: PLW2901 - the rest of the same line
            lines.append(line.rstrip())
        lines.append("")
    return lines[:-1]


def main() -> None:
    picture = typst.compile(
        TEMPLATE,
        format="png",
        ppi=130.0,
        ignore_system_fonts=True,
        sys_inputs={"lines": json.dumps(chosen(demo_output()))},
    )
    PICTURE.write_bytes(picture)


if __name__ == "__main__":
    main()

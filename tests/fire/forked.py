"""The process that all processes of a rig are forked from, seen from outside; see ``zygote.py``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Zygote:
    """The process that all processes of a rig come from; see ``zygote.py``."""

    def __init__(self):
        paths = (ROOT, HERE, ROOT / "tests", ROOT / "tests" / "services")
        self._process = subprocess.Popen(
            [sys.executable, HERE / "zygote.py"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer()["ready"]

    def _answer(self):
        line = self._process.stdout.readline()
        assert line, "the zygote has ended"
        return json.loads(line)

    def run(self, order) -> int:
        """Exit code of the command; -9 when it was killed."""
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()["code"]

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

"""Rigs of tests/fire use the offices and stand-ins of the other tests."""

from __future__ import annotations

import sys
from pathlib import Path

for _folder in ("services", "connectors"):
    sys.path.insert(0, str(Path(__file__).parents[1] / _folder))

"""Nothing of the machine it was written on, no float money, no unfinished work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from repo import ROOT, code, texts
from sqlalchemy import Float, Numeric

from core.store.tables import metadata

TEXTS = texts()
THIS_FILE = Path(__file__).relative_to(ROOT).as_posix()

# Folders that exist on one machine only, and where packages were loaded from.
MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home/[a-z]\w*|Users/\w+)/|[A-Z]:\\Users\\\w+"
    r"|files\.pythonhosted\.org|//pypi\.org/simple|index-url\s*=?\s*http"
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|NotImplementedError")


def _hits(pattern: re.Pattern[str], name: str, content: str) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_or_registry_of_some_machine() -> None:
    assert len(TEXTS) > 30
    found = [hit for name, text in TEXTS if name != THIS_FILE for hit in _hits(MACHINE, name, text)]
    assert not found


def test_no_file_names_this_checkout() -> None:
    here = str(ROOT)
    if len(ROOT.parts) < 3:
        pytest.skip("cannot here: the checkout lies at a path too short to search for")
    assert [name for name, text in TEXTS if here in text] == []


def test_no_work_is_left_in_the_code() -> None:
    found = [
        hit
        for path in code()
        for hit in _hits(UNFINISHED, path.name, path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_no_column_holds_money_as_a_float() -> None:
    """SQLite would store Numeric as REAL; amounts are BIGINT minor units (ADR 0006)."""
    columns = [column for table in metadata.tables.values() for column in table.columns]
    assert len(columns) > 100
    assert [str(c) for c in columns if isinstance(c.type, Numeric | Float)] == []


def test_nothing_that_reckons_with_money_knows_floats() -> None:
    """Letters may measure widths in floats; rules, use cases and the store have no use for them."""
    pattern = re.compile(r"\bfloat\(|(?<!seconds): float\b|-> float\b")
    places = tuple(str(ROOT / "core" / name) for name in ("domain", "services", "store", "ports"))
    # Both measure how long to wait for a platform, in seconds.
    waiting = {ROOT / "core" / "ports" / "platform.py", ROOT / "core" / "services" / "gate.py"}
    files = [p for p in code() if str(p).startswith(places) and p not in waiting]
    assert len(files) > 30
    found = [
        hit for path in files for hit in _hits(pattern, path.name, path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_the_patterns_find_what_they_are_for() -> None:
    home = "/home/someone/mahnwerk"
    assert MACHINE.search(f"see {home}")
    assert MACHINE.search(f"open('/{'root'}/x')")
    assert not MACHINE.search(f"https://example.com/home/page and network/{'root'}/x")
    assert UNFINISHED.search(f"# {'TODO'}: later")

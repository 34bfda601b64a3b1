"""Known failure 23: tests that depend on the wall clock are flaky for years (Kill Bill).

Guard: the day is an argument; the only clock is ``config/clock.py``. A call of today() or now()
anywhere else in the code, or a sleep in code or tests, makes this fail.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    p
    for room in ("core", "connectors", "cli", "config", "sandbox")
    for p in (ROOT / room).rglob("*.py")
]
TESTS = list((ROOT / "tests").rglob("*.py"))
CLOCK = ROOT / "config" / "clock.py"
# A stand-in is another machine with a clock of its own; live tests are no part of the suite.
CLOCKS = {CLOCK, ROOT / "sandbox" / "common" / "clock.py"}
LIVE = ROOT / "tests" / "contract" / "live_suite.py"


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield getattr(owner, "id", getattr(owner, "attr", "")), node.func.attr, node.lineno


def offences(path, forbidden):
    return [
        f"{path.relative_to(ROOT)}:{line} {owner}.{name}()"
        for owner, name, line in calls(path)
        if (owner, name) in forbidden
    ]


HIDDEN = {
    ("date", "today"), ("datetime", "today"), ("datetime", "now"), ("datetime", "utcnow"),
    ("time", "time"),
}  # fmt: skip


def test_the_code_is_there_to_be_checked():
    assert len(CODE) > 40
    assert CLOCK in CODE


@pytest.mark.parametrize("path", [p for p in CODE if p not in CLOCKS], ids=lambda p: p.stem)
def test_only_the_clock_knows_what_day_it_is(path):
    assert offences(path, HIDDEN) == []


def test_no_test_sleeps():
    assert [o for p in TESTS if p != LIVE for o in offences(p, {("time", "sleep")})] == []


def test_the_check_sees_a_hidden_clock(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("from datetime import date\ndef due():\n    return date.today()\n")
    assert [(o, n) for o, n, _ in calls(bad)] == [("date", "today")]

"""Files and functions stay small enough to be read at one sitting (style §5.3), tests have names."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from repo import ROOT, code, files

FILE_LINES = 320
FUNCTION_LINES = 60


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> list[tuple[str, int]]:
    """(name, lines with signature and docstring) of every function in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_are_short() -> None:
    lengths = {_name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in code()}
    assert len(lengths) > 20
    assert {n: k for n, k in lengths.items() if k > FILE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {f"{_name(p)}:{name}": k for p in code() for name, k in _functions(p)}
    assert len(lengths) > 100
    assert {name: k for name, k in lengths.items() if k > FUNCTION_LINES} == {}


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest imports them by their bare name, and collects nothing when one stands twice."""
    names = Counter(path.name for path in files() if "tests" in path.relative_to(ROOT).parts)
    del names["conftest.py"]
    assert [name for name, n in names.items() if n > 1 and name.endswith(".py")] == []

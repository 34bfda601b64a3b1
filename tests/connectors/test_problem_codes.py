"""Every problem code that the code can report is in a table and in the docs, and no other."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.datev_csv.problems import PROBLEM_CODES
from connectors.lexoffice.problems import PROBLEM_CODES as LEXOFFICE_CODES
from connectors.sevdesk.problems import PROBLEM_CODES as SEVDESK_CODES
from connectors.stripe.problems import PROBLEM_CODES as STRIPE_CODES
from core.domain.ledger_problems import LEDGER_PROBLEM_CODES
from core.services.import_problems import IMPORT_PROBLEM_CODES

ROOT = Path(__file__).resolve().parents[2]
LIVE = {"lexoffice": LEXOFFICE_CODES, "sevdesk": SEVDESK_CODES, "stripe": STRIPE_CODES}
TABLES = (PROBLEM_CODES, *LIVE.values(), LEDGER_PROBLEM_CODES, IMPORT_PROBLEM_CODES)
CODES = {code: text for table in TABLES for code, text in table.items()}
# Take codes as arguments and refuse unknown ones; their own tests check the calls.
COLLECTORS = {
    ROOT / "connectors/datev_csv/problems.py",
    ROOT / "connectors/_problems.py",
}


def _reported() -> Iterator[str]:
    """The first argument of every ``Problem(...)`` outside the readers' own collectors."""
    for folder in ("core", "connectors", "cli", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path in COLLECTORS:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                    code = node.args[0]
                    assert isinstance(code, ast.Constant), f"{path}:{node.lineno}: no literal"
                    yield str(code.value)


def test_every_code_that_is_reported_is_in_a_table_and_the_other_way_round() -> None:
    assert set(_reported()) == set(LEDGER_PROBLEM_CODES | IMPORT_PROBLEM_CODES)


def test_no_code_means_two_things() -> None:
    assert len(CODES) == sum(map(len, TABLES))


@pytest.mark.parametrize("platform", LIVE)
def test_every_code_of_a_platform_is_used(platform: str) -> None:
    used = set()
    for path in sorted((ROOT / "connectors" / platform).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"error", "warning"}:
                code = node.args[0]
                assert isinstance(code, ast.Constant), f"{path}:{node.lineno}: no literal"
                used.add(code.value)
    assert used == set(LIVE[platform])


def test_every_code_has_severity_and_remedy_in_both_languages() -> None:
    texts = tomllib.loads((ROOT / "docs/problem_texts.toml").read_text("utf-8"))
    assert set(texts) == set(CODES)
    for code, each in texts.items():
        assert set(each) == {"severity", "en", "remedy_de", "remedy_en"}, code
        assert all(each.values()), code
        assert set(each["severity"].split(", ")) <= {"info", "warning", "error"}, code


def test_the_page_names_every_code() -> None:
    page = (ROOT / "docs/problems.md").read_text("utf-8")
    assert [code for code in CODES if page.count(f"| `{code}` |") != 1] == []

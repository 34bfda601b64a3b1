"""The docs page names every problem code and setting, and the table of codes is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.datev_csv.columns import POSTING_COLUMNS
from connectors.datev_csv.problems import MAX_WARNINGS_PER_CODE, PROBLEM_CODES, ProblemLog
from connectors.datev_csv.raw_posting import RawPosting

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "connectors" / "datev.md").read_text("utf-8")
SOURCES = "".join(
    path.read_text("utf-8")
    for path in sorted((ROOT / "connectors" / "datev_csv").glob("*.py"))
    if path.name != "problems.py"
)


def test_the_page_lists_exactly_the_codes_of_the_table() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9_]+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert {code: text for code, text in rows.items() if code in PROBLEM_CODES} == PROBLEM_CODES


@pytest.mark.parametrize("code", sorted(set(PROBLEM_CODES) - {"further_warnings"}))
def test_every_code_is_used(code: str) -> None:
    assert f'"{code}"' in SOURCES


def test_every_setting_that_is_read_is_documented() -> None:
    names = set(re.findall(r"settings(?:\.get\(|\[)\"([a-z_]+)\"", SOURCES))
    names |= {f"{kind}_accounts" for kind in ("money", "bank", "revenue", "write_off", "opening")}
    assert {"chart", "list_currency", "account_length"} <= names
    assert [name for name in names if f"| `{name}` |" not in PAGE] == []


def test_an_unknown_code_cannot_be_reported() -> None:
    with pytest.raises(KeyError):
        ProblemLog("x").note("no_such_code", 1, "", "")


def test_thousands_of_equal_warnings_end_in_one_line() -> None:
    log = ProblemLog("x.csv")
    for line in range(MAX_WARNINGS_PER_CODE + 7):
        log.doubt("torn_row", line + 1, "", "…")
    problems = log.finish()
    assert len(problems) == MAX_WARNINGS_PER_CODE + 1
    assert problems[-1].code == "further_warnings"
    assert problems[-1].message.startswith("7 weitere")


def test_raw_rows_have_the_order_of_the_columns() -> None:
    assert RawPosting._fields == tuple(POSTING_COLUMNS)

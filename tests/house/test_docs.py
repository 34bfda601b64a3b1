"""What the docs say can be found: links, commands, decisions, the two commands of the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from repo import ROOT, files

MARKDOWN = [path for path in files() if path.suffix == ".md"]
ADRS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _anchor(heading: str) -> str:
    """The anchor a Markdown host gives a heading."""
    text = re.sub(r"[`*_]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _prose(path: Path) -> str:
    """Text outside of code fences."""
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _broken(path: Path) -> list[str]:
    broken = []
    for target in LINK.findall(_prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", _prose(file), flags=re.MULTILINE)
            if anchor not in map(_anchor, headings):
                broken.append(target)
    return broken


def test_every_relative_link_leads_somewhere() -> None:
    assert len(MARKDOWN) > 10
    found = {p.relative_to(ROOT).as_posix(): _broken(p) for p in MARKDOWN}
    assert {name: links for name, links in found.items() if links} == {}


def test_the_index_lists_every_page_of_the_docs() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    listed = set(LINK.findall(index))
    pages = {p.relative_to(ROOT / "docs").as_posix() for p in MARKDOWN if "docs" in p.parts}
    assert pages - {"README.md"} <= listed


@pytest.mark.parametrize("path", ADRS, ids=lambda p: p.stem)
def test_a_decision_is_complete_and_fits_a_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.stem[:4]} ")
    parts = re.findall(r"^\*\*(\w+)\.\*\*", text, flags=re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Rejected"]
    # A table is looked up, not read through.
    prose = [line for line in text.splitlines() if not line.startswith("|")]
    assert len(" ".join(prose).split()) <= 550
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.stem[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))
    assert len(ADRS) >= 6


def test_every_dependency_has_a_reason() -> None:
    """ADR 0007 names each library that the program itself needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[\[<>=;! ]", text)[0].lower() for text in project["dependencies"]}
    adr = (ROOT / "docs/adr/0007-choice-of-libraries.md").read_text(encoding="utf-8").lower()
    assert {name for name in needed if name not in adr.replace("psycopg 3", "psycopg")} == set()


def test_the_readme_begins_with_the_two_commands() -> None:
    top = README.splitlines()[:30]
    assert any(line.strip().startswith("make demo") for line in top)
    assert any(line.strip().startswith("make test") for line in top)


def test_every_make_target_that_is_named_exists_and_explains_itself() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, flags=re.MULTILINE))
    assert {"help", "demo", "test", "check", "lock", "clean"} <= targets
    phony = MAKEFILE.split(".PHONY:")[1].split("\n\n")[0].replace("\\\n", " ").split()
    assert set(phony) == targets
    named = {
        (path.name, target)
        for path in MARKDOWN
        for target in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 5
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE)[0] == "[Unreleased]"

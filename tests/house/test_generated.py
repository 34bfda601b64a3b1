"""Files that are made from the code are current, and a stale one is found."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from repo import ROOT

SCRIPT = ROOT / "docs/generate.py"


@pytest.fixture
def generate(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("docs_generate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "TARGETS", {"page.md": lambda: "new\n"})
    return module


def test_every_generated_file_is_current() -> None:
    result = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_stale_file_is_named_and_left_alone_until_it_is_written(
    generate, tmp_path, capsys
) -> None:
    page = tmp_path / "page.md"
    page.write_text("old\n", encoding="utf-8")

    assert generate.main(["--check"]) == 1
    assert "out of date: page.md" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "old\n"

    assert generate.main([]) == 0
    assert page.read_text(encoding="utf-8") == "new\n"
    assert generate.main(["--check"]) == 0

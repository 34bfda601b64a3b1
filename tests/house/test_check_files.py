"""The look at files before a commit finds each fault it is for, and nothing in a clean file."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_files import LARGE, faults, main

CLEAN = {
    "a.py": "x = 1\n",
    "a.toml": 'a = "b"\n',
    "a.json": '{"a": [1]}\n',
    "a.yaml": "a: [1, 2]\n",
    "empty.py": "",
    "mail.j2": "Text\n-- \nMuster GmbH\n",
}
FAULTY = {
    "end.py": ("x = 1", "line end"),
    "ends.py": ("x = 1\n\n", "line end"),
    "blank.py": ("x = 1 \n", "blanks at the end of line 1"),
    "cr.py": ("x = 1\r\n", "carriage returns"),
    "merge.md": ("<" * 7 + " ours\nx\n", "merge conflict"),
    "a.toml": ("a = \n", "cannot be read"),
    "a.json": ("{'a': 1}\n", "cannot be read"),
    "a.yaml": ("a: [1\n", "cannot be read"),
    "large.py": ("#" * LARGE + "\n", "too much"),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_file_has_no_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CLEAN[name].encode())
    assert faults(tmp_path / name) == []


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found(tmp_path: Path, name: str, capsys) -> None:
    text, words = FAULTY[name]
    (tmp_path / name).write_bytes(text.encode())
    assert main([str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().out


def test_a_file_in_another_encoding_is_named_but_data_files_keep_theirs(tmp_path: Path) -> None:
    for name in ("umlaut.py", "umlaut.csv"):
        (tmp_path / name).write_bytes("Prüfung; \r\n".encode("cp1252"))
    assert faults(tmp_path / "umlaut.py") == ["is not UTF-8"]
    assert faults(tmp_path / "umlaut.csv") == []

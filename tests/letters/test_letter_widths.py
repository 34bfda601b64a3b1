"""The width bounds that spare Typst its measuring are measured by Typst here."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
import typst

from core.letters.widths import em, fits

SIGNS = [
    chr(number)
    for number in (*range(0x20, 0x7F), *range(0xA1, 0x180), *range(0x391, 0x3CA), *range(0x410, 0x450))
    if chr(number).isprintable()
]  # fmt: skip
PAGE = """
#set text(font: "Libertinus Serif", size: 100pt, weight: sys.inputs.weight)
#context [
  #metadata(json(bytes(sys.inputs.signs)).map(sign => measure(sign).width / 1pt)) <widths>
]
"""


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_no_sign_is_wider_than_its_bound(weight: str, tmp_path: Path) -> None:
    page = tmp_path / "page.typ"
    page.write_text(PAGE, encoding="utf-8")
    compiler = typst.Compiler(
        input=str(page),
        root=str(tmp_path),
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"signs": json.dumps(SIGNS), "weight": weight},
    )
    widths = json.loads(compiler.query("<widths>", field="value", one=True))
    assert len(widths) == len(SIGNS)
    for sign, width in zip(SIGNS, widths, strict=True):
        assert width / 100 <= em(sign, bold=weight == "bold"), sign


def test_what_may_be_too_wide_does_not_surely_fit() -> None:
    assert fits(["Beispiel Bau AG", "Musterstraße 12"], 80, 10.5)
    assert not fits([string.ascii_uppercase * 2], 80, 10.5)

"""The Typst compiler: one instance, reused, without the fonts of the machine.

Templates are files of this package; data reaches them only as one JSON string in ``sys.inputs``.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final, cast

import typst

from core.errors import MahnwerkError, NotPrintable

TEMPLATES = Path(__file__).parent / "templates"
PDF_STANDARD: Final = "a-2b"
_NO_GLYPH = re.compile(r"the text `\"(?P<text>.*)\"` could not be displayed", re.DOTALL)

_BOX = "□"


class Engine:
    """Compiles templates to PDF/A-2b; equal data give equal bytes. Safe to share by threads."""

    def __init__(self) -> None:
        # System fonts off: a letter must look the same, and hash the same, on every machine.
        self._compiler = typst.Compiler(
            root=str(TEMPLATES),
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
        )
        self._lock = threading.Lock()

    def pdf(self, template: str, data: Mapping[str, object], on: date) -> bytes:
        """PDF/A-2b of ``template`` filled with ``data``, dated midnight UTC of ``on``.

        Raises:
            NotPrintable: a character is in none of the built-in fonts.

        """
        return self._compiled(template, json.dumps(data, ensure_ascii=False), on)

    def list_pdf(self, template: str, data: Mapping[str, object], on: date) -> bytes:
        """As :meth:`pdf`, for lists for the office: a sign without a glyph becomes a box.

        One name in Chinese must not cost the list of all the others; a letter to him is another
        matter, and is not printed like that.
        """
        text = json.dumps(data, ensure_ascii=False)
        while True:
            try:
                return self._compiled(template, text, on)
            except NotPrintable as missing:
                boxed = text.translate({ord(sign): _BOX for sign in missing.signs})
                if boxed == text:
                    raise
                text = boxed

    def _compiled(self, template: str, data: str, on: date) -> bytes:
        stamp = datetime.combine(on, time.min, UTC)
        inputs = {"data": data}
        with self._lock:
            try:
                pdf = self._compiler.compile(
                    input=str(TEMPLATES / template),
                    format="pdf",
                    pdf_standards=PDF_STANDARD,
                    sys_inputs=inputs,
                    timestamp=stamp,
                )
            except typst.TypstError as error:
                raise _translated(template, error) from error
        return cast("bytes", pdf)


def _translated(template: str, error: typst.TypstError) -> MahnwerkError:
    missing = _NO_GLYPH.search(str(error))
    if missing is None:
        return MahnwerkError(f"{template} could not be rendered: {error}")
    signs = ", ".join(f"U+{ord(char):04X}" for char in missing["text"])
    told = NotPrintable(
        f"Die eingebauten Schriften haben kein Zeichen für {missing['text']} ({signs}); Name oder "
        "Anschrift in lateinischen, griechischen oder kyrillischen Buchstaben angeben.",
        en=f"The built-in fonts have no sign for {missing['text']} ({signs}); "
        "write the name or address in Latin, Greek or Cyrillic letters.",
    )
    told.signs = missing["text"]
    return told

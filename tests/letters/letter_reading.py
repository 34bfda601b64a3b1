"""Reads rendered PDFs back: text, positions in mm from the top left corner, and QR codes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdfium2 as pdfium
import zxingcpp
from pypdf import PdfReader

MM = 72 / 25.4


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float


def texts(pdf: bytes) -> list[str]:
    """Text of every page with single spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return [" ".join(page.split()) for page in pages]


def text(pdf: bytes) -> str:
    return " ".join(texts(pdf))


def _box(bounds: tuple[float, float, float, float], height: float) -> Box:
    left, bottom, right, top = bounds
    return Box(left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)


def find(pdf: bytes, wanted: str, page: int = 0) -> Box:
    """Box around the first place where ``wanted`` stands on the page."""
    document = pdfium.PdfDocument(pdf)
    sheet = document[page]
    textpage = sheet.get_textpage()
    hit = textpage.search(wanted, match_case=True).get_next()
    assert hit is not None, f"{wanted!r} is not on page {page + 1}"
    start, count = hit
    boxes = [textpage.get_charbox(start + i) for i in range(count)]
    height = sheet.get_height()
    return _box(
        (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        ),
        height,
    )


def characters(pdf: bytes, page: int = 0) -> list[tuple[str, Box]]:
    document = pdfium.PdfDocument(pdf)
    sheet = document[page]
    textpage = sheet.get_textpage()
    height = sheet.get_height()
    whole = textpage.get_text_range()
    return [
        (sign, _box(textpage.get_charbox(i), height))
        for i, sign in enumerate(whole)
        if sign.strip()
    ]


def lines(pdf: bytes, page: int = 0) -> list[Box]:
    """Boxes of all drawn paths."""
    document = pdfium.PdfDocument(pdf)
    sheet = document[page]
    height = sheet.get_height()
    return [
        _box(item.get_bounds(), height)
        for item in sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH], max_depth=1)
    ]


def codes(pdf: bytes, first: int = 0) -> list[str]:
    """Texts of all QR codes, read from images of the pages from ``first`` on, as printed."""
    found = []
    document = pdfium.PdfDocument(pdf)
    for number in range(first, len(document)):
        page = document[number]
        image = page.render(scale=200 / 72).to_pil().convert("L")
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    return found

"""Letters opened again: what stands on the paper, and what a banking app reads from it."""

import re
from decimal import Decimal

import pypdfium2 as pdfium
import zxingcpp
from pypdf import PdfReader

# "08.09.2026 – 22.11.2026 76 1.190,00 € 1,52 % + 9,00 = 10,52 % 26,07 €"
_LINE = re.compile(
    r"(\d\d\.\d\d\.\d{4}) – (\d\d\.\d\d\.\d{4}) (\d+) ([\d.,]+) € "
    r"(-?[\d,]+) % \+ ([\d,]+) = ([\d,]+) % ([\d.,]+) €"
)
_SUM = re.compile(r"Zinsen zu diesem Posten ([\d.,]+) €")


def text(path) -> str:
    """All pages, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def figure(german: str) -> Decimal:
    return Decimal(german.replace(".", "").replace(",", "."))


def interest_lines(path) -> list[tuple[str, str, int, Decimal, Decimal, Decimal]]:
    """(first day, last day, days, principal, rate, interest) of each printed line."""
    return [
        (first, last, int(days), figure(owed), figure(rate), figure(sum_))
        for first, last, days, owed, _, _, rate, sum_ in _LINE.findall(text(path))
    ]


def interest_sums(path) -> list[Decimal]:
    """The printed sum of each invoice's lines."""
    return [figure(found) for found in _SUM.findall(text(path))]


def codes(path) -> list[str]:
    """What the codes on the first page say."""
    image = pdfium.PdfDocument(path)[0].render(scale=200 / 72).to_pil().convert("L")
    return [code.text for code in zxingcpp.read_barcodes(image)]


def girocode_amount(path) -> Decimal:
    """What a banking app would transfer: the amount of the only code on the first page."""
    (code,) = codes(path)
    return Decimal(code.splitlines()[7].removeprefix("EUR"))

"""Upper bounds of text widths in the letter font (Libertinus Serif).

Most names fit their place in full size. Knowing that for certain spares Typst laying out a field
several times in search of a size; where it is not certain, Typst measures.
"""

from __future__ import annotations

from collections.abc import Iterable

_BOLD_EXTRA = 0.15  # em by which a bold sign is wider at the most
_WIDEST = 1.05  # any sign not named below that the font has
# No sign of a group is wider than its key, in em; measured, and checked by a test.
_GROUPS = {
    0.4: " !'(),.:;\"*-/[]`|frstijlIJ·ïí",
    0.5: "0123456789?#$_abcevxzäàáâèéêëçFS§",
    0.6: "dghknopquyöóôüúûßñBELPRTY+<=>ÉÈÊ",
    0.7: "ACGKNUVXZÄÜ%",
    0.8: "DHOQmwÖ&",
}
_EM = {sign: width for width, signs in _GROUPS.items() for sign in signs}
POINTS_PER_MM = 72 / 25.4


def em(text: str, *, bold: bool = False) -> float:
    """Upper bound of the width of ``text`` in em."""
    width = sum(_EM.get(sign, _WIDEST) for sign in text)
    return width + _BOLD_EXTRA * len(text) if bold else width


def fits(lines: Iterable[str], width_mm: float, size_pt: float, *, bold: bool = False) -> bool:
    """True when none of the lines can be wider than ``width_mm`` at ``size_pt``."""
    limit = width_mm * POINTS_PER_MM / size_pt
    return all(em(line, bold=bold) <= limit for line in lines)

"""GiroCode: the EPC QR code of EPC069-12 that a banking app reads."""

from __future__ import annotations

from decimal import Decimal

import segno

from core.domain.money import Money

MAX_BYTES = 331
MAX_NAME = 70
MAX_REFERENCE = 140
_LOWEST = Decimal("0.01")
_HIGHEST = Decimal("999999999.99")
_QUIET_MODULES = 4  # ISO/IEC 18004: white margin that a reader needs
_CHARSET_UTF8 = "1"


def payload(name: str, iban: str, bic: str, amount: Money, reference: str) -> str | None:
    """The text of the code, version 002; None when the transfer cannot be told in one.

    That is: another currency than EUR, no IBAN or name, or an amount outside 0.01 to
    999999999.99. A name that is too long is cut; a reference that is too long is refused
    with None, since it must equal the printed one.
    """
    compact = "".join(iban.split()).upper()
    if amount.currency != "EUR" or not compact or not name.strip():
        return None
    if not _LOWEST <= amount.amount <= _HIGHEST or len(reference) > MAX_REFERENCE:
        return None
    name = name.strip()[:MAX_NAME]
    while name:
        text = _lines(name, compact, bic, amount, reference)
        if len(text.encode()) <= MAX_BYTES:
            return text
        name = name[:-1].rstrip()
    return None


def _lines(name: str, iban: str, bic: str, amount: Money, reference: str) -> str:
    lines = [
        "BCD",
        "002",
        _CHARSET_UTF8,
        "SCT",
        "".join(bic.split()).upper(),
        name,
        iban,
        f"EUR{amount.plain()}",
        "",  # purpose
        "",  # structured reference: we give free text instead
        reference,
    ]
    # Nothing may follow the last used line.
    return "\n".join(lines).rstrip("\n")


def _code(text: str, error: str) -> segno.QRCode:
    return segno.make(
        text, error=error, boost_error=False, micro=False, mode="byte", encoding="utf-8"
    )


def modules(text: str, error: str = "m") -> int:
    """Width of the code with its quiet zone, in modules."""
    return len(_code(text, error).matrix) + 2 * _QUIET_MODULES


def svg(text: str, error: str = "m") -> str:
    """The code as an SVG of one path, level M as the standard demands, with its quiet zone."""
    code = _code(text, error)
    path = []
    for y, row in enumerate(code.matrix, start=_QUIET_MODULES):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            width = x - start
            path.append(f"M{start + _QUIET_MODULES} {y}h{width}v1h-{width}z")
    side = len(code.matrix) + 2 * _QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{"".join(path)}"/></svg>'
    )

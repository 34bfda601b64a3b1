"""Amounts and days as OPOS lists write them: signed, with S/H behind, with or without dots."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from connectors.datev_csv.fields import parse_amount, parse_day, parse_ddmmyyyy
from connectors.datev_csv.problems import RowError

_SIGNED = re.compile(r"(-?)\s*([0-9.]+(?:,[0-9]{1,4})?)\s*(-?)\s*(?:EUR|€)?\s*([SH]?)")
_CENT = Decimal("0.01")


def signed_amount(text: str, field: str) -> Decimal | None:
    """``-12,50``, ``12,50-``, ``12,50 H`` or ``1.234,50 €``; None for an empty field.

    Raises:
        RowError: it is no amount.

    """
    if not text:
        return None
    match = _SIGNED.fullmatch(text.upper())
    amount = parse_amount(match.group(2)) if match else None
    if match is None or amount is None or amount != amount.quantize(_CENT):
        raise RowError(
            "amount_invalid",
            field,
            f"„{text[:20]}“ ist kein Betrag (erwartet z. B. 1.190,00). Liste unverändert "
            "aus DATEV exportieren.",
        )
    negative = match.group(1) == "-" or match.group(3) == "-" or match.group(4) == "H"
    return -amount.quantize(_CENT) if negative else amount.quantize(_CENT)


def day_of(text: str, field: str) -> date | None:
    """``TT.MM.JJJJ``, ``TTMMJJJJ`` or ``JJJJ-MM-TT``; None for an empty field.

    Raises:
        RowError: it is no possible day.

    """
    if not text or not text.strip("0."):
        return None
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    day = parse_day("".join(iso.groups())) if iso else parse_ddmmyyyy(text)
    if day is None:
        raise RowError(
            "date_invalid",
            field,
            f"„{text[:20]}“ ist kein Datum (erwartet TT.MM.JJJJ oder TTMMJJJJ). Liste "
            "unverändert aus DATEV exportieren.",
        )
    return day

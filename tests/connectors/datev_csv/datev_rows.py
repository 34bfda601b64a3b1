"""Rows for the DATEV tests."""

from __future__ import annotations


def invoice(**more: str) -> dict[int, str]:
    """1,190.00 to debtor 10001 on 5 March; ``c11="…"`` sets column 11."""
    row = {1: "1190,00", 2: "S", 7: "10001", 8: "8400", 10: "0503", 11: "RE-1", 14: "Lieferung"}
    return row | {int(key[1:]): value for key, value in more.items()}

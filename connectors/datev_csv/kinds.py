"""What a row on a debtor account is (datev.md §2.4). The kind never changes an amount."""

from __future__ import annotations

import re

from connectors.datev_csv.accounts import AccountInfo, Chart, Side, within
from core.domain.records import PostingKind

# Sachverhalt: 31 dunning interest, 40 dunning fee, 84 late-payment lump sum.
_CHARGES = frozenset({"31", "40", "84"})
_GENERAL_REVERSAL = frozenset({"1", "G", "g"})
# BU keys 20-29 of older exports mean Storno.
_REVERSAL_KEY = re.compile(r"0{0,2}2[0-9]")

# Kind by the contra account: debtor debited, debtor credited.
_MONEY = (PostingKind.REFUND, PostingKind.PAYMENT)
_REVENUE = (PostingKind.INVOICE, PostingKind.CREDIT_NOTE)
_TRANSFER = (PostingKind.TRANSFER, PostingKind.TRANSFER)
_WRITE_OFF = (PostingKind.OTHER, PostingKind.WRITE_OFF)


def is_reversal(general_reversal: str, tax_key: str) -> bool:
    """Generalumkehr or a BU key of the 20 family; the S/H flag is already turned round."""
    if general_reversal in _GENERAL_REVERSAL:
        return True
    return bool(tax_key and _REVERSAL_KEY.fullmatch(tax_key))


class Kinds:
    """Kinds by contra account; every distinct G/L account is judged once."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._known: dict[int, tuple[PostingKind, PostingKind]] = {}

    def of(
        self, contra: AccountInfo, matter: str, booking_type: str, *, debit: bool, reversal: bool
    ) -> PostingKind:
        pair = self._known.get(contra.ledger)
        if pair is None:
            pair = self._known[contra.ledger] = self._judge(contra)
        base = pair[0] if debit else pair[1]
        if base is PostingKind.OPENING:
            return base
        if reversal:
            return PostingKind.REVERSAL
        if debit and matter in _CHARGES:
            return PostingKind.DUNNING_CHARGE
        if debit and booking_type == "AA":
            return PostingKind.DOWN_PAYMENT_REQUEST
        return base

    def _judge(self, contra: AccountInfo) -> tuple[PostingKind, PostingKind]:
        chart, ledger = self._chart, contra.ledger
        if contra.side is not Side.LEDGER:
            return _TRANSFER
        if within(ledger, chart.opening):
            return PostingKind.OPENING, PostingKind.OPENING
        if within(ledger, chart.money):
            return _MONEY
        if within(ledger, chart.write_off):
            return _WRITE_OFF
        if within(ledger, chart.revenue):
            return _REVENUE
        return PostingKind.OTHER, PostingKind.OTHER

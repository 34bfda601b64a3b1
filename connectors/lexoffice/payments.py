"""Payments of lexoffice -> ours (§2.6). Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from connectors._values import (
    FieldError,
    Json,
    children,
    currency,
    day,
    money,
    required,
    text,
)
from connectors.lexoffice.kinds import PAYMENT_KINDS, PAYMENT_TEXTS, VoucherType
from connectors.lexoffice.problems import warning
from core.domain.money import Money, total
from core.domain.platform_records import PaymentKind, PaymentPart
from core.errors import Problem


class Payments(NamedTuple):
    """What is open of a voucher, and what happened to it."""

    open: Money  # signed: negative for a credit
    status: str  # of the voucher, never "overdue"
    paid_on: date | None = None
    parts: tuple[PaymentPart, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def written_off(self) -> bool:
        return any(part.kind is PaymentKind.WRITE_OFF for part in self.parts)


def parse_payments(values: Json, type_: VoucherType, code: str, where: str) -> Payments:
    """``code`` is the currency of the voucher, ``where`` its name in problems.

    Raises:
        FieldError: the open amount, the status or an item cannot be read, or the currency differs.

    """
    _same_currency(values, code)
    amount = money(values, "openAmount", code)
    parts: list[PaymentPart] = []
    problems: list[Problem] = []
    for place, item in enumerate(children(values, "paymentItems")):
        kind = text(item, "paymentItemType")
        if kind not in PAYMENT_KINDS:
            problems.append(_unknown(kind, f"{where} paymentItems[{place}].paymentItemType"))
        parts.append(_part(item, kind, code, f"paymentItems[{place}]."))
    return Payments(
        Money(-abs(amount.amount), code) if type_.credit else amount,
        required(values, "voucherStatus"),
        day(values, "paidDate"),
        tuple(parts),
        tuple(problems),
    )


def difference(whole: Money, outstanding: Money, parts: tuple[PaymentPart, ...]) -> Money:
    """What the movements do not explain of a claim that became smaller; lexoffice's open amount
    is right all the same (§2.6): whether they add up with dunning costs is UNVERIFIED.
    """
    moved = total(
        (part.amount for part in parts if part.kind is not PaymentKind.CHARGE), whole.currency
    )
    fallen = whole - outstanding
    return (-fallen if whole.amount < 0 else fallen) - moved


def _part(item: Json, kind: str, code: str, path: str) -> PaymentPart:
    try:
        return PaymentPart(
            day(item, "postingDate"),
            money(item, "amount", _same_currency(item, code)),
            PAYMENT_KINDS.get(kind, PaymentKind.OTHER),
            PAYMENT_TEXTS.get(kind, kind),
        )
    except FieldError as error:
        raise FieldError(f"{path}{error.path}", error.reason) from None


def _same_currency(item: Json, code: str) -> str:
    own = currency({"currency": code, **item})
    if own != code:
        raise FieldError("currency", f"ist {own} statt {code}")
    return own


def _unknown(kind: str, where: str) -> Problem:
    return warning(
        "payment_type_unknown",
        where,
        f"Die Zahlungsart „{kind[:40]}“ kennt Mahnwerk nicht; es gilt der offene Betrag aus "
        "lexoffice. Bitte die Zahlungen des Belegs in lexoffice ansehen und Mahnwerk aktualisieren.",
    )

"""Notices on invoices that are paid at their platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from letter_samples import context, line

from core.domain.model import NoticeLine
from core.domain.money import Money
from core.domain.pay_ways import PayWay
from core.domain.platform_records import PayAccount
from core.ports import LetterContext

# As long as a real one: the code must stay readable.
LINK = (
    "https://pay.beispiel.example/i/acct_1MusterHandwerk/live_" + "YWNjdF8xTXVzdGVySGFuZHdlcms" * 4
)
PLATFORM_IBAN = "DE02120300000000202051"  # another textbook example
ACCOUNT = PayAccount("Beispiel Payments Europe Ltd", PLATFORM_IBAN, "BYLADEM1001", "Beispielbank")


def link_of(item: int) -> str:
    return f"{LINK}{item:04d}?s=ap"


def way(item: int, **changes: object) -> PayWay:
    return PayWay(**{"link": link_of(item), **changes})  # type: ignore[arg-type]


def paid_there(
    lines: Sequence[NoticeLine] | None = None,
    ways: dict[int, PayWay] | None = None,
    **changes: object,
) -> LetterContext:
    """Every invoice at the platform, unless ``ways`` says otherwise."""
    given = context(lines or [line(1, "119.00")], **changes)  # type: ignore[arg-type]
    chosen = (
        ways
        if ways is not None
        else {int(each.item): way(each.item) for each in given.notice.lines}
    )
    return replace(given, pay_ways=chosen)


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)

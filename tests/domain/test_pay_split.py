"""Which sum of a notice goes where: links, the creditor's account, and what nobody takes yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.domain.model import (
    Automation,
    Charge,
    DebtorId,
    ItemId,
    ItemKind,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeLine,
    NoticeState,
    RunId,
)
from core.domain.money import Money, total
from core.domain.pay_ways import PayWay, split

ISSUED = date(2026, 11, 23)
LINK = PayWay("https://pay.beispiel.example/i/1")
WATCHED = PayWay("https://pay.beispiel.example/i/1", own_account=True)


def money(amount: str) -> Money:
    return Money(Decimal(amount), "EUR").rounded()


def notice(amounts: list[str], fee: str) -> Notice:
    """Items 1, 2 … over these amounts, a demanded fee, and one that is only shown."""
    lines = tuple(
        NoticeLine(ItemId(n), f"R-{n}", ItemKind.INVOICE, ISSUED, ISSUED, money(a), money(a), 1, 1)
        for n, a in enumerate(amounts, start=1)
    )
    charges = (
        Charge("dunning_fee", money(fee), "vereinbart"),
        Charge("lump_sum", money("40"), "§ 288 Abs. 5 BGB", demanded=False),
    )
    whole = total([line.outstanding for line in lines], "EUR") + money(fee)
    return Notice(
        NoticeId(1), RunId(1), DebtorId(1), NoticeKind.NOTICE, "EUR", "standard", "v1", 1, lines,
        charges, whole, ("letter",), Automation.APPROVE, ISSUED, None, NoticeState.APPROVED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "fee", "ways", "online", "own", "apart"),
    [
        (["100", "50"], "5", {}, "0", "155", "0"),
        (["100", "50"], "5", {1: LINK, 2: LINK}, "150", "0", "5"),
        (["100", "50"], "5", {1: LINK}, "100", "55", "0"),
        (["100", "50"], "5", {1: WATCHED, 2: WATCHED}, "0", "155", "0"),
        (["100", "50"], "5", {1: WATCHED, 2: LINK}, "50", "105", "0"),
        (["100", "50", "-20"], "5", {1: LINK}, "100", "35", "0"),
        (["100", "50", "-50"], "0", {1: LINK}, "100", "0", "0"),
        (["100", "-20"], "5", {1: LINK}, "100", "-20", "5"),
        (["100", "10", "-20"], "5", {1: LINK}, "100", "-5", "0"),
        (["100"], "0", {1: LINK}, "100", "0", "0"),
    ],
)  # fmt: skip
def test_the_three_sums_make_the_total(
    amounts: list[str], fee: str, ways: dict[int, PayWay], online: str, own: str, apart: str
) -> None:
    message = notice(amounts, fee)
    parts = split(message, {ItemId(n): way for n, way in ways.items()})
    found = (parts.online_sum, parts.own_sum, parts.apart)
    assert found == (money(online), money(own), money(apart))
    assert total(found, "EUR") == message.total
    assert parts.payable + parts.apart == message.total
    assert parts.names_own_account is (Decimal(own) > 0)
    assert parts.uneven is (Decimal(own) < 0)


def test_an_item_of_nothing_is_no_reason_to_name_the_account() -> None:
    parts = split(notice(["100", "0"], "5"), {ItemId(1): LINK})
    assert not parts.names_own_account
    assert parts.apart == money("5")

"""Which text a notice is written with, how its law is cited, and that it is of one currency."""

from __future__ import annotations

from datetime import date

import pytest
from dunning_story import STANDARD, money

from core.domain.law_text import cited
from core.domain.model import (
    Automation,
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
from core.domain.money import Money
from core.domain.notice_total import demanded_total
from core.errors import CurrencyMismatch


def line(id_: int, kind: ItemKind, level: int, amount: Money) -> NoticeLine:
    return NoticeLine(ItemId(id_), f"RE-{id_}", kind, None, None, amount, amount, level, 1)


def notice(*lines: NoticeLine, kind: NoticeKind = NoticeKind.NOTICE, level: int = 2) -> Notice:
    return Notice(
        NoticeId(1), RunId(1), DebtorId(1), kind, "EUR", "standard", "1", level, lines, (),
        money("1.00"), ("letter",), Automation.APPROVE, date(2026, 3, 20), None,
        NoticeState.PROPOSED,
    )  # fmt: skip


INVOICE = line(1, ItemKind.INVOICE, 2, money("119.00"))
LEFT = line(2, ItemKind.CHARGE_RESIDUAL, 2, money("45.00"))
CREDIT = line(3, ItemKind.CREDIT_NOTE, 0, money("-10.00"))


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (notice(INVOICE, CREDIT), STANDARD.level(2).text),
        (notice(INVOICE, LEFT), STANDARD.level(2).text),
        (notice(LEFT, CREDIT), "residual"),
        (notice(line(1, ItemKind.INVOICE, 0, money("50.00")), kind=NoticeKind.PLAN), "instalment"),
    ],
    ids=["an invoice", "an invoice and charges", "only charges that are left", "an instalment"],
)
def test_the_text_follows_from_what_is_asked_for(of: Notice, text: str) -> None:
    assert STANDARD.text_of(of) == text


def test_a_notice_of_119_euro_less_a_credit_of_10_demands_109() -> None:
    assert demanded_total([INVOICE, CREDIT], [], "EUR") == money("109.00")


def test_francs_are_never_added_to_euros() -> None:
    swiss = line(4, ItemKind.INVOICE, 1, money("80.00", "CHF"))
    with pytest.raises(CurrencyMismatch):
        demanded_total([INVOICE, swiss], [], "EUR")


@pytest.mark.parametrize(
    ("basis", "english"),
    [
        ("§ 288 Abs. 2 BGB", "§ 288 (2) BGB"),
        ("§ 280 Abs. 1, 2, § 286 BGB", "§ 280 (1), (2), § 286 BGB"),
        ("§ 456 Satz 2 UGB", "§ 456 sentence 2 UGB"),
        ("§ 199 Abs. 1 Nr. 1 BGB", "§ 199 (1) no. 1 BGB"),
        ("Art. 104 Abs. 1 OR", "art. 104 (1) OR"),
        ("§ 288 Abs. 2 BGB a. F.", "§ 288 (2) BGB (old version)"),
    ],
)
def test_a_paragraph_is_cited_as_the_reader_does(basis: str, english: str) -> None:
    assert cited(basis, "en") == english
    assert cited(basis, "de") == basis

"""Notices with charges, told in days and euros: 1,000 EUR due on 2 March 2026, in default since 3 March.

The rates of the first half of 2026: 10.27 % for a business, 6.27 % for a consumer. On 1 April 30
days have passed: 1,000 x 10.27 % x 30/365 = 8.44, with 6.27 % 5.15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dunning_story import STANDARD, money
from law_story import AGREED, law

from core.domain.charges import FEE, INTEREST, LUMP_SUM, Chargeable, charges_of
from core.domain.claim_law import Law, LawView
from core.domain.model import (
    Account,
    Address,
    Charge,
    DebtorType,
    ItemFacts,
    ItemId,
    NoticeId,
    OpenCharge,
    OpenItem,
    PastNotice,
    Showing,
    Terms,
)
from core.domain.procedure import DunningLevel

OFF, SHOW, CHARGE = Showing.OFF, Showing.SHOW, Showing.CHARGE
APRIL = date(2026, 4, 1)
LETTER = next(level for level in STANDARD.levels if "letter" in level.channels)
EVERYTHING = {"EUR": Decimal("5.00"), "CHF": Decimal("5.00")}
BEFORE = NoticeId(7)  # an earlier notice about the items
BEFORE_ON = date(2026, 3, 12)
AT, CH = law("at", Terms.DATE), law("ch", Terms.DATE)


def level(
    interest: Showing = OFF, lump: Showing = OFF, fee: str = "", currency: str = "EUR"
) -> DunningLevel:
    """A level with these charges and no others."""
    fees = {currency: Decimal(fee)} if fee else {}
    return replace(LETTER, interest=interest, lump_sum=lump, fee=fees)


ALL = level(CHARGE, CHARGE, "5.00")


def asked(
    of: Account,
    *levels: DunningLevel,
    day: date = APRIL,
    law: Law = AGREED,
    channel: str = "letter",
    first: bool = True,
    credits_: Iterable[tuple[OpenItem, Decimal]] = (),
    minimum: Mapping[str, Decimal] | None = None,
) -> tuple[Charge, ...]:
    """The charges of one notice about every claim of the account, each at its own level."""
    claims = [item for item in of.items if item.outstanding.amount > 0]
    each = levels * len(claims) if len(levels) == 1 else levels
    notice = Chargeable(
        list(zip(claims, each, strict=True)), list(credits_), each[0], channel, first
    )
    procedure = replace(
        STANDARD, lump_sum_minimum={"EUR": Decimal(100)} if minimum is None else minimum
    )
    return charges_of(notice, LawView(of, law, day), of, procedure)


def told(charges: Iterable[Charge]) -> list[tuple[str, str, str, str]]:
    """(kind, invoice, amount, demanded | shown | again) of each charge."""
    return [
        (
            c.kind,
            c.number,
            c.amount.plain(),
            "again" if c.earlier else "demanded" if c.demanded else "shown",
        )
        for c in charges
    ]


def sums(charges: Iterable[Charge]) -> dict[str, str]:
    """Kind -> what is demanded of it, old and new."""
    found: dict[str, Decimal] = {}
    for charge in charges:
        if charge.demanded:
            found[charge.kind] = found.get(charge.kind, Decimal(0)) + charge.amount.amount
    return {kind: f"{amount:.2f}" for kind, amount in found.items()}


def kept(
    id_: int,
    kind: str,
    amount: str,
    item: int | None = 1,
    *,
    notice: NoticeId = BEFORE,
    since: date = BEFORE_ON,
    currency: str = "EUR",
    **state: bool,
) -> OpenCharge:
    """A charge in the sub-ledger; a fee belongs to no item."""
    of = None if item is None or kind == FEE else ItemId(item)
    basis = "§ 288 Abs. 5 BGB" if kind == LUMP_SUM else "§ 280 BGB"
    return OpenCharge(id_, kind, of, notice, money(amount, currency), basis, since, **state)


def after_notice(of: Account, *charges: OpenCharge, items: Iterable[int] = (1,)) -> Account:
    """The account after notice 7 of 12 March about those items, with these charges kept."""
    past = PastNotice(BEFORE, 1, BEFORE_ON, "letter", date(2026, 3, 24), True)
    return replace(of, notices={ItemId(i): (past,) for i in items}, charges=charges)


def at_home(country: str) -> Address:
    """Where a debtor lives."""
    return Address("Muster GmbH", (), "Musterweg 1", "1010", "Musterstadt", country)


def as_type(type_: DebtorType) -> ItemFacts:
    """What a person said of one claim."""
    return ItemFacts(type=type_)


__all__ = [
    "ALL",
    "APRIL",
    "AT",
    "BEFORE",
    "BEFORE_ON",
    "CH",
    "CHARGE",
    "FEE",
    "INTEREST",
    "LUMP_SUM",
    "OFF",
    "SHOW",
    "after_notice",
    "as_type",
    "asked",
    "at_home",
    "kept",
    "level",
    "sums",
    "told",
]

"""Hypothesis strategies: accounts with everything that the law looks at, and procedures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from dunning_story import after_due, hold, invoice
from hypothesis import strategies as st
from law_story import AGREED, FEE, INTEREST, LAW, LUMP_SUM, business, law

from config.procedures import load_procedure, procedure_names
from core.domain.claim_law import Law
from core.domain.model import (
    Account,
    Address,
    ChargesMode,
    DebtorType,
    Hold,
    HoldKind,
    HoldTerms,
    ItemFacts,
    ItemId,
    ItemKind,
    NoticeId,
    OpenCharge,
    OpenItem,
    PastNotice,
    Reduction,
    Showing,
    Terms,
)
from core.domain.money import Money
from core.domain.procedure import DunningProcedure

PRESETS = [load_procedure(name) for name in procedure_names()]
LAWS = [
    AGREED,
    AGREED,
    AGREED,
    LAW,
    law(consumer_notice_since=date(2020, 1, 1)),
    law("at", Terms.DATE),
]
# What is drawn first is drawn most: a day on which something is late.
days = st.integers(20, 200).map(after_due) | st.integers(-60, 200).map(after_due)
_PLACE = Address("Muster GmbH", (), "Musterweg 1", "12345", "Musterstadt")


# Strategies are made once: making and checking one costs more than a draw from it.
@cache
def _one(*values: object) -> st.SearchStrategy:
    return st.sampled_from(values)


@cache
def _int(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), st.none(), strategy)


_yes_no = st.booleans()
_maybe_yes_no, _maybe_day, _maybe_true = _maybe(_yes_no), _maybe(days), _maybe(st.just(True))
# What a person may have said of an item.
_own_facts = _maybe(
    st.builds(
        ItemFacts,
        type=_maybe(st.sampled_from(DebtorType)),
        terms=_maybe(st.sampled_from(Terms)),
        consumer_notice=_maybe_yes_no,
        invoice_received=_maybe_day,
        payment_claim=_maybe_yes_no,
        served_on=_maybe_day,
        refused_on=_maybe_day,
    )
)
_due = st.integers(-60, 15).map(after_due) | st.integers(-120, 60).map(after_due)
_payments = st.lists(
    st.tuples(st.integers(0, 150), st.integers(-5_000, 50_000)),
    max_size=2,
)
_presets = st.sampled_from(PRESETS)
_length = st.one_of(st.none(), st.integers(0, 60))


def claim(draw: st.DrawFn, id_: int, currencies: tuple[str, ...]) -> OpenItem:
    """A claim with its history of payments; sometimes a credit, or charges that are left."""
    currency = draw(_one(*currencies))
    open_ = Money.from_minor(draw(_int(1, 300_000)), currency)
    due = draw(_due)
    before = [Reduction(due + timedelta(n), minor) for n, minor in draw(_payments)]
    total = open_.minor + max(0, sum(each.minor for each in before))
    item = invoice(
        id_,
        currency=currency,
        due=due,
        delivered_on=due - timedelta(days=14) if draw(_maybe_true) else None,
        own=draw(_own_facts),
        reductions=tuple(sorted(before)),
        outstanding=open_,
        total=Money.from_minor(total, currency),
        kind=draw(_one(*[ItemKind.INVOICE] * 9, ItemKind.CHARGE_RESIDUAL)),
    )
    if draw(_one(*[True] * 9, False)):
        return item
    return replace(item, kind=ItemKind.CREDIT_NOTE, outstanding=-open_, total=-open_, reductions=())


def block(draw: st.DrawFn, number: int, count: int, currency: str) -> Hold:
    """A hold; often a partial dispute or a deferral, which change what is asked for."""
    kind = draw(_one(*[HoldKind.PARTIAL_DISPUTE] * 3, *[HoldKind.DEFERRAL] * 2, HoldKind.DISPUTE))
    first = draw(days)
    length = draw(_length)
    item = draw(_int(1, count))
    until = None if length is None else first + timedelta(days=length)
    terms = None
    if kind is HoldKind.PARTIAL_DISPUTE:
        terms = HoldTerms(amount=Money.from_minor(draw(_int(1, 100_000)), currency))
    elif kind is HoldKind.DEFERRAL:
        terms = HoldTerms(interest=draw(_yes_no))
    return replace(hold(first, until, item, kind, number), terms=terms)


def history(draw: st.DrawFn, item: OpenItem) -> tuple[PastNotice, ...]:
    """Notices that left about an item at that level."""
    first = (item.due_date or after_due(0)) + timedelta(days=draw(_int(1, 20)))
    return tuple(
        PastNotice(
            NoticeId(item.id * 10 + level),
            level,
            first + timedelta(days=20 * level),
            draw(_one("email", "letter")),
            first + timedelta(days=20 * level + 10),
            draw(_yes_no),
        )
        for level in range(1, item.level + 1)
    )


def kept_charges(draw: st.DrawFn, items: list[OpenItem]) -> tuple[OpenCharge, ...]:
    """The sub-ledger: a fee, and for each item at most one open charge of a kind."""
    dunned = [item for item in items if item.level and item.outstanding.amount > 0]
    found = [
        (kind, item.id, item.outstanding.currency)
        for item in dunned
        for kind in (INTEREST, LUMP_SUM)
        if draw(_one(True, False))
    ]
    if draw(_yes_no):
        found.append((FEE, None, "EUR"))
    return tuple(
        OpenCharge(
            number,
            kind,
            item,
            NoticeId(1),
            Money.from_minor(4000 if kind == LUMP_SUM else draw(_int(1, 500)), currency),
            "früher",
            after_due(-30),
            draw(_yes_no),
        )
        for number, (kind, item, currency) in enumerate(found, start=1)
    )


@st.composite
def accounts(
    draw: st.DrawFn,
    *,
    currencies: tuple[str, ...] = ("EUR", "EUR", "CHF"),
    fresh: bool = False,
    most: int = 4,
) -> Account:
    """Any account under any of the laws; a ``fresh`` one was never dunned."""
    count = draw(_int(1, most))
    items = [claim(draw, number + 1, currencies) for number in range(count)]
    if not fresh:
        items = [replace(item, level=draw(_one(0, 0, 0, 1, 2, 3))) for item in items]
    past = {item.id: history(draw, item) for item in items if item.level}
    holds = [block(draw, number, count, currencies[0]) for number in range(draw(_one(0, 0, 1, 2)))]
    contacts = [each.sent_on for notices in past.values() for each in notices]
    deadlines = [each.deadline for notices in past.values() for each in notices]
    of = business(
        *items,
        holds=holds,
        type=draw(_one(DebtorType.BUSINESS, *DebtorType)),
        type_confirmed=draw(_yes_no),
        email=draw(_one("", "a@muster.example")),
        address=replace(_PLACE, country=draw(_one("DE", "DE", "DE", "AT", "FR"))),
    )
    kept = () if fresh else kept_charges(draw, items)
    return replace(
        of,
        notices={ItemId(id_): each for id_, each in past.items()},
        charges=kept,
        last_notice_on=max(contacts, default=None),
        last_deadline=max(deadlines, default=None) if draw(_yes_no) else None,
    )


@st.composite
def procedures(draw: st.DrawFn) -> DunningProcedure:
    """A preset whose levels show or demand anything at all."""
    base = draw(_presets)
    fee = {"EUR": Decimal(each)} if (each := draw(_one("5.00", "1.50", ""))) else {}
    showing = _one(Showing.CHARGE, *Showing)
    levels = tuple(
        replace(
            level,
            fee=fee,
            interest=draw(showing),
            lump_sum=draw(showing),
            channels=draw(_one(("letter",), level.channels, ("email", "letter")))
            if level.channels != ("task",)
            else level.channels,
        )
        for level in base.levels
    )
    if draw(_yes_no):
        base = replace(base, send_weekdays=tuple(range(7)), working_days_only=False)
    return replace(
        base,
        levels=levels,
        charges=draw(_one(*ChargesMode)),
        consolidated=draw(_yes_no),
    )


laws: st.SearchStrategy[Law] = st.sampled_from(LAWS)

"""Hypothesis strategies: accounts with everything that the law looks at, and procedures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

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


def _maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def own_facts(draw: st.DrawFn) -> ItemFacts:
    """What a person may have said of an item."""
    return ItemFacts(
        type=draw(_maybe(st.sampled_from(DebtorType))),
        terms=draw(_maybe(st.sampled_from(Terms))),
        consumer_notice=draw(_maybe(st.booleans())),
        invoice_received=draw(_maybe(days)),
        payment_claim=draw(_maybe(st.booleans())),
        served_on=draw(_maybe(days)),
        refused_on=draw(_maybe(days)),
    )


@st.composite
def claims(draw: st.DrawFn, id_: int, currencies: tuple[str, ...]) -> OpenItem:
    """A claim with its history of payments; sometimes a credit, or charges that are left."""
    currency = draw(st.sampled_from(currencies))
    open_ = Money.from_minor(draw(st.integers(1, 300_000)), currency)
    due = draw(st.integers(-60, 15).map(after_due) | st.integers(-120, 60).map(after_due))
    before = draw(
        st.lists(
            st.builds(Reduction, st.integers(0, 150).map(lambda n: due + timedelta(n)),
                      st.integers(-5_000, 50_000)),
            max_size=2,
        )
    )  # fmt: skip
    total = open_.minor + max(0, sum(each.minor for each in before))
    item = invoice(
        id_,
        currency=currency,
        due=due,
        delivered_on=draw(_maybe(st.just(due - timedelta(days=14)))),
        own=draw(_maybe(own_facts())),
        reductions=tuple(sorted(before)),
        outstanding=open_,
        total=Money.from_minor(total, currency),
        kind=draw(st.sampled_from([ItemKind.INVOICE] * 9 + [ItemKind.CHARGE_RESIDUAL])),
    )
    if draw(st.sampled_from([True] * 9 + [False])):
        return item
    return replace(item, kind=ItemKind.CREDIT_NOTE, outstanding=-open_, total=-open_, reductions=())


@st.composite
def blocks(draw: st.DrawFn, number: int, count: int, currency: str) -> Hold:
    """A hold; often a partial dispute or a deferral, which change what is asked for."""
    kind = draw(
        st.sampled_from(
            [HoldKind.PARTIAL_DISPUTE] * 3 + [HoldKind.DEFERRAL] * 2 + [HoldKind.DISPUTE]
        )
    )
    first = draw(days)
    length = draw(st.one_of(st.none(), st.integers(0, 60)))
    item = draw(st.integers(1, count))
    until = None if length is None else first + timedelta(days=length)
    terms = None
    if kind is HoldKind.PARTIAL_DISPUTE:
        terms = HoldTerms(amount=Money.from_minor(draw(st.integers(1, 100_000)), currency))
    elif kind is HoldKind.DEFERRAL:
        terms = HoldTerms(interest=draw(st.booleans()))
    return replace(hold(first, until, item, kind, number), terms=terms)


@st.composite
def histories(draw: st.DrawFn, item: OpenItem) -> tuple[PastNotice, ...]:
    """Notices that left about an item at that level."""
    first = (item.due_date or after_due(0)) + timedelta(days=draw(st.integers(1, 20)))
    return tuple(
        PastNotice(
            NoticeId(item.id * 10 + level),
            level,
            first + timedelta(days=20 * level),
            draw(st.sampled_from(["email", "letter"])),
            first + timedelta(days=20 * level + 10),
            draw(st.booleans()),
        )
        for level in range(1, item.level + 1)
    )


@st.composite
def kept_charges(draw: st.DrawFn, items: list[OpenItem]) -> tuple[OpenCharge, ...]:
    """The sub-ledger: a fee, and for each item at most one open charge of a kind."""
    dunned = [item for item in items if item.level and item.outstanding.amount > 0]
    found = [
        (kind, item.id, item.outstanding.currency)
        for item in dunned
        for kind in (INTEREST, LUMP_SUM)
        if draw(st.sampled_from([True, False]))
    ]
    if draw(st.booleans()):
        found.append((FEE, None, "EUR"))
    return tuple(
        OpenCharge(
            number,
            kind,
            item,
            NoticeId(1),
            Money.from_minor(4000 if kind == LUMP_SUM else draw(st.integers(1, 500)), currency),
            "früher",
            after_due(-30),
            draw(st.booleans()),
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
    count = draw(st.integers(1, most))
    items = [draw(claims(number + 1, currencies)) for number in range(count)]
    if not fresh:
        items = [replace(item, level=draw(st.sampled_from([0, 0, 0, 1, 2, 3]))) for item in items]
    past = {item.id: draw(histories(item)) for item in items if item.level}
    holds = [
        draw(blocks(number, count, currencies[0]))
        for number in range(draw(st.sampled_from([0, 0, 1, 2])))
    ]
    contacts = [each.sent_on for notices in past.values() for each in notices]
    deadlines = [each.deadline for notices in past.values() for each in notices]
    of = business(
        *items,
        holds=holds,
        type=draw(st.sampled_from([DebtorType.BUSINESS, *DebtorType])),
        type_confirmed=draw(st.booleans()),
        email=draw(st.sampled_from(["", "a@muster.example"])),
        address=replace(_PLACE, country=draw(st.sampled_from(["DE", "DE", "DE", "AT", "FR"]))),
    )
    kept = () if fresh else draw(kept_charges(items))
    return replace(
        of,
        notices={ItemId(id_): each for id_, each in past.items()},
        charges=kept,
        last_notice_on=max(contacts, default=None),
        last_deadline=draw(st.sampled_from([None, max(deadlines, default=None)])),
    )


@st.composite
def procedures(draw: st.DrawFn) -> DunningProcedure:
    """A preset whose levels show or demand anything at all."""
    base = draw(st.sampled_from(PRESETS))
    fee = draw(st.sampled_from([{"EUR": Decimal("5.00")}, {"EUR": Decimal("1.50")}, {}]))
    showing = st.sampled_from([Showing.CHARGE, *Showing])
    levels = tuple(
        replace(
            level,
            fee=fee,
            interest=draw(showing),
            lump_sum=draw(showing),
            channels=draw(st.sampled_from([("letter",), level.channels, ("email", "letter")]))
            if level.channels != ("task",)
            else level.channels,
        )
        for level in base.levels
    )
    if draw(st.booleans()):
        base = replace(base, send_weekdays=tuple(range(7)), working_days_only=False)
    return replace(
        base,
        levels=levels,
        charges=draw(st.sampled_from(ChargesMode)),
        consolidated=draw(st.booleans()),
    )


laws: st.SearchStrategy[Law] = st.sampled_from(LAWS)

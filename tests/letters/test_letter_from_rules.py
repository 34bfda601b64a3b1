"""From the rules to the sheet: a business and a consumer, side by side, as `decide` bills them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from charge_samples import RATES, euro
from letter_reading import codes, text
from letter_samples import context, debtor, line
from test_letter_charges import said

from config.procedures import load_procedure, procedure_names
from core.domain.business_days import Calendar
from core.domain.claim_facts import ClaimDefaults
from core.domain.claim_law import Law
from core.domain.decision import PlannedNotice
from core.domain.dunning import decide
from core.domain.law import pack_for
from core.domain.model import (
    Account,
    ConnectionFacts,
    DebtorType,
    ItemId,
    NoticeId,
    NoticeKind,
    OpenItem,
    PastNotice,
    Reduction,
    Role,
    Showing,
    Terms,
)
from core.domain.procedure import DunningProcedure
from core.letters.renderer import LetterRenderer
from core.letters.texts import load
from core.ports import LetterContext

RENDERER = LetterRenderer()
CALENDAR = Calendar(frozenset({date(2026, 5, 1), date(2026, 12, 25)}))
DUE = date(2026, 5, 4)
FIRST_LEFT = date(2026, 7, 6)
ON = date(2026, 10, 5)
CHARGED = {"interest": Showing.CHARGE, "lump_sum": Showing.CHARGE, "fee": {"EUR": Decimal("5.00")}}


def law() -> Law:
    return Law(pack_for("de"), RATES.table("de"), CALENDAR, ClaimDefaults("de", Terms.NO))


def charging() -> DunningProcedure:
    procedure = load_procedure("standard")
    levels = tuple(
        replace(level, **CHARGED) if level.kind is NoticeKind.NOTICE else level  # type: ignore[arg-type]
        for level in procedure.levels
    )
    return replace(procedure, levels=levels)


def reminded(type_: DebtorType) -> Account:
    """1,000.00 EUR, 200.00 paid on 1 September, and a Mahnung that was posted on 6 July."""
    who = debtor(type=type_, email="", land="BE")
    item = OpenItem(
        ItemId(1), who.id, who.connection, "RE-7", "RE-7", line(1, "1.00").kind,
        DUE - timedelta(days=14), DUE, euro("1000.00"), euro("800.00"),
        level=2, last_notice_on=FIRST_LEFT,
        reductions=(Reduction(date(2026, 9, 1), 20000),),
    )  # fmt: skip
    past = PastNotice(NoticeId(1), 2, FIRST_LEFT, "letter", date(2026, 7, 20), True)
    known = ConnectionFacts(who.connection, "test", Role.LEADING, date(2099, 12, 31))
    return Account(
        who, (item,), connections={who.connection: known}, last_notice_on=FIRST_LEFT,
        last_deadline=date(2026, 7, 20), notices={ItemId(1): (past,)},
    )  # fmt: skip


def letter_of(planned: PlannedNotice, of: Account, procedure: DunningProcedure) -> LetterContext:
    return replace(
        context(
            planned.lines,
            owed_by=of.debtor,
            text=procedure.level(planned.level).text,
            charges=planned.charges,
            total=planned.total,
            issue_date=ON,
            deadline=planned.deadline,
        ),
        level_texts={level.number: level.text for level in procedure.levels},
    )


def billed(type_: DebtorType) -> LetterContext:
    procedure = charging()
    account = reminded(type_)
    (planned,) = decide(account, procedure, ON, CALENDAR, law()).notices
    return letter_of(planned, account, procedure)


def test_a_business_pays_nine_points_and_forty_euro_instead_of_a_fee() -> None:
    """Default the day after the deadline of 20 July, act/act, 1.52 + 9 = 10.52 %:
    1000 × 10.52 % × 42/365 = 12.1052; 800 × 10.52 % × 35/365 = 8.0701; together 20.1753.
    """
    given = billed(DebtorType.BUSINESS)
    for page in said(given):
        for wanted in (
            "in Verzug seit 21.07.2026",
            "Verzugszinsen zu RE-7 bis 05.10.2026 (§ 288 Abs. 2 BGB)",
            "Verzugspauschale zu RE-7 (§ 288 Abs. 5 BGB)",
            "In Verzug seit 21.07.2026: Die Rechnung war fällig und ist auch nach unserer Mahnung",
            "Zinssatz: 9 Prozentpunkte über dem Basiszinssatz (§ 288 Abs. 2 BGB).",
            "Gesamtbetrag",
            "860,18 €",  # 800.00 + 20.18 + 40.00
        ):
            assert wanted in page, wanted
        assert "Mahngebühr" not in page
    page = text(RENDERER.letter(given))
    assert "21.07.2026 – 31.08.2026 42 1.000,00 € 1,52 % + 9,00 = 10,52 % 12,11 €" in page
    assert "01.09.2026 – 05.10.2026 35 800,00 € 1,52 % + 9,00 = 10,52 % 8,07 €" in page
    assert "EUR860.18" in codes(RENDERER.letter(given))[0]


def test_a_consumer_pays_five_points_and_a_small_fee() -> None:
    """6.52 %: 1000 × 42/365 = 7.5025; 800 × 35/365 = 5.0016; together 12.5041. Fee at most 2.50."""
    given = billed(DebtorType.CONSUMER)
    for page in said(given):
        assert "Verzugszinsen zu RE-7 bis 05.10.2026 (§ 288 Abs. 1 BGB)" in page
        assert "Zinssatz: 5 Prozentpunkte über dem Basiszinssatz (§ 288 Abs. 1 BGB)." in page
        assert "815,00 €" in page  # 800.00 + 12.50 + 2.50
        assert "Verzugspauschale" not in page
    page = text(RENDERER.letter(given))
    assert "Mahngebühr (§ 280 Abs. 1, 2, § 286 BGB) 2,50 €" in page
    assert "Zinsen zu diesem Posten 12,50 €" in page
    assert "EUR815.00" in codes(RENDERER.letter(given))[0]


@pytest.mark.parametrize("name", procedure_names())
def test_no_preset_demands_a_charge_and_each_of_its_texts_exists(name: str) -> None:
    """Architecture §4.6: no charge is on by default; interest may be shown."""
    procedure = load_procedure(name)
    blocks = load("de").blocks
    for level in procedure.levels:
        if level.kind is NoticeKind.NOTICE:
            assert level.text in blocks
        assert not level.fee
    account = reminded(DebtorType.BUSINESS)
    for planned in decide(account, procedure, ON, CALENDAR, law()).notices:
        if planned.kind is not NoticeKind.NOTICE:
            continue
        given = letter_of(planned, account, procedure)
        assert f"EUR{planned.total.plain()}" in codes(RENDERER.letter(given))[0]
        page = text(RENDERER.letter(given))
        assert "Gesamtbetrag 800,00 €" in page
        assert ("Nachrichtlich" in page) is bool(planned.charges)
        shown = re.findall(r"(?:Verzugszinsen|Verzugspauschale) zu RE-7", page)
        assert len(shown) == len(planned.charges)


def test_the_preset_for_businesses_shows_what_the_delay_costs() -> None:
    procedure, account = load_procedure("b2b"), reminded(DebtorType.BUSINESS)
    (planned,) = decide(account, procedure, ON, CALENDAR, law()).notices
    for page in said(letter_of(planned, account, procedure)):
        assert "im Gesamtbetrag nicht enthalten; mit diesem Schreiben fordern wir sie nicht" in page
        assert "Rechnung RE-7 (nachrichtlich)" in page
        assert "60,18 €" in page  # 20.18 + 40.00
        assert "860,18" not in page

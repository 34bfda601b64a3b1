"""When a claim lapses (§§ 195, 199, 204, 212 BGB), and when somebody is told in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.limitation import (
    Limitation,
    LimitationReason,
    findings,
    lapses_on,
    limitation_of,
    warning,
)
from core.domain.limitation_texts import LIMITATION_TEXTS

END_2026 = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("delivered", "invoiced", "due", "lapses"),
    [
        # law §3.1: arisen in 2023 -> 31 December 2026.
        (None, date(2023, 1, 1), None, END_2026),
        (None, date(2023, 12, 31), None, END_2026),
        (None, date(2024, 1, 1), None, date(2027, 12, 31)),
        # Delivered in 2023, invoiced in 2024: the earlier day counts, to be safe.
        (date(2023, 12, 29), date(2024, 1, 8), date(2024, 2, 8), END_2026),
        (date(2024, 1, 3), date(2023, 12, 20), date(2024, 1, 20), END_2026),
        # The due date only where nothing else is known.
        (None, date(2023, 12, 20), date(2024, 1, 20), END_2026),
        (None, None, date(2024, 1, 20), date(2027, 12, 31)),
        (None, None, None, None),
    ],
)
def test_a_claim_lapses_at_the_end_of_the_third_year(delivered, invoiced, due, lapses) -> None:
    assert lapses_on(delivered, invoiced, due) == lapses


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 7, 3), None),
        (date(2026, 7, 4), 180),
        (date(2026, 10, 1), 180),
        (date(2026, 10, 2), 90),
        (date(2026, 11, 30), 90),
        (date(2026, 12, 1), 30),
        (date(2026, 12, 31), 30),
        (date(2027, 1, 1), 0),
        (date(2036, 1, 1), 0),
    ],
)
def test_somebody_is_warned_on_4_july_2_october_and_1_december(on, expected) -> None:
    assert warning(END_2026, on) == expected
    assert warning(None, on) is None


def test_a_day_that_is_a_sunday_is_not_moved() -> None:
    # 31 December 2028 is a Sunday; whether § 193 BGB helps is not settled, so nobody relies on it.
    assert warning(date(2028, 12, 31), date(2029, 1, 1)) == 0


def test_a_part_payment_may_start_the_three_years_anew() -> None:
    found = limitation_of(
        on=date(2026, 11, 22), invoice_date=date(2023, 5, 2), acknowledged_on=date(2025, 3, 10)
    )
    assert found == Limitation(
        lapses_on=END_2026,
        warning=90,
        acknowledged_on=date(2025, 3, 10),
        review=True,
        if_renewed=date(2028, 3, 10),
    )
    assert [reason for reason, _ in findings(found)] == [
        LimitationReason.SOON,
        LimitationReason.RENEWED,
    ]


@pytest.mark.parametrize(
    ("acknowledged", "renewed"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),  # § 188 Abs. 3 BGB
        (date(2026, 12, 31), date(2029, 12, 31)),
        (date(2023, 8, 1), None),  # before the period began: it changes nothing
        (date(2023, 12, 31), None),
        (date(2027, 1, 1), None),  # too late: what has lapsed does not begin anew
    ],
)
def test_an_acknowledgement_counts_only_while_the_period_runs(acknowledged, renewed) -> None:
    found = limitation_of(
        on=date(2026, 11, 22), invoice_date=date(2023, 5, 2), acknowledged_on=acknowledged
    )
    assert (found.lapses_on, found.if_renewed) == (END_2026, renewed)
    assert found.review is (renewed is not None)


def test_a_served_claim_is_flagged_for_a_person_and_the_day_stays() -> None:
    found = limitation_of(
        on=date(2027, 2, 1), invoice_date=date(2023, 5, 2), served_on=date(2026, 12, 30)
    )
    assert (found.lapses_on, found.warning) == (END_2026, 0)
    assert found.stopped
    assert found.review
    assert [reason for reason, _ in findings(found)] == [
        LimitationReason.LAPSED,
        LimitationReason.STOPPED,
    ]


def test_a_claim_served_after_the_last_day_stops_nothing() -> None:
    found = limitation_of(
        on=date(2027, 2, 1), invoice_date=date(2023, 5, 2), served_on=date(2027, 1, 4)
    )
    assert not found.stopped
    assert not found.review


def test_without_any_day_nothing_is_guessed() -> None:
    found = limitation_of(on=date(2026, 11, 22), served_on=date(2026, 1, 8))
    assert (found.lapses_on, found.warning) == (None, None)
    reasons = [reason for reason, _ in findings(found)]
    assert reasons == [LimitationReason.UNKNOWN, LimitationReason.STOPPED]


@pytest.mark.parametrize("law", ["at", "ch"])
def test_another_law_has_other_periods_and_no_day_is_told(law: str) -> None:
    found = limitation_of(on=END_2026, invoice_date=date(2020, 1, 1), law=law)
    assert (found.lapses_on, found.warning, found.review) == (None, None, False)
    assert [reason for reason, _ in findings(found)] == [LimitationReason.OTHER_LAW]


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (date(2026, 1, 1), LimitationReason.RUNNING),
        (date(2026, 7, 4), LimitationReason.SOON),
        (date(2027, 1, 1), LimitationReason.LAPSED),
    ],
)
def test_the_sentence_names_the_day(on, reason) -> None:
    [(found, facts)] = findings(limitation_of(on=on, invoice_date=date(2023, 5, 2)))
    assert found is reason
    for language in ("de", "en"):
        assert "2026-12-31" in LIMITATION_TEXTS[found].sentence(facts, language)


DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))
MAYBE = st.none() | DAYS


@given(MAYBE, MAYBE, MAYBE, DAYS, MAYBE, MAYBE)
def test_what_is_doubtful_never_moves_the_day(delivered, invoiced, due, on, ack, served) -> None:
    plain = limitation_of(on=on, delivered_on=delivered, invoice_date=invoiced, due_date=due)
    found = limitation_of(
        on=on,
        delivered_on=delivered,
        invoice_date=invoiced,
        due_date=due,
        acknowledged_on=ack,
        served_on=served,
    )
    assert (found.lapses_on, found.warning) == (plain.lapses_on, plain.warning)
    if found.if_renewed is not None:
        assert found.lapses_on is not None
        assert found.if_renewed > found.lapses_on
        assert found.review


@given(DAYS, DAYS)
def test_warnings_only_ever_become_more_urgent(lapses, on) -> None:
    order = [None, 180, 90, 30, 0]
    today, tomorrow = warning(lapses, on), warning(lapses, on + timedelta(1))
    assert order.index(today) <= order.index(tomorrow)

"""The calendar at the debtor's place: his Land, else every Land that his postcode may lie in."""

from datetime import date
from itertools import pairwise

import pytest

from config.bootstrap import build
from config.calendars import calendar_at, calendar_for, place_calendar
from config.places import LAENDER, TABLE, laender_of, postcode_ranges
from core.domain.model import Address, ConnectionId, Debtor, DebtorId
from core.services.profile_check import LAENDER as OFFERED

EPIPHANY = date(2026, 1, 6)  # a Tuesday; feast day in BW, BY and ST
CORPUS_CHRISTI = date(2026, 6, 4)
REFORMATION = date(2028, 10, 31)  # a Tuesday
GOOD_FRIDAY = date(2026, 4, 3)


def debtor(*, country: str = "DE", land: str = "", postcode: str = "") -> Debtor:
    address = Address("Muster GmbH", postcode=postcode, city="Musterstadt", country=country)
    return Debtor(DebtorId(1), ConnectionId(1), "10001", "Muster GmbH", address, land=land)


def test_there_are_sixteen_laender_the_same_as_a_creditor_can_choose():
    assert frozenset(OFFERED) == LAENDER
    assert len(LAENDER) == 16


def test_the_ranges_are_in_order_and_do_not_overlap():
    ranges = postcode_ranges()
    assert len(ranges) > 150
    assert all(len(first) == len(last) == 5 and first <= last for first, last, _ in ranges)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))
    assert frozenset().union(*(laender for *_, laender in ranges)) == LAENDER
    assert all(laender for *_, laender in ranges)
    assert TABLE.read_bytes().count(b"\r") == 0


# The town halls of the sixteen capitals; a postcode that everybody can look up.
@pytest.mark.parametrize(
    ("postcode", "land"),
    [
        ("70173", "BW"),
        ("80331", "BY"),
        ("10178", "BE"),
        ("14467", "BB"),
        ("28195", "HB"),
        ("27568", "HB"),  # Bremerhaven
        ("20095", "HH"),
        ("65183", "HE"),
        ("19055", "MV"),
        ("30159", "NI"),
        ("40213", "NW"),
        ("55116", "RP"),
        ("66111", "SL"),
        ("01067", "SN"),
        ("39104", "ST"),
        ("24103", "SH"),
        ("99084", "TH"),
        ("D-80331", "BY"),
        (" DE 80331 ", "BY"),
    ],
)
def test_a_postcode_inside_a_land_is_certain(postcode, land):
    assert laender_of(postcode) == {land}


@pytest.mark.parametrize(
    ("postcode", "laender"),
    [
        ("21039", {"HH", "SH"}),  # Hamburg-Bergedorf and Börnsen
        ("59969", {"NW", "HE"}),  # Hallenberg and Bromskirchen
        ("34355", {"NI", "HE"}),  # Staufenberg and Kassel
        ("07919", {"SN", "TH"}),  # Pausa-Mühltroff and Kirschkau
        ("19273", {"NI", "MV"}),  # Amt Neuhaus
        ("63928", {"BY", "BW"}),  # Eichenbühl
    ],
)
def test_a_postcode_on_a_border_means_both_laender(postcode, laender):
    assert laender_of(postcode) == laender


@pytest.mark.parametrize(
    "postcode",
    ["", "00001", "99999", "87491", "1067", "8001", "803311", "ABCDE", "²0331", "SW1A 2"],
)
def test_an_unknown_postcode_means_every_land(postcode):
    assert laender_of(postcode) == LAENDER


def test_the_known_land_decides_before_the_postcode():
    assert place_calendar("DE", "NW", "80331") is calendar_for("NW")
    assert place_calendar("de", "DE-BY") is calendar_for("BY")
    assert place_calendar("", "BY") is calendar_for("BY")


def test_a_land_that_does_not_exist_leaves_the_postcode_to_decide():
    assert place_calendar("DE", "XX", "80331") is calendar_for("BY")


def test_on_a_border_the_feast_days_of_both_laender_count():
    border = place_calendar("DE", "", "07919")  # Saxony or Thuringia
    days = calendar_for("SN").feast_days | calendar_for("TH").feast_days
    assert border.feast_days == days
    assert place_calendar("DE", "", "07952") is border  # equal places share one calendar


def test_without_any_place_a_feast_day_of_any_land_counts():
    nowhere = place_calendar()
    for day in (EPIPHANY, CORPUS_CHRISTI, REFORMATION):
        assert calendar_for("").is_working_day(day)
        assert not nowhere.is_working_day(day)
    assert nowhere.is_working_day(date(2026, 12, 24))


def test_austria_has_its_national_feast_days_and_good_friday():
    austria = place_calendar("AT")
    assert not austria.is_working_day(date(2026, 10, 26))
    assert not austria.is_working_day(GOOD_FRIDAY)
    assert austria.is_working_day(date(2028, 10, 3))  # German Unity, a Tuesday
    assert austria.is_working_day(date(2025, 4, 4))  # any other Friday in April


def test_in_switzerland_a_feast_day_of_any_canton_counts():
    switzerland = place_calendar("CH")
    assert not switzerland.is_working_day(date(2028, 8, 1))  # Bundesfeier, a Tuesday
    assert not switzerland.is_working_day(date(2026, 3, 19))  # Josephstag, some cantons
    assert not switzerland.is_working_day(GOOD_FRIDAY)  # not in Valais and Ticino


def test_any_other_country_has_its_own_days_and_an_unknown_one_those_of_all_germany():
    assert not place_calendar("NL").is_working_day(date(2026, 4, 27))  # Koningsdag
    assert place_calendar("NL").is_working_day(date(2028, 10, 3))
    assert place_calendar("XX") is calendar_for("")


def test_a_debtor_is_dunned_by_the_calendar_of_his_place():
    assert calendar_at(debtor(land="BY", postcode="40213")) is calendar_for("BY")
    assert calendar_at(debtor(postcode="40213")) is calendar_for("NW")
    assert calendar_at(debtor(country="CH", postcode="8001")) is place_calendar("CH")
    assert not calendar_at(debtor()).is_working_day(EPIPHANY)


def test_the_application_asks_for_the_place_of_the_debtor(tmp_path, monkeypatch):
    monkeypatch.setenv("MAHNWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAHNWERK_KEY_FILE", str(tmp_path / "key"))
    app = build()
    try:
        assert app.place(debtor(postcode="80331")) is calendar_for("BY")
    finally:
        app.store.close()

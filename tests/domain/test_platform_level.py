"""Which level a dunning stands for that somebody made on the platform, by its title."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.procedures import load_procedure
from core.domain.platform_level import suggested_level

STANDARD = load_procedure("standard")  # reminder, first, second, final, hand-over
LEVELS = {level.key: level for level in STANDARD.levels}


def procedure(*keys, **changes):
    """A procedure of those levels of the standard one."""
    levels = [
        replace(LEVELS[key], number=n, **changes.get(key, {})) for n, key in enumerate(keys, 1)
    ]
    return replace(STANDARD, levels=tuple(levels))


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Zahlungserinnerung", 1),
        ("Freundliche Erinnerung", 1),
        ("1. Zahlungserinnerung", 1),
        ("2. Zahlungserinnerung", 1),  # a second reminder is still no Mahnung
        ("Mahnung", 2),
        ("MAHNUNG", 2),
        ("1. Mahnung", 2),
        ("1.Mahnung", 2),
        ("Erste Mahnung", 2),
        ("2. Mahnung", 3),
        ("2.  Mahnung", 3),
        ("2te Mahnung", 3),
        ("Mahnung 2", 3),
        ("Mahnung Nr. 2", 3),
        ("Zweite Mahnung", 3),
        ("3. Mahnung", 4),
        ("Dritte Mahnung", 4),
        ("7. Mahnung", 4),  # more than the procedure has
        ("Letzte Mahnung", 4),
        ("Allerletzte Mahnung", 4),
        ("Letzte Zahlungserinnerung", 4),
        ("3. und letzte Mahnung", 4),
        ("Mahnstufe 1", 1),
        ("Stufe 3", 3),
        ("Payment reminder", 1),
        ("2nd dunning", 3),
        ("Final notice", 4),
        ("Mahnung zur Rechnung 2026-3", 2),  # a number of something else is no count
        ("", 1),
        ("Rechnung offen", 1),
    ],
)
def test_a_title_stands_for_a_level(title, level):
    assert suggested_level(title, STANDARD) == level


def test_without_a_reminder_the_first_level_is_the_lowest_there_is():
    strict = procedure("first", "second", "hand_over")
    assert suggested_level("Zahlungserinnerung", strict) == 1
    assert suggested_level("2. Mahnung", strict) == 2
    assert suggested_level("Letzte Mahnung", strict) == 2


def test_two_reminders_are_two_levels():
    gentle = procedure("reminder", "first", "second", first={"counts_as_mahnung": False})
    assert suggested_level("2. Zahlungserinnerung", gentle) == 2
    assert suggested_level("Mahnung", gentle) == 3


def test_where_nothing_counts_as_mahnung_the_levels_are_counted():
    gentle = procedure("reminder", "first", first={"counts_as_mahnung": False})
    assert suggested_level("2. Mahnung", gentle) == 2


def test_a_note_before_the_due_date_is_no_level_of_a_dunning():
    early = procedure("reminder", "first", "second", reminder={"days_after_due": -3})
    assert suggested_level("Zahlungserinnerung", early) == 2


def test_a_procedure_of_a_hand_over_alone_has_no_level():
    assert suggested_level("Mahnung", procedure("hand_over")) == 0


@given(st.text(max_size=40))
def test_whatever_the_title_the_hand_over_is_never_suggested(title):
    assert 1 <= suggested_level(title, STANDARD) <= 4

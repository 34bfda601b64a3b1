"""The settings of a procedure beside days and channels: charges, clocks, days and hours."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from config.procedures import SHIPPED, load_procedure
from core.domain.model import ChargesMode, Showing
from core.domain.procedure import DunningProcedure
from core.domain.procedure_canonical import LATER_DEFAULTS, later_settings
from core.domain.procedure_file import PROCEDURE_KEYS, canonical, parse_procedure
from core.domain.procedure_hints import hints
from core.domain.procedure_levels import LEVEL_KEYS
from core.errors import ConfigError

# Version of the procedure "standard" before there were charges, clocks and days of sending: runs
# and notices of that time name it.
OLD_STANDARD = "a7f485a65556290e2030222dadc80d97479d0a1358b983473ed8fffdd93eb489"
LEVEL = {
    "key": "first",
    "text": "first",
    "days_after_due": 5,
    "interval_days": 7,
    "deadline_days": 10,
    "channels": ["letter"],
}
TASK = {"key": "end", "text": "hand_over", "days_after_due": 50, "interval_days": 7,
        "channels": ["task"]}  # fmt: skip
NOTE = {"key": "note", "text": "pre_due", "days_after_due": -5, "interval_days": 5,
        "channels": ["email"], "counts_as_mahnung": False}  # fmt: skip


def made(*levels: dict, **settings: object) -> DunningProcedure:
    data = {"name": "kurz", "label": "Kurz", "levels": list(levels or (LEVEL,))} | settings
    return parse_procedure(copy.deepcopy(data), "kurz.toml")


def test_a_procedure_in_use_keeps_its_version() -> None:
    assert load_procedure("standard").version == OLD_STANDARD


def test_later_settings_at_their_default_are_no_content() -> None:
    plain = made()
    spelled = made(LEVEL | {"fee": {}, "interest": "off", "lump_sum": "off"}, **LATER_DEFAULTS)
    assert spelled == plain
    assert later_settings(plain) == LATER_DEFAULTS
    assert not set(json.loads(canonical(plain))) & set(LATER_DEFAULTS)


SETTINGS: list[tuple[str, object, str, object]] = [
    ("charges", "receivable", "charges", ChargesMode.RECEIVABLE),
    ("charges", "waive_when_principal_paid", "charges", ChargesMode.WAIVE_WHEN_PRINCIPAL_PAID),
    ("lump_sum_minimum", {"EUR": "50.00"}, "lump_sum_minimum", {"EUR": Decimal("50.00")}),
    ("lump_sum_minimum", {}, "lump_sum_minimum", {}),
    ("minimum_total", {"EUR": "5", "CHF": 6}, "minimum_total", {"CHF": 6, "EUR": 5}),
    ("clock", "due_date", "interval_counts", False),
    ("send_weekdays", ["fri", "mon"], "send_weekdays", (0, 4)),
    ("working_days_only", True, "working_days_only", True),
    ("send_hours", "08:00-18:30", "send_from", "08:00"),
    ("send_hours", "08:00-18:30", "send_until", "18:30"),
]


@pytest.mark.parametrize(("key", "value", "field", "meant"), SETTINGS)
def test_each_setting_is_read_hashed_and_kept_for_a_replay(
    key: str, value: object, field: str, meant: object
) -> None:
    procedure = made(**{key: value})
    assert getattr(procedure, field) == meant
    assert procedure.version != made().version
    again = parse_procedure(json.loads(canonical(procedure)), "run 7")
    assert again == procedure


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("fee", {"EUR": "2.50"}, {"EUR": Decimal("2.50")}),
        ("interest", "show", Showing.SHOW),
        ("interest", "charge", Showing.CHARGE),
        ("lump_sum", "charge", Showing.CHARGE),
    ],
)
def test_each_charge_of_a_level(key: str, value: object, meant: object) -> None:
    procedure = made(LEVEL | {key: value})
    assert getattr(procedure.level(1), key) == meant
    assert procedure.version != made().version
    assert parse_procedure(json.loads(canonical(procedure)), "run 7") == procedure


def test_defaults() -> None:
    procedure = made()
    assert procedure.charges is ChargesMode.INFORMATIONAL
    assert procedure.lump_sum_minimum == {"EUR": Decimal(100)}
    assert procedure.minimum_total == {}
    assert procedure.interval_counts
    assert procedure.send_weekdays == (0, 1, 2, 3, 4, 5, 6)
    assert (procedure.working_days_only, procedure.send_from, procedure.send_until) == (
        False, "", "",
    )  # fmt: skip
    level = procedure.level(1)
    assert (level.fee, level.interest, level.lump_sum) == ({}, Showing.OFF, Showing.OFF)


def test_a_note_before_due_needs_no_deadline() -> None:
    note = made(NOTE, LEVEL).level(1)
    assert (note.days_after_due, note.deadline_days, note.is_pre_due) == (-5, 0, True)
    assert not made(NOTE, LEVEL).level(2).is_pre_due


REFUSED: list[tuple[dict, list[dict], str, str]] = [
    ({"charges": "always"}, [LEVEL], "charges: ", "Choose one of informational, receivable,"),
    ({"clock": "both"}, [LEVEL], "clock: ", "Choose one of due_date_and_last_notice, due_date."),
    ({"minimum_total": "5"}, [LEVEL], "minimum_total: ", 'Write minimum_total = { EUR = "5.00" }'),
    ({"lump_sum_minimum": {"EUR": 1.5}}, [LEVEL], "lump_sum_minimum.EUR: ", "exact amount"),
    ({"send_weekdays": []}, [LEVEL], "send_weekdays: ", "Write a list of weekdays"),
    ({"send_weekdays": ["Mo"]}, [LEVEL], "send_weekdays: ", "Write a list of weekdays"),
    ({"send_weekdays": ["mon", "mon"]}, [LEVEL], "send_weekdays: ", "each at most once"),
    ({"send_weekdays": "mon"}, [LEVEL], "send_weekdays: ", "Write a list"),
    ({"send_weekdays": [1]}, [LEVEL], "send_weekdays: ", "Write a list"),
    (
        {"send_weekdays": ["sat", "sun"], "working_days_only": True},
        [LEVEL],
        "send_weekdays: ",
        "nothing would ever leave",
    ),
    ({"working_days_only": "yes"}, [LEVEL], "working_days_only: ", "must be true or false"),
    ({"send_hours": "8-18"}, [LEVEL], "send_hours: ", 'Write send_hours = "08:00-18:00"'),
    ({"send_hours": "18:00-08:00"}, [LEVEL], "send_hours: ", "the earlier one first"),
    ({"send_hours": "08:00-24:00"}, [LEVEL], "send_hours: ", "cannot be used"),
    ({"send_hours": 8}, [LEVEL], "send_hours: ", "cannot be used"),
    ({}, [LEVEL | {"fee": "2.50"}], "levels[1].fee: ", "must be a table"),
    ({}, [LEVEL | {"fee": {"EUR": "-1"}}], "levels[1].fee.EUR: ", "out of range"),
    (
        {},
        [LEVEL | {"fee": {"EUR": "1"}, "channels": ["email"]}],
        "levels[1].fee: ",
        'Add "letter" to channels or remove fee.',
    ),
    ({}, [LEVEL | {"interest": "on"}], "levels[1].interest: ", "Choose one of off, show, charge."),
    ({}, [LEVEL, TASK | {"fee": {"EUR": "1"}}], "levels[2].fee: ", "no fee without a letter"),
    ({}, [LEVEL, TASK | {"interest": "show"}], "levels[2].interest: ", "Remove the line."),
    ({}, [LEVEL, TASK | {"lump_sum": "show"}], "levels[2].lump_sum: ", "Remove the line."),
    ({}, [NOTE], "levels: ", "Add one with days_after_due of 1 or more."),
    ({}, [NOTE | {"days_after_due": -61}, LEVEL], "levels[1].days_after_due: ", "-60 to -1"),
    ({}, [NOTE | {"days_after_due": 0}, LEVEL], "levels[1].days_after_due: ", "1 to 3650"),
    ({}, [NOTE | {"days_after_due": "x"}, LEVEL], "levels[1].days_after_due: ", "whole number"),
    (
        {},
        [{k: v for k, v in NOTE.items() if k != "counts_as_mahnung"}, LEVEL],
        "levels[1].counts_as_mahnung: ",
        "Write counts_as_mahnung = false.",
    ),
    ({}, [NOTE | {"channels": ["task"]}, LEVEL], "levels[1].channels: ", "nothing to hand over"),
    (
        {},
        [NOTE | {"fee": {"EUR": "1"}, "channels": ["letter"]}, LEVEL],
        "levels[1].fee: ",
        "no charges before the due date",
    ),
    ({}, [NOTE | {"interest": "show"}, LEVEL], "levels[1].interest: ", "Remove the line."),
    ({}, [NOTE | {"lump_sum": "charge"}, LEVEL], "levels[1].lump_sum: ", "Remove the line."),
    ({}, [LEVEL, NOTE], "levels[2].days_after_due: ", "does not come later"),
]


@pytest.mark.parametrize(("settings", "levels", "place", "remedy"), REFUSED)
def test_a_refusal_names_file_key_and_remedy_in_both_languages(
    settings: dict, levels: list[dict], place: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        made(*levels, **settings)
    german, english = caught.value.sentence("de"), caught.value.sentence("en")
    assert german.startswith(f"kurz.toml: {place}")
    assert english.startswith(f"kurz.toml: {place}")
    assert remedy in english
    assert german != english


MAHNUNG = LEVEL | {"key": "second", "days_after_due": 20}


@pytest.mark.parametrize(
    ("levels", "settings", "keys"),
    [
        ([LEVEL], {}, []),
        ([LEVEL, MAHNUNG | {"fee": {"EUR": "2.50"}}], {}, []),
        ([LEVEL, MAHNUNG | {"fee": {"EUR": "2.51"}}], {}, ["levels[2].fee"]),
        ([LEVEL, MAHNUNG | {"fee": {"CHF": "20.00"}}], {}, []),
        # The Mahnung that brings default about is free of charge.
        ([LEVEL | {"fee": {"EUR": "1"}}], {}, ["levels[1].fee"]),
        (
            [LEVEL | {"counts_as_mahnung": False}, MAHNUNG | {"fee": {"EUR": "1"}}],
            {},
            ["levels[2].fee"],
        ),
        ([LEVEL | {"automation": "send"}], {}, ["levels[1].automation"]),
        ([LEVEL], {"charges": "receivable"}, ["charges"]),
        ([LEVEL | {"interest": "show"}], {"charges": "receivable"}, ["charges"]),
        ([LEVEL | {"interest": "charge"}], {"charges": "receivable"}, []),
        ([LEVEL | {"lump_sum": "charge"}], {"charges": "receivable"}, []),
        ([LEVEL | {"counts_as_mahnung": False}], {}, ["counts_as_mahnung"]),
        ([LEVEL | {"counts_as_mahnung": False}, TASK], {}, ["counts_as_mahnung"]),
    ],
)
def test_what_is_doubtful_is_hinted_at(levels: list[dict], settings: dict, keys: list[str]) -> None:
    found = hints(made(*levels, **settings))
    assert [hint.key for hint in found] == keys
    assert all(hint.de != hint.en for hint in found)


def test_every_key_is_documented() -> None:
    """docs/procedures.md has a row for each key of a procedure and of a level."""
    text = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
    for key in (*PROCEDURE_KEYS, *LEVEL_KEYS):
        assert f"\n| `{key}` |" in text, key
    for path in SHIPPED.glob("*.toml"):
        assert f"\n| `{path.stem}` |" in text, path.stem

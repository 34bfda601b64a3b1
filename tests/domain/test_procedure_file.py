"""Procedure files: what is accepted, what is refused and how the refusal helps."""

from __future__ import annotations

import copy
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from config.procedures import load_procedure, procedure_loader, procedure_names
from core.domain.model import Automation, NoticeKind
from core.domain.procedure_file import canonical, parse_procedure
from core.errors import ConfigError

MINIMAL = {
    "name": "kurz",
    "label": "Kurzes Verfahren",
    "levels": [
        {
            "key": "reminder",
            "text": "reminder",
            "days_after_due": 5,
            "interval_days": 7,
            "deadline_days": 10,
            "channels": ["email"],
        },
        {
            "key": "hand_over",
            "text": "hand_over",
            "days_after_due": 30,
            "interval_days": 14,
            "channels": ["task"],
        },
    ],
}


def changed(path: str, value: object) -> dict:
    """MINIMAL with one value set (or taken away: None); a path is "levels.0.key"."""
    data = copy.deepcopy(MINIMAL)
    *way, last = path.split(".")
    target: object = data
    for step in way:
        target = target[int(step)] if isinstance(target, list) else target.setdefault(step, {})
    if value is None:
        del target[last]
    else:
        target[int(last) if isinstance(target, list) else last] = value
    return data


def test_defaults_of_a_minimal_procedure() -> None:
    procedure = parse_procedure(MINIMAL, "kurz.toml")
    assert (procedure.name, procedure.label) == ("kurz", "Kurzes Verfahren")
    assert (procedure.grace_days, procedure.min_days_in_arrears) == (0, 0)
    assert (procedure.booked_through_working_days, procedure.bank_days_after_deadline) == (3, 3)
    assert procedure.consolidated
    assert procedure.person_above == {}
    first, last = procedure.levels
    assert (first.number, first.automation, first.counts_as_mahnung) == (
        1,
        Automation.APPROVE,
        True,
    )
    assert (first.kind, first.min_amount) == (NoticeKind.NOTICE, {})
    assert (last.number, last.kind, last.deadline_days) == (2, NoticeKind.TASK, 0)
    assert procedure.level(2) is last


def test_everything_can_be_set() -> None:
    data = changed("levels.0.min_amount", {"JPY": 500, "EUR": "5.00"})
    data["levels"][0] |= {"automation": "send", "counts_as_mahnung": False}
    data |= {
        "grace_days": 2,
        "min_days_in_arrears": 4,
        "contact_gap_days": 21,
        "consolidated": False,
        "booked_through_working_days": 1,
        "bank_days_after_deadline": 5,
        "person_above": {"EUR": "1000"},
    }
    procedure = parse_procedure(data, "kurz.toml")
    level = procedure.level(1)
    assert level.min_amount == {"EUR": Decimal("5.00"), "JPY": Decimal(500)}
    assert (level.automation, level.counts_as_mahnung) == (Automation.SEND, False)
    assert procedure.person_above == {"EUR": Decimal(1000)}
    assert (procedure.grace_days, procedure.min_days_in_arrears) == (2, 4)
    assert (procedure.contact_gap_days, procedure.consolidated) == (21, False)
    assert (procedure.booked_through_working_days, procedure.bank_days_after_deadline) == (1, 5)


REFUSED = [
    ("grace_day", 3, 'kurz.toml: grace_day: is not a known key. Did you mean "grace_days"?'),
    ("colour", "5.00", "kurz.toml: colour: is not a known key. Known: name, label,"),
    ("name", None, 'kurz.toml: name: is missing. Add a line "name = …".'),
    ("name", "../etc", '"../etc" cannot be used as a name'),
    ("name", "Groß", "Use small letters"),
    ("name", 3, "name: must be a text"),
    ("label", "  ", 'label: must be a text. Write label = "…".'),
    ("grace_days", "3", "grace_days: must be a whole number of days"),
    ("grace_days", True, "grace_days: must be a whole number of days"),
    ("grace_days", 1.5, "grace_days: must be a whole number of days"),
    ("grace_days", -1, "grace_days: -1 is out of range. Choose a number from 0 to 3650."),
    ("consolidated", "yes", "consolidated: must be true or false"),
    ("person_above", "5000", "person_above: must be a table"),
    ("person_above.eur", "5000", "person_above.eur: is not a currency"),
    ("person_above.EUR", 5000.5, 'person_above.EUR: must be an exact amount. Write EUR = "5.00"'),
    ("person_above.EUR", True, "person_above.EUR: must be an exact amount"),
    ("person_above.EUR", "5.000,00", 'person_above.EUR: "5.000,00" is not an amount'),
    ("person_above.EUR", "NaN", "person_above.EUR: NaN is out of range"),
    ("person_above.EUR", "-1", "person_above.EUR: -1 is out of range"),
    ("person_above.JPY", "1.5", "1.5 is finer than the currency. JPY has 0 decimals."),
    ("levels", None, "levels: is missing"),
    ("levels", [], "levels: must hold at least one level. Add a [[levels]] table."),
    ("levels", {}, "levels: must hold at least one level"),
    ("levels", ["reminder"], "levels: must hold at least one level"),
    ("levels.0.key", "hand_over", 'levels: the key "hand_over" is there twice'),
    ("levels.1.chanels", [], 'levels[2].chanels: is not a known key. Did you mean "channels"?'),
    ("levels.0.days_after_due", 0, "levels[1].days_after_due: 0 is out of range"),
    ("levels.0.interval_days", 0, "levels[1].interval_days: 0 is out of range"),
    ("levels.0.deadline_days", None, "levels[1].deadline_days: is missing"),
    ("levels.0.deadline_days", 0, "levels[1].deadline_days: 0 is out of range"),
    ("levels.1.days_after_due", 5, "levels[2].days_after_due: does not come later. Choose more"),
    ("levels.0.channels", [], 'levels[1].channels: [] cannot be used. Write ["email", "letter"]'),
    ("levels.0.channels", "email", "levels[1].channels: 'email' cannot be used"),
    ("levels.0.channels", ["fax"], "levels[1].channels: ['fax'] cannot be used"),
    ("levels.0.channels", [1], "levels[1].channels: [1] cannot be used"),
    ("levels.0.channels", ["email", "email"], "cannot be used"),
    ("levels.0.channels", ["letter", "task"], "cannot be used"),
    ("levels.0.channels", ["task"], "levels[2]: follows a hand-over task"),
    ("levels.0.automation", "auto", "automation: 'auto' is not known. Choose one of propose,"),
    ("levels.0.min_amount", {"EUR": 0.5}, "levels[1].min_amount.EUR: must be an exact amount"),
]


@pytest.mark.parametrize(("path", "value", "message"), REFUSED)
def test_a_refusal_names_file_key_and_remedy(path: str, value: object, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_procedure(changed(path, value), "kurz.toml")
    assert caught.value.sentence("en").startswith("kurz.toml: ")
    assert message in caught.value.sentence("en")
    # German first: the same place, another sentence.
    place = caught.value.sentence("en").split(": ")[:2]
    assert caught.value.sentence("de").split(": ")[:2] == place
    assert caught.value.sentence("de") != caught.value.sentence("en")
    assert caught.value.exit_code == 78


def test_the_version_follows_the_content_and_not_how_it_is_written() -> None:
    version = parse_procedure(MINIMAL, "kurz.toml").version
    assert len(version) == 64
    spelled = changed("grace_days", 0)
    spelled["levels"][0] = dict(reversed(spelled["levels"][0].items())) | {"automation": "approve"}
    assert parse_procedure(dict(reversed(spelled.items())), "elsewhere.toml").version == version
    fine = parse_procedure(changed("person_above", {"EUR": "5.00", "CHF": "1"}), "a").version
    assert parse_procedure(changed("person_above", {"CHF": 1, "EUR": 5}), "b").version == fine
    others = [changed("grace_days", 1), changed("label", "Anders"),
              changed("levels.0.text", "first"), changed("levels.1.interval_days", 15)]  # fmt: skip
    assert len({parse_procedure(data, "x").version for data in others} | {version, fine}) == 6


def test_a_stored_procedure_can_be_read_back_for_a_replay() -> None:
    procedure = load_procedure("standard")
    assert parse_procedure(json.loads(canonical(procedure)), "run 7") == procedure


def test_the_standard_procedure_has_five_steps() -> None:
    levels = load_procedure("standard").levels
    assert [(x.key, x.text) for x in levels] == [
        (key, key) for key in ("reminder", "first", "second", "final", "hand_over")
    ]
    assert [x.days_after_due for x in levels] == [10, 24, 38, 52, 66]
    assert [x.interval_days for x in levels] == [14] * 5
    assert [x.deadline_days for x in levels] == [10, 10, 7, 7, 0]
    assert [x.channels for x in levels] == [("email", "letter")] * 4 + [("task",)]
    assert [x.counts_as_mahnung for x in levels] == [False, True, True, True, True]


@pytest.mark.parametrize("name", procedure_names())
def test_every_preset_loads_and_asks_a_person(name: str) -> None:
    procedure = load_procedure(name)
    assert {level.automation for level in procedure.levels} == {Automation.APPROVE}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def shipped() -> str:
    from config.procedures import SHIPPED

    return (SHIPPED / "standard.toml").read_text(encoding="utf-8")


def test_the_users_file_replaces_the_shipped_one_of_that_name(tmp_path: Path) -> None:
    write(tmp_path, "standard", shipped().replace("grace_days = 0", "grace_days = 2"))
    write(tmp_path, "streng", shipped().replace('name = "standard"', 'name = "streng"'))
    assert load_procedure("standard", tmp_path).grace_days == 2
    assert load_procedure("standard").grace_days == 0
    assert load_procedure("streng", tmp_path).name == "streng"
    assert set(procedure_names(tmp_path)) - set(procedure_names()) == {"streng"}
    assert procedure_names(tmp_path / "missing") == procedure_names()
    assert "standard" in procedure_names()


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "standard.toml").write_text(shipped(), encoding="utf-8-sig")
    assert load_procedure("standard", tmp_path) == load_procedure("standard")


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, "streng", "")
    with pytest.raises(ConfigError) as caught:
        load_procedure("weich", tmp_path)
    known = ", ".join(procedure_names(tmp_path))
    assert {"standard", "streng"} <= set(procedure_names(tmp_path))
    assert caught.value.sentence("en") == f'There is no dunning procedure "weich". Known: {known}.'
    assert str(caught.value) == f"Ein Mahnverfahren „weich“ gibt es nicht. Bekannt: {known}."


@pytest.mark.parametrize("name", ["../standard", "/etc/passwd", "", "STANDARD", "a/b"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "standard", shipped())
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(ConfigError, match="gibt es nicht"):
        load_procedure(name, inner)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = ", "is not valid TOML"),
        ("label = 'für'".encode("latin-1"), "is not UTF-8 text. Save it as UTF-8."),
        (b"", "name: is missing"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "kaputt.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_procedure("kaputt", tmp_path)
    assert str(caught.value).startswith(str(path))
    assert message in caught.value.sentence("en")
    assert str(caught.value) != caught.value.sentence("en")


def test_an_unreadable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "zu", shipped())

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigError, match=r"nicht lesbar \(Permission denied\)"):
        load_procedure("zu", tmp_path)


def test_the_name_must_be_the_name_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "streng", shipped())
    with pytest.raises(ConfigError, match="muss aber wie die Datei heißen: „streng“"):
        load_procedure("streng", tmp_path)


def test_a_loader_reads_each_file_once(tmp_path: Path) -> None:
    path = write(tmp_path, "standard", shipped())
    load = procedure_loader(tmp_path)
    first = load("standard")
    path.unlink()
    assert load("standard") is first


def test_the_shipped_file_is_the_data_that_is_parsed() -> None:
    procedure = load_procedure("standard")
    assert parse_procedure(tomllib.loads(shipped()), "x").version == procedure.version

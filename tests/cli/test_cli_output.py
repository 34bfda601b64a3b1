"""What is printed: nothing cut off, nothing that a name could do to the terminal, no traceback."""

from datetime import date
from decimal import Decimal

import click
import pytest
from cli_desk import stammdaten, stapel

import cli.items
from cli.main import COMMANDS, root
from cli.output import clean, money
from cli.types import amount_value, day_value
from core.domain.model import NoticeState
from core.domain.money import Money
from core.services.json_values import jsonable
from core.services.wording import state_word

ESCAPE = "Böse\x1b[2J GmbH\u202e"


@pytest.fixture(autouse=True)
def in_german(monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")


def test_a_piped_table_cuts_no_name_and_no_amount(terminal):
    terminal.init()
    name = "Sehr lange Firma " * 12 + "GmbH & Co. KG"
    files = {
        "EXTF_S.csv": stammdaten((10001, name.strip(), "")),
        "EXTF_B.csv": stapel(
            ("987654321,09", "S", 10001, 8400, date(2026, 10, 1), "RE-1", date(2026, 10, 15))
        ),
    }
    terminal("import", "datev", *terminal.write(files))
    out = terminal("open-items").out
    (line,) = [line for line in out.splitlines() if "RE-1" in line]
    assert name.strip()[:50] in line
    assert "987.654.321,09 EUR" in line
    assert "…" not in line


def test_a_name_with_markup_is_shown_as_it_is(office):
    assert "Beispiel [bold]Klammer[/bold] OHG" in office("open-items").out


def test_a_name_cannot_command_the_terminal():
    assert clean(ESCAPE) == "Böse [2J GmbH "
    assert clean("eine\nzweite\tZeile") == "eine zweite Zeile"


def test_the_ageing_adds_up_per_currency(office):
    out = office("open-items").out
    line = out.splitlines()[-1]
    # RE-3 is not due; RE-1, RE-2 and RE-5 are 31 to 60 days late.
    assert line.split() == ["EUR", "119,00", "0,00", "0,00", "2.428,00", "0,00", "0,00"]


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (Money(Decimal(1190), "EUR"), "1.190,00 EUR", "1,190.00 EUR"),
        (Money(Decimal("-0.5"), "EUR"), "-0,50 EUR", "-0.50 EUR"),
        (Money(Decimal(12345), "JPY"), "12.345 JPY", "12,345 JPY"),
        (Money(Decimal("1.234"), "KWD"), "1,234 KWD", "1.234 KWD"),
    ],
)
def test_amounts_in_both_languages(monkeypatch, amount, german, english):
    assert money(amount) == german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert money(amount) == english


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1190", "1190"), ("1190,5", "1190.5"), ("1190.00", "1190.00"), ("1.190,00", "1190.00"),
        ("1,190.00", "1190.00"), ("1.000.000,00", "1000000.00"), ("0,01", "0.01"),
    ],
)  # fmt: skip
def test_a_clear_amount_is_understood(text, amount):
    assert amount_value(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["1.190", "1,190", "", "-1", "1e3", "NaN", "Infinity", "1.190.00", "1 190,00", "١٢", "5 EUR"],
)
def test_an_amount_with_two_meanings_is_refused(text):
    with pytest.raises(click.BadParameter):
        amount_value(text)


def test_a_day_has_two_forms_only():
    assert day_value("2026-11-20") == day_value("20.11.2026")
    with pytest.raises(click.BadParameter):
        day_value("20.11.26")


def test_documents_hold_plain_values_only():
    assert jsonable({"a": Money(Decimal(1), "EUR"), "b": {2, 1}}) == {
        "a": "1.00",
        "b": ["1", "2"],
    }


def test_what_nobody_expected_ends_in_a_sentence_and_a_log_entry(office, monkeypatch):
    def broken(*_args, **_named):
        raise ZeroDivisionError("geteilt durch null")

    monkeypatch.setattr(cli.items, "open_items", broken)
    answer = office("open-items", "--json", code=70)
    assert answer.json["error"]["code"] == "internal_error"
    assert "Traceback" not in answer.out + answer.err
    log = office.folder / "home" / "log" / "mahnwerk.log"
    assert str(log) in answer.err
    assert "ZeroDivisionError: geteilt durch null" in log.read_text(encoding="utf-8")


def test_an_interrupted_prompt_is_no_error_of_ours(terminal):
    answer = terminal("init", "--set", "smtp_password", code=130, stdin="")
    assert "Abgebrochen" in answer.err


def every_command(group=root, prefix=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if not isinstance(found, click.Group) or found.invoke_without_command:
            yield (*prefix, name), found
        if isinstance(found, click.Group):
            yield from every_command(found, (*prefix, name))


def test_every_command_explains_itself_and_takes_the_shared_options():
    names = {path[0] for path, _ in every_command()}
    assert names == set(COMMANDS)
    for path, found in every_command():
        assert found.help, path
        options = {flag for option in found.params for flag in option.opts}
        shared = {("demo",): set(), ("sandbox",): {"--json"}}
        assert shared.get(path, {"--json", "--creditor"}) <= options, path
        for option in found.params:
            assert not isinstance(option, click.Option) or option.help, (path, option.name)


def test_money_without_a_number_is_named_in_tables(terminal):
    terminal.init()
    rows = [
        ("119,00", "S", 10001, 8400, date(2026, 10, 1), "RE-1", date(2026, 10, 15)),
        ("50,00", "S", 1200, 10001, date(2026, 11, 2), "", None),
    ]
    terminal("import", "datev", *terminal.write({"EXTF_1.csv": stapel(*rows)}))
    (line,) = [line for line in terminal("open-items").out.splitlines() if "-50,00 EUR" in line]
    assert "Zahlung vom 02.11.2026" in line
    assert "~" not in line


def test_states_and_outcomes_have_words_in_both_languages(office, monkeypatch):
    office("run")
    assert "vorgeschlagen" in office("proposals").out
    german, english = ({state_word(each, lang) for each in NoticeState} for lang in ("de", "en"))
    assert len(german) == len(english) == len(NoticeState)
    assert not german & english
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "proposed" in office("proposals").out


def test_the_oldest_bucket_keeps_its_sign(office):
    assert "> 90" in office("open-items").out

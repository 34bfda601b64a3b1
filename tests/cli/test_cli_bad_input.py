"""Slips of the hand: each is named with its remedy, in the user's language, and loses nothing."""

import pytest

FAR_DAYS = [
    ("default-date", "--due", "9999-12-31", "--rule", "calendar"),
    ("default-date", "--due", "0001-01-01", "--rule", "calendar"),
    ("interest", "100", "--from", "2026-01-01", "--to", "9999-12-31", "--debtor", "consumer"),
    ("promise", "RE-1", "--until", "9999-12-31"),
    ("plan", "RE-1", "--instalments", "3", "--first", "9999-12-15"),
    ("hold", "RE-1", "--reason", "Anruf", "--until", "9999-12-31"),
    ("allocate", "10001", "100", "--on", "0001-01-01"),
    ("explain", "RE-1", "--on", "9999-12-31"),
]
HUGE = "9" * 29


@pytest.mark.parametrize("command", FAR_DAYS)
def test_a_year_that_nobody_means_is_refused_before_anything_is_counted(office, command):
    assert "möglich sind die Jahre 1900 bis 2199" in office(*command, code=64).err


@pytest.mark.parametrize(
    "command",
    [("replay", HUGE), ("diff", "1", HUGE), ("approve", HUGE), ("posted", HUGE), ("posted", "abc")],
)
def test_what_is_no_number_of_a_run_or_notice_is_said_to_be_none(office, command):
    error = office.json(*command, code=64)["error"]
    assert "ist keine Nummer" in error["message"]


def test_an_amount_beyond_all_money_is_refused(office):
    assert "ist zu viel" in office("allocate", "10001", HUGE, code=64).err


def test_a_land_is_one_of_the_sixteen(office, monkeypatch):
    assert "land" in office("debtor", "set", "10001", "land=ZZ", code=64).err
    office("debtor", "set", "10001", "land=Bayern")
    assert office.json("debtor", "show", "10001")["land"] == "BY"


@pytest.mark.parametrize(
    ("command", "german", "english"),
    [
        (("interest",), "Es fehlt '", "Missing argument"),
        (("hold", "RE-1"), "Es fehlt '--reason'.", "Missing option '--reason'."),
        (("charges", "foo"), "Den Befehl „foo“ gibt es nicht.", "No such command 'foo'."),
        (("run", "--foo"), "Die Option „--foo“ gibt es nicht.", "No such option '--foo'."),
        (("charges", "paid", "abc"), "„abc“ ist keine Nummer", "'abc' is not a number"),
        (("open-items", "x"), "Eine Angabe zu viel: x", "Got unexpected extra argument (x)"),
        (("hold", "RE-1", "--kind"), "Zur Option „--kind“ fehlt die", "requires an argument"),
        (
            ("interest", "1", "--debtor", "wer"),
            "'--debtor': „wer“ geht nicht; möglich: 'consumer', 'business'.",
            "'wer' is not one of 'consumer', 'business'.",
        ),
    ],
)
def test_a_refused_call_is_told_in_one_language(office, monkeypatch, command, german, english):
    assert german in office(*command, code=64).err
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert english in office(*command, code=64).err


@pytest.mark.parametrize("group", ["plan", "item", "rates", "deliveries", "audit"])
def test_a_group_without_a_command_shows_its_help_line_by_line(office, group):
    shown = office(group, code=64).err
    assert shown.startswith("Aufruf: ")
    assert "\n\nBefehle:\n" in shown
    assert not {"Usage", "Options", "Commands", "Show"} & set(shown.replace(":", "").split())
    document = office("--json", group, code=64).json
    assert document["error"]["message"] == "Es fehlt ein Befehl."


def test_two_ways_to_size_instalments_are_one_too_many(office):
    both = ("--instalments", "3", "--amount-each", "5", "--first", "2027-01-15")
    assert "Entweder die Zahl oder den Betrag" in office("plan", "RE-1", *both, code=64).err


def test_a_procedure_nested_without_end_is_refused_as_one(office):
    deep = office.folder / "deep.toml"
    deep.write_text(f'name = "deep"\nlabel = "x"\nx = {"[" * 3000}1{"]" * 3000}\n')
    assert "deep.toml" in office("procedures", "check", deep, code=78).err


def test_what_is_neither_invoice_nor_customer_is_called_so(office):
    shown = office("hold", "RE-4711", "--reason", "Anruf", code=64).err
    assert "mahnwerk open-items" in shown
    assert "mahnwerk debtors" in shown

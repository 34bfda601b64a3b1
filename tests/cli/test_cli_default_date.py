"""`mahnwerk default-date`: the table of default dates through the command; no books are needed."""

import pytest

# Reference table `default_dates.csv`: options, then last day to pay and first day of default.
ROWS = [
    ("V01", "--rule calendar --due 2026-08-31 --land BE", "2026-08-31", "2026-09-01"),
    ("V03", "--rule calendar --due 2026-10-03 --land BE", "2026-10-05", "2026-10-06"),
    ("V05", "--rule calendar --due 2026-12-25 --land BE", "2026-12-28", "2026-12-29"),
    ("V06", "--rule calendar --due 2026-01-06 --land BY", "2026-01-07", "2026-01-08"),
    ("V07", "--rule calendar --due 2026-01-06 --land NW", "2026-01-06", "2026-01-07"),
    (
        "V11",
        "--rule thirty-days --due 2026-06-01 --received 2026-06-01 --debtor business --land BE",
        "2026-07-01",
        "2026-07-02",
    ),
    (
        "V13",
        ("--rule thirty-days --due 2026-06-01 --received 2026-06-01 --notice yes "
        "--debtor consumer --land BE"),
        "2026-07-01",
        "2026-07-02",
    ),
    (
        "V14",
        ("--rule thirty-days --due 2026-07-02 --received 2026-07-02 --notice no "
        "--debtor consumer --land -"),
        None,
        None,
    ),
    ("V15", "--rule reminder --due 2026-07-02 --received 2026-08-10 --land -", None, "2026-08-11"),
    ("V17", "--rule event --received 2026-06-01 --days 14 --land BE", "2026-06-15", "2026-06-16"),
    ("Sunday", "--rule calendar --due 2026-05-31", "2026-06-01", "2026-06-02"),
    ("Epiphany by postcode", "--rule calendar --due 2026-01-06 --postcode 80331", "2026-01-07",
     "2026-01-08"),
    ("Epiphany anywhere", "--rule calendar --due 2026-01-06", "2026-01-07", "2026-01-08"),
    ("event from a start day", "--rule event --due 2026-06-01 --days 14 --land de-be",
     "2026-06-15", "2026-06-16"),
    ("30 days from receipt, no due date: due at once",
     "--rule thirty-days --received 2026-06-01 --debtor business --land BE", "2026-07-01",
     "2026-07-02"),
    ("30 days from delivery",
     "--rule thirty-days --due 2026-06-01 --delivered 2026-06-08 --debtor business --land BE",
     "2026-07-08", "2026-07-09"),
    ("reminder with ten days", "--rule reminder --received 2026-08-10 --days 12 --land NW",
     "2026-08-24", "2026-08-25"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "last", "since"), [row[1:] for row in ROWS],
                         ids=[row[0] for row in ROWS])  # fmt: skip
def test_every_row_of_the_table_comes_out(terminal, options, last, since):
    answer = terminal.json("default-date", *options.split())
    assert (answer["last_day_to_pay"], answer["default_from"]) == (last, since)
    assert answer["rule"] == options.split()[1]
    assert answer["reason"].startswith("default_")
    assert "§ 286" in answer["source"]
    assert answer["text"].endswith(".")
    assert answer["assumed"] is False


def test_a_person_reads_the_days_as_he_writes_them(terminal):
    answer = terminal("default-date", "--rule", "calendar", "--due", "3.10.2026", "--land", "BE")
    assert answer.out.splitlines() == [
        (
            "Verzug ab 06.10.2026: Der Zahlungstag 03.10.2026 ist vereinbart; letzter Tag zum Zahlen "
            "ist der 05.10.2026."
        ),
        "Letzter Tag zum Zahlen: 05.10.2026",
        "Grundlage: § 286 Abs. 2 Nr. 1, § 193 BGB",
    ]


def test_without_default_no_day_is_shown(terminal):
    answer = terminal("default-date", "--rule", "thirty-days", "--due", "2026-07-02")
    assert "Kein Verzug" in answer.out
    assert "Letzter Tag" not in answer.out


def test_in_english(terminal, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    answer = terminal("default-date", "--rule", "reminder", "--received", "2026-08-10")
    assert answer.out.startswith("In default from 2026-08-11: the reminder was received on")
    assert "Rests on: § 286 (1) sentence 1, § 130 BGB" in answer.out


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ("--rule calendar", "--due"),
        ("--rule event --days 14", "--received"),
        ("--rule event --received 2026-06-01", "--days"),
        ("--rule reminder --due 2026-06-01", "--received"),
        ("--rule thirty-days", "--due"),
    ],
)
def test_what_a_rule_cannot_do_without_is_asked_for(terminal, options, missing):
    answer = terminal("default-date", *options.split(), code=64)
    assert missing in answer.err


@pytest.mark.parametrize("options", ["--land XX", "--days -1", "--debtor friend", "--due morgen"])
def test_a_wrong_value_is_refused(terminal, options):
    command = ["default-date", "--rule", "calendar", "--due", "2026-06-01"]
    assert terminal(*command, *options.split(), code=64).err

"""`rates`: what is known and from where; entering a half-year, and what is refused."""

import os

import pytest

SHIPPED_DE, SHIPPED_AT = 50, 28
HALF_YEAR = ["valid_from", "valid_to", "percent", "source", "status"]


def latest(terminal, *args):
    return terminal.json("rates", "show", *args)[0]


def enter(terminal, *args, code=0, source="Bundesanzeiger vom 04.01.2027"):
    return terminal.json("rates", "import", *args, "--source", source, code=code)


def csv(terminal, *lines, name="saetze.csv"):
    (path,) = terminal.write({name: "\n".join(lines).encode("utf-8")})
    return path


def test_all_half_years_with_source_and_status_the_latest_first(terminal):
    rows = terminal.json("rates", "show")
    assert len(rows) == SHIPPED_DE
    assert list(rows[0]) == [*HALF_YEAR, "own"]
    assert (rows[0]["valid_from"], rows[0]["percent"], rows[0]["status"], rows[0]["own"]) == (
        "2026-07-01",
        "1.52",
        "secondary",
        False,
    )
    assert (rows[-1]["valid_from"], rows[-1]["percent"]) == ("2002-01-01", "2.57")
    assert "Bundesbank" in rows[-1]["source"]


def test_the_austrian_table(terminal):
    rows = terminal.json("rates", "show", "--law", "at")
    assert (len(rows), rows[-1]["valid_from"]) == (SHIPPED_AT, "2013-01-01")
    assert [row["valid_from"] for row in rows if row["status"] == "secondary"] == [
        "2026-07-01",
        "2026-01-01",
        "2025-07-01",
        "2024-07-01",
    ]


def test_the_table_shows_the_last_years_and_says_what_it_leaves_out(terminal):
    out = terminal("rates", "show").out
    assert "01.07.2026" in out
    assert "01.01.2002" not in out
    assert "42 frühere Halbjahre: --all" in out
    every = terminal("rates", "show", "--all").out
    assert "01.01.2002" in every
    assert "--all" not in every


def test_the_sources_are_told_in_english_too(terminal, monkeypatch):
    assert "öffentliche Projekte" in terminal("rates", "show").out
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    out = terminal("rates", "show").out
    assert "public projects" in out
    assert "2026-07-01" in out
    assert "1.52 %" in out


@pytest.mark.parametrize("given", ["2027-01-01=1,77", "01.01.2027=1.77"])
def test_a_new_half_year_is_entered_with_its_source(terminal, given):
    document = enter(terminal, "--set", given)
    assert [(row["valid_from"], row["valid_to"], row["percent"]) for row in document["new"]] == [
        ("2027-01-01", "2027-06-30", "1.77")
    ]
    assert (document["law"], document["known_until"]) == ("de", "2027-06-30")
    assert (document["corrected"], document["confirmed"], document["unchanged"]) == ([], [], 0)
    row = latest(terminal)
    assert (row["percent"], row["own"], row["status"]) == ("1.77", True, "confirmed")
    assert row["source"] == "Bundesanzeiger vom 04.01.2027"
    assert latest(terminal, "--law", "at")["valid_from"] == "2026-07-01"


def test_several_half_years_at_once_in_any_order(terminal):
    document = enter(terminal, "--set", "2027-07-01=2,00", "--set", "2027-01-01=1,77")
    assert [row["valid_from"] for row in document["new"]] == ["2027-01-01", "2027-07-01"]
    assert len(terminal.json("rates", "show")) == SHIPPED_DE + 2


def test_a_secondary_figure_may_be_confirmed_or_corrected(terminal):
    document = enter(terminal, "--set", "2026-01-01=1,27", "--set", "2026-07-01=1,55")
    assert [row["valid_from"] for row in document["confirmed"]] == ["2026-01-01"]
    (row,) = document["corrected"]
    assert (row["valid_from"], row["before"], row["percent"]) == ("2026-07-01", "1.52", "1.55")
    assert [row["percent"] for row in terminal.json("rates", "show")[:2]] == ["1.55", "1.27"]
    assert len(terminal.json("rates", "show")) == SHIPPED_DE


def test_an_own_slip_can_be_corrected(terminal):
    enter(terminal, "--set", "2027-01-01=7,17")
    (row,) = enter(terminal, "--set", "2027-01-01=1,77")["corrected"]
    assert (row["before"], row["percent"]) == ("7.17", "1.77")
    assert latest(terminal)["percent"] == "1.77"


def test_what_is_known_already_changes_nothing(terminal):
    enter(terminal, "--set", "2027-01-01=1,77")
    document = enter(terminal, "--set", "2027-01-01=1,77", "--set", "2025-07-01=1,27")
    assert document["unchanged"] == 2
    assert document["new"] == document["corrected"] == document["confirmed"] == []


def test_a_figure_against_a_confirmed_one_is_refused_with_both_and_nothing_is_stored(terminal):
    answer = terminal(
        "rates", "import", "--set", "2027-01-01=1,77", "--set", "2025-07-01=1,77", "--source", "x",
        code=65,
    )  # fmt: skip
    assert "2025-07-01: 1.77 % widerspricht 1.27 % (Deutsche Bundesbank" in answer.err
    assert latest(terminal)["valid_from"] == "2026-07-01"


def test_two_figures_for_one_half_year_are_refused(terminal):
    document = enter(terminal, "--set", "2027-01-01=1", "--set", "2027-01-01=2", code=65)
    assert "2.00 % widerspricht 1.00 %" in document["error"]["message"]


def test_a_half_year_may_not_be_left_out(terminal):
    document = enter(terminal, "--set", "2027-07-01=1,77", code=65)
    assert "Das Halbjahr ab 2027-01-01 fehlt" in document["error"]["message"]
    assert len(terminal.json("rates", "show")) == SHIPPED_DE


def test_a_file_in_the_form_of_the_published_series(terminal):
    path = csv(
        terminal,
        "valid_from,valid_to,base_rate_percent,source,status",
        "2026-07-01,2026-12-31,1.52,Bundesbank,confirmed",
        "2027-01-01,2027-06-30,1.77,Bundesbank,confirmed",
    )
    document = terminal.json("rates", "import", path)
    assert [row["valid_from"] for row in document["new"]] == ["2027-01-01"]
    assert [row["valid_from"] for row in document["confirmed"]] == ["2026-07-01"]


def test_a_file_saved_by_a_spreadsheet_for_austria(terminal):
    (path,) = terminal.write(
        {
            "at.csv": "valid_from;percent;source\r\n01.01.2027;1,53;Österreichische Nationalbank\r\n".encode(
                "cp1252"
            )
        }
    )
    document = terminal.json("rates", "import", path, "--law", "at")
    assert document["new"][0]["source"] == "Österreichische Nationalbank"
    assert document["known_until"] == "2027-06-30"


def test_a_secondary_row_of_a_file_stays_secondary(terminal):
    path = csv(terminal, "valid_from,percent,source,status", "2027-01-01,1.77,Zeitung,secondary")
    terminal.json("rates", "import", path)
    assert latest(terminal)["status"] == "secondary"
    document = terminal.json(
        "interest", "100", "--from", "2027-01-01", "--to", "2027-01-31", "--debtor", "consumer"
    )
    assert "Zeitung" in document["notes"][0]
    assert document["warnings"] == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["valid_from,percent"], "saetze.csv: line 1: source"),
        (["valid_from,percent,source", "2027-03-01,1.77,x"], "saetze.csv: line 2: valid_from"),
        (["valid_from,percent,source", "2027-01-01,viel,x"], "saetze.csv: line 2: percent"),
        (["valid_from,percent,source", "2024-01-01,1.77,x"], "1.77 % contradicts 3.62 %"),
    ],
)
def test_a_file_that_cannot_be_used_exits_65_with_the_place(terminal, monkeypatch, lines, words):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    answer = terminal("rates", "import", csv(terminal, *lines), code=65)
    assert words in answer.err
    assert len(terminal.json("rates", "show")) == SHIPPED_DE


def test_a_file_that_is_not_there_is_named(terminal):
    assert "nirgends.csv" in terminal("rates", "import", "nirgends.csv", code=65).err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "a file or --set"),
        (("x.csv", "--set", "2027-01-01=1"), "a file or --set"),
        (("--set", "2027-01-01"), "DATE=PERCENT"),
        (("--set", "soon=1", "--source", "x"), "soon"),
        (("--set", "2027-01-02=1", "--source", "x"), "2027-01-02 is neither 1 January nor 1 July"),
        (("--set", "2027-01-01=177", "--source", "x"), "177"),
        (("--set", "2027-01-01=1,77"), "--source"),
        (("--set", "2027-01-01=1,77", "--source", " "), "--source"),
        (("--set", "2027-01-01=1", "--source", "x", "--law", "ch"), "ch"),
    ],
)
def test_bad_input_exits_64(terminal, monkeypatch, args, words):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert words in terminal("rates", "import", *args, code=64).err


def test_what_was_done_is_told(terminal):
    enter(terminal, "--set", "2027-01-01=7,17")
    out = terminal(
        "rates", "import", "--set", "2026-01-01=1,27", "--set", "2027-01-01=1,77",
        "--set", "2027-07-01=2", "--set", "2025-01-01=2.27", "--source", "Bundesbank",
    ).out  # fmt: skip
    assert out.splitlines() == [
        "Neu: 01.07.2027–31.12.2027: 2,00 %",
        "Berichtigt: ab 01.01.2027 1,77 % statt 7,17 %",
        "Bestätigt: ab 01.01.2026 1,27 %",
        "Schon bekannt: 1",
        "Basiszinssatz bekannt bis 31.12.2027.",
    ]


def test_an_own_file_edited_by_hand_is_refused_by_line_and_mended_by_hand(terminal):
    enter(terminal, "--set", "2027-01-01=1,77")
    path = terminal.folder / "home" / "law" / "de_base_rate.csv"
    path.write_text(path.read_text("utf-8").replace("1.77", "viel"), encoding="utf-8")
    claim = ("100", "--from", "2026-06-16", "--to", "2026-07-31", "--debtor", "business")
    answer = terminal("interest", *claim, code=78)
    assert f"{path}: Zeile 2: percent: „viel“" in answer.err
    # A law that does not use that table goes on.
    terminal("interest", *claim, "--law", "ch")
    terminal("interest", *claim, "--law", "at")


@pytest.mark.skipif(os.name == "nt", reason="cannot here: Windows has other rights")
def test_the_folder_of_own_rates_is_the_users_alone(terminal):
    enter(terminal, "--set", "2027-01-01=1,77")
    folder = terminal.folder / "home" / "law"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["de_base_rate.csv"]

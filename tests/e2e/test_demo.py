"""`mahnwerk demo` on any day: weekends, feast days, 29 February, turns of the half-year and year.

The business and the consumer owe 1,190.00 EUR each, due 76 days before, by an agreed day.
"""

import re
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import opened
import pytest

import config.bootstrap
import config.clock
from cli.main import root

SUNDAY, SUMMER = date(2026, 11, 22), date(2026, 8, 20)
DAYS = [date(2026, 7, 3), date(2027, 1, 1), date(2027, 6, 30), date(2028, 2, 29)]


def play(day, home, language="de"):
    """Plays the demo late on that evening; what it printed."""

    class Clock:
        def now(self):
            return datetime(day.year, day.month, day.day, 22, 30, tzinfo=UTC)

        def today(self, _zone):
            return day

    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(config.bootstrap, "SystemClock", Clock)
        patch.setattr(config.clock, "SystemClock", Clock)
        patch.setenv("MAHNWERK_LANGUAGE", language)
        root.main(["demo", "--home", str(home)], "mahnwerk", standalone_mode=False)
    return out.getvalue()


@pytest.fixture(scope="module")
def summer(tmp_path_factory):
    """The home of a demo whose 76 days of interest cross the turn of the half-year."""
    home = tmp_path_factory.mktemp("summer") / "demo"
    play(SUMMER, home)
    return home


def both_letters(home):
    """The second letters to the business and to the consumer."""
    letters = (home / "data" / "outbox").rglob
    return max(letters("*-10014.pdf")), max(letters("*-10015.pdf"))


def explained(told, number):
    return next(b for b in told.split("\n$ mahnwerk ") if b.startswith(f"explain {number}\n"))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_demo_tells_its_whole_story(tmp_path, day):
    told = play(day, home := tmp_path / "demo")
    assert "zurückgezogen" in told  # the customer who called
    assert "Nichts zu versenden." in told  # the second send of the day
    assert "genau wie damals entschieden" in told  # replay
    assert "Zahlungszusage" in told.split("$ mahnwerk diff")[1]
    assert "Das Protokoll ist unversehrt" in told
    assert len(list((home / "mails").glob("*.eml"))) == 7
    assert len(list((home / "data" / "outbox").rglob("*druckdatei*.pdf"))) == 2
    assert len(told.splitlines()) < 400


def test_the_two_stand_side_by_side(tmp_path):
    told = play(SUNDAY, tmp_path / "demo")
    business, consumer = explained(told, "RE-1010"), explained(told, "RE-1011")
    for of in (business, consumer):
        assert "Verzug ab 08.09.2026: Der Zahlungstag 07.09.2026 ist vereinbart" in of
        assert "[Mandant: AGB § 4" in of
    assert "76 Tage, 10,52 % auf 1.190,00 EUR = 26,07 EUR" in business
    assert "Verzugspauschale, einmalig: 40,00 EUR [§ 288 Abs. 5 BGB]" in business
    assert "76 Tage, 6,52 % auf 1.190,00 EUR = 16,16 EUR" in consumer
    assert "Keine Verzugspauschale" in consumer
    assert "40,00" not in consumer
    assert told.index("explain RE-1010") < told.index("explain RE-1011")
    assert re.search(r"17 .*Muster Büro GmbH.*26,07 EUR.*40,00 EUR", told)  # the proposals


def test_the_letter_to_the_business_shows_interest_that_adds_up_and_forty_euro(summer):
    letter, _ = both_letters(summer)
    lines = opened.interest_lines(letter)
    # 76 days to 20 August: due on Fri 5 June, late from Sat 6 June; a line for each half-year.
    assert [line[:5] for line in lines] == [
        ("06.06.2026", "30.06.2026", 25, Decimal("1190.00"), Decimal("10.27")),
        ("01.07.2026", "20.08.2026", 51, Decimal("1190.00"), Decimal("10.52")),
    ]
    assert opened.interest_sums(letter) == [sum(line[5] for line in lines)]
    said = opened.text(letter)
    assert "Verzugspauschale zu RE-1010 (§ 288 Abs. 5 BGB) 40,00 €" in said
    assert "Nachrichtlich" in said
    assert "Gesamtbetrag 1.190,00 €" in said  # shown, not demanded
    assert opened.girocode_amount(letter) == Decimal("1190.00")


def test_the_letter_to_the_consumer_has_neither_nine_points_nor_forty_euro(summer):
    _, letter = both_letters(summer)
    lines = opened.interest_lines(letter)
    assert [line[4] for line in lines] == [Decimal("6.27"), Decimal("6.52")]
    assert opened.interest_sums(letter) == [sum(line[5] for line in lines)]
    said = opened.text(letter)
    assert "9 Prozentpunkte" not in said
    assert "10,52" not in said
    assert "40,00" not in said
    assert "Verzugspauschale" not in said
    assert opened.girocode_amount(letter) == Decimal("1190.00")


def test_past_the_last_base_rate_the_letters_stop_at_it_and_say_so(tmp_path):
    told = play(date(2027, 2, 1), home := tmp_path / "demo")
    for letter in both_letters(home):
        (line,) = opened.interest_lines(letter)
        assert line[1] == "31.12.2026"
        assert "zuzüglich weiterer Zinsen" in opened.text(letter)
    assert told.count("Der Basiszinssatz ist nur bis 31.12.2026 bekannt") == 2  # calculators


def test_the_demo_speaks_english_and_runs_again_over_its_old_home(tmp_path):
    play(date(2026, 12, 27), home := tmp_path / "demo")
    told = play(date(2026, 12, 28), home, "en")
    assert "Same amount, same day: a business and a consumer" in told
    assert "Nothing to send." in told
    assert "§ 288 (2) BGB" in explained(told, "RE-1010")
    assert "Abs." not in explained(told, "RE-1011")
    assert len(list((home / "mails").glob("*.eml"))) == 7


def test_a_folder_that_is_not_a_demo_is_never_emptied(tmp_path):
    (tmp_path / "rechnungen.txt").write_text("wichtig")
    with pytest.raises(Exception, match="nicht leer"):
        root.main(["demo", "--home", str(tmp_path)], "mahnwerk", standalone_mode=False)
    assert (tmp_path / "rechnungen.txt").read_text() == "wichtig"

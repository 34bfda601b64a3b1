"""`mahnwerk demo` on any day: after a weekend, on a feast day, on 29 February, at the turn of a year."""

from datetime import UTC, date, datetime

import pytest

import config.bootstrap
import config.clock
from cli.main import root

DAYS = [date(2026, 12, 27), date(2027, 1, 1), date(2028, 2, 29)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_demo_tells_its_whole_story(day, tmp_path, monkeypatch, capsys):
    class Clock:
        def now(self):
            return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

        def today(self, _zone):
            return day

    monkeypatch.setattr(config.bootstrap, "SystemClock", Clock)
    monkeypatch.setattr(config.clock, "SystemClock", Clock)
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")
    home = tmp_path / "demo"
    root.main(["demo", "--home", str(home)], "mahnwerk", standalone_mode=False)
    told = capsys.readouterr().out
    assert "zurückgezogen" in told  # the customer who called
    assert "Nichts zu versenden." in told  # the second send of the day
    assert len(list((home / "mails").glob("*.eml"))) == 6
    assert len(list((home / "data" / "outbox").rglob("*druckdatei*.pdf"))) == 1


def test_a_folder_that_is_not_a_demo_is_never_emptied(tmp_path):
    (tmp_path / "rechnungen.txt").write_text("wichtig")
    with pytest.raises(Exception, match="nicht leer"):
        root.main(["demo", "--home", str(tmp_path)], "mahnwerk", standalone_mode=False)
    assert (tmp_path / "rechnungen.txt").read_text() == "wichtig"

"""The base-rate tables: those that come with Mahnwerk, and the user's own half-years beside them."""

from datetime import date
from decimal import Decimal

import pytest

from config.base_rates import RateFiles
from core.domain.law import HalfYear
from core.errors import ConfigError
from core.services.rates import rate_rows

NEXT = HalfYear(date(2027, 1, 1), date(2027, 6, 30), Decimal("1.77"), "Bundesanzeiger", True)


@pytest.fixture
def files(tmp_path):
    return RateFiles(tmp_path)


def own(files, law, *rows):
    path = files.path(law)
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(("valid_from,percent,source,status", *rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("law", "first", "count"), [("de", 2002, 50), ("at", 2013, 28)])
def test_the_shipped_half_years_have_no_gap(law, first, count):
    table = RateFiles().table(law)  # a table with a gap cannot be made
    assert (table.known_from, table.known_until) == (date(first, 1, 1), date(2026, 12, 31))
    assert len(table.half_years) == count


# law.md §1.6 and the Bundesbank series; 2025-07 stands as 1.77 in a wrong table in circulation.
@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2013, 1, 1), "-0.13"),
        (date(2013, 7, 1), "-0.38"),
        (date(2016, 7, 1), "-0.88"),
        (date(2022, 12, 31), "-0.88"),
        (date(2023, 1, 1), "1.62"),
        (date(2023, 7, 1), "3.12"),
        (date(2024, 6, 30), "3.62"),
        (date(2024, 7, 1), "3.37"),
        (date(2025, 1, 1), "2.27"),
        (date(2025, 7, 1), "1.27"),
        (date(2026, 7, 1), "1.52"),
    ],
)
def test_known_german_values(day, percent):
    assert RateFiles().table("de").rate_on(day) == Decimal(percent)


# The rate of the first day of each half-year (§ 456 UGB), OeNB.
@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2013, 6, 30), "0.38"),
        (date(2013, 7, 1), "-0.12"),
        (date(2016, 7, 1), "-0.62"),
        (date(2023, 1, 1), "1.88"),
        (date(2024, 6, 30), "3.88"),
        (date(2025, 1, 1), "2.53"),
        (date(2026, 12, 31), "1.53"),
    ],
)
def test_known_austrian_values(day, percent):
    assert RateFiles().table("at").rate_on(day) == Decimal(percent)


def test_switzerland_has_a_fixed_rate_and_no_table(files):
    assert files.table("ch") is None
    assert rate_rows(files, "ch") == []


def test_what_was_not_seen_at_the_authority_says_so():
    def doubtful(law):
        return [str(r.valid_from) for r in RateFiles().table(law).half_years if not r.confirmed]

    assert doubtful("de") == ["2026-01-01", "2026-07-01"]
    assert doubtful("at") == ["2024-07-01", "2025-07-01", "2026-01-01", "2026-07-01"]


def test_an_own_half_year_continues_the_table_in_its_own_home_only(files, tmp_path):
    files.save("de", (NEXT,))
    assert files.table("de").known_until == date(2027, 6, 30)
    assert files.own("de") == (NEXT,)
    assert RateFiles(tmp_path / "elsewhere").table("de").known_until == date(2026, 12, 31)
    assert files.table("at").known_until == date(2026, 12, 31)


def test_saving_replaces_the_whole_file_and_what_was_read_before(files):
    assert files.table("de").known_until == date(2026, 12, 31)
    files.save("de", (NEXT,))
    assert files.table("de").known_until == date(2027, 6, 30)
    assert files.table("de") is files.table("de")  # read once
    files.save("de", ())
    assert files.table("de").known_until == date(2026, 12, 31)
    assert [path.name for path in files.path("de").parent.iterdir()] == ["de_base_rate.csv"]


def test_an_own_figure_replaces_a_secondary_one_and_confirms_it(files):
    own(files, "de", "2026-07-01,1.52,Bundesanzeiger,confirmed")
    half_year = files.table("de").half_year(date(2026, 8, 1))
    assert (half_year.confirmed, half_year.source) == (True, "Bundesanzeiger")


def test_an_own_figure_against_a_confirmed_one_is_refused_with_both(files):
    path = own(files, "de", "2025-07-01,1.77,a page on the web,secondary")
    with pytest.raises(ConfigError) as caught:
        files.table("de")
    for part in (str(path), "2025-07-01", "1.77", "1.27", "Bundesbank"):
        assert part in str(caught.value)
        assert part in caught.value.en


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("2027-03-01,1.77,x,", ("line 2", "valid_from", "2027-03-01", "1 July")),
        ("soon,1.77,x,", ("line 2", "valid_from", "soon")),
        ("2027-01-01,177,x,", ("line 2", "percent", "177")),
        ("2027-01-01,,x,", ("line 2", "percent")),
        ("2027-01-01,1.77,,", ("line 2", "source")),
        ("2027-01-01,1.77,x,rumour", ("line 2", "status", "rumour", "confirmed")),
        ("2027-07-01,1.77,x,", ("2027-01-01", "missing")),
    ],
)
def test_a_bad_line_is_named_with_file_field_and_remedy(files, row, parts):
    path = own(files, "de", row)
    with pytest.raises(ConfigError) as caught:
        files.table("de")
    for part in (str(path), *parts):
        assert part in caught.value.en


def test_a_file_in_another_encoding_is_named(files):
    path = own(files, "de")
    path.write_bytes("valid_from,percent,source\n2027-01-01,1.77,Börse\n".encode("cp1252"))
    with pytest.raises(ConfigError, match="UTF-8"):
        files.table("de")


def test_a_file_that_cannot_be_read_is_named(files, monkeypatch):
    path = own(files, "de")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_text", refuse)
    with pytest.raises(ConfigError, match=r"de_base_rate\.csv: lässt sich nicht lesen"):
        files.table("de")


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path):
    (tmp_path / "law").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="lässt sich nicht schreiben"):
        RateFiles(tmp_path).save("de", (NEXT,))


def test_a_write_that_breaks_off_leaves_the_old_file(files, monkeypatch):
    files.save("de", (NEXT,))
    before = files.path("de").read_text()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.base_rates.os.fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        files.save("de", ())
    assert files.path("de").read_text() == before
    assert len(list(files.path("de").parent.iterdir())) == 1


def test_without_a_home_nothing_can_be_entered():
    with pytest.raises(ConfigError, match="MAHNWERK_HOME"):
        RateFiles().save("de", (NEXT,))

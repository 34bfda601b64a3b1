"""Tables for people hold no names of the program and no days of the machine."""


def test_the_table_of_a_procedure_names_ways_and_approval_in_words(office, monkeypatch):
    german = office("procedures", "show", "standard").out
    assert "Mail, Brief" in german
    assert "auch gesammelt" in german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "also in bulk" in office("procedures", "show", "standard").out


def test_doctor_writes_the_day_up_to_which_money_is_booked_as_the_reader_does(office, monkeypatch):
    assert "datev: 19.11.2026" in office("doctor").out
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "datev: 2026-11-19" in office("doctor").out

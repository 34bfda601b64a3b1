"""Default and limitation as a German and an English bookkeeper read them."""

from datetime import date

from core.domain.business_days import Calendar
from core.domain.default import DefaultFacts, Reminder, default_of
from core.domain.limitation import limitation_of
from core.domain.model import NoticeId
from core.services.law_wording import default_sentence, limitation_sentences


def test_default_is_told_with_days_as_the_reader_writes_them():
    reminder = Reminder(date(2026, 3, 9), date(2026, 3, 19), NoticeId(7), "letter")
    state = default_of(DefaultFacts(date(2026, 3, 2), reminders=(reminder,)), None, Calendar())
    assert default_sentence(state, "de") == (
        "Verzug ab 20.03.2026 (angenommen): Die Mahnung gilt als am 09.03.2026 zugegangen; "
        "letzter Tag ohne Verzug ist der 19.03.2026."
    )
    assert default_sentence(state, "en") == (
        "In default from 2026-03-20 (assumed): the reminder is taken to be received on 2026-03-09; "
        "the last day without default is 2026-03-19."
    )


def test_why_there_is_no_default_is_told_with_the_due_date():
    state = default_of(
        DefaultFacts(date(2026, 3, 2), delivered_on=date(2026, 2, 12)), None, Calendar()
    )
    assert "02.03.2026" in default_sentence(state, "de")


def test_limitation_is_told_with_everything_that_a_person_must_check():
    found = limitation_of(
        on=date(2026, 12, 1), invoice_date=date(2023, 5, 2), acknowledged_on=date(2025, 3, 10)
    )
    plain, doubt = limitation_sentences(found, "de")
    assert plain == (
        (
            "Die Forderung verjährt mit Ablauf des 31.12.2026. Eine Mahnung hemmt die Verjährung "
            "nicht; das tut erst die Klage oder der gerichtliche Mahnbescheid."
        ),
        "§§ 195, 199 Abs. 1, § 204 Abs. 1 Nr. 1, 3 BGB",
    )
    assert "10.03.2028 statt 31.12.2026" in doubt[0]
    english = limitation_sentences(found, "en")
    assert "2028-03-10 instead of 2026-12-31" in english[1][0]

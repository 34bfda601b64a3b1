"""`run --dry-run --on` a day to come says to the cent what daily work then really sends.

Asked on Thu 16 July 2026, the day after 1,000.00 EUR fell due; everything leaves on its day.
"""

from datetime import date

from law_office import charges, deliver, live_through, open_office, run

ASKED = date(2026, 7, 16)
# The last quiet day before each of the four levels, and its day; counted by hand in
# test_law_story.py. The last one: deadline 7 September and 3 bank days, so 11 September.
DAYS = [
    (date(2026, 7, 19), date(2026, 7, 20)),
    (date(2026, 8, 5), date(2026, 8, 6)),
    (date(2026, 8, 24), date(2026, 8, 25)),
    (date(2026, 9, 10), date(2026, 9, 11)),
]


def planned(office, day):
    """(debtor, level, total, charges) of what the dry run would send on that day."""
    document = office.json("run", "--dry-run", "--on", day)
    return sorted(
        (plan["debtor"], plan["level"], plan["total"], charges(plan))
        for plan in document["planned"]
    )


def proposed(office):
    return sorted(
        (p["debtor"], p["level"], p["total"], charges(p)) for p in office.json("proposals")
    )


def test_the_forecast_is_what_daily_work_then_sends(office):
    open_office(office, ASKED)
    office("booked-until", ASKED)
    quiet = {day: planned(office, day) for day, _ in DAYS}
    forecast = {day: planned(office, day) for _, day in DAYS}
    assert quiet == {day: [] for day in quiet}
    assert [[plan[:2] for plan in forecast[day]] for day in forecast] == [
        [("Adler Muster GmbH", level), ("Paula Muster", level)] for level in (1, 2, 3, 4)
    ]
    for calm, day in DAYS:
        assert live_through(office, calm, calm) == {}
        run(office, day)
        assert proposed(office) == forecast[day]
        deliver(office)


def test_asking_changes_nothing(office):
    open_office(office, ASKED)
    office("booked-until", ASKED)
    before = office("audit", "verify").out
    assert planned(office, date(2026, 9, 11))
    assert office("audit", "verify").out == before
    assert office.json("proposals") == []

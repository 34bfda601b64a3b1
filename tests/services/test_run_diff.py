"""What changed between two runs, and why: each cause told with an office of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from delivery_desk import MONDAY, TUESDAY, office_in

from core.domain.business_days import Calendar
from core.domain.law import HalfYear, RateTable
from core.domain.model import NoticeKind, Role, Showing
from core.errors import UsageError
from core.services.run_diff import diff, told
from sandbox.mailbox import Mailbox

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119 EUR is 20 days late on Monday, 2 March; run 1 proposes its reminder."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        made.debtor("10001", "Adler Muster GmbH")
        made.debtor("10002", "Biber Muster OHG")
        made.owes("10001", "RE-1", "119.00", DUE)
        made.run()
        yield made


def differences(office, before=1, after=2):
    """{number: (kind of change, causes)} of two runs."""
    found = diff(office.app, office.id, before, after)
    return {
        change.seen.number: (change.change.value, [each.cause.value for each in change.causes])
        for debtor in found.debtors
        for change in debtor.changes
    }


def sentences(office, number="RE-1", language="de"):
    found = diff(office.app, office.id, 1, 2)
    return [
        told(cause, language)
        for debtor in found.debtors
        for change in debtor.changes
        if change.seen.number == number
        for cause in change.causes
    ]


def test_two_runs_of_one_day_do_not_differ(office):
    office.run()
    found = diff(office.app, office.id, 1, 2)
    assert (found.debtors, found.common, found.changes) == ((), (), {})
    assert found.before.identical
    assert found.after.identical


def test_a_day_more_alone_is_no_difference(office):
    office.day(TUESDAY)
    office.run()
    found = diff(office.app, office.id, 1, 2)
    assert found.debtors == ()
    assert [each.cause.value for each in found.common] == ["day"]


def test_part_payment(office):
    office.paid("10001", "RE-1", left="69.00")
    office.run()
    assert differences(office) == {"RE-1": ("amount", ["paid"])}
    assert sentences(office)[0] == (
        "50,00 EUR wurden gezahlt oder gutgeschrieben: offen waren 119,00 EUR, jetzt 69,00 EUR."
    )
    assert sentences(office, language="en")[0] == (
        "50.00 EUR was paid or credited: 119.00 EUR was open, now 69.00 EUR."
    )


def test_paid_in_full_new_and_grown(office):
    office.owes("10002", "RE-2", "80.00", DUE)
    office.run()
    office.paid("10001", "RE-1")
    office.owes("10002", "RE-2", "90.00", DUE)
    office.run()
    assert differences(office) == {"RE-2": ("new", ["new_item"])}
    assert differences(office, 2, 3) == {
        "RE-1": ("gone", ["cleared"]),
        "RE-2": ("amount", ["grown", "item_data"]),  # its total is another, too
    }


def test_an_item_that_is_open_again(office):
    office.paid("10001", "RE-1")
    office.run()
    office.owes("10001", "RE-1", "119.00", DUE)
    office.run()
    assert differences(office, 2, 3) == {"RE-1": ("new", ["reopened"])}


def test_a_hold_is_set_and_ends(office):
    office.hold("10001", "RE-1", reason="Reklamation läuft")
    office.run()
    assert differences(office) == {"RE-1": ("verdict", ["hold_set"])}
    [text] = sentences(office)
    assert text.startswith("Mahnsperre gesetzt: ")
    assert text.endswith("Reklamation läuft")
    with office.app.store.write() as tx:
        [hold] = tx.holds.active(office.id, MONDAY)
        tx.holds.release(office.id, hold.id, TUESDAY)
    office.day(TUESDAY)
    office.run()
    assert differences(office, 2, 3)["RE-1"][1][0] == "hold_ended"


def test_the_due_day_moves(office):
    office.owes("10001", "RE-1", "119.00", date(2026, 2, 28))
    office.run()
    kind, causes = differences(office)["RE-1"]
    assert kind == "verdict"
    assert causes[0] == "due_date"
    assert sentences(office)[0] == (
        "Die Fälligkeit war der 10.02.2026, jetzt ist sie der 28.02.2026."
    )


def test_a_level_has_left_meanwhile(office):
    office.approve(1)
    office.send()
    office.day(TUESDAY)
    office.run()
    kind, causes = differences(office)["RE-1"]
    assert (kind, causes[0]) == ("verdict", "level_sent")
    assert sentences(office)[0] == ("Die Mahnstufe 1 ist inzwischen hinausgegangen (02.03.2026).")


def test_another_notice_to_the_debtor(office):
    office.owes("10001", "RE-2", "50.00", date(2026, 2, 27))
    office.run()
    with office.app.store.write() as tx:
        tx.notices.record_contact(office.id, office.debtors["10001"], MONDAY, TUESDAY)
    office.run()
    assert differences(office, 2, 3)["RE-1"] == ("verdict", ["contact"])


def test_money_is_not_booked_far_enough_any_more(office):
    office.day(date(2026, 3, 20), booked=False)
    office.run()
    assert differences(office)["RE-1"][0] == "verdict"
    office.booked(date(2026, 3, 19))
    office.run()
    assert differences(office, 2, 3)["RE-1"] == ("verdict", ["booked_until"])


def test_a_connection_that_only_gives_evidence(office):
    with office.app.store.write() as tx:
        current = tx.connections.get(office.id, office.connection.id)
        tx.connections.save(office.id, replace(current, role=Role.EVIDENCE))
    office.run()
    assert differences(office)["RE-1"] == ("verdict", ["connection_role"])


def test_the_procedure_was_edited(office):
    standard = office.app.procedure("standard")
    later = replace(standard.levels[0], days_after_due=21)
    edited = replace(standard, version="2", levels=(later, *standard.levels[1:]))
    office.app = replace(office.app, procedure=lambda _name: edited)
    office.run()
    assert differences(office)["RE-1"] == ("verdict", ["procedure_changed"])
    [text] = sentences(office)
    assert f"levels[reminder].days_after_due: {standard.levels[0].days_after_due} → 21" in text


def test_another_procedure_is_assigned(office):
    standard = office.app.procedure("standard")
    late = replace(standard, name="spaet", min_days_in_arrears=60)
    office.app = replace(office.app, procedure=lambda name: late if name == "spaet" else standard)
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"procedure": "spaet"})
    office.run()
    kind, causes = differences(office)["RE-1"]
    assert kind == "verdict"
    assert "procedure_assigned" in causes
    assert "debtor_data" in causes


def test_debtor_data(office):
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"direct_debit": "true"})
    office.run()
    assert differences(office) == {"RE-1": ("verdict", ["debtor_data"])}
    assert sentences(office) == ["Angaben zum Kunden geändert: Lastschrift: nein → ja"]


def test_money_that_came_for_the_debtor(office):
    office.owes("10001", "GU-1", "-200.00", DUE)
    office.run()
    assert differences(office)["RE-1"] == ("verdict", ["other_items"])


def charging(office, percent):
    """The office with interest switched on, at a base rate."""
    standard = office.app.procedure("standard")
    letters = (level for level in standard.levels if level.kind is NoticeKind.NOTICE)
    levels = tuple(replace(level, interest=Showing.SHOW) for level in letters)
    halves = tuple(
        HalfYear(date(year, 1, 1), date(year, 6, 30), Decimal(percent), "Tabelle", confirmed=True)
        if first
        else HalfYear(
            date(year, 7, 1), date(year, 12, 31), Decimal(percent), "Tabelle", confirmed=True
        )
        for year in (2025, 2026)
        for first in (True, False)
    )
    return replace(
        office.app,
        procedure=lambda _name: replace(standard, levels=levels),
        rates=lambda _law: RateTable(halves),
    )


def test_a_base_rate_was_corrected(office):
    """A day by the calendar was agreed (§ 286 Abs. 2 Nr. 1 BGB): interest since 11 February."""
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, office.debtors["10001"], {"terms": "date"})
    low, high = charging(office, "1.27"), charging(office, "2.27")
    office.app = low
    office.run()
    office.app = high
    office.run()
    assert differences(office, 2, 3) == {"RE-1": ("amount", ["base_rates"])}


def test_other_feast_days(office):
    """Every day a feast day: money booked yesterday is as good as of today."""
    office.day(date(2026, 3, 20), booked=False)
    office.run()
    days = frozenset(
        date.fromordinal(n) for n in range(MONDAY.toordinal(), MONDAY.toordinal() + 18)
    )
    office.app = replace(office.app, calendar=lambda _land: Calendar(days))
    office.run()
    assert differences(office, 2, 3) == {"RE-1": ("verdict", ["calendars"])}


def test_the_day_alone_brings_the_level(office):
    office.owes("10002", "RE-2", "80.00", date(2026, 2, 27))
    office.run()
    office.day(date(2026, 3, 16), booked=False)
    office.booked(MONDAY)
    office.run()
    office.owes("10002", "RE-3", "10.00", date(2026, 3, 15))
    causes = differences(office, 2, 3)["RE-2"][1]
    assert causes == ["day"]


def test_an_item_that_was_not_due_and_is_late_now(office):
    office.owes("10002", "RE-2", "80.00", TUESDAY)
    office.run()
    office.day(date(2026, 3, 20))
    office.run()
    assert differences(office, 2, 3)["RE-2"] == ("verdict", ["day"])


def test_differences_are_grouped_by_account_and_counted(office):
    office.owes("10002", "RE-9", "80.00", DUE)
    office.owes("10002", "RE-2", "80.00", DUE)
    office.paid("10001", "RE-1")
    office.run()
    found = diff(office.app, office.id, 1, 2)
    assert [(each.account, each.name) for each in found.debtors] == [
        ("10001", "Adler Muster GmbH"),
        ("10002", "Biber Muster OHG"),
    ]
    assert [each.seen.number for each in found.debtors[1].changes] == ["RE-2", "RE-9"]
    assert found.changes == {"gone": 1, "new": 2}
    assert found.causes == {"cleared": 1, "new_item": 2}
    assert found.reasons == {"level_reached": (1, 2)}


def test_items_that_were_not_due_have_their_account_from_the_books(office):
    office.owes("10002", "RE-2", "80.00", date(2026, 4, 20))
    office.run()
    [debtor] = diff(office.app, office.id, 1, 2).debtors
    assert debtor.account == "10002"
    assert debtor.changes[0].after.item is None


def test_a_run_is_not_compared_with_itself(office):
    with pytest.raises(UsageError, match="verschiedene"):
        diff(office.app, office.id, 1, 1)


def test_a_run_that_is_not_there(office):
    with pytest.raises(UsageError, match="5 gibt es nicht"):
        diff(office.app, office.id, 1, 5)

"""Known failure 1: paid in part on the platform, and no list of changes says so.

Guard: the rows of everything open are compared in every sync. Whether a part payment moves the day
of change of an invoice in lexoffice is UNVERIFIED.
"""

from datetime import date

import pytest

OLD = date(2026, 1, 12)


@pytest.fixture
def lexoffice():
    """RE-1 and RE-2 over 119,00 EUR each, of 2 March 2026 by their day of change; now it is 16 March
    and the last sync was a week ago.
    """
    from lexoffice_desk import close, open_desk

    desk = open_desk()
    desk.sandbox.variant("payment_bumps_updated", "no")
    contact = desk.sandbox.add_contact(company="Beispiel AG")
    for number in ("RE-1", "RE-2"):
        desk.sandbox.add_invoice(contact=contact, gross="119.00", on=OLD, number=number)
    for _ in range(2):
        desk.sync()
        desk.pass_days(7)
    yield desk
    close(desk)


def owed(desk):
    return {each.number: each.outstanding.plain() for each in desk.memory.records.values()}


def id_of(desk, number):
    return next(id_ for id_, each in desk.memory.records.items() if each.number == number)


def test_a_part_payment_that_no_list_of_changes_reports_is_seen(lexoffice):
    lexoffice.sandbox.pay(id_of(lexoffice, "RE-1"), "100.00")
    lexoffice.sync()
    assert owed(lexoffice) == {"RE-1": "19.00", "RE-2": "119.00"}

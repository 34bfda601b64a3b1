"""Known failure 16: one bad record of a platform stops everybody, or stops in silence.

Guards: what one voucher lacks is a problem of that voucher, and its customer is not dunned until
it can be read.
"""

from contextlib import suppress
from datetime import date

import pytest

OLD = date(2026, 1, 12)


@pytest.fixture
def lexoffice():
    from lexoffice_desk import close, open_desk

    desk = open_desk()
    yield desk
    close(desk)


def test_the_one_in_the_middle_is_unreadable_and_its_neighbours_are_read(lexoffice):
    for number in ("RE-1", "", "RE-3"):
        contact = lexoffice.sandbox.add_contact(company=f"Beispiel {number} AG")
        made = lexoffice.sandbox.add_invoice(contact=contact, gross="119.00", on=OLD, number="X")
        lexoffice.sandbox.change(made, number=number)
    with suppress(Exception):
        lexoffice.sync()
    assert {each.number for each in lexoffice.memory.records.values()} == {"RE-1", "RE-3"}
    assert [each.problem.code for each in lexoffice.memory.bad.values()] == ["voucher_unreadable"]


def test_whose_record_cannot_be_read_is_not_dunned(tmp_path):
    from platform_desk import PlatformOffice

    from core.domain.model import HoldKind
    from core.services.sync import sync

    books = PlatformOffice(tmp_path)
    try:
        books.platform.invoice("1", "a", "119.00", OLD)
        books.platform.invoice("2", "a", "238.00", OLD)
        books.platform.invoice("3", "b", "357.00", OLD)
        books.platform.broken["2"] = "a"
        [report] = sync(books.app, books.id, on=books.on).connections
        assert books.owed() == {"1": "119.00", "3": "357.00"}
        assert [each.code for each in report.problems] == ["bad_amount"]
        assert [kind for kind, _ in books.holds()] == [HoldKind.ROW_ERRORS]
    finally:
        books.close()

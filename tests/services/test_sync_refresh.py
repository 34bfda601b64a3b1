"""One invoice is read again on request: what it is now is stored at once."""

import pytest
from fake_platform import day
from platform_desk import PlatformOffice

from core.domain.platform_records import Batch
from core.errors import Unreachable
from core.ports import Lane
from core.services.sync import refresh_invoices
from core.services.sync_store import store_batch


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.invoice("1", "a", "1190.00", day("2026-10-01"))
    made.platform.invoice("2", "b", "238.00", day("2026-10-05"))
    try:
        yield made
    finally:
        made.close()


def refresh(books, *ids):
    refresh_invoices(books.app, books.id, books.connection(), ids, on=books.on)


def test_it_is_asked_once_in_the_first_lane(books):
    refresh(books, "1", "2", "1")
    assert books.platform.asked == [(Lane.LAST_LOOK, "1"), (Lane.LAST_LOOK, "2")]
    assert books.owed() == {"1": "1190.00", "2": "238.00"}


def test_a_payment_is_seen_at_once(books):
    refresh(books, "1", "2")
    books.platform.pay("1", "1190.00", day("2026-11-19"))
    refresh(books, "1")
    assert books.owed() == {"2": "238.00"}
    assert books.item("1").state == "settled"


def test_what_was_read_before_a_failure_is_stored(books):
    books.platform.fault(None, Unreachable())
    with pytest.raises(Unreachable):
        refresh(books, "1", "2")
    assert books.owed() == {"1": "1190.00"}


def test_a_deleted_invoice_is_not_open_any_more(books):
    refresh(books, "1", "2")
    books.platform.delete("1")
    refresh(books, "1")
    assert books.owed() == {"2": "238.00"}


def test_an_invoice_nobody_can_read_holds_its_customer_until_it_can(books):
    refresh(books, "1")
    books.platform.broken["1"] = "a"
    refresh(books, "1")
    assert books.owed() == {"1": "1190.00"}
    assert books.holds() == [("row_errors", None)]
    books.platform.broken.clear()
    refresh(books, "1")
    assert books.holds() == []


def test_one_of_nobody_knows_whom_holds_the_invoice_alone(books):
    refresh(books, "1")
    books.platform.broken["1"] = ""
    refresh(books, "1")
    assert books.holds() == [("row_errors", books.item("1").id)]
    books.platform.broken.clear()
    refresh(books, "1")
    assert books.holds() == []


def test_a_batch_that_was_read_before_does_not_bring_the_old_state_back(books):
    """A long first reading stores what it read a minute ago; the customer has paid meanwhile."""
    refresh(books, "1")
    old = books.platform.invoices["1"]
    began = books.app.clock.now()
    books.day(day("2026-11-21"))
    books.platform.pay("1", "1190.00", day("2026-11-21"))
    refresh(books, "1")
    stale = Batch({}, invoices=(old,))
    store_batch(books.app, books.id, books.connection(), "", stale, on=books.on, began=began)
    assert books.owed() == {}

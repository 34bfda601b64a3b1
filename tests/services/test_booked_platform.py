"""Up to which day money is booked, as the platform's own bank feed says it."""

import pytest
import sqlalchemy as sa
from fake_platform import day, euro
from platform_desk import PlatformOffice

from core.domain.platform_records import PaymentKind, PaymentPart
from core.services.booked import set_booked_until
from core.services.connections import connections
from core.services.doctor_booked import examine_booked
from core.services.explain import explain
from core.services.run import run
from core.services.sync import sync
from core.store import tables


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.contact("k1", "Muster Bau GmbH")
    made.platform.invoice("i1", "k1", "119.00", day("2026-09-01"))
    try:
        yield made
    finally:
        made.close()


def told(books, booked):
    """What the report of a sync says after the platform said ``booked``."""
    books.platform.booked = booked and day(booked)
    (found,) = sync(books.app, books.id, on=books.on).connections
    assert found.error is None
    assert found.booked_until == books.connection().booked_until
    until = found.booked_until
    return (until and until.isoformat(), books.connection().booked_source)


def confirm(books, until):
    set_booked_until(books.app, books.id, day(until), "laden", by="Erika", on=books.on)


def test_the_latest_word_of_the_platform_counts_also_when_it_is_an_earlier_day(books):
    assert told(books, None) == (None, "")
    assert told(books, "2026-11-19") == ("2026-11-19", "platform")
    assert told(books, "2026-11-20") == ("2026-11-20", "platform")
    # A second account was connected there, and its feed stands still.
    assert told(books, "2026-11-02") == ("2026-11-02", "platform")
    assert told(books, None) == ("2026-11-02", "platform")


def test_a_day_to_come_is_today(books):
    assert told(books, "2026-11-23") == ("2026-11-20", "platform")


def test_a_later_day_that_a_person_confirmed_stays_until_the_platform_is_further(books):
    assert told(books, "2026-11-02") == ("2026-11-02", "platform")
    confirm(books, "2026-11-18")
    assert told(books, "2026-11-03")[0] == "2026-11-18"
    assert told(books, "2026-11-18") == ("2026-11-18", "platform")
    confirm(books, "2026-11-10")
    assert told(books, "2026-11-18") == ("2026-11-18", "platform")


def test_what_changes_stands_in_the_event_log_once(books):
    def entries():
        c = tables.event_log.c
        query = sa.select(c.seq).where(c.creditor_id == books.id, c.kind == "booked_until")
        with books.app.store.engine.connect() as db:
            return db.execute(query).all()

    told(books, "2026-11-19")
    told(books, "2026-11-19")
    assert len(entries()) == 1
    told(books, "2026-11-02")
    assert len(entries()) == 2


def test_who_says_so_is_shown(books):
    told(books, "2026-11-19")
    (view,) = connections(books.app, books.id)
    assert view.booked_source == "Bankabruf von Muster Online"
    with books.app.store.read() as tx:
        creditor = tx.creditors.get(books.id)
    (found,) = examine_booked(books.app, creditor, books.on, lambda de, _: de)
    assert found == ("booked_until", "ok", "laden: 19.11.2026 (Bankabruf von Muster Online)")
    books.day(day("2026-11-26"))
    (found,) = examine_booked(books.app, creditor, books.on, lambda de, _: de)
    assert found[1] == "warn"
    assert "Bankverbindung in Muster Online erneuern" in found[2]
    assert "mahnwerk booked-until" in found[2]


def test_a_feed_that_stands_still_stops_dunning_and_says_how_to_mend_it(books):
    told(books, "2026-11-16")
    assert run(books.app, books.id, on=day("2026-11-19")).proposals
    books.day(day("2026-11-20"))
    run(books.app, books.id, on=books.on)
    found = explain(books.app, books.id, "RE-i1", on=books.on, language="de")
    assert found.reason == "not_booked_through"
    assert "Plattform neu lesen oder ihren Bankabruf dort erneuern" in found.text
    confirm(books, "2026-11-19")
    found = explain(books.app, books.id, "RE-i1", on=books.on, language="de")
    assert found.reason != "not_booked_through"


def test_a_payment_without_a_day_is_told_by_the_day_it_was_first_seen(books):
    told(books, "2026-11-20")
    seen = PaymentPart(day("2026-11-18"), euro("19.00"), PaymentKind.PAYMENT, seen=True)
    books.platform.change("i1", outstanding=euro("100.00"), payments=(seen,))
    sync(books.app, books.id, on=books.on)
    told_de = explain(books.app, books.id, "RE-i1", on=books.on, language="de").history
    assert any("Zahlung, erstmals gesehen am 18.11.2026: 19,00" in each for each in told_de)
    told_en = explain(books.app, books.id, "RE-i1", on=books.on, language="en").history
    assert any("first seen on 2026-11-18" in each for each in told_en)

"""The first reading of a platform: complete, resumable, and nothing of it is done twice."""

from dataclasses import replace
from decimal import Decimal

import pytest
from fake_platform import SLUG, Killed, day, euro
from platform_desk import PlatformOffice

from core.domain.model import HoldKind, ItemKind
from core.errors import RateLimited, UsageError
from core.ports import Lane
from core.services.onboard import load_history, onboard
from core.services.reading import Meter
from core.services.sync import sync


@pytest.fixture
def books(tmp_path):
    """Two customers, five open items from new to a year old, and three settled invoices."""
    made = PlatformOffice(tmp_path)
    platform = made.platform
    platform.contact("b", "Beispiel Laden e.K.", email="")
    platform.invoice("1", "a", "100.00", day("2026-11-10"))  # due on the 24th
    platform.invoice("2", "a", "200.00", day("2026-10-20"))  # 17 days late
    platform.invoice("3", "b", "300.00", day("2026-09-20"))  # 47 days
    platform.invoice("4", "b", "400.00", day("2025-11-03"))  # a year: backlog
    platform.invoice("5", "b", "-50.00", day("2026-11-02"), kind=ItemKind.CREDIT_NOTE)
    platform.pay("3", "100.00", day("2026-11-01"))
    platform.dun("3", "Zahlungserinnerung", day("2026-11-05"))
    platform.settled("7", "a", "70.00", day("2026-05-01"), day("2026-06-30"))
    platform.settled("8", "a", "80.00", day("2026-08-01"), day("2026-08-09"))
    platform.settled("9", "a", "90.00", day("2024-08-01"), day("2024-08-09"))  # before the span
    try:
        yield made
    finally:
        made.close()


def read(books, **given):
    return onboard(books.app, books.id, on=books.on, **given)


def only(found):
    (one,) = found.connections
    assert one.reading.error is None, one.reading.error
    return one


def stored(books):
    with books.app.store.read() as tx:
        return tx.sources.counts(books.id, books.connection().id)


def test_all_that_is_open_and_two_years_of_history_are_read(books):
    found = only(read(books))
    assert found.reading.first
    assert not found.again
    assert books.owed() == {
        "1": "100.00", "2": "200.00", "3": "200.00", "4": "400.00", "5": "-50.00",
    }  # fmt: skip
    assert stored(books)["invoices"] == 7
    assert {lane for lane, _ in books.platform.asked} == {Lane.ONBOARDING}


def test_the_report_says_what_is_open_how_old_it_is_and_whose(books):
    report = only(read(books)).report
    ages = {name: money.plain() for name, money in report.ages["EUR"].items()}
    assert ages == {
        "not_due": "100.00", "1-30": "200.00", "31-60": "200.00", "61-90": "0.00",
        "> 90": "400.00",
    }  # fmt: skip
    assert report.counts == {"not_due": 1, "1-30": 1, "31-60": 1, "61-90": 0, "> 90": 1}
    assert report.credits == {"EUR": euro("-50.00")}
    assert [(d.name, d.outstanding.plain(), d.items) for d in report.biggest] == [
        ("Beispiel Laden e.K.", "550.00", 3),
        ("Beispiel a GmbH", "300.00", 2),
    ]
    assert [d.name for d in report.without_email] == ["Beispiel Laden e.K."]
    assert [(report.numbers[n.invoice], n.title) for n in report.notices] == [
        ("RE-3", "Zahlungserinnerung")
    ]
    assert report.unread == ()
    # A page of invoices and one of customers, five open items, the payments of the partly paid.
    assert report.floor.requests == 1 + 1 + 5 + 1
    assert report.floor.made == len(books.platform.asked)
    assert report.history_left == 2


def test_where_lists_show_documents_whole_no_single_read_is_counted(books):
    whole = replace(books.app.platforms.all[SLUG], lists_whole=True)
    books.app = replace(books.app, platforms=replace(books.app.platforms, all={SLUG: whole}))
    assert only(read(books)).report.floor.requests == 1 + 1


def test_old_items_are_proposal_only_and_begin_at_the_level_the_user_chose(books):
    report = only(read(books, start_level=2)).report
    assert (report.backlog, report.start_level) == (1, 2)
    assert (books.item("4").backlog, books.item("4").start_level) == (True, 2)
    assert not books.item("3").backlog
    again = only(read(books, start_level=3))
    assert books.item("4").start_level == 3, "the level may be chosen after the report was read"
    assert again.again
    with pytest.raises(UsageError, match="Stufen 1 bis"):
        read(books, start_level=9)


def test_a_level_chosen_later_leaves_what_was_dunned_alone(books):
    read(books, start_level=1)
    with books.app.store.write() as tx:
        tx.items.record_level(books.id, {books.item("4").id: 1}, books.on)
    read(books, start_level=2)
    assert books.item("4").start_level == 1


def test_the_second_time_it_reads_only_what_changed(books):
    read(books)
    books.platform.asked.clear()
    books.platform.pay("2", "200.00", day("2026-11-20"))
    found = only(read(books))
    assert found.again
    assert [what for _, what in books.platform.asked] == ["2", "list"]
    assert "2" not in books.owed()


@pytest.mark.parametrize("request_", range(9))
def test_killed_anywhere_it_goes_on_and_misses_and_doubles_nothing(books, request_):
    books.platform.fault(*[None] * request_, Killed())
    with pytest.raises(Killed):
        read(books)
    books.platform.faults.clear()
    books.day(day("2026-11-25"))
    found = only(read(books))
    assert found.reading.first
    assert len(books.owed()) == 5
    assert stored(books) == {
        "invoices": 7, "debtors": 2, "unread": 0, "open": 5, "without_payments": 2,
    }  # fmt: skip
    assert books.item("4").backlog
    assert books.connection().first_import_on == day("2026-11-20")
    assert books.events().ok
    with books.app.store.read() as tx:
        assert len(tx.platform_notices.rows(books.id)) == 1
    assert len(books.platform.asked) <= 11 + 3


def test_what_falls_due_while_it_is_interrupted_for_weeks_is_no_backlog(books):
    """It began on 20 November; what was not 180 days late then is dunned as usual."""
    books.platform.invoice("6", "a", "600.00", day("2026-05-15"))  # due on 29 May: 175 days late
    books.platform.fault(None, None, Killed())
    with pytest.raises(Killed):
        read(books)
    books.platform.faults.clear()
    books.day(day("2026-12-10"))
    read(books)
    assert not books.item("6").backlog
    assert books.item("4").backlog


def test_an_item_that_comes_after_the_first_reading_is_never_backlog(books):
    read(books)
    books.platform.invoice("6", "a", "600.00", day("2025-01-15"))
    books.day(day("2026-11-21"))
    sync(books.app, books.id, on=books.on)
    assert not books.item("6").backlog


def test_a_platform_that_asks_for_patience_ends_it_and_it_goes_on(books):
    books.platform.fault(None, None, RateLimited())
    found = read(books)
    assert found.exit_code == 75
    assert found.connections[0].reading.first
    assert only(read(books)).reading.first
    assert len(books.owed()) == 5


def test_a_sync_takes_up_what_onboarding_left(books):
    books.platform.fault(None, None, RateLimited())
    read(books)
    assert sync(books.app, books.id, on=books.on).connections[0].first
    assert only(read(books)).again


def test_restart_reads_everything_again_and_forgets_nothing_of_ours(books):
    read(books, start_level=2)
    load_history(books.app, books.id, "laden", on=books.on)
    item = books.item("2")
    with books.app.store.write() as tx:
        tx.items.record_level(books.id, {item.id: 1}, books.on)
        tx.holds.add(
            books.id,
            HoldKind.DISPUTE,
            item.debtor,
            item.id,
            "strittig",
            "erika",
            books.on,
            None,
            "",
        )
    books.platform.asked.clear()
    books.day(day("2026-11-23"))
    found = only(read(books, restart=True, months=12))
    assert {"1", "2", "3", "4", "5", "7", "8"} <= {what for _, what in books.platform.asked}
    again = books.item("2")
    assert (again.id, again.level, again.cycle) == (item.id, 1, 1)
    assert books.holds() == [("dispute", item.id)]
    assert books.item("4").start_level == 2
    assert books.connection().first_import_on == day("2026-11-23")
    assert found.report.months == 12
    assert found.report.history_left == 0, "payments that were read stay"


def test_a_restart_waits_for_whoever_reads_it_right_now(books):
    read(books)
    lease = f"sync:{books.connection().id}"
    with books.app.store.write() as tx:
        assert tx.leases.take(books.id, lease, "kontor/1/abcd", books.app.clock.now(), 300)
    with pytest.raises(UsageError, match="laden"):
        read(books, restart=True)
    with books.app.store.read() as tx:
        assert "" not in tx.sources.open_marks(books.id, books.connection().id).values()


def test_another_span_needs_a_new_beginning(books):
    read(books, months=12)
    assert stored(books)["invoices"] == 7
    with pytest.raises(UsageError, match="--restart"):
        read(books, months=36)
    read(books, months=36, restart=True)
    assert stored(books)["invoices"] == 8


def test_history_is_read_newest_first_behind_everybody_else(books):
    read(books)
    books.platform.asked.clear()
    told = []
    found = load_history(books.app, books.id, "laden", on=books.on, told=told.append)
    assert books.platform.asked == [(Lane.HISTORY, "payments 8"), (Lane.HISTORY, "payments 7")]
    assert (found.read, found.left) == (2, 0)
    assert [each.left for each in told] == [0]
    settled = books.item("8")
    with books.app.store.read() as tx:
        (payment,) = tx.items.payments(books.id, settled.id)
    assert (payment.received_on, payment.amount_minor) == (day("2026-08-09"), 8000)


def test_history_that_is_stopped_goes_on_later(books):
    books.platform.page = 1
    read(books)
    books.platform.asked.clear()
    books.platform.fault(None, KeyboardInterrupt())
    told = []
    with pytest.raises(KeyboardInterrupt):
        load_history(books.app, books.id, "laden", on=books.on, told=told.append)
    assert told[-1].left == 1
    found = load_history(books.app, books.id, "laden", on=books.on)
    assert (found.read, found.left) == (1, 0)
    assert [what for _, what in books.platform.asked] == ["payments 8", "payments 7", "payments 7"]


def test_history_that_brings_nothing_ends(books):
    """A platform that cannot tell the payments of an invoice is not asked for ever."""
    read(books)
    books.platform.silent = True
    found = load_history(books.app, books.id, "laden", on=books.on)
    assert found.left == 2


def test_history_of_a_connection_that_was_never_read_is_refused(books):
    with pytest.raises(UsageError, match="mahnwerk onboard laden"):
        load_history(books.app, books.id, "laden", on=books.on)


def test_a_progress_bar_can_look_at_it_meanwhile(books):
    seen = []

    class Watched(Meter):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "stored":
                seen.append((self.connection, self.stage, self.requests, self.seconds_left))

    read(books, meter=Watched())
    assert ("laden", "debtors", 1, None) in seen
    assert {stage for _, stage, _, _ in seen if stage} == {"debtors", "invoices"}
    assert [requests for _, _, requests, _ in seen] == sorted(each[2] for each in seen)


def test_time_left_follows_from_the_rate():
    meter = Meter(requests_left=130, rate=Decimal("1.3"))
    assert meter.seconds_left == 100
    assert Meter(requests_left=130).seconds_left is None
    assert Meter(rate=Decimal(1)).seconds_left is None

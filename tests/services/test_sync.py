"""Keeping open items in step with a platform: what changed there is what changes here."""

import pytest
from fake_platform import Killed, day, euro
from platform_desk import PlatformOffice

from core.domain.model import ItemKind, ItemState
from core.domain.platform_records import PaymentKind
from core.errors import AuthFailed, Rejected, Unreachable, UsageError
from core.ports import Lane
from core.services.sync import sync, worst


@pytest.fixture
def books(tmp_path):
    """Three customers: one owes two invoices, one a third of another, one has a credit."""
    made = PlatformOffice(tmp_path)
    made.platform.invoice("1", "a", "1190.00", day("2026-10-01"))
    made.platform.invoice("2", "a", "238.00", day("2026-10-05"))
    made.platform.invoice("3", "b", "357.00", day("2026-10-10"))
    made.platform.pay("3", "238.00", day("2026-11-02"))
    made.platform.invoice("4", "c", "-59.50", day("2026-11-01"), kind=ItemKind.CREDIT_NOTE)
    try:
        yield made
    finally:
        made.close()


def read(books, name=None, on=None):
    return sync(books.app, books.id, name, on=on or books.on)


def only(report):
    (found,) = report.connections
    assert found.error is None, found.error
    return found


def test_the_first_sync_reads_what_is_open_and_whom_it_concerns(books):
    found = only(read(books))
    assert books.owed() == {"1": "1190.00", "2": "238.00", "3": "119.00", "4": "-59.50"}
    assert found.records == {"invoices": 4, "payments": 1, "debtors": 3}
    assert found.first
    debtor = books.debtors()["b"]
    assert (debtor.name, debtor.email, debtor.address.city) == (
        "Beispiel b GmbH",
        "b@kunde.example",
        "Nürnberg",
    )
    assert books.item("3").state is ItemState.PARTLY_PAID


def test_the_same_sync_again_changes_nothing(books):
    read(books)
    head = books.events().head
    again = only(read(books))
    assert again.records == {"invoices": 0, "payments": 0, "debtors": 0}
    assert again.requests == 1
    assert not again.first
    assert books.events().head != head  # that it was read is an event; nothing else is
    assert books.owed()["3"] == "119.00"


def test_requests_of_a_sync_go_in_their_lane(books):
    read(books)
    assert {lane for lane, _ in books.platform.asked} == {Lane.SYNC}
    assert books.platform.closed == 1


def test_payments_credits_and_write_offs_are_seen(books):
    read(books)
    books.platform.pay("1", "1000.00", day("2026-11-18"))
    books.platform.pay("2", "238.00", day("2026-11-19"), PaymentKind.WRITE_OFF)
    books.platform.change("2", state=ItemState.WRITTEN_OFF)
    read(books, on=day("2026-11-21"))
    assert books.owed() == {"1": "190.00", "3": "119.00", "4": "-59.50"}
    assert books.item("2").state is ItemState.WRITTEN_OFF
    (change,) = books.item("1").reductions
    assert (change.on, change.minor) == (day("2026-11-18"), 100000)


def test_an_invoice_that_moved_to_another_customer_keeps_its_level(books):
    read(books)
    item = books.item("1")
    with books.app.store.write() as tx:
        tx.items.record_level(books.id, {item.id: 1}, books.on)
    books.platform.contact("d", "Beispiel Nachfolger GmbH")
    books.platform.change("1", debtor="d")
    read(books, on=day("2026-11-21"))
    moved = books.item("1")
    assert (moved.id, moved.level, moved.outstanding) == (item.id, 1, euro("1190.00"))
    assert moved.debtor == books.debtors()["d"].id
    assert books.owed() == {"1": "1190.00", "2": "238.00", "3": "119.00", "4": "-59.50"}


def test_an_invoice_that_is_gone_is_not_dunned(books):
    read(books)
    books.platform.delete("1")
    read(books, on=day("2026-11-21"))
    assert "1" not in books.owed()
    assert books.item("1").state is ItemState.CANCELLED, "deleted is not paid: no charge is owed"


def test_an_invoice_back_in_draft_is_not_dunned_and_comes_back_in_a_new_cycle(books):
    read(books)
    item = books.item("1")
    with books.app.store.write() as tx:
        tx.items.record_level(books.id, {item.id: 2}, books.on)
    books.platform.change("1", outstanding=euro(0), state=ItemState.CANCELLED, source_state="draft")
    read(books, on=day("2026-11-21"))
    assert books.item("1").state is ItemState.CANCELLED
    books.platform.change(
        "1", outstanding=euro("1190.00"), state=ItemState.OPEN, source_state="open"
    )
    read(books, on=day("2026-11-22"))
    again = books.item("1")
    assert (again.id, again.cycle, again.level) == (item.id, 2, 0)


def test_a_state_that_nobody_knows_is_kept_and_not_guessed(books):
    books.platform.change("1", state=ItemState.UNKNOWN, source_state="blank")
    read(books)
    assert books.item("1").state is ItemState.UNKNOWN
    with books.app.store.read() as tx:
        assert tx.items.facts(books.id, books.item("1").id)["source_state"] == "blank"


def test_an_unreadable_invoice_is_a_problem_once_and_holds_its_customer(books):
    books.platform.broken["1"] = "a"
    first = only(read(books))
    assert [p.code for p in first.problems] == ["bad_amount"]
    assert first.exit_code == 65
    assert books.holds() == [("row_errors", None)]
    assert books.owed() == {"2": "238.00", "3": "119.00", "4": "-59.50"}
    again = only(read(books, on=day("2026-11-21")))
    assert [p.code for p in again.problems] == ["bad_amount"]
    assert again.exit_code == 0, "nobody is woken every night for the same record"
    books.platform.broken.clear()
    assert only(read(books, on=day("2026-11-22"))).exit_code == 0
    assert books.holds(day("2026-11-22")) == []
    assert books.owed()["1"] == "1190.00"


def test_a_refused_key_ends_the_sync_and_keeps_what_was_read(books):
    books.platform.fault(None, None, None, AuthFailed())  # two pages of customers, two invoices
    report = read(books)
    (found,) = report.connections
    assert isinstance(found.error, AuthFailed)
    assert report.exit_code == 77
    assert books.owed() == {}
    assert set(books.debtors()) == {"a", "b", "c"}
    only(read(books))
    assert books.owed() == {"1": "1190.00", "2": "238.00", "3": "119.00", "4": "-59.50"}


def test_one_connection_that_fails_keeps_no_other_from_being_read(books):
    books.add("filiale")
    books.platform.fault(Unreachable())
    report = read(books)
    assert [(c.connection, c.exit_code) for c in report.connections] == [
        ("laden", 69),
        ("filiale", 0),
    ]
    assert report.exit_code == 69
    with books.app.store.read() as tx:
        found = tx.items.find(books.id, "filiale:1")
        assert [item.outstanding for item in found] == [euro("1190.00")]


def test_the_failure_that_needs_a_person_first_decides_over_the_exit_code():
    assert worst(iter([0, 65, 69, 77])) == 77
    assert worst(iter([75, 65])) == 75
    assert worst(iter([69, Rejected().exit_code])) == 70
    assert worst(iter([0, 0])) == 0
    assert worst(iter([99, 0])) == 99


@pytest.mark.parametrize("request_", range(7))
def test_a_sync_that_is_killed_anywhere_goes_on_where_it_was(books, request_):
    books.platform.fault(*[None] * request_, Killed())
    with pytest.raises(Killed):
        read(books)
    books.platform.faults.clear()
    asked = len(books.platform.asked)
    only(read(books))
    assert books.owed() == {"1": "1190.00", "2": "238.00", "3": "119.00", "4": "-59.50"}
    assert len(books.platform.asked) - asked <= 7 - request_ + 2, (
        "what was stored is not read again"
    )
    assert books.events().ok


def test_a_sync_of_another_machine_is_not_disturbed(books):
    read(books)
    lease = f"sync:{books.connection().id}"
    with books.app.store.write() as tx:
        assert tx.leases.take(books.id, lease, "kontor/1/abcd", books.app.clock.now(), 300)
    books.platform.asked.clear()
    (found,) = read(books).connections
    assert isinstance(found.error, UsageError)
    assert "laden" in str(found.error)
    assert books.platform.asked == []


def test_a_dunning_of_the_platform_moves_the_contact_clock_and_no_level(books):
    read(books)
    books.platform.dun("1", "1. Mahnung", day("2026-11-12"))
    found = only(read(books, on=day("2026-11-21")))
    assert [(n.invoice, n.title, n.state) for n in found.notices] == [
        ("1", "1. Mahnung", "foreign")
    ]
    assert books.last_contact("a") == day("2026-11-12")
    assert books.item("1").level == 0
    again = only(read(books, on=day("2026-11-22")))
    assert again.notices == ()


def test_our_own_write_back_is_no_contact_of_the_platform(books):
    read(books)
    books.platform.dun("1", "1. Mahnung", day("2026-11-12"), marker="Mahnwerk 7/1")
    found = only(read(books, on=day("2026-11-21")))
    assert found.notices == ()
    assert books.last_contact("a") is None


def test_a_dunning_that_bears_a_day_to_come_counts_from_today(books):
    read(books)
    books.platform.dun("1", "Zahlungserinnerung", day("2026-12-24"))
    read(books, on=day("2026-11-21"))
    assert books.last_contact("a") == day("2026-11-21")


def test_what_the_history_told_of_payments_survives_a_line_of_a_list(books):
    """The list does not tell payments; it must not take away what was read of them."""
    books.platform.settled("9", "a", "500.00", day("2026-06-01"), day("2026-06-20"))
    read(books)
    books.platform.change(
        "9",
        payments_read=True,
        payments=books.platform.history["9"],
        settled_on=day("2026-06-20"),
    )
    read(books, on=day("2026-11-21"))
    books.platform.change("9", payments_read=False, payments=(), settled_on=None)
    read(books, on=day("2026-11-22"))
    with books.app.store.read() as tx:
        stored = tx.sources.by_id(books.id, books.connection().id, ["9"])["9"]
    assert stored.payments_read
    assert stored.settled_on == day("2026-06-20")


def test_files_are_named_and_not_fetched(books):
    books.add("steuerbüro", "datev")
    report = sync(books.app, books.id, "steuerbüro", on=books.on)
    assert (report.connections, report.files, report.exit_code) == ((), ("steuerbüro",), 0)


def test_a_name_that_there_is_not_lists_those_that_there_are(books):
    with pytest.raises(UsageError, match="laden"):
        read(books, "unbekannt")

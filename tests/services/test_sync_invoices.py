"""One invoice is read again because a person asks: at once, beside whatever else is read."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fake_platform import day
from platform_desk import PlatformOffice

from core.domain.model import ItemKind, ItemState
from core.errors import Unreachable, UsageError
from core.ports import Lane
from core.services.sync import sync, sync_lease
from core.services.sync_invoices import sync_invoices
from core.store import tables as t


@pytest.fixture
def books(tmp_path):
    """Two customers who owe 1.190,00 and 238,00 EUR; the office has read them."""
    made = PlatformOffice(tmp_path)
    made.platform.invoice("1", "a", "1190.00", day("2026-10-01"))
    made.platform.invoice("2", "b", "238.00", day("2026-10-05"))
    sync(made.app, made.id, on=made.on)
    made.platform.asked.clear()
    try:
        yield made
    finally:
        made.close()


def ask(books, *numbers, name=None):
    return sync_invoices(books.app, books.id, name, numbers, on=books.on)


def amounts(report):
    """(number, outstanding before, outstanding now)."""
    return [
        (each.now.number, each.before.outstanding.plain(), each.now.outstanding.plain())
        for part in report.connections
        for each in part.invoices
    ]


@contextmanager
def being_read(books):
    """Another process reads the whole connection meanwhile."""
    with replace(sync_lease(books.app, books.id, books.connection()), owner="other:1:x").held():
        yield


def test_a_payment_is_seen_at_once_in_the_lane_of_events(books):
    books.platform.pay("1", "1000.00", day("2026-11-19"))
    report = ask(books, "RE-1")
    assert amounts(report) == [("RE-1", "1190.00", "190.00")]
    assert books.platform.asked == [(Lane.EVENT, "1")]
    (part,) = report.connections
    assert (part.records, part.requests) == ({"invoices": 1, "payments": 1, "debtors": 0}, 1)
    assert (part.first, part.exit_code) == (False, 0)
    assert books.events().ok


def test_it_needs_no_lease_and_takes_none_away(books):
    books.platform.pay("2", "238.00", day("2026-11-19"))
    with being_read(books):
        assert amounts(ask(books, "RE-2")) == [("RE-2", "238.00", "0.00")]
        (other,) = sync(books.app, books.id, on=books.on).connections
        assert isinstance(other.error, UsageError)
    assert books.item("2").state is ItemState.SETTLED


def test_each_is_asked_once_by_whatever_name(books):
    report = ask(books, "RE-1", "1", "laden:1", "RE-2")
    assert [what for _, what in books.platform.asked] == ["1", "2"]
    assert len(amounts(report)) == 2


def test_it_does_not_move_on_what_a_sync_has_still_to_read(books):
    books.platform.invoice("3", "a", "59.50", day("2026-11-01"))
    books.platform.pay("2", "238.00", day("2026-11-19"))
    ask(books, "RE-1")
    assert books.owed() == {"1": "1190.00", "2": "238.00"}
    sync(books.app, books.id, on=books.on)
    assert books.owed() == {"1": "1190.00", "3": "59.50"}


def test_a_deleted_one_is_not_owed_any_more(books):
    books.platform.delete("1")
    report = ask(books, "RE-1")
    assert amounts(report) == [("RE-1", "1190.00", "0.00")]
    assert report.connections[0].invoices[0].gone


@pytest.mark.parametrize("missing", ["RE-7", "filiale:1", "laden:7", ""])
def test_an_unknown_one_is_refused_before_anything_is_asked(books, missing):
    with pytest.raises(UsageError, match="gefunden"):
        ask(books, "RE-1", missing)
    assert books.platform.asked == []


def test_an_ambiguous_number_is_refused_with_the_candidates(books):
    books.platform.change("2", number="RE-1")
    sync(books.app, books.id, on=books.on)
    with pytest.raises(UsageError, match=r"laden:1 \(1190.00 EUR\), laden:2 \(238.00 EUR\)"):
        ask(books, "RE-1")
    assert amounts(ask(books, "laden:2")) == [("RE-1", "238.00", "238.00")]


def test_the_same_number_on_two_connections_is_told_apart_by_naming_one(books):
    books.add("filiale")
    sync(books.app, books.id, on=books.on)
    with pytest.raises(UsageError, match=r"filiale:1"):
        ask(books, "RE-1")
    (part,) = ask(books, "RE-1", name="filiale").connections
    assert (part.connection, part.requests) == ("filiale", 1)
    with pytest.raises(UsageError, match="laden, filiale"):
        ask(books, "RE-1", name="lager")


def make(books, external_id, **columns):
    """Another item than the platform gave."""
    with books.app.store.write() as tx:
        item = t.open_item.c.external_id == external_id
        tx.items._db.execute(sa.update(t.open_item).where(item).values(**columns))


def test_one_that_is_read_from_files_is_not_live(books):
    books.add("datev", platform="datev_csv")
    make(books, "1", connection_id=books.connection("datev").id)
    with pytest.raises(UsageError, match="mahnwerk import datev"):
        ask(books, "datev:1", "RE-2")
    with pytest.raises(UsageError, match="gefunden"):
        ask(books, "RE-1", name="laden")
    assert books.platform.asked == []


def test_what_is_left_of_charges_is_not_on_the_platform(books):
    make(books, "2", kind=ItemKind.CHARGE_RESIDUAL.value)
    with pytest.raises(UsageError, match="Nebenforderungen"):
        ask(books, "RE-2")


def test_a_failure_keeps_what_was_read_and_the_other_connection(books):
    books.add("filiale")
    sync(books.app, books.id, on=books.on)
    books.platform.pay("1", "90.00", day("2026-11-19"))
    books.platform.fault(None, Unreachable("Keine Antwort."))
    report = ask(books, "laden:1", "laden:2", "filiale:1")
    first, second = report.connections
    assert isinstance(first.error, Unreachable)
    assert [each.now.outstanding.plain() for each in first.invoices] == ["1100.00"]
    assert (first.requests, report.exit_code) == (2, 69)
    assert [each.now.outstanding.plain() for each in second.invoices] == ["1100.00"]


def test_one_that_cannot_be_read_is_a_problem_once(books):
    books.platform.broken["1"] = "a"
    (part,) = ask(books, "RE-1").connections
    assert ([p.code for p in part.problems], part.exit_code) == (["bad_amount"], 65)
    (again,) = ask(books, "RE-1").connections
    assert (len(again.problems), again.exit_code) == (1, 0)
    assert books.holds() != []


def test_one_that_never_could_be_read_is_asked_for_by_its_external_id(books):
    books.platform.invoice("3", "a", "59.50", day("2026-11-01"))
    books.platform.broken["3"] = "a"
    sync(books.app, books.id, on=books.on)
    (part,) = ask(books, "laden:3").connections
    assert (part.invoices, len(part.problems)) == ((), 1)
    del books.platform.broken["3"]
    (part,) = ask(books, "3").connections
    ((now, before, _gone),) = part.invoices
    assert (now.outstanding.plain(), before) == ("59.50", None)


def test_a_dunning_of_the_platform_is_found(books):
    books.platform.dun("1", "1. Mahnung", day("2026-11-18"))
    (part,) = ask(books, "RE-1").connections
    assert [row.title for row in part.notices] == ["1. Mahnung"]

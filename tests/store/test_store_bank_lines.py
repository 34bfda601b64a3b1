"""Unassigned bank lines in the store, and the holds that come of them."""

from datetime import date

import sqlalchemy as sa
from store_story import NOW, TODAY, A, Story, euro, invoice

from core.domain.bank_lines import Line, LineHold
from core.domain.model import HoldKind
from core.domain.platform_records import BankLine

ONE = BankLine("t1", date(2026, 2, 27), euro("119.00"), "Kunde GmbH", "DE02", "RE-1")
TWO = BankLine("t2", None, euro("20.00"))
UNTIL = date(2026, 4, 1)


def test_lines_are_replaced_and_a_changed_one_is_nobodys_again(store):
    story = Story(store)
    first, second = (Line(story.connection, each) for each in (ONE, TWO))
    with store.write() as tx:
        assert tx.bank_lines.replace(A, story.connection, [ONE, TWO], NOW)
        tx.bank_lines.save_explained(A, {first: True, second: True})
        assert not tx.bank_lines.replace(A, story.connection, [TWO, ONE], NOW)
        assert tx.bank_lines.all(A) == {first: True, second: True}
        more = ONE._replace(amount=euro("120.00"))
        assert tx.bank_lines.replace(A, story.connection, [more, TWO], NOW)
        assert tx.bank_lines.all(A) == {Line(story.connection, more): False, second: True}
        assert tx.bank_lines.replace(A, story.connection, [], NOW)
        assert tx.bank_lines.all(A) == {}


def test_lines_of_some_debtors_take_the_place_of_theirs_alone(store):
    """Also where the platform gives the line of one debtor to another: its id stays one row."""
    story = Story(store)
    first, second = (
        BankLine(f"cash:{who}:eur", None, euro("5.00"), debtor=who) for who in ("k1", "k2")
    )
    moved = second._replace(debtor="k1")

    def lines(tx):
        return {each.line for each in tx.bank_lines.all(A)}

    with store.write() as tx:
        assert tx.bank_lines.replace(A, story.connection, [ONE, first, second], NOW)
        assert not tx.bank_lines.replace(A, story.connection, [first], NOW, {"k1"})
        assert lines(tx) == {ONE, first, second}
        assert tx.bank_lines.replace(A, story.connection, [], NOW, {"k1"})
        assert lines(tx) == {ONE, second}
        assert tx.bank_lines.replace(A, story.connection, [moved], NOW, {"k1"})
        assert lines(tx) == {ONE, moved}


def test_a_payer_is_who_the_user_says_he_is_with_all_that_is_open(store):
    story = Story(store)
    story.books(invoice("RE-1", "119.00"), invoice("RE-2", "50.00", outstanding="0"))
    with store.write() as tx:
        (payer,) = tx.bank_lines.payers(A)
        assert (payer.name, payer.iban) == ("Kunde GmbH", "")
        assert [(each.number, each.minor) for each in payer.items] == [("RE-1", 11900)]
        tx.debtors.save_overrides(A, story.debtor, {"name": "Kunde Bau GmbH"})
        assert tx.bank_lines.payers(A, [story.debtor])[0].name == "Kunde Bau GmbH"
        assert tx.bank_lines.payers(A, []) == []


def test_a_hold_stays_released_ends_with_its_line_and_is_no_other_sources_business(store):
    story = Story(store)
    items = story.books(invoice("RE-1", "119.00"))
    asked = {story.debtor: [LineHold("t1", items["RE-1"], "119,00 EUR", UNTIL)]}

    def active(tx):
        return [(h.kind, h.item, h.until_on) for h in tx.holds.active(A, TODAY)]

    with store.write() as tx:
        assert tx.bank_lines.unlike(A, asked) == {story.debtor}
        made = tx.bank_lines.keep_holds(A, asked, [story.debtor], TODAY)
        assert made.holds == ((made.holds[0][0], "unassigned_money", "2026-04-01"),)
        assert tx.bank_lines.unlike(A, asked) == set()
        assert active(tx) == [(HoldKind.UNASSIGNED_MONEY, items["RE-1"], UNTIL)]
    story.books(invoice("RE-1", "119.00"))  # another import of the books
    with store.write() as tx:
        (held,) = tx.holds.active(A, TODAY)
        tx.holds.release(A, held.id, TODAY)
        assert not tx.bank_lines.keep_holds(A, asked, [story.debtor], TODAY)
        assert active(tx) == []
        assert tx.bank_lines.unlike(A, asked) == set()
        tx.bank_lines.keep_holds(A, {}, [story.debtor], TODAY)
        tx.bank_lines.keep_holds(A, asked, [story.debtor], TODAY)
        assert len(active(tx)) == 1, "the line was gone in between: that is a new question"


def test_a_hold_that_two_processes_set_at_once_ends_with_its_line(sqlite_store):
    story = Story(sqlite_store)
    asked = {story.debtor: [LineHold("t1", None, "119,00 EUR", None)]}
    with sqlite_store.write() as tx:
        tx.bank_lines.keep_holds(A, asked, [story.debtor], TODAY)
        tx.holds.add(
            A, "unassigned_money", story.debtor, None, "119,00 EUR", "sync", TODAY, None, "bank:t1"
        )
        assert tx.bank_lines.unlike(A, asked) == {story.debtor}
        tx.bank_lines.keep_holds(A, asked, [story.debtor], TODAY)
        assert len(tx.holds.active(A, TODAY)) == 1
        tx.bank_lines.keep_holds(A, {}, [story.debtor], TODAY)
        assert tx.holds.active(A, TODAY) == []


def test_all_lines_are_found_by_the_key_of_the_table(sqlite_store):
    """Not by reading every record of the creditor: it is asked with every part of a batch."""
    Story(sqlite_store)
    plans = []

    def seen(_db, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT source_record"):
            plans.append((statement, parameters))

    with sqlite_store.read() as tx:
        sa.event.listen(sqlite_store.engine, "before_cursor_execute", seen)
        tx.bank_lines.all(A)
        sa.event.remove(sqlite_store.engine, "before_cursor_execute", seen)
        ((statement, parameters),) = plans
        db = tx.creditors._db
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    (search,) = [row[3] for row in plan if "source_record" in row[3]]
    assert "creditor_id=? AND connection_id=? AND kind=?" in search

"""The store as portable rows: from each database into each, and nothing changes on the way."""

from __future__ import annotations

import json
from itertools import count

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from store_story import NOW, TODAY, A, B, Story, euro, invoice

from core.domain.model import Address, CreditorProfile, HoldKind, Role
from core.domain.records import DebtorRecord
from core.errors import ConfigError, DataRefused, UsageError
from core.ports.backup import TableShape
from core.store import migrate
from core.store import tables as t
from core.store.backup import LEFT_OUT, Backups
from core.store.unit import SqlStore

_NUMBER = count(1)


def rows(store):
    """Table -> columns and rows, as a backup has them."""
    with Backups(store).snapshot() as snapshot:
        return {
            table.name: (set(table.columns), list(snapshot.rows(table.name)))
            for table in snapshot.tables()
        }


def move(source, target):
    """Through JSON, as the archive does it."""
    with Backups(source).snapshot() as snapshot, Backups(target).refill(snapshot.schema) as refill:
        for table in snapshot.tables():
            content = json.dumps(list(snapshot.rows(table.name)), ensure_ascii=False)
            refill.add(table, json.loads(content))
        return refill.finish().creditors.all()


@pytest.fixture
def new(tmp_path, request):
    """Opens new databases without a schema; all are closed in the end."""
    opened = []

    def make(kind):
        url = f"sqlite:///{tmp_path / f'{next(_NUMBER)}.db'}"
        if kind == "postgresql":
            url = request.getfixturevalue("postgres_databases").blank()
        opened.append(SqlStore(url, busy_seconds=5))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def told(store):
    """Two creditors; one with a run, a notice, a hold, an event that came in and a secret."""
    story, other = Story(store), Story(store, B)
    other.books(invoice("RE-1", 50))
    story.books(invoice("RE-1", "1190.00"), invoice("RE-2", "238.50", outstanding="38.50"))
    [notice] = story.run(story.draft({"RE-1": 1}))
    with store.write() as tx:
        tx.holds.add(A, HoldKind.MANUAL, story.debtor, None, "Äußerst „strittig“", "Ö", TODAY, None)
        tx.connections.save_secret(A, story.connection, "api_key", "verschlüsselt")
        tx.deliveries.reserve(A, notice, "email", "kunde@kunde.example", "p", NOW, 60)
        tx.leases.take(A, "send", "p", NOW, 60)
        for number in range(3):
            tx.events.append(A, "told", {"n": number}, {"text": "Grüße\n\u2028"}, NOW)
    return story


@pytest.mark.parametrize(("start", "goal"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_every_row_arrives_in_the_other_database(new, start, goal):
    source, target = new(start), new(goal)
    source.migrate()
    story = told(source)
    assert [creditor.id for creditor in move(source, target)] == [B, A]
    before = rows(source)
    assert rows(target) == before
    assert len(before["open_item"][1]) == 3
    assert {"lease", "worker_seen", "web_login"}.isdisjoint(before)
    # It goes on as the old one would have.
    with target.write() as tx:
        assert tx.events.verify(A).ok
        tx.events.append(A, "went_on", {}, {}, NOW)
        assert tx.events.verify(A).entries == 4
        assert tx.items.open_items(A)[0].outstanding == euro(1190)
        assert tx.holds.add(A, HoldKind.MANUAL, story.debtor, None, "", "", TODAY, None) == 2
        assert tx.leases.take(A, "send", "q", NOW, 60)


def test_the_order_of_rows_is_that_of_every_database(new):
    """Text keys in the order of their bytes, whatever language the server was set up in."""
    found = []
    for kind in ("sqlite", "postgresql"):
        store = new(kind)
        store.migrate()
        with store.write() as tx:
            for name in ("b", "a_1", "a-2", "a1"):
                tx.creditors.add(name, CreditorProfile(name), NOW)
        found.append([row[0] for row in rows(store)["creditor"][1]])
    assert found[0] == found[1] == ["a-2", "a1", "a_1", "b"]


WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(WORDS, WORDS, st.binary(max_size=40), st.integers(0, 2**60)), max_size=12)
)
def test_whatever_was_stored_is_backed_up_and_restored_as_it_was(found):
    source, target = SqlStore("sqlite://"), SqlStore("sqlite://")
    source.migrate()
    with source.write() as tx:
        tx.creditors.add(A, CreditorProfile("Muster GmbH"), NOW)
        to = tx.connections.add(A, "lexoffice", "lexoffice", Role.LEADING, "o", TODAY)
        records = [
            DebtorRecord(f"{n}", word, name, Address(name))
            for n, (word, name, *_) in enumerate(found)
        ]
        tx.debtors.upsert(A, to.id, records)
        for word, key, *_ in found:
            tx.events.append(A, "told", {"n": word}, {key: word}, NOW)
    with source.raw(writes=True) as connection:
        run = {"id": 1, "creditor_id": A, "on_date": TODAY, "state": "ready", "started_at": "x"}
        connection.execute(sa.insert(t.dunning_run), run)
        for number, (*_, raw, next_at) in enumerate(found):
            of = {"creditor_id": A, "run_id": 1, "seq": number, "payload": raw}
            connection.execute(sa.insert(t.run_input), of)
            counter = {"creditor_id": A, "name": f"n{number}", "next": next_at}
            connection.execute(sa.insert(t.counter), counter)
    move(source, target)
    assert rows(target) == rows(source)
    with target.read() as tx:
        assert tx.events.verify(A).ok
    target.close()
    source.close()


@pytest.mark.usefixtures("real_migrations")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_store_of_the_version_before_is_backed_up_and_comes_back_as_this_one(new, kind):
    """The order that the docs name: stop, backup, update, init. Here the update came first."""
    source, target = new(kind), new(kind)
    source.migrate()
    told(source)
    with source.raw(writes=True) as connection:
        config = migrate.config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
    before = rows(source)
    assert "inbox_event" not in before
    move(source, target)
    assert (source.schema_state(), target.schema_state()) == ("behind", "current")
    after = rows(target)
    for name, (columns, lines) in before.items():
        assert columns <= after[name][0]
        assert len(after[name][1]) == len(lines)
    with target.read() as tx:
        assert tx.events.verify(A).ok


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_one_moment_while_others_write(new, kind):
    """Between two tables a hold is set and an invoice comes: the backup has neither."""
    store = new(kind)
    store.migrate()
    story = told(store)
    before = rows(store)
    with Backups(store).snapshot() as snapshot:
        assert list(snapshot.rows("creditor")) == before["creditor"][1]
        with store.write() as tx:
            tx.holds.add(A, HoldKind.MANUAL, story.debtor, None, "neu", "", TODAY, None)
            tx.events.append(A, "told", {}, {}, NOW)
        story.books(invoice("RE-1", 1190), invoice("RE-9", 9))
        for table in ("hold", "open_item", "event_log", "event_head"):
            assert list(snapshot.rows(table)) == before[table][1]
        assert [mark.entries for mark in snapshot.creditors()] == [0, 3]
    assert len(rows(store)["hold"][1]) == 2


def test_what_is_not_empty_is_not_filled(new):
    source, target = new("sqlite"), new("sqlite")
    with pytest.raises(ConfigError, match="nichts zu sichern"), Backups(source).snapshot():
        pass
    source.migrate()
    target.migrate()
    with pytest.raises(UsageError, match="nicht leer"):
        move(source, target)


def test_a_schema_that_is_not_known_is_refused_both_ways(new):
    store = new("sqlite")
    store.migrate()
    with store.raw(writes=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="neueren Version"), Backups(store).snapshot():
        pass
    with pytest.raises(ConfigError, match="neueren Version"), Backups(new("sqlite")).refill("9999"):
        pass


def test_rows_of_another_form_leave_the_database_empty(new):
    target = new("sqlite")
    with pytest.raises(DataRefused, match="creditor"), Backups(target).refill("0006") as refill:
        refill.add(TableShape("creditor", ("id", "colour")), [["muster", "blau"]])
    with pytest.raises(DataRefused, match="lease"), Backups(target).refill("0006") as refill:
        refill.add(TableShape("lease", ()), [])
    for row in (["muster"], ["muster", "{}", "{}", False, False, "x", "zu viel"], 7):
        columns = ("id", "profile", "secrets", "live", "stopped", "created_at")
        with pytest.raises(DataRefused, match="creditor"), Backups(target).refill("0006") as refill:
            refill.add(TableShape("creditor", columns), [row])
    odd = [["muster", "{}", "{}", False, False, 10**30], ["\ud800", "{}", "{}", False, False, "x"]]
    for names, row in [(columns, odd[0]), (columns, odd[1]), ([["id"]], ["muster"])]:
        with pytest.raises(DataRefused, match="creditor"), Backups(target).refill("0006") as refill:
            refill.add(TableShape("creditor", names), [row])
    assert target.schema_state() == "empty"


@pytest.mark.usefixtures("real_migrations")
def test_no_version_had_a_table_that_a_backup_would_leave_behind(new):
    """A table that is dropped one day must still be known: older stores have it."""
    store = new("sqlite")
    for revision in ("0001", "0002", "0003", "0004", "0005", "0006"):
        with store.raw(writes=True) as connection:
            migrate.upgrade_to(connection, revision)
            found = set(sa.inspect(connection).get_table_names())
        assert found - {"alembic_version"} <= set(t.metadata.tables)
        assert set(t.metadata.tables) >= LEFT_OUT

"""A store of a version before live platforms: brought up to date, and back, with its data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic import command

from core.domain.bank_lines import LineHold
from core.domain.ledger_types import LedgerHold, LedgerItem, LedgerPayment, LedgerResult
from core.domain.model import (
    BY_PLATFORM,
    Address,
    CreditorId,
    CreditorProfile,
    HoldKind,
    ItemKind,
    ItemState,
    Role,
)
from core.domain.money import Money
from core.domain.platform_records import BankLine
from core.domain.records import DebtorRecord
from core.ports import Lane
from core.store import migrate
from core.store.unit import SqlStore

pytestmark = pytest.mark.usefixtures("real_migrations")
ME, DAY = CreditorId("muster"), date(2026, 10, 1)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
NEW = {
    "source_record",
    "platform_notice",
    "request_budget",
    "debtor_link",
    "debtor_apart",
    "claim_decision",
    "hook",
    "inbox_event",
    "work_state",
    "worker_seen",
    "web_login",
    "api_token",
    "bad_address",
}
# Columns of tables that were there before.
ADDED = {"open_item": ("number_key",), "debtor": ("last_word_on", "bad_emails")}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path) -> Iterator[SqlStore]:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_databases").blank()
    opened = SqlStore(url, busy_seconds=5)
    yield opened
    opened.close()


def move(store, to, going=command.upgrade):
    """Alembic's way, up or down, in one transaction as `mahnwerk init` does it."""
    with store._transaction(writes=True) as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        going(settings, to)


def tables(store):
    with store.engine.connect() as connection:
        found = sa.inspect(connection).get_table_names()
        # The fleet's queue is only on PostgreSQL: tests/store/test_store_fleet_schema.py.
        return {name for name in found if not name.startswith("procrastinate_")}


def rows(store):
    """Every row of every table that both versions have."""
    with store.engine.connect() as connection:
        return {
            name: sorted(
                str({k: v for k, v in row.items() if k not in ADDED.get(name, ())})
                for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()
            )
            for name in sorted(tables(store) - NEW - {"alembic_version"})
        }


def fill_before(store):
    """The same in a store of the version before, which its own code wrote."""
    store.migrate()
    fill(store)
    move(store, "0003", command.downgrade)


def fill(store):
    """One creditor whose only customer owes 119,00 EUR by DATEV, and an event."""
    debtor = DebtorRecord("D1", "10001", "Beispiel AG", Address("Beispiel AG"))
    owed = Money(Decimal("119.00"), "EUR")
    item = LedgerItem(
        "e1", ItemKind.INVOICE, "RE-1", DAY, DAY + timedelta(days=14), owed, owed, ItemState.OPEN
    )
    with store.write() as tx:
        tx.creditors.add(ME, CreditorProfile(name="Muster GmbH"), NOON)
        datev = tx.connections.add(ME, "datev", "datev", Role.LEADING, "29098/55003", DAY)
        tx.debtors.upsert(ME, datev.id, [debtor])
        ids = tx.debtors.ensure(ME, datev.id, {"D1": "10001"})
        tx.ledger.save_ledger(
            ME, datev.id, {ids["D1"]: LedgerResult((item,))},
            backlog_before=None, start_level=1, on=DAY,
        )  # fmt: skip
        tx.events.append(ME, "import", {"connection": datev.id}, {"files": 1}, NOON)


def test_a_store_of_before_goes_on_with_all_its_rows(store):
    fill_before(store)
    assert (store.schema_state(), NEW & tables(store)) == ("behind", set())
    before = rows(store)
    store.migrate()
    assert (store.schema_state(), tables(store) >= NEW) == ("current", True)
    store.migrate()
    assert rows(store) == before
    with store.write() as tx:
        assert tx.events.verify(ME).ok
        lexoffice = tx.connections.add(ME, "lexoffice", "lexoffice", Role.LEADING, "o", DAY)
        assert tx.budgets.take(ME, lexoffice.id, Lane.SYNC, 0, 1_000_000, 1).mine
        assert [item.number for item in tx.items.open_items(ME)] == ["RE-1"]
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT number_key FROM open_item")).scalar() == "RE1"


def test_back_to_before_loses_only_what_was_read_of_platforms(store):
    store.migrate()
    fill(store)
    with store.write() as tx:
        lexoffice = tx.connections.add(ME, "lexoffice", "lexoffice", Role.LEADING, "o", DAY)
        tx.budgets.take(ME, lexoffice.id, Lane.SYNC, 0, 1_000_000, 1)
    before = rows(store)
    move(store, "0003", command.downgrade)
    assert (store.schema_state(), NEW & tables(store)) == ("behind", set())
    assert rows(store) == before
    store.migrate()
    assert store.schema_state() == "current"
    assert rows(store) == before


def test_a_migration_that_fails_leaves_the_store_as_it_was(store):
    fill_before(store)
    before = rows(store)
    with store._transaction(writes=True) as connection:
        connection.execute(sa.text("CREATE TABLE request_budget (spare INTEGER)"))
    with pytest.raises(sa.exc.DatabaseError):
        move(store, "0004")
    assert store.schema_state() == "behind"
    assert tables(store) & NEW == {"request_budget"}
    with store._transaction(writes=True) as connection:
        connection.execute(sa.text("DROP TABLE request_budget"))
    store.migrate()
    assert rows(store) == before


def test_back_to_a_version_that_knows_no_bank_feed_holds_on(store):
    """238,00 EUR came in and nobody has assigned them: what they held is not dunned before either."""
    store.migrate()
    fill(store)
    [owner] = [row["debtor_id"] for row in looked(store, "SELECT debtor_id FROM open_item")]
    held = {owner: [LineHold("1:t1:23800EUR:", None, "238,00 EUR vom 01.10.2026", None)]}
    with store.write() as tx:
        [datev] = tx.connections.all(ME)
        tx.connections.save(ME, replace(datev, booked_until=DAY, booked_source=BY_PLATFORM))
        line = BankLine("t1", DAY, Money(Decimal("238.00"), "EUR"), "Beispiel AG")
        tx.bank_lines.replace(ME, datev.id, [line], NOON)
        tx.bank_lines.keep_holds(ME, held, [owner], DAY)
    move(store, "0004", command.downgrade)
    assert looked(store, "SELECT kind, released_on FROM hold") == [
        {"kind": "manual", "released_on": None}
    ]
    assert looked(store, "SELECT * FROM source_record") == []
    assert looked(store, "SELECT booked_until FROM connection") == [{"booked_until": None}]
    store.migrate()
    with store.write() as tx:
        tx.bank_lines.keep_holds(ME, held, [owner], DAY)
        [hold] = tx.holds.active(ME, DAY)
    assert hold.kind is HoldKind.UNASSIGNED_MONEY


def test_back_to_a_version_that_knows_no_returned_money_it_stays_held(store):
    """Paid, refunded by the platform: 119,00 EUR are open again, and nobody has said that they are
    owed. On the customer's account there lie 10,00 EUR more. Neither is dunned before either, and
    after the way back up both are what they were.
    """
    store.migrate()
    fill(store)
    with store.write() as tx:
        [datev] = tx.connections.all(ME)
        ids = tx.debtors.ensure(ME, datev.id, {"D1": "10001"})
        tx.ledger.save_ledger(
            ME, datev.id, {ids["D1"]: refunded()}, backlog_before=None, start_level=1, on=DAY
        )
        lines = [BankLine("cash:D1:eur", DAY, Money(Decimal("10.00"), "EUR"), debtor="D1")]
        tx.bank_lines.replace(ME, datev.id, lines, NOON, debtors={"D1"})
    assert kinds(store) == ["money_returned"]
    before = rows(store)
    move(store, "0004", command.downgrade)
    assert kinds(store) == ["manual"]
    assert looked(store, "SELECT amount_minor FROM payment ORDER BY received_on") == [
        {"amount_minor": 11900},
        {"amount_minor": -11900},
    ]
    store.migrate()
    with store.write() as tx:
        tx.bank_lines.replace(ME, datev.id, lines, NOON, debtors={"D1"})
        tx.ledger.save_ledger(
            ME, datev.id, {ids["D1"]: refunded()}, backlog_before=None, start_level=1, on=DAY
        )
    assert rows(store) == before


def refunded():
    owed = Money(Decimal("119.00"), "EUR")
    later = DAY + timedelta(days=20)
    return LedgerResult(
        items=(
            LedgerItem(
                "e1", ItemKind.INVOICE, "RE-1", DAY, DAY + timedelta(days=14), owed, owed,
                ItemState.OPEN,
            ),
        ),
        payments=(
            LedgerPayment("p1", DAY, owed, None, "", (("e1", owed, "platform"),)),
            LedgerPayment("p2", later, -owed, None, "", (("e1", -owed, "platform"),)),
        ),
        holds=(LedgerHold("record:e1:re", HoldKind.MONEY_RETURNED, "e1", "119,00 EUR zurück"),),
    )  # fmt: skip


def kinds(store):
    return [row["kind"] for row in looked(store, "SELECT kind FROM hold WHERE released_on IS NULL")]


def looked(store, query):
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text(query)).mappings()]

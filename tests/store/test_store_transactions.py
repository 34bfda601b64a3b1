"""What a transaction promises, and the sentences when a database cannot keep it."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from store_story import NOW, TODAY, A, Story, invoice

from core.domain.model import CreditorProfile
from core.errors import ConfigError, RuleError, Unavailable, UsageError
from core.store.failures import plain_errors
from core.store.unit import SqlStore


def _stop_and_fail(store: SqlStore) -> None:
    with store.write() as tx:
        tx.creditors.set_stopped(A, True)
        raise ZeroDivisionError


def test_a_block_that_raises_leaves_nothing(store: SqlStore) -> None:
    Story(store)
    with pytest.raises(ZeroDivisionError):
        _stop_and_fail(store)
    with store.read() as tx:
        assert not tx.creditors.get(A).stopped


def test_a_reader_sees_one_state_and_a_writer_inside_it_gets_through(store: SqlStore) -> None:
    Story(store)
    with store.read() as outside:
        assert not outside.creditors.get(A).stopped
        with store.write() as tx:
            tx.creditors.set_stopped(A, True)
        with store.read() as tx:
            assert tx.creditors.get(A).stopped


def test_unknown_owners_and_second_names_are_refused(store: SqlStore) -> None:
    Story(store)
    with store.write() as tx, pytest.raises(UsageError):
        tx.creditors.add(A, CreditorProfile("Muster GmbH"), NOW)
    with pytest.raises(RuleError), store.write() as tx:
        tx.runs.start("nobody", TODAY, {}, NOW)


def test_ids_are_dense_and_begin_anew_for_each_creditor(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(*(invoice(f"RE-{n}", 10) for n in range(4)))
    assert list(ids.values()) == [1, 2, 3, 4]


def test_only_one_of_two_reservers_wins(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    start = Barrier(2)

    def reserve(owner: str) -> bool:
        start.wait()
        with store.write() as tx:
            found = tx.deliveries.reserve(A, notice, "letter", "Weg 1", owner, NOW, 60)
        return found is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(reserve, ("one", "two"))) == [False, True]


def test_the_database_itself_refuses_a_second_living_notice_of_an_item(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    story.run(story.draft({"RE-1": 1}))
    copy = sa.text(
        "INSERT INTO notice_item (creditor_id, notice_id, open_item_id, position, level, cycle,"
        " living, number, kind, total_minor, outstanding_minor)"
        " SELECT creditor_id, :other, open_item_id, position, level, cycle, living, number, kind,"
        " total_minor, outstanding_minor FROM notice_item"
    )
    with pytest.raises(RuleError, match="abgelehnt"), store.write() as tx:
        tx.notices._db.execute(copy, {"other": 1})


def test_a_writer_that_waited_too_long_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    first, second = SqlStore(url), SqlStore(url, busy_seconds=0.05)
    first.migrate()
    with first.write(), pytest.raises(Unavailable, match="gesperrt"), second.write():
        pass
    first.close()
    second.close()


def test_a_row_that_stays_locked_says_so_on_postgresql(postgres_url: str) -> None:
    first, second = SqlStore(postgres_url), SqlStore(postgres_url, busy_seconds=0.05)
    Story(first)
    with first.write() as tx:
        tx.events.append(A, "run", {}, {}, NOW)
        with pytest.raises(Unavailable, match="gesperrt"), second.write() as other:
            other.events.append(A, "run", {}, {}, NOW)
    first.close()
    second.close()


def test_what_is_no_database_gets_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "brief.db").write_text("Sehr geehrte Damen und Herren, " * 100)
    for url, sentence in (
        (f"sqlite:///{tmp_path / 'brief.db'}", "keine Datenbank"),
        (f"sqlite:///{tmp_path / 'fehlt' / 'm.db'}", "nicht öffnen"),
    ):
        store = SqlStore(url)
        with pytest.raises(ConfigError, match=sentence):
            store.migrate()
        store.close()
    with pytest.raises(ConfigError, match="keine gültige Datenbankadresse") as raised:
        SqlStore("postgresql://mahnwerk:geheim@127.0.0.1:kein-port/mahnwerk")
    assert "geheim" not in str(raised.value)
    store = SqlStore("sqlite://")
    with pytest.raises(ConfigError, match="noch nicht eingerichtet"), store.read() as tx:
        tx.creditors.all()
    store.close()


def _fill(store: SqlStore) -> None:
    with store.write() as tx:
        db = tx.creditors._db
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        tx.creditors.save_profile(A, CreditorProfile("M" * 5_000_000))


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_new_database_is_its_owners_alone_wherever_it_lies(tmp_path: Path) -> None:
    """An administrator makes the folder by hand, and it can be read by everybody."""
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    try:
        store = SqlStore(f"sqlite:///{tmp_path / 'neu.db'}")
        store.migrate()
        modes = {each.name: oct(each.stat().st_mode & 0o777) for each in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {"0o600"}, modes
    assert "neu.db-wal" in modes


def test_a_full_disk_is_told_and_nothing_is_half_stored(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'full.db'}")
    store.migrate()
    Story(store)
    with pytest.raises(ConfigError, match="voll"):
        _fill(store)
    with store.read() as tx:
        assert tx.creditors.get(A).profile.name == "Muster GmbH"
    store.close()


def test_a_disk_that_fails_is_told_with_what_to_look_at() -> None:
    """A full disk is told as an error of input and output when SQLite cannot make its helper file."""
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with (
        pytest.raises(ConfigError, match=r"voll, .*Bitte das prüfen") as told,
        plain_errors(writing=False),
    ):
        raise failed
    assert "full, detached" in told.value.sentence("en")


def test_a_database_server_that_is_away_is_told_with_the_setting_to_look_at() -> None:
    store = SqlStore("postgresql+psycopg://muster@127.0.0.1:1/muster")
    with pytest.raises(Unavailable, match="MAHNWERK_DATABASE_URL"), store.read():
        pass
    store.close()

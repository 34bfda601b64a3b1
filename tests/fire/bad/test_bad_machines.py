"""Full disks and read-only databases: told in a sentence, nothing lost, nothing twice."""

from __future__ import annotations

import logging
import resource
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bad_machine import full_from, no_room_for_files, settle, told
from delivery_desk import MONDAY
from fire import FULL

from core.domain.model import NoticeState
from core.errors import ConfigError
from core.services.backup import backup
from core.services.doctor import doctor
from core.store.backup import Backups
from core.store.unit import SqlStore

# --- the disk of the database ------------------------------------------------------------------


def test_a_disk_that_fills_up_at_any_commit_of_a_send(office, mailbox):
    """The disk is full from the n-th commit of the sender on, for every n; then there is room again.

    Before the hand-over nothing left, and the next send takes it up; after it the mail is there once,
    and what nobody could write down is unknown.
    """
    ends, engine = [], office.app.store.engine
    every = FULL or engine.dialect.name == "sqlite"
    for number in range(1, 12) if every else (1, 5, 6, 12):
        account = f"2{number:04}"
        office.debtor(account, name=f"Kunde {number} GmbH", email=f"k{number}@kunde.example")
        office.owes(account, f"RE-2{number}", "50.00", MONDAY - timedelta(days=40))
        notice = office.run().proposals[-1]
        office.approve(notice)
        before = mailbox.count()
        with full_from(engine, number) as commits, suppress(ConfigError):
            office.send()
        reached = len(commits) >= number
        settle(office)
        assert mailbox.count() - before == 1, f"commit {number}"
        ends.append(office.state(notice))
        assert ends[-1] in (NoticeState.SENT, NoticeState.UNKNOWN)
        if not reached:
            break
    assert not reached, "a send has more commits than were tried"
    assert {NoticeState.SENT, NoticeState.UNKNOWN} == set(ends)
    assert office.audit_is_fine()


def test_a_send_on_a_full_disk_says_so(office, mailbox):
    office.propose_and_approve()
    with full_from(office.app.store.engine, 1), pytest.raises(ConfigError, match="voll") as full:
        office.send()
    assert full.value.exit_code == 78
    assert "nothing was stored by half" in full.value.sentence("en")
    assert mailbox.count() == 0


def test_a_run_on_a_full_disk_leaves_no_proposal_and_is_done_again(office):
    for number in range(1, 5):
        with full_from(office.app.store.engine, number), suppress(ConfigError):
            office.run()
    [notice] = office.run().proposals
    assert office.state(notice) is NoticeState.PROPOSED
    with office.app.store.read() as tx:
        assert [n.id for n in tx.notices.many(office.id, states=(NoticeState.PROPOSED,))] == [
            notice
        ]
    assert office.audit_is_fine()


def _many_invoices(office):
    for number in range(100):
        office.owes("10002", f"RE-9{number:03}-{'x' * 900}", "10.00", MONDAY)


def test_a_database_file_that_may_not_grow(local):
    """The real thing on SQLite: the pages run out in the middle of an import."""
    engine, full = local.app.store.engine, []

    def limit(connection, _record, _proxy):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2 if full else 2**31}")

    sa.event.listen(engine, "checkout", limit)
    full.append(True)
    local.debtor("10002")
    with pytest.raises(ConfigError, match="voll"):
        _many_invoices(local)
    with local.app.store.read() as tx:
        stored = [item.number for item in tx.items.open_items(local.id)]
    full.clear()
    local.owes("10002", "RE-8", "10.00", MONDAY)
    with local.app.store.read() as tx:
        after = {item.number for item in tx.items.open_items(local.id)}
    assert after >= {"RE-1", "RE-8", *stored}
    assert local.audit_is_fine()


@contextmanager
def only_reading(store):
    """A store of the same database by somebody who may only look."""
    engine = store.engine
    url = sa.make_url(f"sqlite:///file:{engine.url.database}?mode=ro&uri=true")
    reader = f"leser_{engine.url.database}"
    if engine.dialect.name == "postgresql":
        with engine.begin() as db:
            db.exec_driver_sql(f"CREATE ROLE {reader} LOGIN")
            db.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")
        url = engine.url.set(username=reader)
    opened = SqlStore(url.render_as_string(hide_password=False))
    try:
        yield opened
    finally:
        opened.close()
        if engine.dialect.name == "postgresql":
            with engine.begin() as db:
                db.exec_driver_sql(f"DROP OWNED BY {reader}")
                db.exec_driver_sql(f"DROP ROLE {reader}")


def test_a_database_that_may_only_be_read(office):
    """Looking works, doing is refused with what to check."""
    office.propose_and_approve()
    with only_reading(office.app.store) as store:
        app = replace(office.app, store=store)
        with store.read() as tx:
            assert tx.items.open_items(office.id)[0].number == "RE-1"
        with pytest.raises(ConfigError, match=r"schreibgeschützt|fehlen Rechte") as refused:
            office.send(app)
        assert refused.value.exit_code == 78
    assert [o.outcome for o in office.send().outcomes] == ["sent"]


def test_an_event_on_a_full_disk_is_answered_503_and_stored_when_it_comes_again(hooks):
    web = hooks.flask().test_client()
    with full_from(hooks.app.store.engine, 1):
        assert [told(hooks, web) for _ in range(3)] == [503, 503, 503]
        assert web.get("/healthz").status_code == 200
    assert hooks.keys() == []
    assert [told(hooks, web) for _ in range(2)] == [200, 200]
    assert len(hooks.keys()) == 1


# --- the disk of the files ----------------------------------------------------------------------


def test_a_letter_that_finds_no_room_is_printed_later(local, monkeypatch):
    local.debtor("10002", name="Nur Post GmbH", email="")
    local.owes("10002", "RE-2", "80.00", MONDAY - timedelta(days=45))
    notices = local.propose_and_approve()
    with no_room_for_files(monkeypatch):
        outcomes = {o.proposal: o for o in local.send().outcomes}
    assert {o.outcome for o in outcomes.values()} == {"failed"}
    assert any("No space left" in o.reason for o in outcomes.values())
    assert local.mailbox.count() == 0  # its copy could not be kept, so it did not leave either
    assert list(local.composed.outbox.rglob("*.p*")) == []  # neither letters nor drafts
    assert {o.outcome for o in settle(local).outcomes} == {"sent", "printed"}
    assert {local.state(n) for n in notices} == {NoticeState.SENT, NoticeState.PRINTED}
    assert settle(local).outcomes == []
    assert local.mailbox.count() == 1


@contextmanager
def files_of_at_most(size):
    """The system's own limit (RLIMIT_FSIZE); an open database that only reads does not feel it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_backup_that_finds_no_room_leaves_nothing_and_takes_no_older_one_away(local, tmp_path):
    folder, source = tmp_path / "sicherungen", Backups(local.app.store)
    first = backup(local.app, source, local.composed.home, folder)
    local.clock.jump(hours=1)
    with files_of_at_most(1000), pytest.raises(ConfigError, match="reicht der Platz nicht") as full:
        backup(local.app, source, local.composed.home, folder, keep=1)
    assert full.value.exit_code == 78
    assert [str(path) for path in folder.iterdir()] == [first.file]
    assert backup(local.app, source, local.composed.home, folder, keep=1).removed == (
        first.file.rpartition("/")[2],
    )


def test_a_log_that_finds_no_room_stops_nothing(local, mailbox):
    """Linux has a file on a disk that is always full."""
    local.propose_and_approve()
    full = logging.FileHandler("/dev/full", delay=True)
    logging.getLogger().addHandler(full)
    shown, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        logging.getLogger("mahnwerk").error("kein Platz")
        assert [o.outcome for o in local.send().outcomes] == ["sent"]
    finally:
        logging.raiseExceptions = shown
        logging.getLogger().removeHandler(full)
        with suppress(OSError):
            full.close()


def test_the_doctor_names_a_disk_that_is_full(local):
    """Doctor only looks: it answers while nothing can be written."""
    with full_from(local.app.store.engine, 1):
        assert doctor(local.app, local.composed.machine, None, on=local.clock.day, language="de")

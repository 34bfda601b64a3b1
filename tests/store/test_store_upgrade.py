"""A home of the version before the law: its rows survive the upgrade, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from postgres_server import PostgresDatabases

from config.procedures import load_procedure
from core.domain.model import CreditorId, DebtorId, HoldKind, NoticeId, NoticeState, Pending, RunId
from core.store import migrate
from core.store.unit import SqlStore

A, B = CreditorId("muster"), CreditorId("beispiel")
STANDARD = "a7f485a65556290e2030222dadc80d97479d0a1358b983473ed8fffdd93eb489"
OWN = "0" * 64
AT = "2026-02-20T09:00:00+00:00"
DUE, POSTED, TODAY = date(2026, 1, 15), date(2026, 2, 20), date(2026, 3, 2)
# (notice, procedure version, level, state): one invoice each, number "RE-<notice>".
NOTICES = (
    (1, STANDARD, 1, "sent"),
    (2, STANDARD, 2, "sent"),
    (3, STANDARD, 4, "printed"),
    (4, OWN, 2, "sent"),
    (5, STANDARD, 2, "approved"),
)


def old_rows(creditor: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a home with one debtor, five notices, a hold, a task and a run held."""
    yield "creditor", {"id": creditor, "profile": '{"name": "Muster GmbH"}', "created_at": AT}
    one = {"creditor_id": creditor, "id": 1}
    yield (
        "connection",
        one | {"platform": "datev_csv", "name": "datev", "role": "leading", "created_on": DUE},
    )
    record = '{"external_id": "10000", "number": "10000", "name": "Kunde GmbH"}'
    names = {"external_id": "10000", "label": "10000", "name": "Kunde GmbH", "record": record}
    yield "debtor", one | names | {"connection_id": 1, "last_notice_on": POSTED}
    yield "dunning_run", one | {"on_date": POSTED, "state": "ready", "started_at": AT}
    yield "hold", one | {"kind": "manual", "debtor_id": 1, "reason": "Anruf", "from_on": POSTED}
    for number, version, level, state in NOTICES:
        yield from old_notice(creditor, number, version, level, state)
    yield (
        "task",
        one | {"kind": "hand_over", "debtor_id": 1, "text": "RE-1 abgeben", "created_on": POSTED},
    )


def old_notice(
    creditor: str, number: int, version: str, level: int, state: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    of = {"creditor_id": creditor, "currency": "EUR", "total_minor": 11900, "level": level}
    item = {"external_id": f"10000/{number}", "number": f"RE-{number}", "kind": "invoice"}
    money = {"due_date": DUE, "outstanding_minor": 11900}
    about = {"id": number, "connection_id": 1, "debtor_id": 1, "state": "open"}
    yield "open_item", of | item | money | about | {"last_notice_on": POSTED, "pending": "none"}
    sent = {"sent_on": POSTED, "channel": "letter"} if state == "sent" else {}
    made = {"run_id": 1, "debtor_id": 1, "kind": "notice", "automation": "approve"}
    rules = {"procedure": "standard" if version == STANDARD else "eigen", "scope": f"i{number}"}
    rules["procedure_version"] = version
    state_of = {"id": number, "state": state, "living": state != "sent", "issue_date": POSTED}
    yield "notice", of | made | rules | state_of | sent | {"deadline": date(2026, 3, 5)}
    line = {"notice_id": number, "open_item_id": number, "position": 0, "cycle": 1}
    dunned = {"creditor_id": creditor, "level": level, "total_minor": 11900, "living": True}
    yield "notice_item", dunned | line | money | {"number": f"RE-{number}", "kind": "invoice"}


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """A store that was filled under schema 0002 and has been migrated since."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
        url = databases.blank()
    store = SqlStore(url)
    with store.write() as tx:
        connection = tx.events._db  # type: ignore[attr-defined]
        settings = migrate.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0002")
        tables = sa.MetaData()
        tables.reflect(connection)
        for creditor in (A, B):
            for name, row in old_rows(creditor):
                connection.execute(sa.insert(tables.tables[name]), row)
    assert store.schema_state() == "behind"
    store.migrate()
    assert store.schema_state() == "current"
    yield store
    store.close()


def test_the_shipped_procedure_is_still_the_one_that_the_migration_knows() -> None:
    levels = load_procedure("standard").levels
    assert load_procedure("standard").version == STANDARD
    mahnungen = [n for n, level in enumerate(levels, 1) if level.counts_as_mahnung]
    assert [n for n in mahnungen if "task" not in levels[n - 1].channels] == [2, 3, 4]


def test_claims_holds_tasks_and_notices_are_what_they_were(upgraded: SqlStore) -> None:
    with upgraded.read() as tx:
        item = tx.items.find(A, "RE-1")[0]
        assert (item.outstanding.plain(), item.due_date, item.level) == ("119.00", DUE, 1)
        assert (item.pending, item.reductions, item.delivered_on) == (Pending.NONE, (), None)
        (hold,) = tx.holds.of_debtor(A, DebtorId(1))
        assert (hold.kind, hold.reason, hold.until_on) == (HoldKind.MANUAL, "Anruf", None)
        assert [task.text for task in tx.tasks.open(A)] == ["RE-1 abgeben"]
        states = [tx.notices.get(A, NoticeId(n)).state for n, *_ in NOTICES]  # type: ignore[union-attr]
    assert states == [NoticeState(state) for *_, state in NOTICES]


def test_a_run_of_then_has_no_inputs_and_no_checksum(upgraded: SqlStore) -> None:
    with upgraded.read() as tx:
        run = tx.runs.get(A, RunId(1))
        assert run is not None
        assert (run.state, run.on, run.decisions_sha256) == ("ready", POSTED, "")
        assert tx.run_inputs.settings(A, RunId(1)) is None
        assert list(tx.run_inputs.chunks(A, RunId(1))) == []


@pytest.mark.parametrize("creditor", [A, B])
def test_a_mahnung_that_was_sent_before_still_brings_default(
    upgraded: SqlStore, creditor: CreditorId
) -> None:
    """The reminder of level 1 is none, and of the levels of one's own procedure nobody knows."""
    with upgraded.read() as tx:
        counted = {
            n: tx.notices.get(creditor, NoticeId(n)).lines[0].counts_as_mahnung  # type: ignore[union-attr]
            for n, *_ in NOTICES
        }
    assert counted == {1: False, 2: True, 3: True, 4: False, 5: True}

"""Events come in from all sides while Mahnwerk works: each is stored once, answered, worked once.

In the suite a few hundred; `make fire` delivers 10,000 with 30 % repeated to each database, and
looks at the clock as well: 99 of 100 answers within 100 ms.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from fire import FULL, size
from hooked import BOOK, hooked
from mail_server import Server as MailServer
from served import command, driven, finished, serving
from waiting import until

from core.store import tables as t
from worker.tasks import sync

pytestmark = pytest.mark.timeout(size(120, 1800))
DELIVERIES, AGAIN = size(400, 10_000), 0.3
NOTICES, ITEMS = size(8, 300), size(200, 20_000)
P99 = 100  # milliseconds


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, tmp_path, monkeypatch):
    """Four connections, a creditor with notices to send and one with items to judge."""
    monkeypatch.delenv("MAHNWERK_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("MAHNWERK_DATABASE_URL", request.getfixturevalue("postgres_url"))
    with (
        MailServer(tmp_path / "mails") as server,
        hooked(tmp_path / "office", server, notices=NOTICES, items=ITEMS) as made,
    ):
        made.mails = server
        yield made


@contextmanager
def working(office):
    """A `send` is under way, and one `run` after the other, until the block ends; their results."""
    done = {"run": [], "send": None}
    ended = threading.Event()
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}

    def runs():
        while not ended.is_set():
            process = command(office.env(), "run", "--creditor", "bench", "--on", "2026-11-20",
                              "--json", **quiet)  # fmt: skip
            done["run"].append(finished(process))

    send = command(office.env(), "send", "--creditor", "muster-handels-gmbh",
                   "--on", "2026-03-02", "--json", **quiet)  # fmt: skip
    running = threading.Thread(target=runs)
    running.start()
    try:
        until(lambda: office.mails.count() > 0 or send.poll() is not None)
        yield done
    finally:
        ended.set()
        done["send"] = finished(send)
        running.join()


def all_of(office, state, tries):
    """What must be stored of everything that was made."""
    return {c: Counter({(k, state, tries): 1 for k in keys}) for c, keys in office.keys.items()}


def stored(office):
    """State and tries of every event by connection and key, straight from the database."""
    e = t.inbox_event.c
    columns = (e.creditor_id, e.connection_id, e.event_key, e.state, e.tries)
    with office.composed.app.store.engine.connect() as database:
        rows = database.execute(sa.select(*columns)).all()
    found = {}
    for creditor, connection, key, state, tries in rows:
        found.setdefault((creditor, connection), Counter())[key, state, tries] += 1
    return found


def worked(office):
    """The worker looks until nothing waits; how often each platform was asked meanwhile."""
    asked = []
    for source in office.sources:
        source.sandbox.requests.clear()
        while any(s == "new" for _, s, _ in stored(office)[source.creditor, source.connection]):
            done = sync(office.composed.app, source.creditor, source.connection)
            assert (done.error, done.events) == ("", "")
        asked.append(len(source.sandbox.requests))
    return asked


def owed(office, source, invoice):
    """What the books say is outstanding of it; None: it is not open any more."""
    with office.composed.app.store.read() as tx:
        return tx.sources.open_marks(source.creditor, source.connection).get(invoice)


def test_ten_thousand_events_are_stored_once_each_while_a_run_and_a_send_go_on(office, tmp_path):
    different = office.plan(tmp_path / "plan", DELIVERIES, AGAIN)
    paid = [(source, source.pay()) for source in office.sources]
    assert all(owed(office, *each) is not None for each in paid)
    with serving(office.env(), tmp_path / "serve.log") as server, working(office) as done:
        seen = driven(server, tmp_path / "plan")
    print(json.dumps(seen))
    assert seen["statuses"].keys() <= {"200", "202", "204"}
    assert sum(seen["statuses"].values()) == DELIVERIES
    assert stored(office) == all_of(office, "new", 0)
    assert sum(len(keys) for keys in office.keys.values()) == different
    assert {each["outcome"] for each in done["send"]} == {"sent"}
    assert len(done["send"]) == NOTICES == office.mails.count()
    assert max(office.mails.message_ids().values()) == 1
    assert done["run"]
    # One effect each: every event is done by one try, and a storm of one invoice is one question.
    asked = worked(office)
    assert stored(office) == all_of(office, "done", 1)
    assert max(asked) <= 5 * BOOK["open"] + 20, asked
    assert all(owed(office, *each) is None for each in paid)
    if FULL:
        assert seen["p99"] < P99, seen

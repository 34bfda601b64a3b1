"""A process that reads lexoffice or writes to it is killed by the system, and another one goes on.

The stand-in kills it, at an exact request: before it carries the request out, or after and before
the answer. Clocks and processes are real here, and nobody waits for a lease.
"""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lexoffice_office import truth
from platform_office import books

import config.bootstrap
from sandbox.lexoffice import LexofficeSandbox

ROOT = Path(__file__).parents[2]
BATCH = 25  # documents that a kill costs at most
OPEN, PARTLY = 60, 6
LADEN = "laden"


@pytest.fixture
def real(office, monkeypatch):
    """An office whose clock is the machine's, like that of the processes beside it."""

    class Clock:
        ahead = timedelta()

        def now(self):
            return datetime.now(UTC) + self.ahead

        def today(self, _zone):
            return office.today

    office.clock, office.today = Clock(), date.today()
    monkeypatch.setattr(config.bootstrap, "SystemClock", lambda: office.clock)
    return office


@pytest.fixture
def platform():
    with LexofficeSandbox(limiter=False) as sandbox:
        yield sandbox


def connect(office, platform, *more):
    office.init()
    given = (f"api_base={platform.base_url}", f"api_key={platform.api_key}", "rate=500", *more)
    office("connect", "lexoffice", "--name", LADEN, *(p for g in given for p in ("--set", g)))


@contextmanager
def process(*args):
    """The command in a process of its own."""
    command = [sys.executable, "-m", "cli.main", *args]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, cwd=ROOT, env=os.environ, **quiet)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@contextmanager
def at_request(platform, number, act, *, method="", part="", done=False):
    """``act`` at the request of that number that meets method and part of the path: before it is
    carried out, or when it is ``done``.
    """
    answer, left, lock = platform.gateway.answer, [number], threading.Lock()

    def hooked(request):
        with lock:
            left[0] -= method in ("", request.method) and part in request.path
            now, left[0] = left[0] == 0, left[0] - (left[0] == 0)
        if not now:
            return answer(request)
        given = answer(request) if done else None
        act()
        if given is None:
            raise ConnectionAbortedError("nobody is there any more")
        return given

    platform.gateway.answer = hooked
    try:
        yield
    finally:
        platform.gateway.answer = answer


def killed(platform, number, *args, **where):
    """Runs the command until it is killed at that request."""
    started, holder = threading.Event(), []

    def kill():
        started.wait(30)
        holder[0].send_signal(signal.SIGKILL)
        holder[0].wait()

    with at_request(platform, number, kill, **where), process(*args) as running:
        holder.append(running)
        started.set()
        assert running.wait(timeout=60) == -signal.SIGKILL


def documents(platform, since=0):
    """How often each document was asked for."""
    seen = [each.path for each in platform.requests[since:]]
    return Counter(path for path in seen if path.startswith("/v1/invoices/"))


def repeated(platform, since=0):
    return sum(times - 1 for times in documents(platform, since).values())


def sane(office, platform):
    assert books(office) == truth(platform)
    assert office.json("audit", "verify")["ok"]
    found = [each["account"] for each in office.json("debtors")]
    assert len(found) == len(set(found))


# 1: the customers; 3: the lists; then in the first, the second and the third batch; the last one.
@pytest.mark.parametrize("point", [1, 3, 20, 45, 60, 66])
def test_a_killed_first_reading_goes_on_where_it_was(real, platform, point):
    platform.book(debtors=12, invoices=OPEN + 60, open=OPEN, partly_paid=PARTLY)
    connect(real, platform)
    killed(platform, point, "onboard", "--json")
    believed, true = books(real), truth(platform)
    assert all(true[number] == owed for number, owed in believed.items())
    real("onboard")
    sane(real, platform)
    assert repeated(platform) <= BATCH
    assert len(documents(platform)) == OPEN
    assert real.json("sync")["records"] == {"invoices": 0, "payments": 0, "debtors": 0}


@pytest.fixture
def read(real, platform):
    """An office that has read everything, and a day on which much has changed."""
    platform.book(debtors=12, invoices=OPEN + 30, open=OPEN, partly_paid=PARTLY)
    connect(real, platform)
    real("onboard")
    opened = [v for v in platform.world.vouchers.values() if v.status == "open"]
    for each in opened[:30]:
        platform.pay(each.id, on=real.today)
    for each in opened[30:45]:
        if not each.paid:
            platform.pay(each.id, "1.00", on=real.today)
    for number in range(10):
        platform.add_invoice(
            contact=opened[number].contact, gross="11.90", on=real.today, number=f"NEU-{number}"
        )
    return real


@pytest.mark.parametrize("point", [1, 4, 20, 50])
def test_a_killed_sync_goes_on_where_it_was(read, platform, point):
    before, since = books(read), len(platform.requests)
    killed(platform, point, "sync", "--json")
    true = truth(platform)
    for number, owed in books(read).items():
        assert owed in (before.get(number), true.get(number))
    read("sync")
    sane(read, platform)
    assert repeated(platform, since) <= BATCH
    assert read.json("sync")["records"] == {"invoices": 0, "payments": 0, "debtors": 0}


def test_one_reads_at_a_time_and_the_other_one_says_so_at_once(read, platform):
    here, go = threading.Event(), threading.Event()

    def pause():
        here.set()
        go.wait(60)

    with at_request(platform, 5, pause, done=True), process("sync", "--json") as first:
        assert here.wait(60)
        asked = len(platform.requests)
        for command in ("sync", "onboard"):
            answer = read(command, code=64)
            assert f"Ein anderer Abruf von „{LADEN}“" in answer.err
            assert "bitte warten" in answer.err
            assert read.json(command, code=64)["error"]["code"] == "busy"
        assert len(platform.requests) == asked, "whoever does not read asks nothing"
        go.set()
        assert first.wait(timeout=60) == 0
    sane(read, platform)


@pytest.fixture
def approved(real, platform):
    """Three late invoices of two customers, approved; lexoffice is to show the notices."""
    on, place = real.today - timedelta(days=50), {"zip": "90402", "city": "Nürnberg"}
    for name, amounts in (("Adler", ("119.00", "238.00")), ("Biber", ("59.50",))):
        mail = f"post@{name.lower()}.example"
        who = platform.add_contact(company=f"{name} Muster AG", email=mail, street="A 1", **place)
        for gross in amounts:
            platform.add_invoice(contact=who, gross=gross, on=on)
    connect(real, platform, "write_back=yes")
    real("go-live")
    real("onboard")
    real("booked-until", real.today.isoformat(), LADEN)
    real("approve", "--run", real.json("run")["run"])
    return real


@pytest.mark.parametrize("done", [False, True], ids=["not carried out", "carried out"])
@pytest.mark.parametrize("point", [1, 2, 3])
def test_a_send_killed_while_it_writes_to_lexoffice_writes_each_notice_once(
    approved, platform, point, done
):
    killed(platform, point, "send", "--json", method="POST", part="/dunnings", done=done)
    assert len(platform.world.dunnings) == point - 1 + done
    for minutes in (0, 11, 22):
        approved.clock.ahead = timedelta(minutes=minutes)
        approved("send")
    dunned = sorted(each.invoice for each in platform.world.dunnings.values())
    assert dunned == sorted(platform.world.vouchers)
    assert sorted(approved.mailbox.message_ids().values()) == [1, 1]
    approved("sync")
    assert approved.json("platform-notices") == [], "ours are not the platform's own"


@pytest.mark.parametrize("part", ["/v1/invoices/", "/file"])
def test_a_send_killed_while_it_asks_lexoffice_sends_each_mail_once(approved, platform, part):
    killed(platform, 2, "send", "--json", part=part)
    approved("send")
    assert sorted(approved.mailbox.message_ids().values()) == [1, 1]
    assert len(platform.world.dunnings) == 3


def test_on_postgresql_too(real, platform, monkeypatch, postgres_url):
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", postgres_url)
    platform.book(debtors=12, invoices=OPEN + 30, open=OPEN, partly_paid=PARTLY)
    connect(real, platform)
    killed(platform, 45, "onboard", "--json")
    real("onboard")
    sane(real, platform)
    assert repeated(platform) <= BATCH
    since = len(platform.requests)
    for each in [v for v in platform.world.vouchers.values() if v.status == "open"][:30]:
        platform.pay(each.id, on=real.today)
    killed(platform, 20, "sync", "--json")
    read_again = real.json("sync")
    assert read_again["error"] is None
    sane(real, platform)
    assert repeated(platform, since) <= BATCH

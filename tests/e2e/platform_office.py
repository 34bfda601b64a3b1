"""An office beside a stand-in of a platform, with network, key and time in the hands of a test.

Nobody waits: whoever sleeps moves the clock of the office. The office of a stage (connected,
onboarded, approved) is made once and copied, since a stand-in gives the same ids every time.
"""

from __future__ import annotations

import base64
import shutil
import socket
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from urllib.parse import urlsplit

import config.bootstrap
import config.platforms
import connectors._pile
import connectors._retry
import core.services.connect_platform
from core.services.gate import OpenGate
from sandbox.serve import LocalServer

FRIDAY = date(2026, 11, 20)
NAME = "localhost"
MAIL = "127.0.0.9"
LADEN = "laden"  # name of the connection
BATCH = 3  # documents that a kill or a failure costs at most here


class Network:
    """Names of this machine and where they lead; None: there is no such name."""

    def __init__(self):
        self.ports = {}
        self._real = socket.getaddrinfo

    def getaddrinfo(self, host, port, *args, **more):
        if host not in self.ports:
            return self._real(host, port, *args, **more)
        if self.ports[host] is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._real("127.0.0.1", self.ports[host], *args, **more)


class PlatformOffice:
    """The office, its platform and the way between them; a subclass says which platform it is.

    ``base``: where the platform is, as the office knows it; ``wrong``: a key that it has not.
    """

    slug: str
    base: str
    key: str
    wrong: str
    connector: type

    def __init__(self, office, monkeypatch):
        self.office, self.slept, self.patience = office, timedelta(), 300.0
        self.network = Network()
        self._monkeypatch = monkeypatch
        self.sandbox = self.platform()
        monkeypatch.setattr(socket, "getaddrinfo", self.network.getaddrinfo)
        monkeypatch.setattr(config.bootstrap, "SystemClock", lambda: self)
        monkeypatch.setattr(config.platforms, "open_platform", self._open)
        monkeypatch.setattr(config.platforms, "time", SimpleNamespace(sleep=self.sleep))
        monkeypatch.setattr(
            core.services.connect_platform, "OpenGate", partial(OpenGate, self.sleep)
        )
        monkeypatch.setattr(connectors._retry, "_SHORTEST", 0.1)
        monkeypatch.setattr(connectors._pile, "READS", BATCH)
        self.network.ports[MAIL] = office.mailbox.port

    def platform(self):
        """The stand-in with what it knows on the first day; not started."""
        raise NotImplementedError

    def truth(self):
        """What the platform knows to be owed: (debtor, outstanding) by number."""
        raise NotImplementedError

    def mend_key(self):
        """The platform knows the key of the office again."""
        self.sandbox.new_key(self.key)

    def other_key(self):
        """The platform knows another key."""
        self.sandbox.new_key(self.wrong)

    @classmethod
    @contextmanager
    def opened(cls, office, monkeypatch):
        """The office beside its running platform."""
        desk = cls(office, monkeypatch)
        with desk.sandbox:
            desk.network.ports[NAME] = urlsplit(desk.sandbox.base_url).port
            yield desk

    @classmethod
    def connecting(cls, base="", key=""):
        """What follows ``connect PLATFORM``."""
        given = (f"api_base={base or cls.base}", f"api_key={key or cls.key}", "rate=100")
        return ["--name", LADEN, *(part for each in given for part in ("--set", each))]

    # --- the clock ---------------------------------------------------------------------------

    def now(self):
        day = self.office.today
        return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + self.slept

    def today(self, _zone):
        return self.office.today

    def sleep(self, seconds):
        self.slept += timedelta(seconds=seconds)

    def noon(self):
        """What the clock of the platform says."""
        day = self.office.today
        return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)

    def _open(self, _slug, settings, secrets, gate, clock, patience=300.0, *_zone):
        patience = min(patience, self.patience)
        return self.connector(settings, secrets, gate, clock, patience, sleep=self.sleep)

    # --- commands ----------------------------------------------------------------------------

    def __call__(self, *args, code=0):
        return self.office(*args, code=code)

    def json(self, *args, code=0):
        return self.office.json(*args, code=code)

    def english(self, *args, code=0):
        with self._monkeypatch.context() as patch:
            patch.setenv("MAHNWERK_LANGUAGE", "en")
            return self.office(*args, code=code)

    # --- stages ------------------------------------------------------------------------------

    def at(self, stage, cache):
        """Brings the office to a stage; from a copy when another test was there before."""
        if stage is None:
            return
        home, kept = self.office.folder / "home", cache / stage.__name__
        if not kept.exists():
            stage(self)
            made = kept.with_suffix(".new")
            shutil.copytree(home, made / "home")
            shutil.copy(self.office.folder / "key", made / "key")
            made.rename(kept)
            return
        shutil.copytree(kept / "home", home)
        shutil.copy(kept / "key", self.office.folder / "key")

    # --- what is true ------------------------------------------------------------------------

    def books(self):
        return books(self.office)

    def leaks(self, *texts):
        """Places in which the key can be read."""
        places = {f"text {n}": text.encode() for n, text in enumerate(texts)}
        for folder in (self.office.folder / "home", self.office.folder / "mails"):
            places |= {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        return [
            (place, key)
            for place, found in places.items()
            for key in seen_keys(self.key)
            if key.encode() in found
        ]


def seen_keys(key):
    """What a gateway or a log makes of a key: in clear, percent-encoded, as base64 at any offset."""
    coded = [base64.b64encode(b"x" * n + key.encode()).decode()[4:-6] for n in range(3)]
    quoted = key.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")
    return [key, quoted, *coded]


def books(office):
    """What the office believes to be owed: (debtor, outstanding) by number."""
    return {row["number"]: (row["debtor"], row["outstanding"]) for row in office.json("open-items")}


@contextmanager
def closed_port():
    """A port on which nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def stranger():
    """Some other web server: everything is a page for people."""

    def application(_environ, start_response):
        start_response("404 Not Found", [("Content-Type", "text/html; charset=utf-8")])
        return [b"<!DOCTYPE html><title>404</title><h1>Diese Seite gibt es nicht</h1>"]

    server = LocalServer(application)
    server.start()
    try:
        yield int(server.url.rpartition(":")[2])
    finally:
        server.stop()


# --- what can break --------------------------------------------------------------------------

SLOW = ("timeout", "slow_drip")
ELSEWHERE = ("down", "no_such_name", "stranger")  # the way to the platform, not the platform


@contextmanager
def broken(desk, kind, path="", method=""):
    """The platform, or the way to it, is broken in a certain way while the block runs."""
    seconds = 0.5 if kind in SLOW else 0.0
    if seconds:
        desk.patience = 0.15
    ports = desk.network.ports
    usual = ports[NAME]
    try:
        with ExitStack() as more:
            if kind == "wrong_key":
                desk.other_key()
            elif kind not in ELSEWHERE:
                desk.sandbox.fault(kind, times=0, path=path, method=method, seconds=seconds)
            else:
                # A connection that is kept would hide that its name leads elsewhere now.
                desk.sandbox.fault("reset", times=0)
                ports[NAME] = {
                    "down": lambda: more.enter_context(closed_port()),
                    "no_such_name": lambda: None,
                    "stranger": lambda: more.enter_context(stranger()),
                }[kind]()
            yield
    finally:
        desk.sandbox.clear_faults()
        desk.mend_key()
        ports[NAME], desk.patience = usual, 300.0


@contextmanager
def broken_after(desk, requests, kind):
    """The same, beginning with the request after so many more."""
    answer, left = desk.sandbox.gateway.answer, [requests]
    with ExitStack() as later:
        if kind in SLOW:
            desk.patience = 0.15

        def counted(request):
            if left[0] == 0:
                later.enter_context(broken(desk, kind))
            left[0] -= 1
            return answer(request)

        desk.sandbox.gateway.answer = counted
        try:
            yield
        finally:
            desk.sandbox.gateway.answer = answer

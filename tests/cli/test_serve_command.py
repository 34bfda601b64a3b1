"""`mahnwerk serve` as a process: it listens, answers, and ends well when it is told to."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(*args):
    """The process and what it said of itself; ends it at the latest here."""
    running = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "--port", "0", "--json", *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ,
    )  # fmt: skip
    try:
        text = running.stdout.readline()
        while not text.rstrip().endswith("}"):
            more = running.stdout.readline()
            assert more, running.communicate()
            text += more
        yield running, json.loads(text)
    finally:
        running.kill() if running.poll() is None else None
        running.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that could be caught")
def test_it_answers_until_it_is_told_to_end(terminal):
    terminal.init()
    with serving() as (running, told):
        assert not told["worker"]
        assert requests.get(f"{told['url']}/healthz", timeout=20).json() == {"status": "ok"}
        assert requests.get(f"{told['url']}/readyz", timeout=20).json()["ready"]
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


def test_without_a_database_it_says_so(terminal):
    answer = terminal("serve", "--port", "0", code=78)
    assert "mahnwerk init" in answer.err


def test_a_port_that_is_taken_is_named(terminal):
    terminal.init()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = terminal("serve", "--port", port, code=64)
    assert f"Port {port}" in answer.err
    assert "--port PORT" in answer.err


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAHNWERK_URL", "mahnwerk.example"), ("MAHNWERK_TRUSTED_PROXIES", "der da"),
     ("MAHNWERK_MONITOR_FROM", "10.0.0.0/99"), ("MAHNWERK_SERVE_PORT", "achtzig")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(terminal, monkeypatch, name, value):
    terminal.init()
    monkeypatch.setenv(name, value)
    assert name in terminal("serve", code=78).err


def test_a_host_that_does_not_exist_is_named(terminal):
    terminal.init()
    answer = terminal("serve", "--host", "mahnwerk.invalid", "--port", 0, code=64)
    assert "mahnwerk.invalid" in answer.err
    assert "--host ADRESSE" in answer.err


def test_a_worker_beside_it_works_for_the_creditor_that_was_chosen(terminal, monkeypatch):
    terminal.init()
    terminal("init", "--creditor", "zweite", "--set", "name=Zweite GmbH")
    works_for = []

    class Noted:
        def __init__(self, _app, *, only, **_options):
            works_for.append(only)

        def run(self, _ended): ...
        def wake(self): ...

    monkeypatch.setattr("worker.loop.Loop", Noted)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        serve = ("serve", "--with-worker", "--port", taken.getsockname()[1])
        terminal(*serve, "--creditor", "zweite", code=64)
        terminal(*serve, code=64)
        assert "dritte" in terminal(*serve, "--creditor", "dritte", code=64).err
    assert works_for == ["zweite", None]

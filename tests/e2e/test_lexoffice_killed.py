"""A first reading that is killed by the system goes on where it was, in another process."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from waiting import until

from sandbox.lexoffice import LexofficeSandbox

ROOT = Path(__file__).parents[2]
OPEN = 80


@pytest.fixture
def platform():
    with LexofficeSandbox(limiter=False, today=date(2026, 11, 20)) as sandbox:
        sandbox.book(debtors=40, invoices=300, open=OPEN, partly_paid=5)
        sandbox.start()
        yield sandbox


def command(*args):
    """The command as a process of its own, with the settings of this test's home."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *args],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def reads(platform):
    return platform.count("/v1/invoices/") + platform.count("/v1/down-payment-invoices/")


def test_a_killed_first_reading_goes_on_and_reads_nothing_twice(office, platform):
    office.init()
    office("connect", "lexoffice", "--set", f"api_base={platform.base_url}",
           "--set", f"api_key={platform.api_key}", "--set", "rate=100")  # fmt: skip
    running = command("onboard", "--json")
    try:
        until(lambda: reads(platform) >= 40 or running.poll() is not None)
        assert running.poll() is None, "it was done before it could be killed"
    finally:
        running.kill()
        running.wait()
    before = reads(platform)
    assert before < OPEN
    second = command("onboard", "--json")
    assert second.wait(timeout=120) == 0
    assert len(office.json("open-items")) == OPEN
    assert reads(platform) <= OPEN + 25, "what was stored with its cursor is not read again"
    found = office.json("debtors")
    assert len(found) == len({each["account"] for each in found})
    assert office.json("audit", "verify")["ok"]

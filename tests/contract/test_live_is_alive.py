"""What `make live` runs is itself run here, against the sandbox; and it only reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scenes import SCENES
from tape import KEY, ROOT

from sandbox.lexoffice import LexofficeSandbox

LIVE = Path(__file__).parent / "live_lexoffice.py"


def _run(**environ: str) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("MAHNWERK_LIVE", "COV", "PYTEST"))
    }
    # As `make live` does: a failure shows the line, never what the account holds.
    shown = ["-q", "--assert=plain", "--tb=short", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *shown, str(LIVE)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_the_live_checks_hold_at_the_sandbox_and_only_read() -> None:
    assert "onboarding" in SCENES
    sandbox = LexofficeSandbox(api_key=KEY, limiter=False)
    sandbox.book(debtors=8, invoices=30, open=12, partly_paid=3, dunned=1)
    with sandbox:
        done = _run(MAHNWERK_LIVE_LEXOFFICE_KEY=KEY, MAHNWERK_LIVE_LEXOFFICE_BASE=sandbox.base_url)
        seen = sandbox.requests
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert len(seen) > 20
    assert {each.method for each in seen} == {"GET"}
    assert KEY not in done.stdout + done.stderr


def test_without_a_key_it_says_so_and_fails() -> None:
    done = _run()
    assert done.returncode != 0
    assert "MAHNWERK_LIVE_LEXOFFICE_KEY is not set" in done.stdout + done.stderr


def test_a_failure_shows_nothing_of_the_account() -> None:
    sandbox = LexofficeSandbox(api_key=KEY, limiter=False)
    sandbox.book(debtors=2, invoices=3, open=3, partly_paid=0)
    shown = set(sandbox.world.vouchers) | {each.name for each in sandbox.world.vouchers.values()}
    with sandbox:
        sandbox.fault("bad_json_shape", times=0, path="/v1/")
        done = _run(MAHNWERK_LIVE_LEXOFFICE_KEY=KEY, MAHNWERK_LIVE_LEXOFFICE_BASE=sandbox.base_url)
    assert done.returncode == 1
    assert [each for each in shown if each in done.stdout + done.stderr] == []


def test_no_run_of_the_suite_collects_it() -> None:
    assert not LIVE.name.startswith("test_")
    assert not LIVE.stem.endswith("_test")

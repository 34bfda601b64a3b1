"""What `make live` runs is itself run here, against the stand-ins; and it only reads."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tape import KEY, ROOT

from config.platforms import PLATFORMS
from sandbox.lexoffice import LexofficeSandbox
from sandbox.sevdesk import SevdeskSandbox
from sandbox.stripe import StripeSandbox

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Account:
    """A stand-in in the place of an account, and what must never be printed of it."""

    sandbox: Callable[[], Any]
    shown: Callable[[Any], set[str]]
    where: str  # path of its invoices
    broken: str = "bad_json_shape"  # fault that makes answers unreadable


def _lexoffice() -> LexofficeSandbox:
    sandbox = LexofficeSandbox(api_key=KEY, limiter=False)
    sandbox.book(debtors=8, invoices=30, open=12, partly_paid=3, dunned=1)
    return sandbox


def _sevdesk() -> SevdeskSandbox:
    sandbox = SevdeskSandbox(api_key=KEY)
    sandbox.book(debtors=8, invoices=30, open=12, partly_paid=3, dunned=1, cancelled=1)
    return sandbox


def _stripe() -> StripeSandbox:
    sandbox = StripeSandbox(api_key=KEY)
    sandbox.book(debtors=8, invoices=30, open=12)
    return sandbox


def _vouchers(sandbox: LexofficeSandbox) -> set[str]:
    vouchers = sandbox.world.vouchers
    return set(vouchers) | {each.name for each in vouchers.values()}


def _contacts(sandbox: SevdeskSandbox) -> set[str]:
    invoices = sandbox.world.invoices.values()
    numbers = {each.number for each in invoices if each.number}
    return numbers | {each.title for each in sandbox.world.contacts.values()}


def _customers(sandbox: StripeSandbox) -> set[str]:
    invoices, customers = sandbox.world.invoices.values(), sandbox.world.customers.values()
    numbers = {each.number for each in invoices if each.number}
    return numbers | {each.name for each in customers if each.name}


ACCOUNTS = {
    "lexoffice": Account(_lexoffice, _vouchers, "/v1/"),
    "sevdesk": Account(_sevdesk, _contacts, "/Invoice"),
    "stripe": Account(_stripe, _customers, "/v1/invoices", "shape"),
}


def _run(accounts: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    """All live checks in one process, each before its stand-in."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("MAHNWERK_LIVE", "COV", "PYTEST"))
    }
    for slug, sandbox in accounts.items():
        name = f"MAHNWERK_LIVE_{slug.upper()}"
        kept |= {f"{name}_KEY": KEY, f"{name}_BASE": sandbox.base_url}
    # As `make live` does: a failure shows the line, never what the account holds.
    shown = ["-q", "--assert=plain", "--tb=short", "-p", "no:cacheprovider"]
    files = [str(HERE / f"live_{slug}.py") for slug in accounts]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *shown, *files],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture
def running() -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        yield {slug: stack.enter_context(each.sandbox()) for slug, each in ACCOUNTS.items()}


def test_the_live_checks_hold_at_the_stand_ins_and_only_read(running: dict[str, Any]) -> None:
    done = _run(running)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert [len(each.requests) for each in running.values() if len(each.requests) < 20] == []
    assert {seen.method for each in running.values() for seen in each.requests} == {"GET"}
    assert KEY not in done.stdout + done.stderr


def test_a_failure_shows_nothing_of_the_account(running: dict[str, Any]) -> None:
    shown: set[str] = set()
    for slug, sandbox in running.items():
        sandbox.fault(ACCOUNTS[slug].broken, times=0, path=ACCOUNTS[slug].where)
        shown |= ACCOUNTS[slug].shown(sandbox)
    done = _run(running)
    assert done.returncode == 1
    assert [slug for slug in running if f"live_{slug}.py::" not in done.stdout] == []
    assert len(shown) > 20
    assert [each for each in shown if each in done.stdout + done.stderr] == []


@pytest.mark.parametrize("slug", ACCOUNTS)
def test_without_a_key_it_says_so_and_ends(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"MAHNWERK_LIVE_{slug.upper()}_KEY", raising=False)
    with pytest.raises(pytest.exit.Exception, match=f"LIVE_{slug.upper()}_KEY is not set"):
        runpy.run_path(str(HERE / f"live_{slug}.py"))


def test_every_platform_has_live_checks_that_no_run_of_the_suite_collects() -> None:
    assert set(ACCOUNTS) == set(PLATFORMS)
    assert {path.stem for path in HERE.glob("live_*.py")} == {f"live_{s}" for s in ACCOUNTS} | {
        "live_suite"
    }

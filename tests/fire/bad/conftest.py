"""Offices and hooks whose clock can be moved."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import delivery_desk
import pytest
from delivery_desk import MONDAY, office_in

from core.store.unit import SqlStore
from sandbox.mailbox import Mailbox

sys.path.insert(0, str(Path(__file__).parents[2] / "webhook_app"))

from bad_machine import JumpingClock
from hook_desk import HookDesk


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mail") as box:
        yield box


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, tmp_path, mailbox, monkeypatch):
    """One customer with a mail address owes 119,00 EUR since January; its clock can be moved."""
    monkeypatch.setattr(delivery_desk, "FixedClock", JumpingClock)
    store = None
    if request.param == "postgresql":
        store = SqlStore(request.getfixturevalue("postgres_url"))
    with office_in(tmp_path, mailbox, store=store) as found:
        found.debtor("10001")
        found.owes("10001", "RE-1", "119.00", MONDAY - timedelta(days=45))
        yield found
    if store:
        store.close()


@pytest.fixture
def local(tmp_path, mailbox, monkeypatch):
    """The same on SQLite alone, where the database is not the point."""
    monkeypatch.setattr(delivery_desk, "FixedClock", JumpingClock)
    with office_in(tmp_path, mailbox) as found:
        found.debtor("10001")
        found.owes("10001", "RE-1", "119.00", MONDAY - timedelta(days=45))
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def hooks(request, tmp_path):
    """Hooks of an office; its clock can be moved."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    desk = HookDesk(tmp_path, JumpingClock(MONDAY), url)
    yield desk
    desk.close()

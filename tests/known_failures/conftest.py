"""Named failures of other dunning software, told with the office of tests/services."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from delivery_desk import Office

from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    """Monday, 2 March 2026: RE-1 over 119,00 EUR is 20 days late, and nobody has been reminded."""
    with Mailbox(tmp_path / "mails") as mailbox:
        made = Office(tmp_path, mailbox)
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        yield made
        made.close()

"""Named failures of other dunning software, told with the office of tests/services."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "connectors"))
sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from delivery_desk import Office

from sandbox.mailbox import Mailbox

ROOT = Path(__file__).parents[2]


@pytest.fixture
def office(tmp_path):
    """Monday, 2 March 2026: RE-1 over 119,00 EUR is 20 days late, and nobody has been reminded."""
    with Mailbox(tmp_path / "mails") as mailbox:
        made = Office(tmp_path, mailbox)
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        yield made
        made.close()


# "standard" with every charge demanded and kept; as letters carry a fee, they come first.
CHARGES = """charges = "receivable"
"""
LEVEL_CHARGES = """fee = { EUR = "5.00" }
interest = "charge"
lump_sum = "charge"
channels = ["letter", "email"]
"""


def _charging_procedure() -> str:
    standard = (ROOT / "config" / "procedures" / "standard.toml").read_text(encoding="utf-8")
    charging = standard.replace('name = "standard"', f'name = "gebuehr"\n{CHARGES}')
    return charging.replace('channels = ["email", "letter"]\n', LEVEL_CHARGES)


@pytest.fixture
def charging_office(tmp_path):
    """The same consumer under a procedure with charges; a day for payment was agreed with him.

    RE-1 over 1,000 EUR is in default since 11 February: letters carry a fee of 2.50 EUR.
    """
    own = tmp_path / "home" / "procedures"
    own.mkdir(parents=True)
    (own / "gebuehr.toml").write_text(_charging_procedure(), encoding="utf-8")
    with Mailbox(tmp_path / "mails") as mailbox:
        made = Office(tmp_path, mailbox, procedure="gebuehr")
        debtor = made.debtor("10001", email="")
        with made.app.store.write() as tx:
            tx.debtors.save_overrides(made.id, debtor, {"type": "consumer", "terms": "date"})
        made.owes("10001", "RE-1", "1000.00", date(2026, 2, 10))
        yield made
        made.close()

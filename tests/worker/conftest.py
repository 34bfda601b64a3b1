"""Fixtures of the worker's stories; the office is the one of tests/services."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "services"))
sys.path.insert(0, str(HERE.parent / "connectors"))


@pytest.fixture
def mailbox(tmp_path):
    from sandbox.mailbox import Mailbox

    with Mailbox(tmp_path / "mails") as running:
        yield running

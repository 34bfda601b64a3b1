"""Fixtures of the services: an application with its first creditor, and a mail server."""

import pytest
from creditor_desk import desk, office

from sandbox.mailbox import Mailbox


@pytest.fixture
def composed(tmp_path):
    """Muster Handels GmbH is there, and nothing else."""
    it = desk(tmp_path)
    office(it)
    yield it
    it.close()


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("mails")) as running:
        yield running

"""Fixtures of the services: an application with its first creditor."""

import pytest
from creditor_desk import desk, office


@pytest.fixture
def composed(tmp_path):
    """Muster Handels GmbH is there, and nothing else."""
    it = desk(tmp_path)
    office(it)
    yield it
    it.close()

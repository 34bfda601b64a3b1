"""An office with open hooks, and Flask's client of its web server."""

import pytest
from hook_desk import HookDesk


@pytest.fixture
def desk(tmp_path, clock):
    opened = HookDesk(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def client(desk):
    return desk.flask().test_client()

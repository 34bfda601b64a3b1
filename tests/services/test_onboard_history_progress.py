"""Who waits for the history sees how much of it is left, whatever the platform says of it."""

import pytest
from fake_platform import day
from platform_desk import PlatformOffice

from core.services.onboard import load_history, onboard
from core.services.reading import Meter


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    for n in range(3):
        made.platform.settled(str(n), "a", "50.00", day("2026-07-01"), day("2026-07-09"))
    try:
        yield made
    finally:
        made.close()


def test_the_progress_counts_what_is_left_in_requests(books):
    onboard(books.app, books.id, None, on=books.on)
    meter, seen = Meter(), []

    def told(_history):
        seen.append((meter.done, meter.total, meter.requests_left))

    load_history(books.app, books.id, "laden", on=books.on, meter=meter, told=told)
    assert seen == [(2, 3, 1), (3, 3, 0)]

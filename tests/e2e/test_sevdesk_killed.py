"""A first reading of sevDesk that the system kills goes on where it was, in another process."""

from datetime import UTC, date, datetime

import pytest
from platform_office import books
from sevdesk_office import truth
from test_lexoffice_kills import killed

import config.bootstrap
from sandbox.sevdesk import SevdeskSandbox

OPEN = 12


@pytest.fixture
def real(office, monkeypatch):
    """An office whose clock is the machine's, like that of the process beside it."""

    class Clock:
        def now(self):
            return datetime.now(UTC)

        def today(self, _zone):
            return office.today

    office.today = date.today()
    monkeypatch.setattr(config.bootstrap, "SystemClock", Clock)
    return office


@pytest.fixture
def platform():
    sandbox = SevdeskSandbox()
    sandbox.book(debtors=5, invoices=30, open=OPEN, partly_paid=3, dunned=2, cancelled=2)
    with sandbox:
        yield sandbox


def test_a_killed_first_reading_goes_on_and_reads_no_list_twice(real, platform):
    real.init()
    given = (f"api_base={platform.base_url}", f"api_key={platform.api_key}", "rate=500")
    real("connect", "sevdesk", *(part for each in given for part in ("--set", each)))
    # At the bank: customers and invoices are stored, and until when money is booked is not known.
    killed(platform, 1, "onboard", part="/CheckAccount")
    assert len(books(real)) == OPEN
    assert real.json("connect")[0]["booked_until"] is None
    before = len(platform.requests)
    real("onboard")
    assert books(real) == truth(platform)
    assert real.json("connect")[0]["booked_until"] is not None
    asked = {each.path.rpartition("/")[2] for each in platform.requests[before:]}
    assert not {"ContactAddress", "CommunicationWay"} & asked, "customers are not read again"
    assert len(real.json("platform-notices")) == 2
    found = real.json("debtors")
    assert len(found) == len({each["account"] for each in found}) == 5
    assert real.json("audit", "verify")["ok"]

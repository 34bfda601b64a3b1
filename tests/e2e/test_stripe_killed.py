"""A first reading of Stripe that the system kills goes on where it was, in another process."""

from datetime import date

import pytest
from platform_office import books
from stripe_office import truth
from test_lexoffice_kills import killed
from test_sevdesk_killed import real  # noqa: F401  # a fixture

from sandbox.stripe import StripeSandbox

OPEN = 220


@pytest.fixture
def platform():
    sandbox = StripeSandbox(today=date.today())
    sandbox.book(debtors=9, invoices=250, open=OPEN, partly_paid=3, void=2, refunded=1, cash=1)
    with sandbox:
        yield sandbox


def test_a_killed_first_reading_goes_on_and_reads_no_page_twice(real, platform):  # noqa: F811
    real.init()
    given = (f"api_base={platform.base_url}", f"api_key={platform.api_key}", "rate=500")
    real("connect", "stripe", *(part for each in given for part in ("--set", each)))
    # In the list of what is open: its first pages are stored, and what is paid was not looked at.
    killed(platform, 3, "onboard", part="/v1/invoices")
    found = books(real)
    assert 100 <= len(found) < OPEN
    assert real.json("connect")[0]["booked_until"] is None
    before = len(platform.requests)
    real("onboard")
    believed, true = books(real), truth(platform)
    back = {number: owed for number, owed in believed.items() if number not in true}
    assert {number: owed for number, owed in believed.items() if number in true} == true
    assert len(back) == 1, "what went back of a paid one"
    asked = [each.query for each in platform.requests[before:] if each.path == "/v1/invoices"]
    first = [each for each in asked if "status=open" in each and "starting_after" not in each]
    assert len(first) <= 1, (
        "what is open is listed once more at the end, as after every interruption"
    )
    found = real.json("debtors")
    assert len(found) == len({each["account"] for each in found}) == 9
    assert real.json("audit", "verify")["ok"]

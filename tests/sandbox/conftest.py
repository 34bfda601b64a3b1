"""A stand-in that runs, and a client that speaks to it as a connector would: over HTTP."""

from datetime import date

import pytest
import requests
from sevdesk_api import SevdeskApi, parsed

from sandbox.lexoffice import LexofficeSandbox
from sandbox.sevdesk import SevdeskSandbox
from sandbox.stripe import StripeSandbox

TODAY = date(2026, 11, 20)  # a Friday in winter


class Client:
    """requests with the address and the key of a stand-in."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {sandbox.api_key}"

    def __call__(self, method, path, **options):
        options.setdefault("timeout", 10)
        return self.session.request(method, self.sandbox.base_url + path, **options)

    def get(self, path, **query):
        return self("GET", path, params=query)

    def json(self, path, status=200, **query):
        answer = self.get(path, **query)
        assert answer.status_code == status, answer.text
        return parsed(answer)

    def post(self, path, body, **query):
        return self("POST", path, json=body, params=query)

    def rows(self, status="any", kind="any", **query):
        found = self.json("/v1/voucherlist", voucherType=kind, voucherStatus=status, **query)
        return found["content"]


@pytest.fixture
def sandbox():
    with LexofficeSandbox(today=TODAY, limiter=False, time_factor=0.0005) as running:
        yield running


@pytest.fixture
def api(sandbox):
    client = Client(sandbox)
    with client.session:
        yield client


@pytest.fixture
def muster(sandbox):
    """A customer with an address of its own."""
    return sandbox.add_contact(
        company="Muster GmbH",
        email="rechnung@muster.example",
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
    )


@pytest.fixture
def invoice(sandbox, muster):
    """1190 euros of 5 October, due on the 19th: a month late."""
    return sandbox.add_invoice(contact=muster, gross="1190.00", on=date(2026, 10, 5))


@pytest.fixture
def sevdesk():
    """Not started: its API is called without a socket."""
    return SevdeskSandbox(today=TODAY)


@pytest.fixture
def sev(sevdesk):
    return SevdeskApi(sevdesk)


@pytest.fixture
def kunde(sevdesk):
    """A customer of sevDesk's stand-in."""
    return sevdesk.add_contact(company="Muster Bau GmbH", email="rechnung@muster.example")


@pytest.fixture
def late(sevdesk, kunde):
    """119 euros of 5 October, due on the 19th: a month late."""
    return sevdesk.add_invoice(contact=kunde, gross="119.00", on=date(2026, 10, 5))


@pytest.fixture
def stripe():
    """Not started: its API is called without a socket."""
    sandbox = StripeSandbox(today=TODAY)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def debtor(stripe):
    """A customer of Stripe's stand-in."""
    return stripe.add_customer("Muster GmbH", "rechnung@muster.example")

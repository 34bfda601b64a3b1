"""The stand-ins of lexoffice and Stripe deliver for real into the application under waitress."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hook_desk import HookDesk
from waiting import until

from config.clock import SystemClock
from connectors.lexoffice import subscriptions as lexoffice_subscriptions
from connectors.lexoffice.client import LexofficeClient
from connectors.stripe.client import StripeClient
from connectors.stripe.subscriptions import subscribe
from core.services.webhook_secrets import keep_secrets
from sandbox.lexoffice import LexofficeSandbox
from sandbox.stripe import StripeSandbox

TODAY = date(2026, 11, 20)
NO_GATE = SimpleNamespace(
    wait=lambda: None, throttled=lambda after: after or 0.0, eased=lambda: None
)
PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


@contextmanager
def office(folder, clock):
    opened = HookDesk(folder, clock)
    try:
        yield opened
    finally:
        opened.close()


def of(sandbox):
    """The clock of a stand-in, as ours."""
    clock = sandbox.world.clock
    return SimpleNamespace(now=clock.now, today=lambda _zone: TODAY)


def test_stripe_reports_a_payment(tmp_path):
    with StripeSandbox(today=TODAY, time_factor=0.0) as sandbox, \
            office(tmp_path, of(sandbox)) as desk, desk.served() as url:  # fmt: skip
        customer = sandbox.add_customer("Muster GmbH", "muster@beispiel.example")
        invoice = sandbox.add_invoice(customer, "119.00", on=TODAY, due=TODAY + timedelta(days=7))
        client = StripeClient(sandbox.base_url, sandbox.api_key, NO_GATE, sleep=lambda _: None)
        secret = subscribe(client, url + desk.stripe_path)[0].secret
        client.close()
        with desk.app.store.write() as tx:
            keep_secrets(desk.app, tx, desk.id, desk.stripe, [secret])
        sandbox.pay(invoice)
        assert sandbox.wait_webhooks()
        rows = desk.rows()
        assert {row[2] for row in rows} == {"new"}
        assert "payment" in {row[1] for row in rows}
        assert len({row[0] for row in rows}) == len(rows)


def test_lexoffice_accepts_the_address_and_reports_a_payment(tmp_path):
    with LexofficeSandbox(limiter=False, today=TODAY, time_factor=0.0) as sandbox, \
            office(tmp_path, of(sandbox)) as desk, desk.served() as url:  # fmt: skip
        sandbox.variant("callback", "http")
        changed = replace(
            desk.lexoffice, client=sandbox.organization_id,
            settings={"webhook_key": sandbox.webhook_key},
        )  # fmt: skip
        with desk.app.store.write() as tx:
            tx.connections.save(desk.id, changed)
        client = LexofficeClient(sandbox.base_url, sandbox.api_key, NO_GATE, sleep=lambda _: None)
        with closing(client):
            lexoffice_subscriptions.create(client, url + desk.lexoffice_path)  # HEAD is answered
        contact = sandbox.add_contact(company="Beispiel GmbH")
        invoice = sandbox.add_invoice(contact=contact, gross="238.00", on=TODAY)
        sandbox.pay(invoice)
        until(lambda: desk.rows() and not sandbox.webhooks.pending())
        assert {each.status for each in sandbox.deliveries} == {200}
        assert "payment" in {row[1] for row in desk.rows()}


@pytest.fixture
def inbound(tmp_path):
    """An office on the real clock, since the examples of the page sign by it."""
    with office(tmp_path, SystemClock()) as desk, desk.served() as url:
        env = {"HOOK_URL": url + desk.inbound_path, "HOOK_SECRET": desk.inbound_secret}
        yield desk, os.environ | env


def example(language):
    return next(
        each for each in re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
        if "HOOK_SECRET" in each
    )  # fmt: skip


def test_the_python_example_of_the_page_works(inbound):
    desk, env = inbound
    done = subprocess.run(
        [sys.executable, "-c", example("python")], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert desk.keys() == ["inbound:shop-4712"]


@pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "curl", "openssl"))), reason="curl and openssl are not here"
)
def test_the_curl_example_of_the_page_works(inbound):
    desk, env = inbound
    done = subprocess.run(["sh", "-c", example("sh")], env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert desk.keys() == ["inbound:shop-4711"]

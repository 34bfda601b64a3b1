"""An office beside the stand-in of lexoffice or Stripe, whose events lie in its inbox as they come.

What the stand-ins do proves nothing of the platforms; they follow the references.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

from delivery_desk import MONDAY, Office

from config.event_readers import event_reader
from config.platforms import PLATFORMS
from connectors.lexoffice.connector import LexofficeConnector
from connectors.stripe.connector import StripeConnector
from core.domain.model import Role
from core.ports import Platforms
from core.services.explain import explain
from core.services.gate import OpenGate
from core.services.inbox import work_inbox
from core.services.sync import sync
from sandbox.lexoffice import LexofficeSandbox
from sandbox.stripe import StripeSandbox

KEY = "sk_test_mahnwerk0123456789"
DATED = MONDAY.replace(month=1, day=27)
_NUMBERS = count(1)


class StandInOffice(Office):
    """Muster Handels GmbH, whose invoices stand on a platform that reports what changes."""

    slug: str
    connector: type

    def __init__(self, folder, mailbox, **options):
        super().__init__(folder, mailbox, **options)
        self.box = self.new_box()
        self.box.start()
        self.app = replace(self.app, platforms=Platforms(PLATFORMS, connect=self._connect))
        settings = {"api_base": self.box.base_url, "attach_invoices": "no"}
        with self.app.store.write() as tx:
            made = tx.connections.add(self.id, self.slug, self.slug, Role.LEADING, "", MONDAY)
            made = replace(made, settings=settings, booked_until=MONDAY)
            tx.connections.save(self.id, made)
        self.live = made

    def close(self):
        self.box.stop()
        super().close()

    def _connect(self, _creditor=None, _connection=None, _lane=None):
        return self.connector(
            {"api_base": self.box.base_url, "attach_invoices": "no"},
            {"api_key": KEY},
            OpenGate(sleep=lambda _seconds: None),
            self.clock,
            30.0,  # seconds: of a busy machine too
            sleep=lambda _seconds: None,
        )

    def booked(self, until):
        super().booked(until)
        with self.app.store.write() as tx:
            for each in tx.connections.all(self.id):
                tx.connections.save(self.id, replace(each, booked_until=until))

    def sync(self):
        report = sync(self.app, self.id, self.slug, on=self.clock.day)
        assert report.exit_code == 0, [each.error for each in report.connections]
        self.booked(self.clock.day)

    def store_event(self, raw):
        """As the hook stores it once the signature held."""
        events = event_reader(self.slug).parse(raw)
        with self.app.store.write() as tx:
            return tx.inbox.add(self.id, self.live.id, events, raw, self.clock.now())

    def works(self):
        report = work_inbox(self.app, self.id, self.live.id, on=self.clock.day)
        assert (report.error, report.failed, report.later) == ("", 0, 0)
        return report

    def explain(self, number):
        return explain(self.app, self.id, number, on=self.clock.day, language="de")

    def known(self, external_id):
        with self.app.store.read() as tx:
            found = tx.items.find(self.id, f"{self.slug}:{external_id}")
        return found[0]


class AtLexoffice(StandInOffice):
    slug, connector = "lexoffice", LexofficeConnector

    def new_box(self):
        return LexofficeSandbox(api_key=KEY, today=MONDAY, limiter=False)

    def customer(self, name="Beispiel AG", email="kunde@beispiel.example"):
        return self.box.add_contact(company=name, email=email)

    def invoice(self, gross, customer, number):
        return self.box.add_invoice(contact=customer, gross=gross, on=DATED, number=number)

    def reports(self, id_, event="payment.changed"):
        number = next(_NUMBERS)
        at = f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}.000+01:00"
        body = {"organizationId": self.box.organization_id, "eventType": event,
                "resourceId": id_, "eventDate": at}  # fmt: skip
        return self.store_event(json.dumps(body).encode())

    def pay(self, invoice):
        self.box.pay(invoice, on=self.clock.day)

    def take_back(self, invoice):
        self.box.unpay(invoice)


class AtStripe(StandInOffice):
    slug, connector = "stripe", StripeConnector

    def new_box(self):
        return StripeSandbox(api_key=KEY, now=self.clock.now)

    def customer(self, name="Beispiel AG", email="kunde@beispiel.example"):
        place = {"line1": "Musterweg 1", "postal_code": "90402", "city": "Nürnberg",
                 "country": "DE"}  # fmt: skip
        return self.box.add_customer(name, email=email, address=place)

    def invoice(self, gross, customer, number):
        return self.box.add_invoice(
            customer, gross, on=DATED, due=DATED.replace(month=2, day=10), number=number
        )

    def reports(self, id_, event="invoice.paid", **fields):
        body = {"id": f"evt_{next(_NUMBERS)}", "object": "event", "type": event,
                "created": 1772442000, "livemode": False,
                "data": {"object": {"id": id_, **fields}}}  # fmt: skip
        return self.store_event(json.dumps(body).encode())

    def pay(self, invoice):
        self.box.pay(invoice, on=self.clock.day)

    def take_back(self, invoice):
        """A bank takes the money back after it had come."""
        self.box.dispute(invoice, status="lost", on=self.clock.day)

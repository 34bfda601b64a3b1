"""Reports of Stripe's stand-in for the contract: signed by a secret that is shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scenario import Report

from connectors.stripe import webhooks
from core.domain.platform_records import ConnectorEvent
from sandbox.stripe import StripeSandbox
from sandbox.stripe.telling import tell


class StripeReports:
    """Events of the sandbox, and the connector's half of them; fulfils ``scenario.Reports``."""

    header = webhooks.SIGNATURE_HEADER
    keys = ("whsec_mahnwerkEins0123456789", "whsec_mahnwerkZwei0123456789")

    def __init__(self, sandbox: StripeSandbox) -> None:
        self._sandbox = sandbox
        self._told: dict[tuple[str, datetime], str] = {}

    def signed(self, invoice: str) -> Report:
        """One event for a change, however often it is delivered; each delivery signed anew."""
        world = self._sandbox.world
        change = (invoice, world.clock.now())
        if change not in self._told:
            with world.lock:
                tell(world, "invoice.updated", world.invoices.one(invoice))
            self._told[change] = str(self._sandbox.events[-1]["id"])
        return Report(*self._sandbox.report(self._told[change], secret=self.keys[0]))

    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        webhooks.verify(raw, headers, keys, self._sandbox.world.clock.now())

    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]:
        return webhooks.parse_events(raw)

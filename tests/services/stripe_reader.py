"""An office that reads Stripe's stand-in, and what it believes, proposes and would send."""

from __future__ import annotations

from contextlib import contextmanager

from platform_reader import PlatformReader

from connectors.stripe.connector import StripeConnector
from sandbox.stripe import StripeSandbox

PLACE = {"line1": "Musterweg 1", "postal_code": "90402", "city": "Nürnberg", "country": "DE"}


class StripeOffice(PlatformReader):
    """The office beside an account at Stripe, with small pages."""

    slug, stand_in, connector = "stripe", StripeSandbox, StripeConnector

    def __init__(self, folder, variants=None, limit=4, **options):
        super().__init__(folder, variants, limit, **options)

    def sync(self, codes=(0,)):
        self.done += 1
        return super().sync(codes)

    def confirm_booked(self):
        """Stripe knows itself what came in."""

    def owed(self):
        return {id_: each.outstanding.plain() for id_, each in self.items().items()}

    def links(self, ids):
        with self.app.store.read() as tx:
            connection = tx.connections.by_name(self.id, "stripe").id
            found = tx.sources.by_id(self.id, connection, ids)
        return {id_: each.pay_link for id_, each in found.items()}

    def holds(self):
        with self.app.store.read() as tx:
            found = tx.holds.active(self.id, self.day)
        return sorted(each.kind.value for each in found)

    def asks_for(self, notices):
        """Amounts by invoice."""
        return {
            id_: line.outstanding.plain()
            for notice in notices
            for id_, line in self.externals(notice).items()
        }


@contextmanager
def opened(folder, **options):
    made = StripeOffice(folder, **options)
    try:
        yield made
    finally:
        made.close()

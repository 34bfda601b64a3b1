"""A creditor whose platform Buchwerk has invoices, some of them dunned there by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from creditor_desk import FRIDAY, office

from core.domain.model import Address, ItemKind, ItemState, Role
from core.domain.money import Money
from core.domain.platform_records import Batch, InvoiceRecord, PlatformNotice
from core.domain.records import DebtorRecord
from core.services.sync_store import store_batch

CREDITOR = "muster-handels-gmbh"


def euro(amount):
    return Money(Decimal(str(amount)), "EUR")


def invoice(number, *, debtor="k-1", open_=1190, due=date(2026, 9, 15), mark="1"):
    return InvoiceRecord(
        f"id-{number}",
        ItemKind.INVOICE,
        number,
        debtor,
        date(2026, 9, 1),
        due,
        euro(1190),
        euro(open_),
        ItemState.OPEN if open_ else ItemState.SETTLED,
        "open" if open_ else "paid",
        mark,
    )


def dunned(number, title, on, n=1):
    """A dunning that a person made on the platform."""
    return PlatformNotice(f"dun-{number}-{n}", f"id-{number}", on, title)


def customer(id_="k-1", name="Beispiel Bau GmbH"):
    return DebtorRecord(
        id_, id_, name, Address(name=name, street="Weg 1", postcode="90402", city="Nürnberg")
    )


class Story:
    """One connection, fed with batches as a sync stores them."""

    def __init__(self, composed):
        self.app = composed.app
        office(composed)
        with self.app.store.write() as tx:
            self.connection = tx.connections.add(
                CREDITOR, "buchwerk", "buchwerk", Role.LEADING, "org-1", FRIDAY
            )
            self.connection = replace(
                self.connection, booked_until=FRIDAY, first_import_on=date(2026, 1, 2)
            )
            tx.connections.save(CREDITOR, self.connection)

    def read(self, *invoices, notices=(), debtors=None, on=FRIDAY):
        batch = Batch(
            {},
            invoices=invoices,
            debtors=(customer(),) if debtors is None else debtors,
            notices=tuple(notices),
        )
        store_batch(
            self.app, CREDITOR, self.connection, "invoices", batch, on=on,
            began=self.app.clock.now(),
        )  # fmt: skip

    def item(self, number):
        with self.app.store.read() as tx:
            (found,) = tx.items.find(CREDITOR, number)
        return found

    def debtor(self, number):
        with self.app.store.read() as tx:
            return tx.debtors.get(CREDITOR, self.item(number).debtor)

"""Mail addresses that do not work: what is known of them, and a person who says they do."""

from __future__ import annotations

from datetime import date

from core.domain.model import CreditorId, Debtor
from core.errors import UsageError
from core.ports import BadAddress
from core.services.app import App
from core.services.lookup import creditor_of, debtor_named


def bad_addresses(app: App, creditor: CreditorId) -> list[tuple[Debtor, BadAddress]]:
    """Those that would be used now if they worked; of an address that was changed nobody speaks."""
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        known = tx.bad_addresses.all(creditor)
        people = {each.debtor: tx.debtors.get(creditor, each.debtor) for each in known}
    found = []
    for each in known:
        debtor = people[each.debtor]
        if debtor is not None and debtor.email.strip().lower() == each.address:
            found.append((debtor, each))
    return found


def address_ok(
    app: App, creditor: CreditorId, text: str, *, by: str, on: date
) -> tuple[Debtor, tuple[str, ...]]:
    """A person says that mails to the debtor arrive; the addresses that are good again.

    Raises:
        UsageError: unknown debtor, or none of his addresses is marked.
    """
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text)
        marked = tuple(each.address for each in tx.bad_addresses.of(creditor, [debtor.id]))
        if not marked:
            raise UsageError(
                f"Von {debtor.name} ist keine Mailadresse als unzustellbar vermerkt.",
                en=f"No mail address of {debtor.name} is marked as undeliverable.",
            )
        for address in marked:
            tx.bad_addresses.end(creditor, debtor.id, address, on)
        tx.events.append(
            creditor,
            "address_ok",
            {"debtor": debtor.id},
            {"by": by, "on": on.isoformat(), "addresses": list(marked)},
            app.clock.now(),
        )
    return debtor, marked

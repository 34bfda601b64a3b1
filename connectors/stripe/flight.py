"""Money that is under way: a SEPA debit takes days, and whoever pays so is not to be dunned (§3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from connectors._values import Json, child, text
from connectors.stripe.client import Pairs, path_of
from connectors.stripe.events import ref
from connectors.stripe.kinds import CHARGE_PENDING, OPEN
from connectors.stripe.lists import Lists, has_status
from connectors.stripe.payments import is_moving
from core.errors import NotFound

# How many days a SEPA debit takes is not said; fourteen bank days are three weeks. A charge that began
# before does not show in the list of a pass, but in the last look before a notice.
_UNDER_WAY = timedelta(days=21)
_PAGES = 20  # beyond that the PaymentIntents of open invoices are asked one by one


class Untold(Exception):
    """Whether money is under way cannot be told."""


class Flight:
    """Of many invoices from one list of charges, of a few by their PaymentIntents: the two say the
    same, and a record must not depend on who was asked.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._pending: frozenset[str] | None = None  # None: not listed
        self._debited: dict[str, set[str]] = defaultdict(set)  # of those, charges by customer
        self._intents: dict[str, Json] = {}

    def load(self, today: date) -> None:
        """Charges of the last days that are under way."""
        at = datetime.combine(today, time(), UTC) - _UNDER_WAY
        params = [("created[gte]", str(int(at.timestamp())))]
        self._pending = self._lists.optional.ask("charges", lambda: self._pending_of(params))

    def _pending_of(self, params: Pairs) -> frozenset[str] | None:
        found: set[str] = set()
        pages = self._lists.client.every("charges", params, self._lists.limit)
        for count, listed in enumerate(pages, 1):
            for row in listed.rows:
                if has_status(row, CHARGE_PENDING):
                    found |= {text(row, "id"), ref(row, "payment_intent")} - {""}
                    self._debited[ref(row, "customer")].add(text(row, "id"))
            if listed.more and count >= _PAGES:
                return None
        return frozenset(found)

    def note(self, intent: Json) -> None:
        """A PaymentIntent as it was shown with its invoice."""
        self._intents[text(intent, "id")] = intent

    def of(self, carriers: Iterable[Json]) -> frozenset[str]:
        """Of the payments that an open invoice waits for, those that are on their way.

        Raises:
            Untold: nobody can tell.

        """
        waiting = (each for each in carriers if has_status(each, OPEN))
        payments = [child(each, "payment") or each for each in waiting]
        intents = {ref(each, "payment_intent") for each in payments} - {""}
        charges = {ref(each, "charge") for each in payments} - {""}
        found = {id_ for id_ in sorted(intents) if self._moves(id_)}
        return frozenset(found | {id_ for id_ in sorted(charges) if self._arrives(id_)})

    def of_customer(self, customer: str) -> frozenset[str]:
        """Where nothing says which payments are an invoice's: whatever of that customer is on its way.

        Raises:
            Untold: nobody can tell.

        """
        if customer and self._pending is not None:
            return frozenset(self._debited.get(customer, ()))
        rows = self._lists.rows("charges", [("customer", customer)]) if customer else None
        if rows is None:
            self._untold()
            return frozenset()
        mine = (each for each in rows if ref(each, "customer") == customer)
        return frozenset(text(each, "id") for each in mine if has_status(each, CHARGE_PENDING))

    def _intent(self, id_: str) -> Json:
        """A PaymentIntent; empty when this one is not there, which says nothing of the others."""
        try:
            return self._lists.client.get(path_of("payment_intents", id_))
        except NotFound:
            return {}

    def _moves(self, id_: str) -> bool:
        if id_ in self._intents:
            return is_moving(self._intents[id_])
        if self._pending is not None:
            return id_ in self._pending
        intent = self._lists.optional.ask("payment_intents", lambda: self._intent(id_))
        if intent:
            self.note(intent)
            return is_moving(intent)
        charges = self._lists.rows("charges", [("payment_intent", id_)])
        if charges is None:
            self._untold()
            return False
        mine = [each for each in charges if ref(each, "payment_intent") == id_]
        return any(has_status(each, CHARGE_PENDING) for each in mine)

    def _arrives(self, charge: str) -> bool:
        """The same of a charge; the form of its id may be another at another server."""
        if self._pending is not None:
            return charge in self._pending
        found = self._lists.charge(charge)
        if not found:
            raise Untold  # it is named, so there is one
        return has_status(found, CHARGE_PENDING)

    def _untold(self) -> None:
        """A server that has no charges at all has no debits either; a key may only not see them.

        Raises:
            Untold: so nobody can tell.

        """
        if "charges" not in self._lists.optional.absent:
            raise Untold

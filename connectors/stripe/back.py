"""Money that went back after a payment: refunds and disputes, which no invoice shows (§0.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from connectors._values import Json, child, text
from connectors.stripe.events import ref
from connectors.stripe.kinds import OPEN, VOID
from connectors.stripe.lists import Lists, has_status, is_charge, of_payment

Rows = dict[str, list[Json]]
_LATEST = 253_370_764_800  # the year 9999


class MoneyBack:
    """Refunds and disputes: of many payments from two lists, of a few beside each of them."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._since: datetime | None = None  # from when on both are listed
        self._refunds: Rows = {}
        self._disputes: Rows = {}
        self._asked: set[str] = set()  # payments asked about alone

    def load(self, since: date) -> None:
        """All since that day; a payment since then has none before."""
        began = datetime.combine(max(since, date(1970, 1, 2)), time(), UTC) - timedelta(days=1)
        params = [("created[gte]", str(int(began.timestamp())))]
        self._refunds = self._by_payment(self._lists.rows("refunds", params) or ())
        self._disputes = self._by_payment(self._lists.rows("disputes", params) or ())
        self._since = began

    def intents(self, of: Collection[str] | None = None) -> set[str]:
        """PaymentIntents of which money went back, as the lists say; only those of some rows."""
        return {
            id_
            for found in (self._refunds, self._disputes)
            for id_, rows in found.items()
            if not is_charge(id_) and (of is None or any(text(row, "id") in of for row in rows))
        }

    @property
    def rows(self) -> list[Json]:
        """Refunds and disputes as listed, each once."""
        every = (
            row
            for found in (self._refunds, self._disputes)
            for rows in found.values()
            for row in rows
        )
        return list({text(row, "id"): row for row in every}.values())

    def of(self, carriers: Iterable[Json], status: str) -> tuple[Rows, Rows]:
        """Refunds and disputes of the payments of an invoice of that status, by their ids.

        Of a payment that waits none has come, and of a void invoice nothing is owed.
        """
        paid = [row for row in carriers if not has_status(row, OPEN) and status != VOID]
        ids = sorted({id_ for each in paid for id_ in of_payment(each)})
        if self._since is None or any(_paid_at(each) < self._since for each in paid):
            for id_ in ids:
                self._ask(id_)
        return _picked(self._refunds, ids), _picked(self._disputes, ids)

    def _ask(self, id_: str) -> None:
        """Of one payment. That disputes can be asked for by it is UNVERIFIED: rows of others are
        left out.
        """
        if id_ in self._asked:
            return
        self._asked.add(id_)
        params = [("charge" if is_charge(id_) else "payment_intent", id_)]
        for resource, found in (("refunds", self._refunds), ("disputes", self._disputes)):
            rows = self._lists.rows(resource, params) or ()
            found[id_] = self._by_payment(rows).get(id_, [])

    def _by_payment(self, rows: Sequence[Json]) -> Rows:
        """By PaymentIntent and by charge; one that names only its charge is asked for it."""
        found: Rows = defaultdict(list)
        for row in rows:
            intent, charge = ref(row, "payment_intent"), ref(row, "charge")
            if not intent and charge:
                intent = self._lists.intent_of(charge)
            for id_ in {intent, charge} - {""}:
                found[id_].append(row)
        return dict(found)


def _picked(rows: Rows, ids: Sequence[str]) -> Rows:
    return {id_: rows[id_] for id_ in ids if rows.get(id_)}


def _paid_at(row: Json) -> datetime:
    """When it was paid; the beginning of time where that is not said, so that nothing is missed."""
    found = child(row, "status_transitions").get("paid_at") or row.get("created")
    if isinstance(found, bool) or not isinstance(found, int):
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromtimestamp(min(max(found, 0), _LATEST), UTC)

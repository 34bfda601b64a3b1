"""Open items: reading them, levels, notices under way, and local knowledge of payments."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.model import (
    Account,
    ConnectionId,
    CreditorId,
    DebtorId,
    HoldKind,
    ItemFacts,
    ItemId,
    OpenItem,
    Pending,
)
from core.domain.money import Money
from core.errors import RuleError, UsageError
from core.ports import ItemPayment, QuietItem
from core.store import tables as t
from core.store.accounts import Accounts
from core.store.base import Repo, chunks
from core.store.holds import Holds
from core.store.item_rows import COLUMNS, item_of, own_out
from core.store.links import Links
from core.store.quiet import Quiet

_C = t.open_item.c


def local_key(item: ItemId) -> str:
    """``source_key`` of the hold that a locally known payment sets."""
    return f"local_payment:{item}"


class Items(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def get(self, creditor: CreditorId, item: ItemId) -> OpenItem | None:
        return self.many(creditor, (item,)).get(item)

    def many(self, creditor: CreditorId, items: Iterable[ItemId]) -> dict[ItemId, OpenItem]:
        found: dict[ItemId, OpenItem] = {}
        for part in chunks(sorted(set(items))):
            query = sa.select(*COLUMNS).where(_C.creditor_id == creditor, self._among(_C.id, part))
            for row in self._db.execute(query):
                found[ItemId(row[0])] = item_of(row)
        return found

    def find(self, creditor: CreditorId, text: str) -> list[OpenItem]:
        """Items, open or settled, with that number, external id or ``connection:external_id``."""
        name, _, external_id = text.partition(":")
        c = t.connection.c
        named = sa.select(c.id).where(c.creditor_id == creditor, c.name == name).scalar_subquery()
        meant = sa.or_(
            _C.number == text,
            _C.external_id == text,
            sa.and_(_C.external_id == external_id, _C.connection_id == named),
        )
        query = sa.select(*COLUMNS).where(_C.creditor_id == creditor, meant).order_by(_C.id)
        return [item_of(row) for row in self._db.execute(query)]

    def open_items(self, creditor: CreditorId) -> list[OpenItem]:
        query = (
            sa.select(*COLUMNS)
            .where(_C.creditor_id == creditor, _C.outstanding_minor != 0)
            .order_by(_C.debtor_id, _C.due_date, _C.id)
        )
        return [item_of(row) for row in self._db.execute(query)]

    def facts(self, creditor: CreditorId, item: ItemId) -> Mapping[str, str]:
        query = sa.select(_C.facts).where(_C.creditor_id == creditor, _C.id == item)
        text = self._db.execute(query).scalar()
        return {} if text is None else dict(json.loads(text))

    def accounts(
        self,
        creditor: CreditorId,
        on: date,  # noqa: ARG002 - the store has one state; the rules look at the day
        after: DebtorId | None = None,
        limit: int | None = None,
    ) -> Iterator[Account]:
        return Accounts(self._db, self._links).stream(creditor, after, limit)

    def restless_debtors(
        self, creditor: CreditorId, on: date, lead_days: int | None = 0
    ) -> list[DebtorId]:
        return Quiet(self._db, self._links).restless(creditor, on, lead_days)

    def quiet_items(
        self, creditor: CreditorId, on: date, lead_days: int | None = 0
    ) -> list[QuietItem]:
        return Quiet(self._db, self._links).items(creditor, on, lead_days)

    def accounts_of(self, creditor: CreditorId, debtors: Sequence[DebtorId]) -> list[Account]:
        return Accounts(self._db, self._links).of(creditor, debtors)

    def account(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        on: date,  # noqa: ARG002 - as in accounts
    ) -> Account | None:
        return Accounts(self._db, self._links).one(creditor, debtor)

    def record_level(self, creditor: CreditorId, items: Mapping[ItemId, int], on: date) -> None:
        by_level: dict[int, list[ItemId]] = defaultdict(list)
        for item, level in items.items():
            by_level[level].append(item)
        for level, ids in sorted(by_level.items()):
            self._db.execute(
                sa.update(t.open_item)
                .where(_C.creditor_id == creditor, self._among(_C.id, ids))
                .values(level=level, last_notice_on=on)
            )

    def set_pending(self, creditor: CreditorId, items: Iterable[ItemId], pending: str) -> None:
        self._db.execute(
            sa.update(t.open_item)
            .where(_C.creditor_id == creditor, self._among(_C.id, sorted(set(items))))
            .values(pending=Pending(pending).value)
        )

    def record_local_payment(
        self, creditor: CreditorId, item: ItemId, amount_minor: int, on: date, author: str
    ) -> None:
        """Records what the user knows of a payment. What is outstanding stays as the source says;
        a hold stops dunning until the source's outstanding has fallen by as much.

        Raises:
            UsageError: no such item.
            RuleError: an amount that is not positive.

        """
        found = self.get(creditor, item)
        if found is None:
            raise UsageError(f"Den Posten {item} gibt es nicht.", en=f"There is no item {item}.")
        if amount_minor <= 0:
            raise RuleError(
                "Eine Zahlung braucht einen Betrag über 0.", en="A payment needs an amount above 0."
            )
        self._add_local(creditor, found, amount_minor, on, author)
        self._hold_locally(creditor, found, amount_minor, on, author)

    def _add_local(
        self, creditor: CreditorId, item: OpenItem, amount_minor: int, on: date, author: str
    ) -> None:
        id_ = self._ids(creditor, "payment")[0]
        self._db.execute(
            sa.insert(t.payment),
            {
                "creditor_id": creditor,
                "id": id_,
                "connection_id": item.connection,
                "debtor_id": item.debtor,
                "external_id": f"local:{id_}",
                "received_on": on,
                "currency": item.outstanding.currency,
                "amount_minor": amount_minor,
                "source": "local",
                "text": author,
            },
        )
        self._db.execute(
            sa.insert(t.allocation),
            {
                "creditor_id": creditor,
                "payment_id": id_,
                "open_item_id": item.id,
                "amount_minor": amount_minor,
                "rule": "local",
            },
        )

    def _hold_locally(
        self, creditor: CreditorId, item: OpenItem, amount_minor: int, on: date, author: str
    ) -> None:
        c = t.hold.c
        amount = Money.from_minor(amount_minor, item.outstanding.currency)
        written = str(amount).replace(".", ",")
        reason = f"Zahlung von {written} ist bekannt, steht aber noch nicht in den Büchern."
        more = self._db.execute(
            sa.update(t.hold)
            .where(
                c.creditor_id == creditor,
                c.source_key == local_key(item.id),
                c.debtor_id == item.debtor,
                c.released_on.is_(None),
            )
            .values(expected_minor=c.expected_minor - amount_minor)
        )
        if more.rowcount:
            return
        id_ = Holds(self._db, self._links).add(
            creditor,
            HoldKind.PAID_LOCALLY,
            item.debtor,
            item.id,
            reason,
            author,
            on,
            None,
            local_key(item.id),
        )
        self._db.execute(
            sa.update(t.hold)
            .where(c.creditor_id == creditor, c.id == id_)
            .values(expected_minor=item.outstanding.minor - amount_minor)
        )

    def claims_arisen_before(self, creditor: CreditorId, day: date) -> list[OpenItem]:
        query = sa.select(*COLUMNS).where(
            _C.creditor_id == creditor,
            _C.outstanding_minor > 0,
            sa.or_(
                _C.invoice_date < day,
                _C.delivered_on < day,
                _C.own.contains('"delivered_on"'),
                sa.and_(_C.invoice_date.is_(None), _C.due_date < day),
            ),
        )
        return [item_of(row) for row in self._db.execute(query.order_by(_C.id))]

    def set_start_level(self, creditor: CreditorId, connection: ConnectionId, level: int) -> int:
        done = self._db.execute(
            sa.update(t.open_item)
            .where(
                _C.creditor_id == creditor,
                _C.connection_id == connection,
                _C.backlog,
                _C.level == 0,
                _C.start_level != level,
            )
            .values(start_level=level)
        )
        return done.rowcount

    def save_own(self, creditor: CreditorId, item: ItemId, own: ItemFacts) -> None:
        done = self._db.execute(
            sa.update(t.open_item)
            .where(_C.creditor_id == creditor, _C.id == item)
            .values(own=own_out(own))
        )
        if done.rowcount == 0:
            raise UsageError(f"Den Posten {item} gibt es nicht.", en=f"There is no item {item}.")

    def payments(self, creditor: CreditorId, item: ItemId) -> list[ItemPayment]:
        """What was placed on the item, by day; local knowledge is marked by its source."""
        p, a = t.payment.c, t.allocation.c
        joined = t.allocation.join(
            t.payment, sa.and_(p.creditor_id == a.creditor_id, p.id == a.payment_id)
        )
        query = (
            sa.select(p.received_on, a.amount_minor, p.currency, a.rule, p.source, p.text)
            .select_from(joined)
            .where(a.creditor_id == creditor, a.open_item_id == item)
            .order_by(p.received_on, p.id)
        )
        return [ItemPayment(*row) for row in self._db.execute(query)]

"""What an event brings about: the object it names is read again, and the ledger follows.

Everything here may be done twice: records are stored as they are now, and what another system said
of a payment is kept under the key of its event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from core.domain.model import Connection, Creditor, DebtorId, ItemId, OpenItem
from core.domain.money import Money
from core.domain.platform_records import Batch, EventKind
from core.errors import AuthFailed, NotSupported, UsageError
from core.ports import InboxEvent, Lane, PlatformConnector, Tx
from core.services.app import App
from core.services.connection_state import Attempt, last_attempt, record_attempt
from core.services.inbound_events import Inbound, Says, read_inbound
from core.services.inbox_objects import Thing
from core.services.known import StoredRecords
from core.services.paid import record_paid
from core.services.sync_store import store_batch
from core.services.wording import amount


class Hopeless(UsageError):
    """An event that no later try can work on; its reason is for the operator."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Whose account may have changed."""

    debtors: frozenset[DebtorId] = frozenset()
    items: frozenset[ItemId] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.debtors or self.items)


@dataclass(slots=True)
class Reader:
    """Reads what events of one connection name; its connector is opened when first needed."""

    app: App
    creditor: Creditor
    connection: Connection
    on: date
    _open: PlatformConnector | None = field(default=None, repr=False)

    @property
    def live(self) -> bool:
        return self.connection.platform in self.app.platforms.all

    @property
    def requests(self) -> int:
        return 0 if self._open is None else self._open.requests

    def close(self) -> None:
        if self._open is not None:
            self._open.close()

    def take(self, thing: Thing) -> Touched:
        """Brings the store up to what is true of the object now.

        Raises:
            Hopeless, UsageError, WebhookError: of this event alone.
            ConnectorError, ConfigError: the platform could not be asked.
        """
        if thing.kind is EventKind.INBOUND:
            return self._inbound(thing.events[0])
        if thing.kind is EventKind.OTHER or not thing.external_id or not self.live:
            return Touched()
        if thing.kind is EventKind.KEY_REVOKED:
            self._ask_whether_refused()
            return Touched()
        if thing.kind is EventKind.DEBTOR and not self._known(thing.external_id):
            return Touched()  # he owes nothing, or comes with his first invoice
        return self._read(thing.kind, thing.external_id)

    def _read(self, kind: EventKind, external_id: str) -> Touched:
        began = self.app.clock.now()
        records = StoredRecords(self.app.store, self.creditor.id, self.connection.id)
        try:
            batch = self._connector().fetch_named(kind, external_id, records)
        except NotSupported:
            return Touched()  # comes with the next sync only
        store_batch(self.app, self.creditor.id, self.connection, "", batch, on=self.on, began=began)
        return self._touched(batch)

    def _connector(self) -> PlatformConnector:
        if self._open is None:
            connect = self.app.platforms.connect
            self._open = connect(self.creditor.id, self.connection, Lane.EVENT)
        return self._open

    def _known(self, debtor: str) -> bool:
        with self.app.store.read() as tx:
            id_ = self.connection.id
            return bool(tx.sources.known_debtors(self.creditor.id, id_, [debtor]))

    def _touched(self, batch: Batch) -> Touched:
        """What was read, is gone, or could not be read, and whose it is."""
        ids = [*batch.gone, *(each.external_id for each in batch.invoices)]
        ids += [each.external_id for each in batch.unread]
        debtors = {each.debtor for each in batch.invoices} | {d.external_id for d in batch.debtors}
        creditor, connection = self.creditor.id, self.connection
        with self.app.store.read() as tx:
            found = (tx.items.find(creditor, f"{connection.name}:{id_}") for id_ in ids)
            items = [item for some in found for item in some if item.connection == connection.id]
            named = (debtor for id_ in debtors for debtor in tx.debtors.find(creditor, id_))
            return Touched(
                frozenset(debtor.id for debtor in named if debtor.connection == connection.id),
                frozenset(item.id for item in items),
            )

    def _ask_whether_refused(self) -> None:
        """Another key may have been revoked than ours: whoever changes keys revokes the old one.

        Raises:
            AuthFailed: it is ours; the connection is marked as refused.
        """
        try:
            self._connector().check()
        except AuthFailed as error:
            now, id_ = self.app.clock.now(), self.connection.id
            with self.app.store.write() as tx:
                last = last_attempt(tx.connections.cursors(self.creditor.id, id_))
                attempt = (last or Attempt(now)).ended(error, now)
                record_attempt(tx, self.creditor.id, id_, attempt)
                tx.events.append(self.creditor.id, "key_revoked", {"connection": id_}, {}, now)
            raise

    def _inbound(self, event: InboxEvent) -> Touched:
        """What another system of the creditor knows. A live platform is asked itself; of files
        there is nothing newer, so that a payment it reports counts as one that a person reports.
        """
        with self.app.store.read() as tx:
            said = read_inbound(tx.inbox.raw(self.creditor.id, event.id))
            item = _item(tx, self.creditor, self.connection, said)
        if item is None and self.live and said.id:
            return self._read(EventKind.INVOICE, said.id)
        if item is None:
            name = said.id or said.invoice
            raise UsageError(
                f"Auf „{self.connection.name}“ gibt es keine Rechnung „{name}“.",
                en=f"There is no invoice {name} on {self.connection.name}.",
            )
        if self.live:
            return self._read(EventKind.INVOICE, item.external_id)
        if said.says is Says.PAID:
            self._paid(event, said, item)
        return Touched(items=frozenset({item.id}))

    def _paid(self, event: InboxEvent, said: Inbound, item: OpenItem) -> None:
        by = event.event.key
        with self.app.store.write() as tx:
            known = tx.items.payments(self.creditor.id, item.id)
            if any(each.source == "local" and each.text == by for each in known):
                return  # a worker was killed after that
            open_now = tx.items.many(self.creditor.id, [item.id])[item.id]
            if open_now.outstanding.amount <= 0:
                return
            if said.amount is not None and said.amount.currency != item.outstanding.currency:
                raise _other_currency(said.amount, item)
            try:
                record_paid(
                    self.app, tx, self.creditor.id, open_now,
                    amount=None if said.amount is None else said.amount.amount,
                    on=said.on or self.on, by=by,
                )  # fmt: skip
            except UsageError as error:
                raise Hopeless(str(error), en=error.sentence("en")) from error


def _item(tx: Tx, creditor: Creditor, connection: Connection, said: Inbound) -> OpenItem | None:
    """The one item of the connection that is named; an open one before those that are settled."""
    name = f"{connection.name}:{said.id}" if said.id else said.invoice
    found = [each for each in tx.items.find(creditor.id, name) if each.connection == connection.id]
    found = [each for each in found if each.outstanding.amount] or found
    if len(found) > 1:
        raise Hopeless(
            f"„{said.invoice}“ gibt es auf „{connection.name}“ mehrmals; bitte mit „id“ benennen.",
            en=f"{said.invoice} is there more than once on {connection.name}; please name its id.",
        )
    return found[0] if found else None


def _other_currency(there: Money, item: OpenItem) -> Hopeless:
    here = item.outstanding
    return Hopeless(
        f"{item.number} lautet auf {here.currency}, gemeldet sind {amount(there, 'de')}.",
        en=f"{item.number} is in {here.currency}, reported are {amount(there, 'en')}.",
    )

"""The last look at the source: every invoice of a notice is read again before the notice leaves.

This is the part of the last look (architecture §2) that asks the platform; what came of it stands
in the store, where ``deliver_look`` compares it with what was approved. Nothing is locked while a
platform is asked. Of items from files there is nothing newer to read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.model import (
    Connection,
    ConnectionId,
    ItemKind,
    Match,
    Notice,
    NoticeKind,
    OpenItem,
    Twin,
)
from core.domain.platform_records import Unread
from core.errors import ConfigError, ConnectorError, MahnwerkError, MalformedResponse, Rejected
from core.ports import Capability, Lane, PlatformConnector, Tx
from core.services.app import App
from core.services.deliver_catch_up import catch_up
from core.services.deliver_compare import Stop, held
from core.services.deliver_hours import leaves_now
from core.services.deliver_look import Cleared, Desk, look
from core.services.deliver_report import told
from core.services.sync import refresh_invoices

# What was read longer ago in the same send, while others were slow, is read again.
FRESH = timedelta(minutes=5)
# Invoices read before the lease of the send is renewed: about 20 s at the usual rate.
_STEP = 25
# What concerns this one invoice; anything else would meet every other invoice as well.
_OF_ONE_INVOICE = (Rejected, MalformedResponse)
Invoices = dict[ConnectionId, dict[str, str]]  # number by external id


@dataclass(slots=True)
class Source:
    """What one ``send`` has read anew, and which platforms did not answer it.

    ``alive`` is called between requests and keeps the lease; what ``failed`` is not asked again,
    so that 300 notices do not wait 300 times for the same silence.
    """

    desk: Desk
    alive: Callable[[], None]
    failed: dict[ConnectionId, MahnwerkError] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)  # exit codes of all failures
    _read_at: dict[tuple[ConnectionId, str], datetime] = field(default_factory=dict)
    _open: dict[ConnectionId, PlatformConnector] = field(default_factory=dict)
    _live: dict[ConnectionId, Connection] | None = None
    _current: set[ConnectionId] = field(default_factory=set)  # caught up with in this send

    def look(self, notice: Notice, *, printed: bool = False) -> Stop | None:
        """Reads the invoices of a notice that would leave now; why it is held when one of them
        cannot be read. A notice that stays anyway is not worth a request.

        Raises:
            ConfigError: its procedure cannot be read.
        """
        connections = self.live()
        if not connections or notice.kind is NoticeKind.APOLOGY:
            return None  # an apology leaves whatever has been paid
        with self.desk.app.store.read() as tx:
            wanted = self._invoices(tx, notice)
            found = look(tx, self.desk, notice.id, printed=printed)
            # What could not be read holds the debtor: it is asked for again.
            if isinstance(found, Stop) and not self._unread(tx, wanted):
                return None
        if not (printed or isinstance(found, Stop) or self._leaves(found)):
            return None
        for connection, invoices in wanted.items():
            stop = self._refresh(connections[connection], invoices)
            if stop is not None:
                return stop
        return None

    def read_at(self, notice: Notice) -> datetime | None:
        """When the invoices of the notice were read, the one read first; None for none of them."""
        if not self._read_at:
            return None
        with self.desk.app.store.read() as tx:
            wanted = self._invoices(tx, notice)
        keys = [(connection, each) for connection, ids in wanted.items() for each in ids]
        return min((self._read_at[key] for key in keys if key in self._read_at), default=None)

    def live(self) -> Mapping[ConnectionId, Connection]:
        """The creditor's connections to live platforms, as they are when first asked for."""
        if self._live is None:
            with self.desk.app.store.read() as tx:
                self._live = live_by_id(tx, self.desk)
        return self._live

    def connector(self, connection: Connection) -> PlatformConnector:
        """One for all notices of the send, in the lane that goes first.

        Raises:
            ConnectorError, ConfigError: it cannot be opened.
        """
        if connection.id not in self._open:
            app, creditor = self.desk.app, self.desk.creditor.id
            self._open[connection.id] = app.platforms.connect(creditor, connection, Lane.LAST_LOOK)
        return self._open[connection.id]

    def close(self) -> None:
        """Gives the network connections back."""
        for connector in self._open.values():
            connector.close()
        self._open.clear()

    def give_up(self, connection: Connection, error: MahnwerkError) -> None:
        """Notes a failure; one that would meet every further question to that connection as well
        is the last.
        """
        self.codes.add(error.exit_code)
        if not isinstance(error, _OF_ONE_INVOICE):
            self.failed[connection.id] = error

    def _invoices(self, tx: Tx, notice: Notice) -> Invoices:
        """Claims and credits of the notice that a live platform has, and the same claims on other
        platforms, where they may have been paid. Charges that were left when an invoice was paid
        are items of our own.
        """
        live, creditor = self.live(), self.desk.creditor.id
        items = tx.items.many(creditor, [line.item for line in notice.lines]).values()
        twins = (t for each in tx.twins.of(creditor, items).values() for t in each)
        known: list[OpenItem | Twin] = [*items, *(t for t in twins if t.match is Match.SAME)]
        found: Invoices = {}
        for each in known:
            if each.connection in live and each.kind is not ItemKind.CHARGE_RESIDUAL:
                found.setdefault(each.connection, {})[each.external_id] = each.number
        return found

    def _unread(self, tx: Tx, invoices: Mapping[ConnectionId, Collection[str]]) -> list[Unread]:
        """Those of the invoices that could not be read when they were last asked for."""
        return [
            each
            for connection, ids in invoices.items()
            for each in tx.sources.unread(self.desk.creditor.id, connection)
            if each.external_id in ids
        ]

    def _leaves(self, found: Cleared) -> bool:
        return found.notice.kind is NoticeKind.TASK or leaves_now(self.desk, found)

    def _refresh(self, connection: Connection, invoices: Mapping[str, str]) -> Stop | None:
        if connection.id not in self._current and connection.id not in self.failed:
            self._current.add(connection.id)
            self.alive()
            error = catch_up(self.desk, connection)
            if error is not None:
                # Whatever it was: nobody knows what came since, a payment perhaps.
                self.codes.add(error.exit_code)
                self.failed[connection.id] = error
        if connection.id in self.failed:
            return self._unreadable(connection, self.failed[connection.id])
        now = self.desk.app.clock.now()
        never = datetime.min.replace(tzinfo=now.tzinfo)
        old = [
            each
            for each in invoices
            if now - self._read_at.get((connection.id, each), never) > FRESH
        ]
        try:
            for start in range(0, len(old), _STEP):
                self._read(connection, old[start : start + _STEP])
        except (ConnectorError, ConfigError) as failed:
            self.give_up(connection, failed)
            return self._unreadable(connection, failed)
        return self._garbled(connection, invoices)

    def _read(self, connection: Connection, external_ids: Sequence[str]) -> None:
        desk = self.desk
        self.alive()
        asked = desk.app.clock.now()
        refresh_invoices(
            desk.app,
            desk.creditor.id,
            connection,
            external_ids,
            on=desk.on,
            lane=Lane.LAST_LOOK,
            connector=self.connector(connection),
        )
        self._read_at |= dict.fromkeys(((connection.id, each) for each in external_ids), asked)

    def _garbled(self, connection: Connection, invoices: Mapping[str, str]) -> Stop | None:
        """An answer that came and could not be understood (``Unread``)."""
        with self.desk.app.store.read() as tx:
            unread = self._unread(tx, {connection.id: invoices})
        if not unread:
            return None
        number, why = invoices[unread[0].external_id], unread[0].problem.message.rstrip(".")
        return held(
            self.desk.app.say(
                f"{connection.name}: {number} ist vor dem Versand nicht lesbar: {why}. Der nächste "
                "Versand versucht es erneut",
                f"{connection.name}: {number} cannot be read before sending: {why}. The next send "
                "tries again",
            )
        )

    def _unreadable(self, connection: Connection, error: MahnwerkError) -> Stop:
        why = told(self.desk.app, error).rstrip(".")
        return held(
            self.desk.app.say(
                f"{connection.name}: vor dem Versand nicht noch einmal lesbar: {why}. Der nächste "
                "Versand versucht es erneut",
                f"{connection.name}: cannot be read once more before sending: {why}. The next "
                "send tries again",
            )
        )


def live_by_id(tx: Tx, desk: Desk) -> dict[ConnectionId, Connection]:
    """Connections whose platform Mahnwerk reads by itself."""
    known = desk.app.platforms.all
    return {c.id: c for c in tx.connections.all(desk.creditor.id) if c.platform in known}


def is_on(app: App, connection: Connection, setting: str, capability: Capability) -> bool:
    """Whether a connection does something that its platform can: by its setting, else by the
    platform's default.
    """
    platform = app.platforms.all.get(connection.platform)
    if platform is None or capability not in platform.capabilities:
        return False
    return platform.value(connection.settings, setting) == "yes"

"""`SqlStore`: transactions over one database, and the repositories inside them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from core import ports
from core.errors import RuleError
from core.ports.fleet import FleetRepo
from core.store import engine as engines
from core.store import migrate
from core.store.access import ApiTokens, BadAddresses, Logins
from core.store.bank_lines import BankLineStore
from core.store.budgets import Budgets
from core.store.charges import Charges
from core.store.connections import Connections
from core.store.creditors import Creditors
from core.store.debtors import Debtors
from core.store.deliveries import Deliveries
from core.store.events import Events
from core.store.failures import plain_errors
from core.store.holds import Holds
from core.store.hooks import Hooks
from core.store.inbox import Inbox
from core.store.items import Items
from core.store.jobs import Jobs
from core.store.leases import Leases
from core.store.ledger import Ledger
from core.store.links import Links
from core.store.notices import Notices
from core.store.platform_notices import PlatformNotices
from core.store.run_inputs import RunInputs
from core.store.runs import Runs
from core.store.sources import Sources
from core.store.taken_back import TakenBack
from core.store.tasks import Tasks
from core.store.twins import Twins
from core.store.work import Work

BUSY_SECONDS = 10.0


class SqlTx:
    """The repositories of one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        links = Links(connection)
        self.links: ports.DebtorLinkRepo = links
        self.creditors: ports.CreditorRepo = Creditors(connection)
        self.connections: ports.ConnectionRepo = Connections(connection)
        self.debtors: ports.DebtorRepo = Debtors(connection)
        self.ledger: ports.LedgerRepo = Ledger(connection)
        self.items: ports.ItemRepo = Items(connection, links)
        self.holds: ports.HoldRepo = Holds(connection, links)
        self.runs: ports.RunRepo = Runs(connection)
        self.run_inputs: ports.RunInputRepo = RunInputs(connection)
        self.notices: ports.NoticeRepo = Notices(connection, links)
        self.deliveries: ports.DeliveryRepo = Deliveries(connection)
        self.charges: ports.ChargeRepo = Charges(connection, links)
        self.tasks: ports.TaskRepo = Tasks(connection, links)
        self.events: ports.EventRepo = Events(connection)
        self.leases: ports.LeaseRepo = Leases(connection)
        self.sources: ports.SourceRepo = Sources(connection)
        self.bank_lines: ports.BankLineRepo = BankLineStore(connection, links)
        self.platform_notices: ports.PlatformNoticeRepo = PlatformNotices(connection)
        self.twins: ports.TwinRepo = Twins(connection, links)
        self.budgets: ports.BudgetRepo = Budgets(connection)
        self.hooks: ports.HookRepo = Hooks(connection)
        self.inbox: ports.InboxRepo = Inbox(connection)
        self.jobs: FleetRepo = Jobs(connection)
        self.work: ports.WorkRepo = Work(connection)
        self.logins: ports.LoginRepo = Logins(connection)
        self.api_tokens: ports.ApiTokenRepo = ApiTokens(connection)
        self.bad_addresses: ports.BadAddressRepo = BadAddresses(connection)
        self.taken_back: ports.TakenBackRepo = TakenBack(connection, links)


class SqlStore:
    """The store behind ``url``: a SQLite file, SQLite in memory, or PostgreSQL 14+.

    Args:
        url: address; ``sqlite://`` is a database in memory that ends with the store.
        busy_seconds: how long a writer waits for another one before it gives up.

    Raises:
        ConfigError: an address we cannot use.

    """

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self._url = engines.read_url(url)
        self.engine = engines.create(self._url, busy_seconds)
        # In memory there is one connection: blocks of several threads take turns, and blocks
        # inside each other share it.
        self._memory = engines.is_memory(self._url)
        self._writers = engines.turn_of(self._url, busy_seconds)
        self._turn = threading.RLock()
        self._open: sa.Connection | None = None
        self._open_writes = False

    @property
    def driver_address(self) -> str:
        """The address for PostgreSQL's own driver, password included; "" on SQLite."""
        if self.engine.dialect.name != "postgresql":
            return ""
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[ports.Tx]:
        """A transaction that sees one state of the store and cannot change it."""
        with plain_errors(writing=False), self._transaction(writes=False) as connection:
            yield SqlTx(connection)

    @contextmanager
    def write(self) -> Iterator[ports.Tx]:
        """A transaction that holds the write lock from its start (SQLite).

        Raises:
            Unavailable: another writer held the lock for too long.
            ConfigError: read-only or full disk, no rights.
            RuleError: a unique index or a foreign key refused the change.

        """
        with plain_errors(writing=True), self._transaction(writes=True) as connection:
            yield SqlTx(connection)

    @contextmanager
    def raw(self, *, writes: bool) -> Iterator[sa.Connection]:
        """A transaction without repositories, as backups need it."""
        with plain_errors(writing=writes), self._transaction(writes=writes) as connection:
            yield connection

    def migrate(self) -> None:
        """Brings the schema up to this version; does nothing when it is."""
        with plain_errors(writing=True), self._transaction(writes=True) as connection:
            migrate.upgrade(connection)

    def schema_state(self) -> str:
        """Whether the schema is "current", "empty" or "behind".

        Raises:
            ConfigError: the database was written by a newer Mahnwerk.

        """
        with plain_errors(writing=False), self._transaction(writes=False) as connection:
            return migrate.state(connection)

    def close(self) -> None:
        self.engine.dispose()
        if self._writers is not None:
            self._writers.close()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        if self._memory:
            with self._turn, self._in_memory(writes=writes) as connection:
                yield connection
            return
        if writes and self._writers is not None:
            with (
                self._writers.writing() as begin,
                self._begin(writes=True, begin=begin) as connection,
            ):
                yield connection
            return
        with self._begin(writes=writes) as connection:
            yield connection

    @contextmanager
    def _begin(
        self, *, writes: bool, begin: engines.Begin | None = None
    ) -> Iterator[sa.Connection]:
        options: dict[str, object] = {engines.WRITE: writes, engines.BEGIN: begin}
        if self.engine.dialect.name == "postgresql" and not writes:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def _in_memory(self, *, writes: bool) -> Iterator[sa.Connection]:
        outer = self._open
        if outer is None:
            with self._begin(writes=writes) as connection:
                self._open, self._open_writes = connection, writes
                try:
                    yield connection
                finally:
                    self._open = None
        elif not writes:
            yield outer
        elif self._open_writes:
            raise RuleError(
                "Ein Schreibvorgang läuft schon in diesem Vorgang.",
                en="A write is under way here already.",
            )
        else:
            with self._write_inside(outer):
                yield outer

    @contextmanager
    def _write_inside(self, outer: sa.Connection) -> Iterator[None]:
        """Interrupts a read block for a write block: there is no second connection for it."""
        _run(outer, "COMMIT", "PRAGMA query_only=OFF", "BEGIN IMMEDIATE")
        self._open_writes = True
        try:
            yield
        except BaseException:
            _run(outer, "ROLLBACK")
            raise
        else:
            _run(outer, "COMMIT")
        finally:
            self._open_writes = False
            _run(outer, "PRAGMA query_only=ON", "BEGIN")


def _run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)

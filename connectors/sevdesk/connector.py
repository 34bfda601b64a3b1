"""sevDesk as the port asks for it; see README.md beside this file.

https://api.sevdesk.de/, API v1, read as a digest on 2026-11-22.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from connectors._port import ApiConnector, required_key
from connectors._values import FieldError, Json, berlin_day
from connectors.sevdesk import documents, writing
from connectors.sevdesk.account import parse_account
from connectors.sevdesk.changes import changes
from connectors.sevdesk.client import PAGE_SIZE, SevdeskClient
from connectors.sevdesk.debtors import debtors
from connectors.sevdesk.filters import Filters
from connectors.sevdesk.first import first_reading
from connectors.sevdesk.history import payments
from connectors.sevdesk.lists import Lists
from connectors.sevdesk.look import look
from connectors.sevdesk.meaning import named
from connectors.sevdesk.platform import API_BASE, PLATFORM
from connectors.sevdesk.position import Position, read_position
from connectors.sevdesk.stream import Pass
from core.domain.platform_records import (
    AccountInfo,
    Batch,
    Cursor,
    Document,
    NoticeToWrite,
    PlatformNotice,
)
from core.errors import MalformedResponse, NotSupported
from core.ports import Capability, Clock, Gate, Known, Subscription, SyncScope


class SevdeskConnector(ApiConnector):
    """One tenant at sevDesk; fulfils ``core.ports.PlatformConnector``.

    Args:
        settings: as ``platform.PLATFORM`` names them.
        secrets: ``api_key``.
        gate: the request budget, shared by every process.
        clock: when a sync began.
        patience: seconds for one call with all its tries.
        sleep: waits between two tries.
        limit: rows of a list page; tests need not make thousands.

    Raises:
        AuthFailed: there is no token.

    """

    slug = PLATFORM.slug
    capabilities: frozenset[Capability] = PLATFORM.capabilities
    _client: SevdeskClient

    def __init__(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        gate: Gate,
        clock: Clock,
        patience: float = 300.0,
        *,
        sleep: Callable[[float], None] = time.sleep,
        limit: int = PAGE_SIZE,
    ) -> None:
        key = required_key(
            secrets, self.slug, "das API-Token von sevDesk", en="API token of sevDesk"
        )
        base = settings.get("api_base") or API_BASE
        self._client = SevdeskClient(base, key, gate, patience=patience, sleep=sleep)
        self._clock = clock
        self._limit = limit

    def check(self) -> AccountInfo:
        """Whose account the token opens, and its bookkeeping system: two requests, or a few more
        where the undocumented one does not answer.
        """
        version = self._client.bookkeeping_version()
        try:
            return parse_account(version, *self._tenant())
        except FieldError as bad:
            raise named(
                MalformedResponse(
                    f"sevDesk nennt das Konto nicht (Feld {bad.path}). Bitte api_base prüfen; in einem "
                    "leeren Konto zuerst ein Bankkonto oder einen Kontakt anlegen.",
                    en=f"sevDesk does not name the account (field {bad.path}). Please check api_base; "
                    "in an empty account make a bank account or a contact first.",
                )
            ) from None

    def _tenant(self) -> tuple[Sequence[Json], Sequence[Json]]:
        """Rows that name the tenant: of users, which is not documented (§4), else any others."""
        users = self._lists().undocumented("SevUser")
        if users:
            return users, []
        accounts = self._client.page("CheckAccount", limit=1).rows
        return (), accounts or self._client.page("Contact", limit=1, depth=1).rows

    def fetch_debtors(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """All contacts once a day, the changed ones in between."""
        return debtors(self._pass(known, scope), cursor)

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """First everything, later what changed and everything open; see first, changes."""
        position = read_position(cursor)
        now = self._clock.now()
        if position.first:
            return self._first(position, known, scope, now)
        daily = position.compared_on != scope.today
        told = frozenset[str]() if daily else position.ignored
        return changes(self._pass(known, scope, told), position, now)

    def _first(
        self, position: Position, known: Known, scope: SyncScope, now: datetime
    ) -> Iterator[Batch]:
        cursor: Cursor = {}
        for batch in first_reading(self._pass(known, scope), position, now):
            cursor = batch.cursor
            yield batch
        if position.offset:
            # Taken up again: what was stored before the interruption may be paid since, and what is
            # new stands before the page that was read next.
            yield from changes(self._pass(known, scope), read_position(cursor), now)

    def fetch_payments(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """Bookings of settled invoices from one list, where the invoices did not show them."""
        return payments(self._pass(known, scope), cursor)

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        """Three or four requests for an open invoice, one for any other; more for a new contact."""
        scope = SyncScope(date.min, berlin_day(self._clock.now()))
        return look(self._pass(known, scope), external_id)

    def fetch_document(self, external_id: str) -> Document:
        return documents.fetch(self._client, external_id)

    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        return writing.write(self._lists(), notice)

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        return writing.find(self._lists(), invoice, marker)

    def subscriptions(self) -> list[Subscription]:
        raise _no_webhooks()

    def subscribe(self, url: str) -> list[Subscription]:  # noqa: ARG002 - as the port has it
        raise _no_webhooks()

    def unsubscribe(self, subscription: str) -> None:  # noqa: ARG002 - as the port has it
        raise _no_webhooks()

    def _pass(self, known: Known, scope: SyncScope, told: frozenset[str] = frozenset()) -> Pass:
        return Pass(self._client, known, scope, self._limit, told)

    def _lists(self) -> Lists:
        return Lists(self._client, Filters((), []), self._limit)


def _no_webhooks() -> NotSupported:
    return named(
        NotSupported(
            "sevDesk meldet Änderungen nicht von selbst; Mahnwerk fragt regelmäßig nach: mahnwerk sync",
            en="sevDesk does not report changes by itself; Mahnwerk asks at intervals: mahnwerk sync",
        )
    )

"""lexoffice as the port asks for it; see README.md beside this file.

https://developers.lexware.io/docs/, Public API v1, read as a digest on 2026-11-22.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from connectors._port import ApiConnector, required_key
from connectors._values import FieldError, berlin_day
from connectors.lexoffice import dunnings, files, subscriptions
from connectors.lexoffice.account import parse_profile
from connectors.lexoffice.changes import changes
from connectors.lexoffice.client import LexofficeClient
from connectors.lexoffice.debtors import debtors
from connectors.lexoffice.first import first_reading
from connectors.lexoffice.history import payments
from connectors.lexoffice.platform import API_BASE, PLATFORM
from connectors.lexoffice.position import read_position
from connectors.lexoffice.reading import VoucherReader
from connectors.lexoffice.stream import Pass
from core.domain.platform_records import (
    AccountInfo,
    Batch,
    Cursor,
    Document,
    EventKind,
    NoticeToWrite,
    PlatformNotice,
)
from core.errors import MalformedResponse
from core.ports import Capability, Clock, Gate, Known, Subscription, SyncScope


class LexofficeConnector(ApiConnector):
    """One organisation at lexoffice; fulfils ``core.ports.PlatformConnector``.

    Args:
        settings: as ``platform.PLATFORM`` names them.
        secrets: ``api_key``.
        gate: the request budget, shared by every process.
        clock: when a sync began.
        patience: seconds for one call with all its tries.
        sleep: waits between two tries.

    Raises:
        AuthFailed: there is no key.

    """

    slug = PLATFORM.slug
    capabilities: frozenset[Capability] = PLATFORM.capabilities
    _client: LexofficeClient

    def __init__(
        self,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        gate: Gate,
        clock: Clock,
        patience: float = 300.0,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        key = required_key(
            secrets, self.slug, "der API-Schlüssel von lexoffice", en="API key of lexoffice"
        )
        base = settings.get("api_base") or API_BASE
        self._client = LexofficeClient(base, key, gate, patience=patience, sleep=sleep)
        self._clock = clock

    def check(self) -> AccountInfo:
        """Whose account the key opens: one request."""
        try:
            return parse_profile(self._client.profile(), berlin_day(self._clock.now()))
        except FieldError as bad:
            error = MalformedResponse(
                f"lexoffice nennt die Organisation nicht (Feld {bad.path}). Bitte api_base prüfen.",
                en=f"lexoffice does not name the organisation (field {bad.path}). Please check "
                "api_base.",
            )
            error.connector = self.slug
            raise error from None

    def fetch_debtors(
        self,
        cursor: Cursor,
        known: Known,  # noqa: ARG002 - as the port has it
        scope: SyncScope,
    ) -> Iterator[Batch]:
        """All customers, at most once a day."""
        return debtors(self._client, cursor, scope.today)

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """First everything open and the history, later what changed; see first, changes."""
        position = read_position(cursor)
        work = Pass(self._client, known, scope)
        if position.synced_at is None:
            return first_reading(work, position, self._clock.now())
        return changes(work, position, position.synced_at, self._clock.now())

    def fetch_payments(
        self,
        cursor: Cursor,
        known: Known,
        scope: SyncScope,  # noqa: ARG002 - as the port has it
    ) -> Iterator[Batch]:
        """One request for each settled invoice, until none is left."""
        return payments(self._client, cursor, known)

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        """Document and payments: two requests, more when a dunning or the contact is new."""
        reader = VoucherReader(self._client, known)
        reader.read_alone(external_id, known.invoices([external_id]).get(external_id))
        return reader.pile.take({})

    def fetch_named(self, kind: EventKind, external_id: str, known: Known) -> Batch:
        reader = VoucherReader(self._client, known)
        if kind is EventKind.DEBTOR:
            reader.read_contact(external_id)
        elif kind is EventKind.PLATFORM_NOTICE:
            reader.read_dunning(external_id)
        else:
            return super().fetch_named(kind, external_id, known)
        return reader.pile.take({})

    def fetch_document(self, external_id: str) -> Document:
        return files.fetch(self._client, external_id)

    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        return dunnings.write(self._client, notice)

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        return dunnings.find(self._client, invoice, marker)

    def subscriptions(self) -> list[Subscription]:
        return subscriptions.list_(self._client)

    def subscribe(self, url: str) -> list[Subscription]:
        return subscriptions.create(self._client, url)

    def unsubscribe(self, subscription: str) -> None:
        subscriptions.delete(self._client, subscription)

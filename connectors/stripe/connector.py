"""Stripe as the port asks for it; see README.md beside this file.

https://docs.stripe.com/api, version 2026-10-28.endive, read as a digest on 2026-11-22.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from connectors._port import ApiConnector, required_key
from connectors._session import checked_base
from connectors.stripe import documents, subscriptions, writing
from connectors.stripe.account import key_livemode
from connectors.stripe.accounts import check_account
from connectors.stripe.around import Wishes
from connectors.stripe.changes import changes
from connectors.stripe.client import PAGE_SIZE, StripeClient
from connectors.stripe.debtors import debtor, debtors
from connectors.stripe.first import first_reading
from connectors.stripe.funding import pay_account
from connectors.stripe.history import payments
from connectors.stripe.look import look
from connectors.stripe.platform import API_BASE, PLATFORM
from connectors.stripe.position import Position, read_position
from connectors.stripe.stream import Pass
from core.domain.platform_records import (
    AccountInfo,
    Batch,
    Cursor,
    Document,
    EventKind,
    NoticeToWrite,
    PayAccount,
    PlatformNotice,
)
from core.ports import (
    BankTransfers,
    Capability,
    Clock,
    Gate,
    Known,
    Subscription,
    SyncScope,
)


class StripeConnector(ApiConnector):
    """One account at Stripe; fulfils ``core.ports.PlatformConnector``.

    Args:
        settings: as ``platform.PLATFORM`` names them.
        secrets: ``api_key``.
        gate: the request budget, shared by every process.
        clock: when a sync began.
        patience: seconds for one call with all its tries.
        sleep: waits between two tries.
        limit: rows of a list page; tests need not make thousands.
        zone: the creditor's; Stripe's instants become his calendar days.

    Raises:
        AuthFailed: there is no key.

    """

    slug = PLATFORM.slug
    capabilities: frozenset[Capability] = PLATFORM.capabilities
    _client: StripeClient

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
        zone: str = "Europe/Berlin",
    ) -> None:
        key = required_key(secrets, self.slug, "der Schlüssel von Stripe", en="key of Stripe")
        self._settings, self._key, self._clock, self._limit = settings, key, clock, limit
        base = self._set("api_base") or API_BASE
        self._client = StripeClient(
            base, key, gate, account=self._set("account"), patience=patience, sleep=sleep
        )
        _, local = checked_base(base, self.slug)
        self._download = documents.Download(gate, local, patience, sleep)
        self._zone = ZoneInfo(zone)
        self._wishes = Wishes(
            self._zone,
            dun_automatic=self._set("dun_automatic") == "yes",
            number_key=self._set("number_key"),
            books=self._set("bank_transfers") != BankTransfers.WATCHED,
            livemode=key_livemode(key),
        )

    @property
    def requests(self) -> int:
        return self._client.requests + self._download.requests

    def check(self) -> AccountInfo:
        """Whose account the key opens, and which rights it lacks."""
        return check_account(self._client, self._key, self._set("account"))

    def fetch_debtors(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """Customers of ours that changed; all others come with their invoices."""
        return debtors(self._pass(known, scope), cursor, self._clock.now())

    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """First everything, later what events tell and once a day everything open."""
        position, now = read_position(cursor), self._clock.now()
        if position.whole or position.too_old(now):
            return first_reading(self._pass(known, scope), position, now)
        told = position
        if position.compared_on != scope.today:
            told = Position()  # once a day everything is asked for again
        work = self._pass(known, scope, told.missing, told.absent)
        return changes(work, position, now)

    def fetch_payments(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """Payments of settled invoices, where the lists did not show them."""
        return payments(self._pass(known, scope), cursor)

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        """One request for an open invoice; two more for each payment on it."""
        today = self._clock.now().astimezone(self._zone).date()
        return look(self._pass(known, SyncScope(date.min, today)), external_id)

    def fetch_named(self, kind: EventKind, external_id: str, known: Known) -> Batch:
        if kind is not EventKind.DEBTOR:
            return super().fetch_named(kind, external_id, known)
        today = self._clock.now().astimezone(self._zone).date()
        return debtor(self._pass(known, SyncScope(date.min, today)), external_id)

    def fetch_document(self, external_id: str) -> Document:
        return documents.fetch(self._client, self._download, external_id)

    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        pause = self._set("pause_reminders") == "yes"
        return writing.write(self._client, notice, pause=pause)

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        return writing.find(self._client, invoice, marker)

    def fetch_pay_account(self, debtor: str, currency: str) -> PayAccount | None:
        """Only where letters are to name it (``bank_transfers=platform``): asking makes one."""
        if self._set("bank_transfers") != BankTransfers.PLATFORM:
            return None
        return pay_account(self._client, debtor, currency)

    def subscriptions(self) -> list[Subscription]:
        return subscriptions.subscriptions(self._client)

    def subscribe(self, url: str) -> list[Subscription]:
        return subscriptions.subscribe(self._client, url)

    def unsubscribe(self, subscription: str) -> None:
        subscriptions.unsubscribe(self._client, subscription)

    def _set(self, name: str) -> str:
        return PLATFORM.value(self._settings, name)

    def _pass(
        self,
        known: Known,
        scope: SyncScope,
        missing: frozenset[str] = frozenset(),
        absent: frozenset[str] = frozenset(),
    ) -> Pass:
        return Pass(self._client, known, scope, self._wishes, self._limit, missing, absent)

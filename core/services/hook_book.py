"""Living hooks with what is needed to believe their events, kept in memory for some seconds.

Looking a hook up costs a transaction and decrypting its secrets; a platform that reports a
thousand changes in a row needs neither a thousand times. What was closed or rotated by another
process counts that much longer; what is new counts at once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.model import Connection
from core.errors import NotSupported
from core.ports import EventReader, Hook, HookKind, SharedSecret, SigningKey, Tx
from core.services.app import App
from core.services.connection_state import mode
from core.services.hooks import INBOUND, RETURNED_MAIL, token_digest
from core.services.inbound_events import InboundReader, ReturnedMailReader
from core.services.webhook_secrets import secrets_of

KEPT = timedelta(seconds=5)
_MOST = 4096  # hooks; more are looked up each time
_LONGEST_TOKEN = 128
_INBOUND, _RETURNED = InboundReader(), ReturnedMailReader()


@dataclass(frozen=True, slots=True)
class KnownHook:
    """A hook that can believe something. ``account``: "" = not known, ``mode`` as well."""

    hook: Hook
    slug: str
    reader: EventReader
    keys: tuple[str, ...] = field(repr=False)
    account: str
    mode: str
    read_at: datetime


class HookBook:
    """Hooks by token; safe for several threads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._known: dict[str, KnownHook] = {}

    def find(self, slug: str, token: str, *, fresh: bool = False) -> KnownHook | None:
        """The hook; None when it is unknown, of another kind, or has nothing to believe by.

        Raises:
            MahnwerkError: the store cannot be read, or the key of the secrets is not here.
        """
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        digest, now = token_digest(token), self._app.clock.now()
        known = None if fresh else self._known.get(digest)
        # Both ways: a clock that was set back must not keep it for ever.
        if known is None or abs(now - known.read_at) > KEPT:
            known = self._read(digest, now)
            self._keep(digest, known)
        return known if known is not None and known.slug == slug else None

    def _keep(self, digest: str, known: KnownHook | None) -> None:
        with self._lock:
            self._known.pop(digest, None)
            if known is not None:
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[digest] = known

    def _read(self, digest: str, now: datetime) -> KnownHook | None:
        with self._app.store.read() as tx:
            hook = tx.hooks.by_token(digest)
            if hook is None:
                return None
            if hook.kind is not HookKind.PLATFORM:
                return self._own(tx, hook, now)
            connection = tx.connections.get(hook.creditor, hook.connection)
            return None if connection is None else self._platform(tx, hook, connection, now)

    def _platform(
        self, tx: Tx, hook: Hook, connection: Connection, now: datetime
    ) -> KnownHook | None:
        live = self._app.platforms.all.get(connection.platform)
        signing = live.signing if live else None
        keys: tuple[str, ...] = ()
        if isinstance(signing, SigningKey):
            keys = (connection.settings.get(signing.setting, ""),)
        elif isinstance(signing, SharedSecret):
            keys = secrets_of(self._app, tx, hook.creditor, connection)
        try:
            reader = self._app.platforms.events(connection.platform)
        except NotSupported:
            return None
        known_mode = mode(tx.connections.cursors(hook.creditor, connection.id))
        if not any(keys):
            return None
        return KnownHook(
            hook, connection.platform, reader, keys, connection.client, known_mode, now
        )

    def _own(self, tx: Tx, hook: Hook, now: datetime) -> KnownHook | None:
        inbound = hook.kind is HookKind.INBOUND
        gone = inbound and tx.connections.get(hook.creditor, hook.connection) is None
        if gone or not hook.secret:
            return None
        key = self._app.platforms.decrypt(hook.secret)
        slug, reader = (INBOUND, _INBOUND) if inbound else (RETURNED_MAIL, _RETURNED)
        return KnownHook(hook, slug, reader, (key,), "", "", now)

"""Addresses that take events: opened when first asked for, unguessable, closed and changed at will.

The token is the part of the address that nobody can guess. Its sha256 finds the hook; the token
itself is kept encrypted, so that the address can be shown again. A hook for another system of the
creditor, or for his mail server, has a secret of ours beside it, shown once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from shlex import quote

from core.domain.model import Connection, ConnectionId, CreditorId
from core.errors import AuthFailed, NotSupported, UsageError
from core.ports import NO_CONNECTION, Capability, Hook, HookKind, Tx
from core.services.app import App
from core.services.asking import live_connections
from core.services.webhook_connections import one_connection, only_one

INBOUND, RETURNED_MAIL = "inbound", "returned-mail"  # instead of a platform in the path
_SLUGS = {HookKind.INBOUND: INBOUND, HookKind.RETURNED_MAIL: RETURNED_MAIL}
_BYTES = 32  # of chance in a token and in a secret


@dataclass(frozen=True, slots=True)
class OpenedHook:
    """``secret``: of one that was made just now; "" otherwise, and for platforms."""

    hook: Hook
    path: str = field(repr=False)  # holds the token
    secret: str = field(default="", repr=False)
    new: bool = False


def token_digest(token: str) -> str:
    """What a hook is found by."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def open_hook(
    app: App,
    creditor: CreditorId,
    kind: HookKind,
    connection: ConnectionId = NO_CONNECTION,
    *,
    by: str = "",
) -> OpenedHook:
    """The living hook of that kind, or a new one.

    Raises:
        UsageError: no such connection.
        NotSupported: its platform reports nothing by itself.
        AuthFailed: the token was encrypted with a key that is not here any more: rotate.
    """
    with app.store.read() as tx:
        found = tx.hooks.of(creditor, kind, connection)
    if found is not None:
        return OpenedHook(found, hook_path(app, found))
    return _make(app, creditor, kind, connection, anew=False, by=by)


def open_path(app: App, creditor: CreditorId, kind: HookKind, connection: ConnectionId) -> str:
    """Path of the living hook of that kind; "" without one. Opens nothing.

    Raises:
        AuthFailed: the token was encrypted with a key that is not here any more.
    """
    with app.store.read() as tx:
        found = tx.hooks.of(creditor, kind, connection)
    return "" if found is None else hook_path(app, found)


def rotate_hook(
    app: App, creditor: CreditorId, kind: HookKind, connection: ConnectionId, *, by: str
) -> OpenedHook:
    """A new address and secret; the old ones count no more."""
    return _make(app, creditor, kind, connection, anew=True, by=by)


def close_hook(
    app: App, creditor: CreditorId, kind: HookKind, connection: ConnectionId, *, by: str
) -> bool:
    """Ends the hook of that kind; False when there is none."""
    with app.store.write() as tx:
        found = tx.hooks.of(creditor, kind, connection)
        if found is None:
            return False
        tx.hooks.end(creditor, found.id, app.clock.now())
        _record(app, tx, found, "hook_closed", by)
    return True


def hook_path(app: App, hook: Hook) -> str:
    """Path of the address, with the token in it.

    Raises:
        AuthFailed: the token was encrypted with a key that is not here any more.
    """
    try:
        return _path(app, hook, app.platforms.decrypt(hook.token))
    except AuthFailed as error:
        kind = "" if hook.kind is HookKind.PLATFORM else f" --kind {_SLUGS[hook.kind]}"
        again = f"mahnwerk webhooks rotate{kind}{_name(app, hook)}"
        raise AuthFailed(
            "Die Adresse für Meldungen lässt sich mit dem Schlüssel, der hier ist, nicht lesen. Eine "
            f"neue machen: {again}",
            en="The address for events cannot be read with the key that is here. Make a new one: "
            f"{again}",
        ) from error


def hook_slug(app: App, hook: Hook) -> str:
    """The platform, ``inbound`` or ``returned-mail``; "" when its connection is gone."""
    if hook.kind is HookKind.PLATFORM:
        with app.store.read() as tx:
            connection = tx.connections.get(hook.creditor, hook.connection)
        return connection.platform if connection else ""
    return _SLUGS[hook.kind]


def _name(app: App, hook: Hook) -> str:
    """The connection of the hook as the last word of a command; "" without one."""
    with app.store.read() as tx:
        connection = tx.connections.get(hook.creditor, hook.connection) if hook.connection else None
    return f" {quote(connection.name)}" if connection else ""


def hook_connection(app: App, creditor: CreditorId, kind: HookKind, name: str | None) -> Connection:
    """The one connection that a hook of that kind is for.

    Raises:
        UsageError: there is none, or several.
        NotSupported: its platform reports nothing by itself.
    """
    if kind is HookKind.PLATFORM:
        return one_connection(app, creditor, name)
    with app.store.read() as tx:
        live, files = live_connections(app, tx, creditor, name)
    return only_one([*live, *files])


def _make(
    app: App,
    creditor: CreditorId,
    kind: HookKind,
    connection: ConnectionId,
    *,
    anew: bool,
    by: str,
) -> OpenedHook:
    token = secrets.token_urlsafe(_BYTES)
    secret = "" if kind is HookKind.PLATFORM else secrets.token_urlsafe(_BYTES)
    sealed = app.platforms.encrypt(token)
    sealed_secret = app.platforms.encrypt(secret) if secret else ""
    with app.store.write() as tx:
        _check(app, tx, creditor, kind, connection)
        there = tx.hooks.of(creditor, kind, connection)
        if there is None or anew:
            at = app.clock.now()
            hook = tx.hooks.add(
                creditor, kind, connection, token_digest(token), sealed, sealed_secret, at
            )
            _record(app, tx, hook, "hook_rotated" if there else "hook_opened", by)
            there = None
    if there is not None:  # somebody else was quicker
        return OpenedHook(there, hook_path(app, there))
    return OpenedHook(hook, _path(app, hook, token), secret, new=True)


def _check(
    app: App, tx: Tx, creditor: CreditorId, kind: HookKind, connection: ConnectionId
) -> None:
    if kind is HookKind.RETURNED_MAIL:
        return
    found = tx.connections.get(creditor, connection)
    if found is None:
        raise UsageError(
            f"Die Anbindung {connection} gibt es nicht.", en=f"There is no connection {connection}."
        )
    live = app.platforms.all.get(found.platform)
    if kind is HookKind.PLATFORM and (live is None or Capability.WEBHOOKS not in live.capabilities):
        raise NotSupported(
            f"{found.name}: diese Plattform meldet Änderungen nicht von sich aus.",
            en=f"{found.name}: this platform does not report changes by itself.",
        )


def _path(app: App, hook: Hook, token: str) -> str:
    return f"/hooks/{hook_slug(app, hook)}/{token}"


def _record(app: App, tx: Tx, hook: Hook, event: str, by: str) -> None:
    refs = {"connection": hook.connection} if hook.connection else {}
    payload = {"kind": hook.kind.value, **({"by": by} if by else {})}
    tx.events.append(hook.creditor, event, refs, payload, app.clock.now())

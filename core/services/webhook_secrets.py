"""Secrets that a platform shares with us to sign its events: kept encrypted, the newest first.

Two at most, so that a roll works: for some hours a platform signs by the old one and the new one.
Which endpoint of the platform brought which secret is kept beside it, by a digest, so that ending
that endpoint forgets its secret and no other. No secret leaves this module but by ``secrets_of``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from core.domain.model import Connection, CreditorId
from core.errors import AuthFailed
from core.ports import SharedSecret, Subscription, Tx
from core.services.app import App

MOST = 2
WEBHOOKS = "webhooks"  # stream of the connection, beside its cursors
_ENDPOINTS = "endpoints"


def secret_setting(app: App, platform: str) -> str:
    """Name of the setting that keeps the secrets of a platform's events; "" where it has none."""
    live = app.platforms.all.get(platform)
    signing = live.signing if live else None
    return signing.setting if isinstance(signing, SharedSecret) else ""


def secrets_of(app: App, tx: Tx, creditor: CreditorId, connection: Connection) -> tuple[str, ...]:
    """The secrets whose signatures count for the connection, the newest first; () for none.

    Raises:
        AuthFailed: they were encrypted with a key that is not here any more.
    """
    setting = secret_setting(app, connection.platform)
    token = tx.connections.secrets(creditor, connection.id).get(setting, "") if setting else ""
    return tuple(app.platforms.decrypt(token).split("\n")) if token else ()


def keep_secrets(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, newest: Sequence[str]
) -> None:
    """Puts ``newest`` in front of what is kept; what exceeds ``MOST`` is forgotten."""
    old: tuple[str, ...] = ()
    # Secrets that nobody can read any more verify nothing; new ones take their place.
    with suppress(AuthFailed):
        old = secrets_of(app, tx, creditor, connection)
    _save(app, tx, creditor, connection, list(dict.fromkeys([*newest, *old]))[:MOST])


def keep_endpoints(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, made: Sequence[Subscription]
) -> None:
    """Keeps the secrets of endpoints that were made just now, and whose they are."""
    brought = {each.id: each.secret for each in made if each.secret}
    if brought:
        keep_secrets(app, tx, creditor, connection, list(brought.values()))
        known = endpoints_of(tx, creditor, connection)
        known.update({id_: _digest(secret) for id_, secret in brought.items()})
        _save_endpoints(tx, creditor, connection, known)


def forget_endpoints(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    connection: Connection,
    ended: Collection[str],
    left: Collection[str],
) -> None:
    """Forgets the secrets of endpoints that were ended; all secrets when none is ``left``.

    One that somebody entered himself stays as long as there is an endpoint that it may be of.
    """
    known = endpoints_of(tx, creditor, connection)
    gone = {digest for id_, digest in known.items() if id_ in ended}
    still = {id_: digest for id_, digest in known.items() if id_ in left}
    if still != known:
        _save_endpoints(tx, creditor, connection, still)
    if not left:
        _save(app, tx, creditor, connection, [])  # also what nobody can read any more
        return
    with suppress(AuthFailed):
        old = secrets_of(app, tx, creditor, connection)
        kept = [each for each in old if _digest(each) not in gone - set(still.values())]
        if len(kept) < len(old):
            _save(app, tx, creditor, connection, kept)


def brings_events(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, endpoints: Collection[str]
) -> bool:
    """Whether a secret is kept that one of these endpoints may be signed with."""
    known = endpoints_of(tx, creditor, connection)
    digests = {_digest(each) for each in secrets_of(app, tx, creditor, connection)}
    of_these = {known[each] for each in endpoints if each in known}
    entered = digests - set(known.values())  # nobody knows whose these are
    return bool(entered or digests & of_these)


def endpoints_of(tx: Tx, creditor: CreditorId, connection: Connection) -> dict[str, str]:
    """Digest of its secret by endpoint, of those that Mahnwerk made itself."""
    kept: Mapping[str, str] = (
        tx.connections.cursors(creditor, connection.id).get(WEBHOOKS, {}).get(_ENDPOINTS, {})
    )
    return dict(kept)


def _save_endpoints(
    tx: Tx, creditor: CreditorId, connection: Connection, known: Mapping[str, str]
) -> None:
    kept = {_ENDPOINTS: dict(known)} if known else {}
    tx.connections.save_cursor(creditor, connection.id, WEBHOOKS, kept)


def _save(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, secrets: Sequence[str]
) -> None:
    setting = secret_setting(app, connection.platform)
    token = app.platforms.encrypt("\n".join(secrets)) if secrets else ""
    tx.connections.save_secret(creditor, connection.id, setting, token)


def _digest(secret: str) -> str:
    """Tells secrets apart and gives none away: they are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]

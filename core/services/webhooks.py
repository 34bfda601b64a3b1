"""Webhooks of a connection: who tells us of changes, where to, and whose signature counts.

The public key that a platform signs with is pinned by a person who compared it; before that nothing
is subscribed to, since nothing that comes could be believed. A secret that it shares instead comes
with the subscription, and is kept before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from urllib.parse import urlsplit

from core.domain.model import Connection, CreditorId
from core.errors import UsageError
from core.ports import Lane, PlatformConnector, SharedSecret, Subscription
from core.services.app import App
from core.services.asking import asking_by_name
from core.services.webhook_connections import able_connections, append_event, one_connection
from core.services.webhook_keys import pinned_keys
from core.services.webhook_secrets import (
    brings_events,
    forget_endpoints,
    keep_endpoints,
    secret_setting,
)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Event subscriptions of one connection. ``secret_kept``: of one that was made just now."""

    connection: Connection
    subscriptions: tuple[Subscription, ...]
    secret_kept: bool = False


def list_webhooks(app: App, creditor: CreditorId, name: str | None) -> list[Hooks]:
    """The subscriptions of each connection that has webhooks, or of the named one.

    Raises:
        UsageError: no such connection.
        NotSupported: no webhooks there.
        ConnectorError: the platform cannot be asked.
    """
    found = []
    for connection in able_connections(app, creditor, name):
        with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
            found.append(_hooks(connection, platform.subscriptions()))
    return found


def register_webhooks(
    app: App, creditor: CreditorId, name: str | None, url: str, *, by: str
) -> Hooks:
    """Subscribes ``url`` to all events that Mahnwerk uses. What is there stays, ``new`` tells.

    The secret of a new one is stored encrypted at once, and forgotten by everybody else.

    Raises:
        UsageError: no key is pinned, several connections, an address that cannot be used, or one
            that is subscribed already and whose secret nobody kept.
        ConnectorError: the platform refused; what was made before stays.
    """
    connection = one_connection(app, creditor, name)
    shared = isinstance(app.platforms.all[connection.platform].signing, SharedSecret)
    if shared:
        app.platforms.encrypt("")  # fails now rather than with a secret that comes only once
    elif not pinned_keys(app, connection):
        raise UsageError(
            "Solange kein Schlüssel bestätigt ist, glaubt Mahnwerk keiner Meldung. Zuerst: "
            f"mahnwerk webhooks key {quote(connection.name)}",
            en="As long as no key is confirmed Mahnwerk believes no event. First: "
            f"mahnwerk webhooks key {quote(connection.name)}",
        )
    with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
        there = platform.subscribe(url)
        made = [each for each in there if each.new]
        if shared:
            _keep(app, creditor, connection, platform, made)
    if made:
        _record(app, creditor, connection, "webhooks_registered", made, by)
    if shared:
        _check_secret(app, creditor, connection, url, there)
    return _hooks(connection, there)


def remove_webhooks(
    app: App,
    creditor: CreditorId,
    name: str | None,
    *,
    subscription: str = "",
    url: str = "",
    by: str,
) -> Hooks:
    """Ends the subscription with that id, those of that address, or else all of the connection.

    Raises:
        UsageError: there is none such, or several connections.
        ConnectorError: the platform refused; what was ended before stays so.
    """
    connection = one_connection(app, creditor, name)
    removed: list[Subscription] = []
    with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
        there = platform.subscriptions()
        wanted = [each for each in there if subscription in ("", each.id) and url in ("", each.url)]
        if not wanted and (subscription or url):
            raise UsageError(
                "Ein solches Abonnement gibt es nicht. Vorhandene: mahnwerk webhooks list",
                en="There is no such subscription. See: mahnwerk webhooks list",
            )
        try:
            # One endpoint may be subscribed to many types: they all end with it.
            for id_ in dict.fromkeys(each.id for each in wanted):
                platform.unsubscribe(id_)
                removed += [each for each in wanted if each.id == id_]
        finally:
            if removed:
                _record(app, creditor, connection, "webhooks_removed", removed, by)
                _forget(app, creditor, connection, there, removed)
    return _hooks(connection, removed)


def _hooks(connection: Connection, found: Sequence[Subscription]) -> Hooks:
    """Without the secrets, which nobody behind this module needs."""
    plain = tuple(each._replace(secret="") for each in found)
    return Hooks(connection, plain, any(each.secret for each in found))


def _keep(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    platform: PlatformConnector,
    made: Sequence[Subscription],
) -> None:
    """Keeps the secrets of what was made; what cannot be kept is not left there."""
    try:
        with app.store.write() as tx:
            keep_endpoints(app, tx, creditor, connection, made)
    except Exception:
        for id_ in dict.fromkeys(each.id for each in made if each.secret):
            platform.unsubscribe(id_)
        raise


def _check_secret(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    url: str,
    there: Sequence[Subscription],
) -> None:
    with app.store.read() as tx:
        if brings_events(app, tx, creditor, connection, {each.id for each in there}):
            return
    name = quote(connection.name)
    remove = f"mahnwerk webhooks remove --url {quote(url)} {name}"
    setting = secret_setting(app, connection.platform)
    enter = f"mahnwerk connect {connection.platform} --name {name} --set {setting}=-"
    raise UsageError(
        "Diese Adresse ist schon angemeldet, aber ihr Geheimnis kennt Mahnwerk nicht, und die "
        "Plattform nennt es nur beim Anlegen: keine Meldung würde angenommen. Entweder entfernen "
        f"und noch einmal anmelden: {remove}; oder das Geheimnis in der Plattform ansehen und "
        f"eingeben: {enter}",
        en="This address is registered already, but Mahnwerk does not have its secret, and the "
        "platform tells it at the creation alone: no event would be accepted. Either remove and "
        f"register again: {remove}; or look the secret up on the platform and enter it: {enter}",
    )


def _forget(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    there: Sequence[Subscription],
    removed: Sequence[Subscription],
) -> None:
    if isinstance(app.platforms.all[connection.platform].signing, SharedSecret):
        ended = {each.id for each in removed}
        left = {each.id for each in there} - ended
        with app.store.write() as tx:
            forget_endpoints(app, tx, creditor, connection, ended, left)


def _record(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    event: str,
    touched: Sequence[Subscription],
    by: str,
) -> None:
    payload = {
        "by": by,
        "events": sorted(each.event for each in touched),
        # The path holds an unguessable part: hosts alone.
        "hosts": sorted({urlsplit(each.url).netloc for each in touched}),
    }
    with app.store.write() as tx:
        append_event(app, tx, creditor, connection, event, payload)

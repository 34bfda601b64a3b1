"""Webhooks of a connection: who tells us of changes, where to, and whose signature counts.

The key that a platform signs with is pinned by a person who compared it; before that nothing is
subscribed to, since nothing that comes could be believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from urllib.parse import urlsplit

from core.domain.model import Connection, CreditorId
from core.errors import NotSupported, UsageError
from core.ports import Capability, Lane, PublicKey, SigningKey, Subscription, Tx
from core.services.app import App
from core.services.asking import asking_by_name, live_connections

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Hooks:
    """Event subscriptions of one connection."""

    connection: Connection
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class KeyReport:
    """The keys of one connection: offered to be compared, and pinned. ``changed`` just now."""

    connection: Connection
    url: str  # where the platform publishes its key
    offered: tuple[PublicKey, ...]
    pinned: tuple[PublicKey, ...]
    changed: bool = False


def list_webhooks(app: App, creditor: CreditorId, name: str | None) -> list[Hooks]:
    """The subscriptions of each connection that has webhooks, or of the named one.

    Raises:
        UsageError: no such connection.
        NotSupported: no webhooks there.
        ConnectorError: the platform cannot be asked.
    """
    found = []
    for connection in _connections(app, creditor, name):
        with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
            found.append(Hooks(connection, tuple(platform.subscriptions())))
    return found


def register_webhooks(
    app: App, creditor: CreditorId, name: str | None, url: str, *, by: str
) -> Hooks:
    """Subscribes ``url`` to all events that Mahnwerk uses. What is there stays, ``new`` tells.

    Raises:
        UsageError: no key is pinned, several connections, or an address that cannot be used.
        ConnectorError: the platform refused; what was made before stays.
    """
    connection = _one(app, creditor, name)
    if not pinned_keys(app, connection):
        raise UsageError(
            "Solange kein Schlüssel bestätigt ist, glaubt Mahnwerk keiner Meldung. Zuerst: "
            f"mahnwerk webhooks key {quote(connection.name)}",
            en="As long as no key is confirmed Mahnwerk believes no event. First: "
            f"mahnwerk webhooks key {quote(connection.name)}",
        )
    with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
        there = platform.subscribe(url)
    made = [each for each in there if each.new]
    if made:
        _record(app, creditor, connection, "webhooks_registered", made, by)
    return Hooks(connection, tuple(there))


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
    connection = _one(app, creditor, name)
    removed: list[Subscription] = []
    with asking_by_name(app, creditor, connection, Lane.SYNC) as platform:
        wanted = [
            each
            for each in platform.subscriptions()
            if subscription in ("", each.id) and url in ("", each.url)
        ]
        if not wanted and (subscription or url):
            raise UsageError(
                "Ein solches Abonnement gibt es nicht. Vorhandene: mahnwerk webhooks list",
                en="There is no such subscription. See: mahnwerk webhooks list",
            )
        try:
            for each in wanted:
                platform.unsubscribe(each.id)
                removed.append(each)
        finally:
            if removed:
                _record(app, creditor, connection, "webhooks_removed", removed, by)
    return Hooks(connection, tuple(removed))


def key_report(app: App, creditor: CreditorId, name: str | None, text: str = "") -> KeyReport:
    """The keys to compare: those of ``text`` (PEM), else the one that Mahnwerk ships.

    Raises:
        UsageError: no key in ``text``, or several connections.
    """
    connection = _one(app, creditor, name)
    signing = _signing(app, connection)
    offered = signing.read(text or signing.candidate())
    return KeyReport(connection, signing.url, offered, pinned_keys(app, connection))


def confirm_key(
    app: App, creditor: CreditorId, name: str | None, fingerprint: str, text: str = "", *, by: str
) -> KeyReport:
    """Pins the offered key with that fingerprint, beside those that are pinned already.

    Raises:
        UsageError: no offered key has it; nothing was changed.
    """
    report = key_report(app, creditor, name, text)
    wanted = _checked(fingerprint)
    found = next((key for key in report.offered if key.fingerprint == wanted), None)
    if found is None:
        raise UsageError(
            "Der Fingerabdruck passt zu keinem vorliegenden Schlüssel; es wurde nichts geändert. "
            f"Den Schlüssel von {report.url} laden und angeben: mahnwerk webhooks key --from DATEI",
            en="The fingerprint matches no key at hand; nothing was changed. Load the key from "
            f"{report.url} and give it: mahnwerk webhooks key --from FILE",
        )
    if found in report.pinned:
        return report
    return _pin(app, creditor, report, wanted, found, by)


def forget_key(
    app: App, creditor: CreditorId, name: str | None, fingerprint: str, *, by: str
) -> KeyReport:
    """Takes a pinned key away: what it signed is not believed any more.

    Raises:
        UsageError: no pinned key has that fingerprint.
    """
    report = key_report(app, creditor, name)
    wanted = _checked(fingerprint)
    if all(key.fingerprint != wanted for key in report.pinned):
        raise UsageError(
            "Kein hinterlegter Schlüssel hat diesen Fingerabdruck. Vorhandene: "
            "mahnwerk webhooks key",
            en="No pinned key has this fingerprint. See: mahnwerk webhooks key",
        )
    return _pin(app, creditor, report, wanted, None, by)


def pinned_keys(app: App, connection: Connection) -> tuple[PublicKey, ...]:
    """The keys whose signatures count for the connection; () when none usable was confirmed.

    Raises:
        NotSupported: its platform signs nothing.
    """
    signing = _signing(app, connection)
    try:
        return signing.read(connection.settings.get(signing.setting, ""))
    except UsageError:
        return ()


def _connections(app: App, creditor: CreditorId, name: str | None) -> list[Connection]:
    with app.store.read() as tx:
        live, _files = live_connections(app, tx, creditor, name)
    able = [
        each
        for each in live
        if Capability.WEBHOOKS in app.platforms.all[each.platform].capabilities
    ]
    if not able:
        raise NotSupported(
            "Keine Anbindung, deren Plattform Änderungen von sich aus meldet.",
            en="There is no connection whose platform reports changes by itself.",
        )
    return able


def _one(app: App, creditor: CreditorId, name: str | None) -> Connection:
    able = _connections(app, creditor, name)
    if len(able) > 1:
        listed = ", ".join(each.name for each in able)
        raise UsageError(
            f"Mehrere Anbindungen; eine angeben: {listed}",
            en=f"There are several connections; name one: {listed}",
        )
    return able[0]


def _signing(app: App, connection: Connection) -> SigningKey:
    signing = app.platforms.all[connection.platform].signing
    if not isinstance(signing, SigningKey):
        raise NotSupported(
            f"{connection.platform} unterschreibt Meldungen nicht mit einem öffentlichen Schlüssel.",
            en=f"{connection.platform} does not sign events by a public key.",
        )
    return signing


def _checked(fingerprint: str) -> str:
    """SHA-256 in hex; colons, blanks and capitals as other programs print them are fine."""
    plain = re.sub(r"[\s:]", "", fingerprint).lower().removeprefix("sha256")
    if not _FINGERPRINT.fullmatch(plain):
        raise UsageError(
            "Ein Fingerabdruck hat 64 Zeichen aus 0–9 und a–f (SHA-256); bitte vollständig angeben.",
            en="A fingerprint has 64 characters of 0–9 and a–f (SHA-256); give all of it.",
        )
    return plain


def _pin(
    app: App,
    creditor: CreditorId,
    report: KeyReport,
    fingerprint: str,
    added: PublicKey | None,
    by: str,
) -> KeyReport:
    """Pins ``added`` behind the others, or takes the key with that fingerprint away."""
    setting = _signing(app, report.connection).setting
    with app.store.write() as tx:
        # Somebody else may have pinned one since it was read.
        now = tx.connections.get(creditor, report.connection.id) or report.connection
        keys = tuple(each for each in pinned_keys(app, now) if each.fingerprint != fingerprint)
        if added is not None:
            keys = (*keys, added)
        settings = {key: value for key, value in now.settings.items() if key != setting}
        if keys:
            settings[setting] = "".join(key.pem for key in keys)
        changed = replace(now, settings=settings)
        tx.connections.save(creditor, changed)
        event = "webhook_key_forgotten" if added is None else "webhook_key_pinned"
        _append(app, tx, creditor, changed, event, {"fingerprint": fingerprint, "by": by})
    return replace(report, connection=changed, pinned=keys, changed=True)


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
        _append(app, tx, creditor, connection, event, payload)


def _append(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    connection: Connection,
    event: str,
    payload: Mapping[str, object],
) -> None:
    refs = {"connection": connection.id}
    tx.events.append(creditor, event, refs, {"name": connection.name, **payload}, app.clock.now())

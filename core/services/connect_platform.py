"""`mahnwerk connect` of a live platform: its key is tried before anything is stored.

The key is kept encrypted and never leaves this module in an event, an error or a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from shlex import quote
from urllib.parse import urlsplit

from core.domain.model import Connection, CreditorId, Role
from core.domain.platform_records import AccountInfo
from core.errors import AuthFailed, NotSupported, UsageError
from core.ports import Lane, Platform, PlatformConnector, PlatformSetting, Tx
from core.services.app import App
from core.services.connection_mode import refuse_mixing
from core.services.connection_settings import (
    ACCOUNT,
    API_BASE,
    Given,
    check_settings,
    check_together,
)
from core.services.connection_state import Cursors, mode, organisation, record_account
from core.services.connections import add_connection, checked_name, find_connection
from core.services.gate import OpenGate
from core.services.lookup import creditor_of
from core.services.sync_store import ONBOARDING
from core.services.webhook_secrets import keep_secrets, secret_setting


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection that was made or changed. ``info``: what the platform said, None = not asked.

    ``warnings`` are for the operator, in his language; ``next`` the command that comes next.
    """

    connection: Connection
    organisation: str = ""
    info: AccountInfo | None = None
    warnings: tuple[str, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a command asks for, beside what is there already."""

    platform: Platform
    name: str
    given: Given = field(repr=False)
    old: Connection | None
    keys: frozenset[str]  # names of the secrets that are stored

    @property
    def settings(self) -> dict[str, str]:
        """All settings as they will be; what was given empty is the platform's own value again."""
        before = self.old.settings if self.old else {}
        wanted = {k: v for k, v in self.given.plain.items() if k != "role"}
        return {key: value for key, value in {**before, **wanted}.items() if value}

    @property
    def missing(self) -> list[PlatformSetting]:
        """Secrets that must be entered: there is none, or it was entered for another address."""
        secrets = _needed(self.platform)
        kept = frozenset() if self.old is None or self._moved else self.keys
        return [each for each in secrets if each.name not in kept | self.given.secret.keys()]

    @property
    def _moved(self) -> bool:
        """A stored key must not be sent to another server: it might be a stranger's."""
        before = self.old.settings if self.old else {}
        return self._origin(before) != self._origin(self.settings)

    def _origin(self, settings: Mapping[str, str]) -> tuple[str, str]:
        parts = urlsplit(self.platform.value(settings, API_BASE))
        return parts.scheme.casefold(), parts.netloc.casefold()

    @property
    def new_key(self) -> bool:
        """A secret was given without which the platform cannot be read."""
        return any(each.name in self.given.secret for each in _needed(self.platform))

    @property
    def to_check(self) -> bool:
        """Whether the platform must be asked: other settings need neither key nor network."""
        if self.old is None or not self.old.client or self.new_key:
            return True
        return any(self.settings.get(n) != self.old.settings.get(n) for n in (API_BASE, ACCOUNT))


def _needed(platform: Platform) -> list[PlatformSetting]:
    """The secrets without which a platform cannot be read."""
    return [each for each in platform.settings if each.secret and not each.optional]


def missing_secrets(
    app: App, creditor: CreditorId, platform: str, name: str | None, settings: Mapping[str, str]
) -> list[str]:
    """Names of the secrets that ``connect_platform`` would need beside ``settings``.

    Raises:
        NotSupported, UsageError: as ``connect_platform``.
    """
    return [each.name for each in _wish(app, creditor, platform, name, settings).missing]


def connect_platform(
    app: App,
    creditor: CreditorId,
    platform: str,
    name: str | None,
    settings: Mapping[str, str],
    *,
    by: str,
    on: date,
) -> Connected:
    """Makes the connection of that name, or changes it, after the platform accepted its key.

    Raises:
        NotSupported: there is no such live platform.
        UsageError: unknown setting, wrong value, a name that is taken, or an organisation that is
            another connection's, or live and test data would be mixed.
        AuthFailed: the key is missing or was refused; nothing is stored.
        ConnectorError: the platform cannot be asked; nothing is stored.
    """
    wish = _wish(app, creditor, platform, name, settings)
    check_together(wish.platform, wish.settings)
    if wish.missing:
        raise _no_key(wish)
    info = _ask(app, creditor, wish) if wish.to_check else None
    with app.store.write() as tx:
        # Somebody else may have changed it while the platform was asked.
        wish = replace(wish, old=find_connection(tx, creditor, platform, name))
        connection = wish.old or add_connection(tx, creditor, platform, name, on)
        changed = replace(
            connection,
            role=Role(wish.given.plain.get("role", connection.role)),
            settings=wish.settings,
            client=info.id if info else connection.client,
        )
        _refuse_stranger(connection, info)
        refuse_mixing(tx, creditor_of(tx, creditor), connection, info.mode if info else "")
        _refuse_twice(changed, tx.connections.all(creditor))
        _store(app, tx, creditor, wish, changed, info, by)
        cursors = tx.connections.cursors(creditor, changed.id)
    return _report(app, wish, changed, cursors, info)


def _wish(
    app: App, creditor: CreditorId, platform: str, name: str | None, settings: Mapping[str, str]
) -> _Wish:
    given = check_settings(app, creditor, platform, settings)
    live = app.platforms.all.get(platform)
    if live is None:
        raise NotSupported(
            f"„{platform}“ ist keine Plattform, die Mahnwerk selbst abruft.",
            en=f"{platform} is not a platform that Mahnwerk reads by itself.",
        )
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        old = find_connection(tx, creditor, platform, name)
        keys = tx.connections.secrets(creditor, old.id) if old else {}
    called = old.name if old else checked_name(name or platform)
    return _Wish(live, called, given, old, frozenset(keys))


def _enter(wish: _Wish) -> str:
    """The command that enters the key."""
    names = [each.name for each in _needed(wish.platform)]
    named = "" if wish.name == wish.platform.slug else f" --name {quote(wish.name)}"
    given = "".join(f" --set {name}=-" for name in names)
    return f"mahnwerk connect {wish.platform.slug}{named}{given}"


def _no_key(wish: _Wish) -> AuthFailed:
    lacking = wish.missing
    names = ", ".join(each.name for each in lacking)
    de = "; ".join(f"{each.name}: {each.de}" for each in lacking)
    en = "; ".join(f"{each.name}: {each.en}" for each in lacking)
    if wish.old is not None and wish.keys:
        return AuthFailed(
            f"Der gespeicherte Schlüssel gehört zu einer anderen Adresse ({API_BASE}); dorthin geht "
            f"er nicht. Für die neue eingeben: {_enter(wish)}",
            en=f"The stored key was entered for another address ({API_BASE}) and does not go to "
            f"this one. Enter the one for it: {_enter(wish)}",
        )
    return AuthFailed(
        f"Für {wish.platform.label} fehlt {names}. {de}. Eingeben: {_enter(wish)}",
        en=f"{wish.platform.label} lacks {names}. {en}. Enter it: {_enter(wish)}",
    )


def _ask(app: App, creditor: CreditorId, wish: _Wish) -> AccountInfo:
    """Whose account the key opens; nothing is stored yet."""
    try:
        connector = _open(app, creditor, wish)
        try:
            return connector.check()
        finally:
            connector.close()
    except AuthFailed as error:
        raise _refused(wish, error) from None  # what a platform answers may repeat the key


def _open(app: App, creditor: CreditorId, wish: _Wish) -> PlatformConnector:
    if wish.old is not None and not wish.new_key:
        # The stored key: at its own address, whose path alone may have changed.
        there = replace(wish.old, settings=wish.settings)
        return app.platforms.connect(creditor, there, Lane.LAST_LOOK)
    return app.platforms.open(wish.platform.slug, wish.settings, wish.given.secret, OpenGate())


def _refused(wish: _Wish, error: AuthFailed) -> AuthFailed:
    """The platform's own sentence, and where to get a new key unless it says so."""
    secrets = _needed(wish.platform)
    de, en = "; ".join(each.de for each in secrets), "; ".join(each.en for each in secrets)
    told = "mahnwerk connect" in str(error)
    said = AuthFailed(
        f"{error} Es wurde nichts gespeichert." + ("" if told else f" {de}; dann: {_enter(wish)}"),
        en=f"{error.sentence('en')} Nothing was stored."
        + ("" if told else f" {en}; then: {_enter(wish)}"),
    )
    said.connector, said.request_id, said.status = error.connector, error.request_id, error.status
    return said


def _refuse_stranger(connection: Connection, info: AccountInfo | None) -> None:
    """A connection keeps its organisation: its invoices would get the customers of another."""
    if info is None or not connection.client or info.is_one(connection.client):
        return
    raise UsageError(
        f"Der Schlüssel gehört zu „{info.name}“, die Anbindung „{connection.name}“ zu einer anderen "
        f"Organisation. Dafür eine eigene anlegen: mahnwerk connect {connection.platform} "
        "--name … --set api_key=-",
        en=f"The key belongs to {info.name}, the connection {connection.name} to another "
        f"organisation. Make one of its own for it: mahnwerk connect {connection.platform} "
        "--name … --set api_key=-",
    )


def _refuse_twice(connection: Connection, all_: list[Connection]) -> None:
    """Its customers would get every letter twice (architecture §2, one claim, one connection)."""
    rival = next(
        (
            other
            for other in all_
            if other.id != connection.id
            and other.platform == connection.platform
            and other.client == connection.client != ""
            and Role.LEADING is other.role is connection.role
        ),
        None,
    )
    if rival is None:
        return
    raise UsageError(
        f"Diese Organisation wird schon aus der Anbindung „{rival.name}“ gemahnt. Diese nur zum "
        "Nachweis führen: --set role=evidence",
        en=f"This organisation is dunned from the connection {rival.name} already. Keep this one "
        "as evidence: --set role=evidence",
    )


def _store(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    wish: _Wish,
    connection: Connection,
    info: AccountInfo | None,
    by: str,
) -> None:
    at = app.clock.now()
    tx.connections.save(creditor, connection)
    for key, value in wish.given.secret.items():
        if not value:  # an optional one is taken back
            tx.connections.save_secret(creditor, connection.id, key, "")
        elif key == secret_setting(app, connection.platform):
            keep_secrets(app, tx, creditor, connection, [value])  # beside the old one, for a roll
        else:
            tx.connections.save_secret(creditor, connection.id, key, app.platforms.encrypt(value))
    if info is not None:
        # A platform that does not say it any more still has what it had.
        known = info.mode or mode(tx.connections.cursors(creditor, connection.id))
        record_account(tx, creditor, connection.id, info.name, at, known)
        tx.inbox.wait(creditor, connection.id, at)  # what waited for this key waits no more
    payload = {
        "name": connection.name,
        "by": by,
        "settings": {**wish.given.plain, "role": connection.role},
        "secrets": sorted(wish.given.secret),  # their names alone
        "client": connection.client,
    }
    kind = "connection_changed" if wish.old else "connected"
    tx.events.append(creditor, kind, {"connection": connection.id}, payload, at)


def _report(
    app: App, wish: _Wish, connection: Connection, cursors: Cursors, info: AccountInfo | None
) -> Connected:
    notes = wish.platform.notes if wish.old is None else ()
    warnings = (*(info.warnings if info else ()), *notes)
    read = cursors.get(ONBOARDING, {}).get("done")
    return Connected(
        connection,
        organisation(cursors),
        info,
        tuple(app.say(de, en) for de, en in dict.fromkeys(warnings)),
        "" if read else f"mahnwerk onboard {quote(connection.name)}",
    )

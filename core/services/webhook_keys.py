"""The public key that a platform signs its events with: compared and pinned by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from core.domain.model import Connection, CreditorId
from core.errors import NotSupported, UsageError
from core.ports import PublicKey, SharedSecret, SigningKey
from core.services.app import App
from core.services.webhook_connections import append_event, one_connection

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class KeyReport:
    """The keys of one connection: offered to be compared, and pinned. ``changed`` just now."""

    connection: Connection
    url: str  # where the platform publishes its key
    offered: tuple[PublicKey, ...]
    pinned: tuple[PublicKey, ...]
    changed: bool = False


def key_report(app: App, creditor: CreditorId, name: str | None, text: str = "") -> KeyReport:
    """The keys to compare: those of ``text`` (PEM), else the one that Mahnwerk ships.

    Raises:
        UsageError: no key in ``text``, or several connections.
    """
    connection = one_connection(app, creditor, name)
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


def _signing(app: App, connection: Connection) -> SigningKey:
    live = app.platforms.all[connection.platform]
    signing = live.signing
    if isinstance(signing, SharedSecret):
        raise NotSupported(
            f"{live.label} unterschreibt Meldungen mit einem Geheimnis und nicht mit einem "
            "öffentlichen Schlüssel; es gibt nichts zu vergleichen. Das Geheimnis speichert "
            "mahnwerk webhooks register.",
            en=f"{live.label} signs events by a secret and not by a public key; there is nothing to "
            "compare. The secret is kept by mahnwerk webhooks register.",
        )
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
        append_event(app, tx, creditor, changed, event, {"fingerprint": fingerprint, "by": by})
    return replace(report, connection=changed, pinned=keys, changed=True)

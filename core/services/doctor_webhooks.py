"""Doctor: events of a platform — what they are believed by. Nothing is wrong without them."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote

from core.domain.model import Connection, CreditorId
from core.ports import SharedSecret, SigningKey
from core.services.app import App
from core.services.webhook_secrets import endpoints_of

Say = Callable[[str, str], str]
_CHECK, _OK, _WARN = "webhook_key", "ok", "warn"


def webhook_finding(
    app: App, creditor: CreditorId, connection: Connection, say: Say
) -> tuple[str, str, str] | None:
    """Name, status and sentence; None when the platform reports nothing by itself."""
    live = app.platforms.all.get(connection.platform)
    signing = live.signing if live else None
    if isinstance(signing, SigningKey):
        return _key(connection, signing.setting, say)
    if isinstance(signing, SharedSecret):
        return _secret(app, creditor, connection, signing.setting, say)
    return None


def _key(connection: Connection, setting: str, say: Say) -> tuple[str, str, str]:
    """Without a key every change is found by the next sync."""
    if connection.settings.get(setting):
        sentence = say(
            f"{connection.name}: Schlüssel der Meldungen ist bestätigt.",
            f"{connection.name}: the key of its events is confirmed.",
        )
        return _CHECK, _OK, sentence
    sentence = say(
        f"{connection.name}: kein Schlüssel bestätigt, Meldungen der Plattform werden nicht "
        "angenommen. Nur nötig für Meldungen: mahnwerk webhooks key",
        f"{connection.name}: no key is confirmed, events of the platform are not accepted. Needed "
        "for events only: mahnwerk webhooks key",
    )
    return _CHECK, _OK, sentence


def _secret(
    app: App, creditor: CreditorId, connection: Connection, setting: str, say: Say
) -> tuple[str, str, str]:
    """As the store has it: the platform is not asked, whose key may lack the right to tell."""
    name = connection.name
    with app.store.read() as tx:
        kept = bool(tx.connections.secrets(creditor, connection.id).get(setting))
        ours = sorted(endpoints_of(tx, creditor, connection))
    register = f"mahnwerk webhooks register --url https://… {quote(name)}"
    if kept and ours:
        sentence = say(
            f"{name}: Meldungen sind angemeldet, ihr Geheimnis ist gespeichert.",
            f"{name}: events are registered, their secret is kept.",
        )
    elif kept:
        sentence = say(
            f"{name}: Geheimnis der Meldungen ist gespeichert; angemeldet hat sie jemand in der "
            "Plattform selbst.",
            f"{name}: the secret of its events is kept; somebody registered them on the platform.",
        )
    elif ours:
        # Each by its id: --all would end what other programs have subscribed, too.
        remove = "; ".join(f"mahnwerk webhooks remove {quote(e)} {quote(name)}" for e in ours)
        sentence = say(
            f"{name}: Meldungen sind angemeldet, aber ihr Geheimnis fehlt; sie werden nicht "
            f"angenommen. Entfernen und neu anmelden: {remove}; {register}",
            f"{name}: events are registered, but their secret is missing; they are not accepted. "
            f"Remove and register again: {remove}; {register}",
        )
        return _CHECK, _WARN, sentence
    else:
        sentence = say(
            f"{name}: keine Meldungen angemeldet. Nötig sind sie nicht; anmelden: {register}",
            f"{name}: no events are registered. They are not needed; register: {register}",
        )
    return _CHECK, _OK, sentence

"""Live platforms: which there are, and how a connection to one is opened."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from shlex import quote

from config.event_readers import event_reader
from config.secrets import Vault
from connectors.lexoffice.platform import PLATFORM as LEXOFFICE
from connectors.sevdesk.platform import PLATFORM as SEVDESK
from connectors.stripe.platform import PLATFORM as STRIPE
from core.domain.model import Connection, CreditorId
from core.errors import ConfigError, NotSupported
from core.ports import Clock, Gate, Lane, PlatformConnector, Platforms, Store
from core.services.gate import MICROSECONDS, SharedGate

PLATFORMS = {platform.slug: platform for platform in (LEXOFFICE, SEVDESK, STRIPE)}

# Seconds that one call to a platform may take with all its repetitions. A last look holds up the
# notices behind it, an event the worker, who comes back for it; whoever enters a key sits and waits.
_PATIENCE = 300.0
_HURRY = {Lane.LAST_LOOK: 20.0, Lane.EVENT: 60.0}
_PATIENCE_OF_A_CHECK = 30.0
_ZONE = "Europe/Berlin"  # where nobody chose one
_RATE = "1"  # requests a second, where a platform names no rate


def open_platform(
    slug: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    gate: Gate,
    clock: Clock,
    patience: float = _PATIENCE,
    zone: str = _ZONE,
) -> PlatformConnector:
    """The connector of a platform; its module is imported when it is first needed.

    ``zone``: the creditor's, for platforms whose days are instants.
    """
    if slug == LEXOFFICE.slug:
        from connectors.lexoffice.connector import LexofficeConnector

        return LexofficeConnector(settings, secrets, gate, clock, patience)
    if slug == SEVDESK.slug:
        from connectors.sevdesk.connector import SevdeskConnector

        return SevdeskConnector(settings, secrets, gate, clock, patience)
    if slug == STRIPE.slug:
        from connectors.stripe.connector import StripeConnector

        return StripeConnector(settings, secrets, gate, clock, patience, zone=zone)
    raise NotSupported(
        f"„{slug}“ ist keine Plattform, die Mahnwerk selbst abruft.",
        en=f"{slug} is not a platform that Mahnwerk reads by itself.",
    )


@dataclass(frozen=True, slots=True)
class Connecting:
    """Opens stored connections: decrypted secrets, and the budget that all processes share."""

    store: Store
    vault: Vault
    clock: Clock

    def platforms(self) -> Platforms:
        return Platforms(
            PLATFORMS,
            self._open,
            self._connect,
            self.vault.encrypt,
            self._decrypt,
            event_reader,
        )

    def _decrypt(self, token: str) -> str:
        return self.vault.decrypt(token, "mahnwerk connect … --set NAME=-")

    def _open(
        self, slug: str, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate
    ) -> PlatformConnector:
        return open_platform(slug, settings, secrets, gate, self.clock, _PATIENCE_OF_A_CHECK)

    def _connect(
        self, creditor: CreditorId, connection: Connection, lane: Lane
    ) -> PlatformConnector:
        with self.store.read() as tx:
            kept = tx.connections.secrets(creditor, connection.id)
            owner = tx.creditors.get(creditor)
        enter = f"mahnwerk connect {connection.platform} --name {quote(connection.name)} --set"
        secrets = {
            name: self.vault.decrypt(value, f"{enter} {name}=-") for name, value in kept.items()
        }
        patience = _HURRY.get(lane, _PATIENCE)
        gate = SharedGate(
            self.store,
            self.clock,
            time.sleep,
            creditor,
            connection.id,
            lane,
            interval(connection),
            patience=patience,
        )
        platform, settings = connection.platform, connection.settings
        zone = _ZONE if owner is None else owner.profile.zone
        return open_platform(platform, settings, secrets, gate, self.clock, patience, zone)


def interval(connection: Connection) -> int:
    """Microseconds between two requests to the platform of ``connection``.

    Raises:
        ConfigError: its rate is 0, with which nothing could ever be asked.

    """
    platform = PLATFORMS.get(connection.platform)
    given = platform.value(connection.settings, "rate") if platform else ""
    rate = Decimal(given or _RATE)
    if rate <= 0:
        change = (
            f"mahnwerk connect {connection.platform} --name {quote(connection.name)} --set rate=…"
        )
        raise ConfigError(
            f"Die Anbindung {connection.name} darf keine Anfrage je Sekunde stellen (rate=0). Bitte "
            f"mit {change} ändern.",
            en=f"The connection {connection.name} may make no request a second (rate=0). Please "
            f"change that with {change}",
        )
    # Rounded up: never faster than the rate says.
    return math.ceil(MICROSECONDS / rate)

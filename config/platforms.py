"""Live platforms: which there are, and how a connection to one is opened."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.secrets import Vault
from connectors.lexoffice.platform import PLATFORM as LEXOFFICE
from core.domain.model import Connection, CreditorId
from core.errors import NotSupported
from core.ports import Clock, Gate, Lane, PlatformConnector, Platforms, Store
from core.services.gate import MICROSECONDS, SharedGate

PLATFORMS = {platform.slug: platform for platform in (LEXOFFICE,)}


def open_platform(
    slug: str, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate, clock: Clock
) -> PlatformConnector:
    """The connector of a platform; its module is imported when it is first needed."""
    if slug == LEXOFFICE.slug:
        from connectors.lexoffice.connector import LexofficeConnector

        return LexofficeConnector(settings, secrets, gate, clock)
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
        return Platforms(PLATFORMS, self._open, self._connect, self.vault.encrypt)

    def _open(
        self, slug: str, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate
    ) -> PlatformConnector:
        return open_platform(slug, settings, secrets, gate, self.clock)

    def _connect(
        self, creditor: CreditorId, connection: Connection, lane: Lane
    ) -> PlatformConnector:
        with self.store.read() as tx:
            kept = tx.connections.secrets(creditor, connection.id)
        enter = f"mahnwerk connect {connection.platform} --name {connection.name} --set"
        secrets = {
            name: self.vault.decrypt(value, f"{enter} {name}=-") for name, value in kept.items()
        }
        rate = Decimal(connection.settings.get("rate") or _default_rate(connection.platform))
        gate = SharedGate(
            self.store,
            self.clock,
            time.sleep,
            creditor,
            connection.id,
            lane,
            int(MICROSECONDS / rate),
        )
        return self._open(connection.platform, connection.settings, secrets, gate)


def _default_rate(slug: str) -> str:
    platform = PLATFORMS.get(slug)
    defaults = {each.name: each.default for each in platform.settings} if platform else {}
    return defaults.get("rate") or "1"

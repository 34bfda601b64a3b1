"""What one must know of lexoffice to set up a connection; imports neither network nor client.

Reference: https://developers.lexware.io/docs/ (Public API v1), read as a digest on 2026-11-22.
"""

from __future__ import annotations

from connectors._settings import YES_NO, address, attach_invoices, rate
from core.ports import Capability, Platform, PlatformSetting, PublicKey, SigningKey

API_BASE = "https://api.lexware.io"
RATE = "1.3"  # requests a second; 2 are allowed for all endpoints together (§1.4)

# Where lexoffice publishes the key that it signs its events with (§3.4).
WEBHOOK_KEY_URL = "https://developers.lexware.io/webhookSignature/public/public_key.pub"


def _read_keys(text: str) -> tuple[PublicKey, ...]:
    from connectors.lexoffice.webhook_keys import read_keys

    return read_keys(text)


def _candidate_key() -> str:
    from connectors.lexoffice.webhook_keys import candidate_key

    return candidate_key()


PLATFORM = Platform(
    slug="lexoffice",
    label="Lexware Office (lexoffice)",
    capabilities=frozenset(
        {
            Capability.DOCUMENT,
            Capability.WRITE_BACK,
            Capability.WEBHOOKS,
            Capability.PLATFORM_NOTICES,
        }
    ),
    list_page=250,  # voucherlist and contacts (§1.6)
    settings=(
        PlatformSetting(
            "api_key",
            r"[\x21-\x7e]{8,200}",
            "api_key=-",
            "API-Schlüssel aus https://app.lexware.de/addons/public-api",
            "API key from https://app.lexware.de/addons/public-api",
            secret=True,
        ),
        address(API_BASE, "mahnwerk sandbox"),
        rate(RATE, "lexoffice erlaubt 2", "lexoffice allows 2"),
        attach_invoices(),
        PlatformSetting(
            "write_back",
            "yes|no",
            "no",
            "ob versandte Mahnungen auch in lexoffice bei der Rechnung erscheinen",
            "whether sent notices also appear in lexoffice beside the invoice",
            default="no",
            choices=YES_NO,
        ),
        PlatformSetting(
            "webhook_key",
            r"(?s)-----BEGIN PUBLIC KEY-----.+-----END PUBLIC KEY-----\s*",
            "webhook_key=@lexware.pem",
            "öffentlicher Schlüssel, mit dem lexoffice seine Meldungen unterschreibt",
            "public key that lexoffice signs its events with",
        ),
    ),
    notes=(
        (
            (
                "lexoffice mahnt nur von Hand (Belege → Weitere Aktionen → Mahnen). Dort von jetzt an "
                "nicht mehr mahnen, sonst bekommt ein Kunde zwei Briefe; was dort schon gemahnt "
                "wurde, zeigt mahnwerk platform-notices."
            ),
            (
                "lexoffice duns by hand only (Belege → Weitere Aktionen → Mahnen). Do not dun there "
                "any more, or a customer gets two letters; what was dunned there already is shown "
                "by mahnwerk platform-notices."
            ),
        ),
    ),
    signing=SigningKey("webhook_key", WEBHOOK_KEY_URL, _read_keys, _candidate_key),
)

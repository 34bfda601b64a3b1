"""What one must know of sevDesk to set up a connection; imports neither network nor client.

Reference: https://api.sevdesk.de/ (API v1), read as a digest on 2026-11-22.
"""

from __future__ import annotations

from connectors._settings import YES_NO, address, attach_invoices, rate
from core.ports import Capability, Platform, PlatformSetting

API_BASE = "https://my.sevdesk.de/api/v1"
RATE = "2"  # requests a second; no limit is published, 2 to 4 are advised (§1)

PLATFORM = Platform(
    slug="sevdesk",
    label="sevDesk",
    # There are no webhooks (§5): changes are asked for.
    capabilities=frozenset(
        {Capability.DOCUMENT, Capability.WRITE_BACK, Capability.PLATFORM_NOTICES}
    ),
    list_page=1000,  # §1.3
    lists_whole=True,  # with their payments, by embed (§1.4)
    settings=(
        PlatformSetting(
            "api_key",
            r"[\x21-\x7e]{8,200}",
            "api_key=-",
            "API-Token aus sevDesk: Einstellungen → Benutzer, bei einem Administrator",
            "API token from sevDesk: Einstellungen → Benutzer, of an administrator",
            secret=True,
        ),
        address(API_BASE, "mahnwerk sandbox sevdesk"),
        rate(RATE, "sevDesk nennt keine Grenze", "sevDesk publishes no limit"),
        attach_invoices(),
        PlatformSetting(
            "write_back",
            "yes|no",
            "no",
            "ob versandte Mahnungen auch in sevDesk bei der Rechnung erscheinen; ohne das schreibt "
            "Mahnwerk dort nie",
            "whether sent notices also appear in sevDesk beside the invoice; without it Mahnwerk "
            "never writes there",
            default="no",
            choices=YES_NO,
        ),
    ),
    notes=(
        (
            (
                "sevDesk mahnt nur von Hand (Rechnungen → Fällig → Nächste Mahnung erstellen). Dort "
                "von jetzt an nicht mehr mahnen, sonst bekommt ein Kunde zwei Briefe; was dort schon "
                "gemahnt wurde, zeigt mahnwerk platform-notices."
            ),
            (
                "sevDesk duns by hand only (Rechnungen → Fällig → Nächste Mahnung erstellen). Do not "
                "dun there any more, or a customer gets two letters; what was dunned there already is "
                "shown by mahnwerk platform-notices."
            ),
        ),
        (
            (
                "sevDesk meldet Änderungen nicht von selbst. Solange mahnwerk work läuft (oder ein "
                "Zeitgeber jede Minute mahnwerk sync --due ruft), wird alle 15 Minuten gelesen, und jede "
                "Rechnung unmittelbar vor dem Versand noch einmal. Was dort noch nicht gebucht ist, weiß auch Mahnwerk nicht."
            ),
            (
                "sevDesk does not report changes by itself. While mahnwerk work runs (or a timer calls "
                "mahnwerk sync --due every minute) it is read every 15 minutes, and each invoice again "
                "right before a notice leaves. What is not booked there yet is not known to Mahnwerk either."
            ),
        ),
    ),
)

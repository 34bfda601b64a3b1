"""What one must know of Demo Books to set up a connection; imports neither network nor client."""

from __future__ import annotations

from core.ports import Capability, Platform, PlatformSetting

PLATFORM = Platform(
    slug="demo",
    label="Demo Books",
    capabilities=frozenset(Capability),
    settings=(
        PlatformSetting("api_key", r".{8,}", "api_key=-", "Schlüssel", "API key", secret=True),
    ),
)
REGISTRY = {PLATFORM.slug: PLATFORM}

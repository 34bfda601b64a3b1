"""Settings that every live platform has, each with the words of the platform."""

from __future__ import annotations

from core.ports import PlatformSetting

YES_NO = ("yes", "no")


def address(base: str, stand_in: str) -> PlatformSetting:
    """``api_base``; ``stand_in`` is the command that starts the platform's stand-in."""
    return PlatformSetting(
        "api_base",
        r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/\-]*)?",
        base,
        f"Adresse der Schnittstelle, etwa die der Nachbildung ({stand_in})",
        f"Address of the API, such as that of the stand-in ({stand_in})",
        default=base,
    )


def rate(default: str, limit_de: str, limit_en: str) -> PlatformSetting:
    """``rate``; ``limit_*`` say what the platform allows."""
    return PlatformSetting(
        "rate",
        r"0\.[1-9][0-9]?|[1-9][0-9]{0,2}(\.[0-9]{1,2})?",  # from 0.1 on: 0 would wait for ever
        default,
        f"Anfragen je Sekunde über alle Programme zusammen; {limit_de}",
        f"Requests a second over all processes together; {limit_en}",
        default=default,
    )


def attach_invoices() -> PlatformSetting:
    return PlatformSetting(
        "attach_invoices",
        "yes|no",
        "yes",
        "ob Mails die gemahnten Rechnungen als PDF anhängen",
        "whether mails carry the dunned invoices as PDF",
        default="yes",
        choices=YES_NO,
    )

"""Whose account a key opens, and what speaks against using it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from connectors._values import Json, child, readable_day, required, text
from core.domain.platform_records import AccountInfo

_KEY_PAGE = "https://app.lexware.de/addons/public-api"
_KEY_MONTHS = 24  # a key is valid for at most that long (§1.2)
_WARN_BEFORE = timedelta(days=60)
_LONGEST = timedelta(days=_KEY_MONTHS * 30)
_ACTIVE = frozenset({"", "active"})
_FACTS = {
    "taxType": "tax_type",
    "connectionId": "connection_id",
    "subscriptionStatus": "subscription",
    "distanceSalesPrinciple": "distance_sales",
}


def parse_profile(values: Json, today: date) -> AccountInfo:
    """The account of ``GET /v1/profile``.

    Raises:
        FieldError: it names no organisation.

    """
    id_ = required(values, "organizationId")
    facts = {ours: text(values, theirs) for theirs, ours in _FACTS.items()}
    facts["small_business"] = "ja" if values.get("smallBusiness") is True else ""
    facts["features"] = ", ".join(
        str(each) for name in ("businessFeatures", "features") for each in values.get(name) or ()
    )
    # The day on which this key was connected, which is when its life began.
    connected = readable_day(child(values, "created"), "date")
    facts["connected_on"] = connected.isoformat() if connected else ""
    return AccountInfo(
        id_,
        text(values, "companyName") or id_,
        {name: found for name, found in facts.items() if found},
        tuple(_warnings(facts["subscription"], connected, today)),
    )


def _warnings(subscription: str, connected: date | None, today: date) -> Iterator[tuple[str, str]]:
    if subscription.lower() not in _ACTIVE:
        de = (
            f"Der Vertrag mit lexoffice ist nicht aktiv ({subscription}). Die Schnittstelle gibt "
            "es nur im Tarif XL; bitte den Vertrag in Lexware Office prüfen."
        )
        en = (
            f"The contract with lexoffice is not active ({subscription}). The API is part of plan "
            "XL only; please check the contract in Lexware Office."
        )
        yield de, en
    if connected and today - connected > _LONGEST - _WARN_BEFORE:
        de = (
            f"Der API-Schlüssel ist seit dem {connected:%d.%m.%Y} in Gebrauch und gilt höchstens "
            f"{_KEY_MONTHS} Monate. Bitte bald unter {_KEY_PAGE} verlängern oder erneuern."
        )
        en = (
            f"The API key has been in use since {connected.isoformat()} and is valid for at most "
            f"{_KEY_MONTHS} months. Please extend or renew it soon at {_KEY_PAGE}."
        )
        yield de, en

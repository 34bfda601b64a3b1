"""The small reference endpoints: profile, terms, layouts, countries, categories (§2.10)."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.world import World

_EU = {
    "AT": ("Österreich", "Austria"),
    "BE": ("Belgien", "Belgium"),
    "DK": ("Dänemark", "Denmark"),
    "FR": ("Frankreich", "France"),
    "IT": ("Italien", "Italy"),
    "LU": ("Luxemburg", "Luxembourg"),
    "NL": ("Niederlande", "Netherlands"),
    "PL": ("Polen", "Poland"),
}
_FAR = {
    "CH": ("Schweiz", "Switzerland"),
    "GB": ("Vereinigtes Königreich", "United Kingdom"),
    "LI": ("Liechtenstein", "Liechtenstein"),
    "NO": ("Norwegen", "Norway"),
    "US": ("Vereinigte Staaten", "United States"),
}
_INCOME = {
    "8f8664a8-fd86-11e1-a21f-0800200c9a66": "Warenverkäufe",
    "8f8664a0-fd86-11e1-a21f-0800200c9a66": "Dienstleistungen",
    "8f8664a1-fd86-11e1-a21f-0800200c9a66": "Einnahmen",
}


def profile(world: World, _call: Call) -> Reply:
    """Who the key belongs to; neither bank details nor the creditor's address."""
    return Reply(
        200,
        {
            "organizationId": world.organization_id,
            "companyName": world.company,
            "created": {
                "userId": world.user_id,
                "userName": "Erika Beispiel",
                "userEmail": "erika@musterbetrieb.example",
                "date": wire.stamp(world.connected),
            },
            "connectionId": world.connection_id,
            "businessFeatures": ["INVOICING", "INVOICING_PRO", "BOOKKEEPING"],
            "taxType": "net",
            "smallBusiness": False,
        },
    )


def _fixed(world: World, name: str) -> str:
    """An id that belongs to the organisation and needs no state."""
    return str(uuid.uuid5(uuid.UUID(world.organization_id), name))


def payment_conditions(world: World, _call: Call) -> Reply:
    standard = {
        "id": _fixed(world, "terms-14"),
        "organizationDefault": True,
        "paymentTermLabelTemplate": "Zahlbar in {paymentRange} Tagen",
        "paymentTermDuration": 14,
        "paymentDiscountConditions": {"discountRange": 7, "discountPercentage": Decimal("2.0")},
    }
    prompt = {
        "id": _fixed(world, "terms-0"),
        "organizationDefault": False,
        "paymentTermLabelTemplate": "Zahlbar sofort, rein netto",
        "paymentTermDuration": 0,
    }
    return Reply(200, [standard, prompt])


def print_layouts(world: World, _call: Call) -> Reply:
    return Reply(200, [{"id": _fixed(world, "layout"), "name": "Standard", "default": True}])


def countries(_world: World, _call: Call) -> Reply:
    """A bare array; the platform has 257, the stand-in the neighbours."""
    named = [("DE", ("Deutschland", "Germany"), "de")]
    named += [(code, names, "intraCommunity") for code, names in _EU.items()]
    named += [(code, names, "thirdPartyCountry") for code, names in _FAR.items()]
    rows = [
        {
            "countryCode": code,
            "countryNameDE": names[0],
            "countryNameEN": names[1],
            "taxClassification": kind,
        }
        for code, names, kind in sorted(named)
    ]
    return Reply(200, rows)


def posting_categories(_world: World, _call: Call) -> Reply:
    rows = [
        {
            "id": id_,
            "name": name,
            "type": "income",
            "contactRequired": False,
            "splitAllowed": True,
            "groupName": "Einnahmen",
        }
        for id_, name in _INCOME.items()
    ]
    return Reply(200, rows)

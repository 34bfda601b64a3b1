"""What the demo keeps in Stripe: a shop that sells in euro, francs and yen.

Each customer is there for one thing that the story shows; names and numbers are other ones than in
the DATEV files, in lexoffice and in sevDesk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.stripe import StripeSandbox

EURO, FRANCS, YEN = "ST-4001", "ST-4002", "ST-4003"
COLLECTED, WAITING, LATE, REFUNDED = "ST-4004", "ST-4005", "ST-4006", "ST-4007"
LINKED = "ST-4008"
# The story is one of real letters, so the key is one of real data.
KEY = "rk_live_mahnwerk0001"
NUMBER_KEY = "debitor"  # of the metadata that hold a customer's account number
# One customer owes in three currencies; what he owes in each.
OWED = {EURO: ("eur", "1190.00"), FRANCS: ("chf", "864.80"), YEN: ("jpy", "98000")}
SCREEN = "rechnung@bildschirm-beispiel.example"
MAIL_OF = {
    EURO: SCREEN,
    COLLECTED: "konto@vorlage-verlag.example",
    WAITING: "kasse@probe-akademie.example",
    LATE: "buchhaltung@entwurf-film.example",
    REFUNDED: "rechnung@muster-roesterei.example",
    LINKED: "zahlung@probe-tischlerei.example",
}


@dataclass(frozen=True, slots=True)
class DemoBook:
    """The ids that the stand-in gave; they are the same on every day."""

    owed: dict[str, str]  # by number: of one customer, in three currencies
    collected: str  # a SEPA direct debit for it is under way
    waiting: str  # too little money came by bank transfer, and waits on the customer's account
    late: str  # will be paid between approval and dispatch
    refunded: str  # was paid, and the money went back
    linked: str  # will be paid after the approval, and Stripe reports it


def office(on: date, now: Callable[[], datetime]) -> tuple[StripeSandbox, DemoBook]:
    """The stand-in with the book as it stands on the day ``on``; it is not started yet."""
    from sandbox.stripe import StripeSandbox

    platform = StripeSandbox(api_key=KEY, livemode=True, now=now)
    platform.world.company = "Muster Handels GmbH"
    owed = _three_currencies(platform, on)
    collected = _one(platform, on, COLLECTED, "Vorlage Verlag GmbH", "416.50", 35)
    platform.start_sepa(collected, on=on - timedelta(days=2))
    academy = _customer(platform, WAITING, "Probe Akademie UG")
    waiting = _invoice(platform, academy, "595.00", on, 40, WAITING)
    platform.cash(academy, "500.00")
    late = _one(platform, on, LATE, "Entwurf Film GmbH", "773.50", 38)
    refunded = _one(platform, on, REFUNDED, "Muster Rösterei OHG", "238.00", 50)
    platform.pay(refunded, on=on - timedelta(days=30))
    platform.refund(refunded, on=on - timedelta(days=6))
    linked = _one(platform, on, LINKED, "Probe Tischlerei OHG", "535.50", 36)
    return platform, DemoBook(owed, collected, waiting, late, refunded, linked)


def _three_currencies(platform: StripeSandbox, on: date) -> dict[str, str]:
    screen = platform.add_customer(
        "Bildschirm Beispiel AG",
        SCREEN,
        address={
            "line1": "Musterweg 12",
            "postal_code": "8001",
            "city": "Zürich",
            "country": "CH",
        },
        locale="de",
        tax_id=("ch_vat", "CHE-000.000.001 MWST"),
        metadata={NUMBER_KEY: "40001"},
    )
    return {
        number: _invoice(platform, screen, gross, on, ago, number, currency)
        for ago, (number, (currency, gross)) in zip((42, 41, 40), OWED.items(), strict=True)
    }


def _one(platform: StripeSandbox, on: date, number: str, name: str, gross: str, ago: int) -> str:
    """The one invoice of a customer, in euro."""
    return _invoice(platform, _customer(platform, number, name), gross, on, ago, number)


def _customer(platform: StripeSandbox, number: str, name: str) -> str:
    """Who owes the invoice of that number; in Nürnberg."""
    return platform.add_customer(
        name,
        MAIL_OF[number],
        address={
            "line1": f"Probestraße {number[-1]}",
            "postal_code": "90408",
            "city": "Nürnberg",
            "country": "DE",
        },
        metadata={NUMBER_KEY: f"4000{number[-1]}"},
    )


def _invoice(
    platform: StripeSandbox,
    customer: str,
    gross: str,
    on: date,
    ago: int,
    number: str,
    currency: str = "eur",
) -> str:
    """An invoice with 14 days to pay, ``ago`` days old."""
    day = on - timedelta(days=ago)
    due = day + timedelta(days=14)
    return platform.add_invoice(customer, gross, on=day, due=due, currency=currency, number=number)

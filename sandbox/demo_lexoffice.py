"""What the demo keeps in lexoffice: four customers, each for one thing that the story shows.

Names and numbers are other ones than in the DATEV files, because the same claim on two connections
is one claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.lexoffice import LexofficeSandbox

LATE, DUNNED, PAID = "R-2001", "R-2002", "R-2003"
MAIL_OF = {
    LATE: "rechnung@atelier-muster.example",
    DUNNED: "buero@vorlage-gartenbau.example",
    PAID: "kreditoren@entwurf-messebau.example",
}
SEED = 2001
# The platform grants 2 requests a second, and 1.3 are asked (reference §1.4). In the demo nobody
# shall wait: here both are more, in about the same proportion.
GRANTED, ASKED = 15.0, "10"
_KEY_AGE = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class DemoBook:
    """The ids that the stand-in gave; they are the same on every day."""

    late: str  # partly paid; gets a mail with the invoice
    dunned: str  # somebody sent a Zahlungserinnerung from there
    paid: str  # will be paid between approval and dispatch


def office(on: date, now: Callable[[], datetime]) -> tuple[LexofficeSandbox, DemoBook]:
    """The stand-in with the book as it stands on the day ``on``; it is not started yet."""
    from sandbox.lexoffice import LexofficeSandbox

    platform = LexofficeSandbox(seed=SEED, now=now, rate=GRANTED)
    platform.world.company = "Muster Handels GmbH"
    platform.world.connected = now() - _KEY_AGE
    book = DemoBook(_late(platform, on), _dunned(platform, on), _paid(platform, on))
    nora = _customer(platform, person=("Nora", "Musterfrau"), street="Gartenzeile 3")
    _invoice(platform, nora, "95.20", on - timedelta(days=5), "R-2004")
    return platform, book


def _late(platform: LexofficeSandbox, on: date) -> str:
    studio = _customer(
        platform,
        company="Atelier Muster GmbH",
        email=MAIL_OF[LATE],
        vat_id="DE000000001",
        street="Lichtweg 5",
    )
    late = _invoice(platform, studio, "833.00", on - timedelta(days=40), LATE)
    platform.pay(late, "238.00", on=on - timedelta(days=15))
    return late


def _dunned(platform: LexofficeSandbox, on: date) -> str:
    garden = _customer(
        platform,
        company="Vorlage Gartenbau OHG",
        email=MAIL_OF[DUNNED],
        street="Heckenweg 8",
    )
    dunned = _invoice(platform, garden, "476.00", on - timedelta(days=60), DUNNED)
    platform.dun(dunned, title="Zahlungserinnerung", on=on - timedelta(days=30))
    settled = _invoice(platform, garden, "119.00", on - timedelta(days=200), "R-1950")
    platform.pay(settled, on=on - timedelta(days=180))
    return dunned


def _paid(platform: LexofficeSandbox, on: date) -> str:
    fair = _customer(
        platform,
        company="Entwurf Messebau KG",
        email=MAIL_OF[PAID],
        street="Hallenring 2",
    )
    return _invoice(platform, fair, "1428.00", on - timedelta(days=45), PAID)


def _customer(platform: LexofficeSandbox, **fields: Any) -> str:
    """A customer in Nürnberg; numbered apart from the accounts of DATEV."""
    added = platform.add_contact(zip="90408", city="Nürnberg", **fields)
    platform.world.contact(added).number += 10000
    return added


def _invoice(
    platform: LexofficeSandbox, customer: str, gross: str, booked: date, number: str
) -> str:
    return platform.add_invoice(
        contact=customer, gross=gross, on=booked, number=number, text="Planung und Beratung"
    )

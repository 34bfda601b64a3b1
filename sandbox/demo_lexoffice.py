"""What the demo keeps in lexoffice: five customers, each for one thing that the story shows.

Names and numbers are other ones than in the DATEV files, because the same claim on two connections
is one claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.lexoffice import LexofficeSandbox

LATE, DUNNED, PAID = "R-2001", "R-2002", "R-2003"
SEED = 2001
# The platform grants 2 requests a second. The stand-in of the demo grants more, so that nobody
# waits, and Mahnwerk is told to stay below it as it does at the platform.
GRANTED, ASKED = 15.0, "10"


@dataclass(frozen=True, slots=True)
class DemoBook:
    """The ids that the stand-in gave; they are the same on every day."""

    late: str  # by mail, with the invoice
    dunned: str  # somebody sent a Zahlungserinnerung from there
    paid: str  # will be paid between approval and dispatch


def fill(platform: LexofficeSandbox, on: date) -> DemoBook:
    """Enters the book as it stands on the day ``on``."""

    def ago(days: int) -> date:
        return on - timedelta(days=days)

    studio = platform.add_contact(
        company="Atelier Muster GmbH",
        email="rechnung@atelier-muster.example",
        vat_id="DE000000001",
        street="Lichtweg 5",
        zip="90408",
        city="Nürnberg",
    )
    late = platform.add_invoice(
        contact=studio, gross="833.00", on=ago(40), number=LATE, text="Beratung"
    )
    platform.pay(late, "238.00", on=ago(15))
    garden = platform.add_contact(
        company="Vorlage Gartenbau OHG",
        email="buero@vorlage-gartenbau.example",
        street="Heckenweg 8",
        zip="90427",
        city="Nürnberg",
    )
    dunned = platform.add_invoice(
        contact=garden, gross="476.00", on=ago(60), number=DUNNED, text="Beratung"
    )
    platform.dun(dunned, title="Zahlungserinnerung", on=ago(30))
    settled = platform.add_invoice(contact=garden, gross="119.00", on=ago(200), number="R-1950")
    platform.pay(settled, on=ago(180))
    fair = platform.add_contact(
        company="Entwurf Messebau KG",
        email="kreditoren@entwurf-messebau.example",
        street="Hallenring 2",
        zip="90471",
        city="Nürnberg",
    )
    paid = platform.add_invoice(
        contact=fair, gross="1428.00", on=ago(45), number=PAID, text="Standplanung"
    )
    nora = platform.add_contact(
        person=("Nora", "Musterfrau"), street="Gartenzeile 3", zip="90419", city="Nürnberg"
    )
    platform.add_invoice(contact=nora, gross="95.20", on=ago(5), number="R-2004", text="Beratung")
    return DemoBook(late, dunned, paid)

"""What the demo keeps in sevDesk: each customer for one thing that the story shows.

Names and numbers are other ones than in the DATEV files and in lexoffice, but for two: an invoice
that stands in DATEV, too (one claim on two connections), and a customer of lexoffice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.sevdesk import SevdeskSandbox

LATE, DUNNED, CANCELLED, LOOSE, LINKED = "S-3001", "S-3002", "S-3003", "S-3004", "S-3005"
FREED = "S-3006"
# The same invoice in datev_office: number, amount, day and customer are those of there.
SHARED, SHARED_ACCOUNT, SHARED_GROSS, SHARED_AGO = "RE-1027", "10005", "654.50", 41
MAIL_OF = {
    LATE: "rechnung@probe-druck.example",
    DUNNED: "buero@vorlage-catering.example",
    LOOSE: "jonas@musterfreund.example",
    LINKED: "rechnung@atelier-muster.example",
    SHARED: "ap@nirgendwo-logistik.example",
}


@dataclass(frozen=True, slots=True)
class DemoBook:
    """The ids that the stand-in gave; they are the same on every day."""

    late: str  # partly paid, and so long due that it is dunned
    dunned: str  # somebody made a Zahlungserinnerung (MA) there
    cancelled: str  # looks paid, and is cancelled
    loose: str  # money for it has come in, and nobody has assigned it
    freed: str  # of the same customer; held by that money until it is assigned
    money: str  # that bank line
    shared: str  # open in DATEV and here
    linked: str  # its customer stands in lexoffice, too


def office(on: date, now: Callable[[], datetime]) -> tuple[SevdeskSandbox, DemoBook]:
    """The stand-in with the book as it stands on the day ``on``; it is not started yet."""
    from sandbox.sevdesk import SevdeskSandbox

    platform = SevdeskSandbox(now=now)
    platform.world.company = "Muster Handels GmbH"
    late, dunned = _late(platform, on), _dunned(platform, on)
    cancelled = _invoice(platform, _of(platform, dunned), "83.30", on, 50, CANCELLED)
    platform.cancel(cancelled)
    loose, freed, money = _loose(platform, on)
    shared, linked = _shared(platform, on), _linked(platform, on)
    return platform, DemoBook(late, dunned, cancelled, loose, freed, money, shared, linked)


def _late(platform: SevdeskSandbox, on: date) -> str:
    press = _customer(
        platform,
        company="Probe Druck GmbH",
        email=MAIL_OF[LATE],
        vat_id="DE000000002",
        street="Setzerweg 4",
    )
    late = _invoice(platform, press, "714.00", on, 45, LATE)
    platform.pay(late, "214.00", on=on - timedelta(days=12))
    return late


def _dunned(platform: SevdeskSandbox, on: date) -> str:
    kitchen = _customer(
        platform, company="Vorlage Catering e.K.", email=MAIL_OF[DUNNED], street="Löffelgasse 6"
    )
    dunned = _invoice(platform, kitchen, "535.50", on, 62, DUNNED)
    platform.dun(dunned, on=on - timedelta(days=30))
    settled = _invoice(platform, kitchen, "119.00", on, 150, "S-2990")
    platform.pay(settled, on=on - timedelta(days=130))
    return dunned


def _loose(platform: SevdeskSandbox, on: date) -> tuple[str, str, str]:
    """A person who owes two invoices and paid one; the transfer names him, and neither of them."""
    lights = _customer(
        platform, first="Jonas", last="Musterfreund", email=MAIL_OF[LOOSE], street="Lampenweg 9"
    )
    loose = _invoice(platform, lights, "297.50", on, 40, LOOSE)
    freed = _invoice(platform, lights, "89.25", on, 38, FREED)
    money = platform.unassigned(
        "297.50", "Jonas Musterfreund", text="Danke", on=on - timedelta(days=1)
    )
    return loose, freed, money


def _shared(platform: SevdeskSandbox, on: date) -> str:
    forwarder = _customer(
        platform,
        company="Nirgendwo Logistik AG",
        email=MAIL_OF[SHARED],
        street="Musterstraße 1",
        zip="90402",
        debitor_number=SHARED_ACCOUNT,
    )
    return _invoice(platform, forwarder, SHARED_GROSS, on, SHARED_AGO, SHARED)


def _linked(platform: SevdeskSandbox, on: date) -> str:
    """The customer of lexoffice: the same VAT id, e-mail and address."""
    studio = _customer(
        platform,
        company="Atelier Muster GmbH",
        email=MAIL_OF[LINKED],
        vat_id="DE000000001",
        street="Lichtweg 5",
    )
    return _invoice(platform, studio, "178.50", on, 39, LINKED)


def _customer(platform: SevdeskSandbox, **fields: Any) -> str:
    """A customer in Nürnberg; numbered apart from the accounts of DATEV."""
    added = platform.add_contact(**{"zip": "90408", "city": "Nürnberg", **fields})
    platform.world.contact(added).number = str(30000 + int(added))
    return added


def _invoice(
    platform: SevdeskSandbox, customer: str, gross: str, on: date, ago: int, number: str
) -> str:
    """An invoice with 14 days to pay, ``ago`` days old."""
    return platform.add_invoice(
        contact=customer,
        gross=gross,
        on=on - timedelta(days=ago),
        number=number,
        text="Planung und Beratung",
    )


def _of(platform: SevdeskSandbox, invoice: str) -> str:
    return platform.world.invoice(invoice).contact or ""

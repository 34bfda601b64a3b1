"""An office on the stand-in of sevDesk: its customers, its stages, what is true there.

The stand-in shows what we believe of sevDesk: that an office agrees with it says nothing about
sevDesk where the reference is UNVERIFIED.
"""

from __future__ import annotations

from datetime import date

from platform_office import NAME, PlatformOffice

from connectors.sevdesk.connector import SevdeskConnector
from sandbox.sevdesk import FAULT_KINDS, SevdeskSandbox

BASE = f"http://{NAME}:8900/api/v1"
KEY = "7f3a91c25b0d4e86a1c3f59d0815cafe"  # raw, 32 hex digits (reference §1)
BY_THE_PLATFORM = FAULT_KINDS


class SevdeskOffice(PlatformOffice):
    slug, base, connector = "sevdesk", BASE, SevdeskConnector
    key, wrong = KEY, "another-key-of-32-hex-digits-0000"

    def platform(self):
        sandbox = SevdeskSandbox(api_key=KEY, limiter=False, now=self.noon)
        self.fill(sandbox)
        return sandbox

    def truth(self):
        return truth(self.sandbox)

    def written(self):
        """How many reminders stand on each invoice, by number."""
        return {n: len(self.sandbox.reminders(id_)) for n, id_ in self.sandbox.ids.items()}

    def fill(self, sandbox):
        """What the platform knows on the first day."""
        fill(sandbox)


def fill(sandbox):
    """Six late invoices of three customers, one of them partly paid; one not due, three settled."""
    place = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
    adler = sandbox.add_contact(
        company="Adler Muster GmbH", email="rechnung@adler.example", **place
    )
    biber = sandbox.add_contact(company="Biber Muster OHG", email="buch@biber.example", **place)
    dora = sandbox.add_contact(
        first="Dora", last="Dachs-Muster", email="dora@dachs.example", **place
    )
    sandbox.ids = {}
    owed = [(adler, "1190.00"), (adler, "238.00"), (biber, "357.00"), (dora, "59.50")]
    owed += [(dora, "11.90"), (biber, "119.00")]
    for n, (who, gross) in enumerate(owed, 1):
        _invoice(sandbox, who, gross, date(2026, 10, n), f"RE-{n}")
    sandbox.pay(sandbox.ids["RE-3"], "100.00", on=date(2026, 11, 3))
    _invoice(sandbox, biber, "5.95", date(2026, 11, 16), "RE-8")
    for n in (91, 92, 93):
        _invoice(sandbox, adler, "100.00", date(2026, 6, 1), f"RE-{n}")
        sandbox.pay(sandbox.ids[f"RE-{n}"], on=date(2026, 6, 20))


def _invoice(sandbox, who, gross, on, number):
    sandbox.ids[number] = sandbox.add_invoice(
        contact=who, gross=gross, on=on, time_to_pay=14, number=number
    )


def truth(sandbox):
    """What the platform knows to be owed."""
    world, found = sandbox.world, {}
    with world.lock:
        for each in world.invoices.values():
            if each.kind not in ("SR", "MA", "WKR") and each.status in (200, 750) and each.left:
                name = world.contacts[each.contact].title
                found[each.number] = (name, f"{each.left:.2f}")
    return found

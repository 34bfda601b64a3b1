"""An office on the stand-in of lexoffice: its customers, its stages, what is true there."""

from __future__ import annotations

from datetime import date

from platform_office import LADEN, NAME, PlatformOffice
from platform_stages import connected

from connectors.lexoffice.connector import LexofficeConnector
from sandbox.lexoffice import FAULT_KINDS, LexofficeSandbox
from sandbox.lexoffice.amounts import open_amount

BASE = f"http://{NAME}:8900"
KEY = "Geheim/7f3a91c2+Schluessel=0815"
HOOK = "https://hooks.muster-handel.example/a1b2c3"
BY_THE_PLATFORM = FAULT_KINDS


class LexofficeOffice(PlatformOffice):
    slug, base, connector = "lexoffice", BASE, LexofficeConnector
    key, wrong = KEY, "another-key"

    def platform(self):
        sandbox = LexofficeSandbox(api_key=KEY, limiter=False, now=self.noon)
        sandbox.variant("callback", "unchecked")
        fill(sandbox)
        return sandbox

    def truth(self):
        return truth(self.sandbox)


def truth(sandbox):
    """What the platform knows to be owed."""
    world = sandbox.world
    found = {}
    for each in world.vouchers.values():
        owed = open_amount(each)
        if owed and each.status == "open":
            name = world.contacts[each.contact].name
            found[each.number] = (" ".join(reversed(name.split(", "))), f"{owed:.2f}")
    return found


def fill(sandbox):
    """Seven late invoices of three customers, one of them partly paid; one not due, three settled."""
    place = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
    adler = sandbox.add_contact(
        company="Adler Muster GmbH", email="rechnung@adler.example", **place
    )
    biber = sandbox.add_contact(company="Biber Muster OHG", email="buch@biber.example", **place)
    dachs = sandbox.add_contact(company="Dachs Muster AG", email="post@dachs.example", **place)
    sandbox.ids = {}
    owed = [(adler, "1190.00"), (adler, "238.00"), (biber, "357.00"), (dachs, "59.50")]
    owed += [(dachs, "11.90"), (biber, "119.00"), (adler, "23.80")]
    for n, (who, gross) in enumerate(owed, 1):
        on = date(2026, 10, n)
        sandbox.ids[f"RE-{n}"] = sandbox.add_invoice(
            contact=who, gross=gross, on=on, number=f"RE-{n}"
        )
    sandbox.pay(sandbox.ids["RE-3"], "100.00", on=date(2026, 11, 3))
    sandbox.ids["RE-8"] = sandbox.add_invoice(
        contact=biber, gross="5.95", on=date(2026, 11, 16), number="RE-8"
    )
    for n in (91, 92, 93):
        old = sandbox.add_invoice(
            contact=adler, gross="100.00", on=date(2026, 6, 1), number=f"RE-{n}"
        )
        sandbox.pay(old, on=date(2026, 6, 20))


def onboarded(desk):
    connected(desk)
    desk("onboard")
    desk("booked-until", "2026-11-19")
    desk("connect", "lexoffice", "--name", LADEN, "--set", "write_back=yes")
    shown = desk.json("webhooks", "key")["offered"][0]["sha256"]
    desk("webhooks", "key", "--confirm", shown)


def approved(desk):
    onboarded(desk)
    desk("approve", "--run", desk.json("run")["run"])

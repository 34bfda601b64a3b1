"""An office on the stand-in of Stripe: its customers, its stages, what is true there.

The stand-in shows what we believe of Stripe: that an office agrees with it says nothing about
Stripe where the reference is UNVERIFIED.
"""

from __future__ import annotations

from datetime import date

from platform_office import NAME, PlatformOffice

from connectors.stripe.connector import StripeConnector
from sandbox.stripe import StripeSandbox
from sandbox.stripe.faults import KINDS

BASE = f"http://{NAME}:8902"
KEY = "rk_live_mahnwerk0003"  # of real money, as a live creditor needs it
BY_THE_PLATFORM = KINDS
KIEL = {"line1": "Hafenweg 3", "postal_code": "24103", "city": "Kiel", "country": "DE"}


class StripeOffice(PlatformOffice):
    slug, base, connector = "stripe", BASE, StripeConnector
    key, wrong = KEY, "rk_live_mahnwerk9999"

    def platform(self):
        sandbox = StripeSandbox(api_key=KEY, now=self.noon, livemode=True)
        self.fill(sandbox)
        return sandbox

    def truth(self):
        return truth(self.sandbox)

    def written(self):
        """How many of our notices stand on each invoice, by number."""
        found = {}
        for number, id_ in self.sandbox.ids.items():
            said = self.sandbox.world.invoices[id_].metadata.get("mahnwerk_notice", "")
            found[number] = len([each for each in said.split(";") if each.strip()])
        return found

    def fill(self, sandbox):
        """What the platform knows on the first day."""
        fill(sandbox)


def fill(sandbox):
    """Six late invoices of three customers, one of them partly paid; one not due, three settled."""
    sandbox.world.quiet = True
    adler = sandbox.add_customer("Adler Muster GmbH", "rechnung@adler.example", address=KIEL)
    biber = sandbox.add_customer("Biber Muster OHG", "buch@biber.example", address=KIEL)
    dora = sandbox.add_customer("Dora Dachs-Muster", "dora@dachs.example", address=KIEL)
    sandbox.ids, sandbox.who = {}, {"adler": adler, "biber": biber, "dora": dora}
    owed = [(adler, "1190.00"), (adler, "238.00"), (biber, "357.00"), (dora, "59.50")]
    owed += [(dora, "11.90"), (biber, "119.00")]
    for n, (who, gross) in enumerate(owed, 1):
        add(sandbox, who, gross, f"RE-{n}", on=date(2026, 10, n))
    sandbox.pay(sandbox.ids["RE-3"], "100.00", on=date(2026, 11, 3))
    add(sandbox, biber, "5.95", "RE-8", on=date(2026, 11, 16))
    for n in (91, 92, 93):
        add(sandbox, adler, "100.00", f"RE-{n}", on=date(2026, 6, 1))
        sandbox.pay(sandbox.ids[f"RE-{n}"], on=date(2026, 6, 20))
    sandbox.world.quiet = False


def add(sandbox, who, gross, number, *, on=date(2026, 10, 7), **more):
    """An invoice that is due after two weeks."""
    sandbox.ids[number] = sandbox.add_invoice(who, gross, on=on, number=number, **more)
    return sandbox.ids[number]


def truth(sandbox):
    """What the platform knows to be owed: of open invoices, and of money that went back."""
    world, found = sandbox.world, {}
    with world.lock:
        for each in world.invoices.values():
            if each.status == "open" and each.remaining:
                name = world.customers[each.customer].name
                found[each.number] = (name, f"{world.major(each.remaining, each.currency)}")
    return found

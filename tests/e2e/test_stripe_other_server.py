"""The connector of Stripe unchanged against another server of that interface, through ``api_base``.

The server is ``other_stripe``: written from the reference, not from our stand-in. It proves nothing
about Stripe either.
"""

from __future__ import annotations

import email
import email.policy
from datetime import date

import pytest
from other_stripe import OtherStripe
from platform_office import PlatformOffice
from platform_stages import live, outcomes

from connectors.stripe.connector import StripeConnector

KEY = "rk_other_server_0123456789"
IBAN = "DE02120300000000202051"  # of the creditor
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
OCTOBER, DUE = date(2026, 10, 1), date(2026, 10, 15)


class Other(PlatformOffice):
    key, connector = KEY, StripeConnector

    def platform(self):
        server = OtherStripe(KEY)
        adler = server.customer("Adler Muster GmbH", "rechnung@adler.example")
        biber = server.customer("Biber Muster OHG", "buch@biber.example")
        dora = server.customer("Dora Dachs-Muster", "dora@dachs.example")
        yen = server.customer("Emu Muster GmbH", "post@emu.example")
        rows = [("A-1", adler, 119000), ("A-2", adler, 23800), ("B-1", biber, 35700)]
        rows += [("D-1", dora, 5950)]
        self.ids = {n: server.invoice(who, n, cents, OCTOBER, DUE) for n, who, cents in rows}
        self.ids["E-1"] = server.invoice(yen, "E-1", 5000, OCTOBER, DUE, "jpy")
        self.ids["N-1"] = server.invoice(adler, "N-1", 700, OCTOBER, date(2026, 11, 30))
        server.pay(self.ids["A-2"], date(2026, 11, 3), 10000)
        server.debit(self.ids["B-1"], date(2026, 11, 18))
        for n in range(9):
            paid = server.invoice(adler, f"P-{n}", 10000 + n, date(2026, 6, 1), date(2026, 6, 15))
            server.pay(paid, date(2026, 6, 20))
        return server

    def connect(self):
        given = (f"api_base={self.sandbox.base}", f"api_key={KEY}", "rate=100")
        return self("connect", "stripe", *(part for each in given for part in ("--set", each)))

    def mails(self):
        found = {}
        for path in self.office.mailbox.files():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = message.get_body(("plain",)).get_content()
            found[message["To"].addresses[0].addr_spec] = text
        return found


@pytest.fixture
def desk(office, monkeypatch):
    made = Other(office, monkeypatch)
    with made.sandbox:
        yield made


def test_from_the_key_to_the_notice_and_back_on_another_server(desk):
    """Six invoices are open: one is due today, one is being debited, one is paid too late for the run."""
    live(desk)
    told = desk.connect()
    assert "oder der Server hat es nicht" in told.out + told.err
    desk("onboard")
    owed = {number: left for number, (_, left) in desk.books().items()}
    assert owed == {
        "A-1": "1190.00", "A-2": "138.00", "B-1": "357.00", "D-1": "59.50", "E-1": "5000",
        "N-1": "7.00",
    }  # fmt: skip
    run = desk.json("run")
    reasons = {each["number"]: each["reason"] for each in run["verdicts"]}
    assert reasons.pop("B-1") == "held"
    assert reasons.pop("N-1") == "not_due"
    assert set(reasons.values()) == {"level_reached"}
    desk("approve", "--run", run["run"])

    desk.sandbox.pay(desk.ids["D-1"], FRIDAY)
    assert outcomes(desk) == {
        "Adler Muster GmbH": "sent", "Dora Dachs-Muster": "withdrawn", "Emu Muster GmbH": "sent",
    }  # fmt: skip
    mails = desk.mails()
    assert sorted(mails) == ["post@emu.example", "rechnung@adler.example"]
    assert "https://pay.example/A-1" in mails["rechnung@adler.example"]
    assert not any(IBAN in text.replace(" ", "") for text in mails.values())

    desk.office.today = MONDAY
    desk.sandbox.pay(desk.ids["A-1"], date(2026, 11, 21))
    desk("sync")
    assert sorted(desk.books()) == ["A-2", "B-1", "E-1", "N-1"]
    assert "1.190,00" in desk("explain", "A-1").out

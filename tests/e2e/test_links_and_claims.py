"""The office manager of a Steuerbüro: sevDesk, lexoffice and a DATEV export have the same customer.

Adler owes RE-1 over 1,190 EUR (on all three), RE-2 over 238 EUR (sevDesk and DATEV) and L-7 over
50 EUR (lexoffice). Both platforms are stand-ins on 127.0.0.1, which prove nothing about the real ones.
"""

from __future__ import annotations

from datetime import date

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from platform_office import PlatformOffice
from platform_stages import live

from connectors.lexoffice.connector import LexofficeConnector
from connectors.sevdesk.connector import SevdeskConnector
from sandbox.lexoffice import LexofficeSandbox
from sandbox.sevdesk import SevdeskSandbox

KEY, OTHER = "7f3a91c25b0d4e86a1c3f59d0815cafe", "Geheim/7f3a91c2"
FRIDAY, NEXT = date(2026, 11, 20), date(2026, 12, 14)
FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)
MAIL = "rechnung@adler.example"
ADLER = {"company": "Adler Muster GmbH", "email": MAIL, "street": "Musterweg 1"}
ADLER |= {"zip": "90402", "city": "Nürnberg"}
BOOKED = (
    invoice(10100, "RE-1", "1190,00", FIRST, due=date(2026, 10, 15)),
    invoice(10100, "RE-2", "238,00", SECOND, due=date(2026, 10, 16)),
)


class Bureau(PlatformOffice):
    key = KEY
    connectors = {"sevdesk": SevdeskConnector, "lexoffice": LexofficeConnector}  # noqa: RUF012

    def platform(self):
        self.lex = LexofficeSandbox(api_key=OTHER, limiter=False, now=self.noon)
        desk = SevdeskSandbox(api_key=KEY, limiter=False, now=self.noon)
        at, there = desk.add_contact(**ADLER), self.lex.add_contact(**ADLER)
        self.desk_1 = desk.add_invoice(contact=at, gross="1190.00", on=FIRST, number="RE-1")
        desk.add_invoice(contact=at, gross="238.00", on=SECOND, number="RE-2")
        self.lex_1 = self.lex.add_invoice(contact=there, gross="1190.00", on=FIRST, number="RE-1")
        self.lex.add_invoice(contact=there, gross="50.00", on=FIRST, number="L-7")
        return desk

    def _open(self, slug, settings, secrets, gate, clock, patience=300.0, *_zone):
        return self.connectors[slug](settings, secrets, gate, clock, patience, sleep=self.sleep)

    def read(self, which, role="leading", *rows):
        """Connects and reads it for the first time."""
        if which == "datev":
            self("connect", "datev", "--set", f"role={role}")
            person = debtor(10100, "Adler Muster GmbH", email=MAIL)
            files = {"s.csv": stammdaten(person), "b.csv": stapel(*rows, bank(self.office.today))}
            return self("import", "datev", *self.office.files(files))
        box, key = (self.sandbox, KEY) if which == "sevdesk" else (self.lex, OTHER)
        given = (f"api_base={box.base_url}", f"api_key={key}", "rate=100", f"role={role}")
        self("connect", which, *(part for each in given for part in ("--set", each)))
        return self("onboard", which)

    def asked(self):
        """Number -> amount of every proposal, by debtor."""
        return [{i["number"]: i["outstanding"] for i in p["items"]} for p in self.json("proposals")]

    def verdicts(self):
        found = self.json("run")["verdicts"]
        return {(v["number"], v["connection"]): v["reason"] for v in found}


@pytest.fixture
def bureau(office, monkeypatch):
    made = Bureau(office, monkeypatch)
    with made.sandbox, made.lex:
        live(made)
        yield made


@pytest.mark.parametrize(
    "order", [("datev", "lexoffice", "sevdesk"), ("sevdesk", "datev", "lexoffice")], ids="-".join
)
def test_one_customer_in_three_books_gets_one_letter_over_all_of_it(bureau, order):
    roles = {"datev": "evidence", "lexoffice": "leading", "sevdesk": "leading"}
    for which in order:
        bureau.read(which, roles[which], *BOOKED)
    bureau("booked-until", "2026-11-20")
    bureau.json("run")
    assert len(bureau.asked()) == 2, "not linked: one for each platform, RE-1 in one of them only"
    bureau("approve", "--run", "1")
    bureau("link", "--suggested", "strong", "--yes")

    bureau("send")
    assert bureau.office.mailbox.count() == 0, "approved for him as two"
    seen = bureau.verdicts()
    assert bureau.asked() == [{"L-7": "50.00", "RE-1": "1190.00", "RE-2": "238.00"}]
    assert sorted(seen.values()) == ["level_reached"] * 3 + ["same_claim"] * 3
    bureau("approve", "--run", "2")
    bureau("send")
    assert bureau.office.mailbox.count() == 1
    assert {row["number"] for row in bureau.json("open-items")} == {"L-7", "RE-1", "RE-2"}

    # The gap between two contacts is kept over all of them, and both runs can be replayed.
    bureau.office.today = date(2026, 11, 23)
    assert set(bureau.verdicts().values()) == {"deadline_running", "same_claim"}
    for run in ("1", "2"):
        assert "genau wie damals" in bureau("replay", run).out


def test_what_any_of_them_knows_of_a_payment_counts_up_to_the_last_moment(bureau):
    """500 EUR of RE-1 are booked in DATEV, all of it in lexoffice after the approval."""
    bureau.read("sevdesk")
    bureau.read("lexoffice", "evidence")
    bureau.read("datev", "evidence", *BOOKED, payment(10100, "RE-1", "500,00", date(2026, 11, 5)))
    bureau("booked-until", "2026-11-20")
    bureau("link", "--suggested", "strong", "--yes")
    bureau.json("run")
    assert bureau.asked() == [{"RE-1": "690.00", "RE-2": "238.00"}]
    bureau("approve", "--run", "1")
    bureau.lex.pay(bureau.lex_1, on=FRIDAY)
    told = bureau("send").out
    assert "RE-1 ist laut lexoffice nicht mehr offen" in told
    assert bureau.office.mailbox.count() == 0
    assert bureau.verdicts()["RE-1", "sevdesk"] == "paid_elsewhere"
    assert bureau.asked() == [{"RE-2": "238.00"}]
    assert "bitte hier nachbuchen" in bureau("explain", "RE-1").out


def test_the_office_moves_from_datev_to_sevdesk_between_two_letters(bureau):
    """DATEV leads and says level 1; from December sevDesk leads, and says level 2, not 1 again."""
    bureau.read("datev", "leading", *BOOKED)
    bureau("approve", "--run", bureau.json("run")["run"])
    bureau("send")
    assert bureau.office.mailbox.count() == 1
    bureau.office.today = NEXT
    bureau.read("sevdesk")
    bureau("connect", "datev", "--set", "role=evidence")
    bureau("booked-until", NEXT.isoformat())
    seen = bureau.verdicts()
    assert seen["RE-1", "sevdesk"] == "level_reached"
    assert {p["level"] for p in bureau.json("proposals")} == {2}
    assert bureau.asked() == [{"RE-1": "1190.00", "RE-2": "238.00"}]
    assert bureau.json("claims") == []
    assert bureau("audit", "verify").code == 0

"""The same invoices on sevDesk and in the tax adviser's DATEV export, through the command line.

sevDesk is our stand-in on 127.0.0.1. In the export RE-1 is paid and RE-2 is not; sevDesk knows of
100 EUR on RE-3 and, since today, that RE-4 is paid. In each of them the other side knows nothing.
"""

from __future__ import annotations

from datetime import date

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from platform_stages import connected
from sevdesk_office import SevdeskOffice

OCTOBER, FRIDAY = [date(2026, 10, n) for n in range(1, 7)], date(2026, 11, 20)
PEOPLE = stammdaten(
    debtor(10100, "Adler Muster GmbH", email="rechnung@adler.example"),
    debtor(10200, "Biber Muster oHG"),
    debtor(10300, "Dachs-Muster, Dora", email="dora@dachs.example"),
)


def _booked(number, account, amount):
    on = OCTOBER[int(number[-1]) - 1]
    return invoice(account, number, amount, on, due=date(2026, 10, on.day + 14))


EXPORT = stapel(
    _booked("RE-1", 10100, "1190,00"),
    payment(10100, "RE-1", "1190,00", date(2026, 11, 2)),
    _booked("RE-2", 10100, "238,00"),
    _booked("RE-3", 10200, "357,00"),
    _booked("RE-4", 10300, "59,50"),
    bank(FRIDAY),
)


@pytest.fixture
def desk(office, monkeypatch):
    with SevdeskOffice.opened(office, monkeypatch) as made:
        connected(made)
        made.sandbox.pay(made.sandbox.ids["RE-4"], on=FRIDAY)
        yield made


def read_both(desk, first):
    steps = {
        "sevdesk": lambda: desk("onboard", "laden"),
        "datev": lambda: desk(
            "import", "datev", *desk.office.files({"s.csv": PEOPLE, "b.csv": EXPORT})
        ),
    }
    desk("connect", "datev", "--set", "role=evidence")
    for name in sorted(steps, key=lambda step: step != first):
        steps[name]()


@pytest.mark.parametrize("first", ["sevdesk", "datev"])
def test_each_claim_is_shown_once_and_what_one_of_them_says_to_be_paid_is_not_dunned(desk, first):
    read_both(desk, first)
    rows = {row["number"]: row for row in desk.json("open-items")}
    assert len(desk.json("open-items")) == len(rows), "each number once"
    assert rows["RE-1"]["also_on"][0]["state"] == "settled"

    verdicts = [v for v in desk.json("run")["verdicts"] if v["number"] in rows]
    told = {(v["number"], v["connection"]): v["reason"] for v in verdicts}
    assert told["RE-1", "laden"] == "paid_elsewhere"
    assert told["RE-2", "laden"] == told["RE-3", "laden"] == "level_reached"
    assert {told["RE-2", "datev"], told["RE-3", "datev"], told["RE-4", "datev"]} == {"same_claim"}

    asked = {i["number"]: i["outstanding"] for p in desk.json("proposals") for i in p["items"]}
    assert {number: asked.get(number) for number in ("RE-1", "RE-2", "RE-3", "RE-4")} == {
        "RE-1": None, "RE-2": "238.00", "RE-3": "257.00", "RE-4": None,
    }  # fmt: skip
    assert desk.json("claims") == []


def test_the_reason_is_told_with_the_day_and_the_place(desk):
    read_both(desk, "sevdesk")
    told = desk("explain", "RE-1").out
    assert "in der Anbindung datev ausgeglichen (Tag: 02.11.2026)" in told
    assert "führt nicht" in told

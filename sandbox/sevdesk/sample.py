"""A small book in which every case of a dunning product stands once, for people who look."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.sevdesk.service import SevdeskSandbox


def fill(sandbox: SevdeskSandbox) -> None:
    """Adds the sample: late, partly paid, dunned, cancelled, credited, Skonto, foreign, loose money."""
    today = sandbox.world.clock.today()
    _companies(sandbox, today)
    _people(sandbox, today)
    _oddities(sandbox, today)


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _companies(sandbox: SevdeskSandbox, today: date) -> None:
    muster = sandbox.add_contact(
        company="Muster Bau GmbH",
        email="rechnung@muster-bau.example",
        vat_id="DE999999999",
        debitor_number="10001",
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
    )
    sandbox.add_invoice(contact=muster, gross="1190.00", on=_ago(today, 47))
    part = sandbox.add_invoice(contact=muster, gross="2380.00", on=_ago(today, 61))
    sandbox.pay(part, "1000.00", on=_ago(today, 30))
    old = sandbox.add_invoice(contact=muster, gross="595.00", on=_ago(today, 900), era="1.0")
    sandbox.pay(old, "500.00", on=_ago(today, 870), via="old")
    sandbox.add_invoice(contact=muster, gross="714.00", on=_ago(today, 4))
    probe = sandbox.add_contact(
        company="Probe Handel e.K.", email="buero@probe-handel.example", city="Lübeck", zip="23552"
    )
    dunned = sandbox.add_invoice(
        contact=probe, gross="357.00", on=_ago(today, 55), discount=2, discount_time=7
    )
    sandbox.dun(dunned, on=_ago(today, 30))
    cancelled = sandbox.add_invoice(contact=probe, gross="83.30", on=_ago(today, 28))
    sandbox.cancel(cancelled)
    skonto = sandbox.add_invoice(
        contact=probe, gross="100.00", on=_ago(today, 25), discount=3, discount_time=10
    )
    sandbox.pay(skonto, "97.00", on=_ago(today, 18), type="CB")


def _people(sandbox: SevdeskSandbox, today: date) -> None:
    erika = sandbox.add_contact(
        first="Erika",
        last="Beispiel",
        email="erika@kunde.example",
        key=1,
        city="Hamburg",
        zip="20095",
    )
    sandbox.add_invoice(contact=erika, gross="129.90", on=_ago(today, 38))
    settled = sandbox.add_invoice(contact=erika, gross="64.95", on=_ago(today, 120))
    sandbox.pay(settled, on=_ago(today, 99), via="cash")
    loose = sandbox.add_invoice(contact=erika, gross="238.00", on=_ago(today, 33))
    number = sandbox.world.invoice(loose).number or ""
    sandbox.unassigned("238.00", "Erika Beispiel", text=f"Rechnung {number}", on=_ago(today, 2))


def _oddities(sandbox: SevdeskSandbox, today: date) -> None:
    silent = sandbox.add_contact(company="Vorlage Verlag UG (haftungsbeschränkt)", city="Bremen")
    credited = sandbox.add_invoice(contact=silent, gross="833.00", on=_ago(today, 50))
    sandbox.credit(credited, "119.00")
    sandbox.add_invoice(contact=silent, gross="476.00", on=_ago(today, 41), mandate="MUSTER-1")
    blocked = sandbox.add_invoice(contact=silent, gross="297.50", on=_ago(today, 44))
    sandbox.tag(blocked, "Mahnsperre")
    sandbox.draft(contact=silent, gross="178.50", on=today)
    entwurf = sandbox.add_contact(
        company="Entwurf Uhren AG", city="Zürich", zip="8001", country="ch"
    )
    sandbox.add_invoice(contact=entwurf, gross="820.00", on=_ago(today, 47), currency="CHF")
    down = sandbox.add_invoice(contact=entwurf, gross="5950.00", on=_ago(today, 90), kind="AR")
    sandbox.pay(down, on=_ago(today, 75))
    sandbox.add_invoice(
        contact=entwurf, gross="5950.00", on=_ago(today, 35), kind="ER", origin=down
    )
    sandbox.add_invoice(contact=entwurf, gross="49.00", on=today, kind="WKR", status=50)

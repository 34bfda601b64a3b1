"""A small book in which every case of a dunning product stands once, for people who look."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.lexoffice.service import LexofficeSandbox

_PROJECT = Decimal("11900.00")


def fill(sandbox: LexofficeSandbox) -> None:
    """Adds the sample: late, partly paid, dunned, direct debit, credit, write-off, one-time."""
    today = sandbox.world.clock.today()
    _companies(sandbox, today)
    _people(sandbox, today)
    _project(sandbox, today)


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _companies(sandbox: LexofficeSandbox, today: date) -> None:
    muster = sandbox.add_contact(
        company="Muster Bau GmbH",
        email="rechnung@muster-bau.example",
        vat_id="DE999999999",
        contact_person=("Ada", "Beispiel", "ada.beispiel@muster-bau.example"),
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
    )
    sandbox.add_invoice(contact=muster, gross="1190.00", on=_ago(today, 47))
    part = sandbox.add_invoice(contact=muster, gross="2380.00", on=_ago(today, 61))
    sandbox.pay(part, "1000.00", on=_ago(today, 30))
    sandbox.add_invoice(contact=muster, gross="595.00", on=_ago(today, 4))
    probe = sandbox.add_contact(
        company="Probe Handel e.K.", email="buero@probe-handel.example", city="Lübeck", zip="23552"
    )
    dunned = sandbox.add_invoice(
        contact=probe, gross="357.00", on=_ago(today, 55), skonto=(Decimal("2.0"), 7)
    )
    sandbox.dun(dunned, title="Zahlungserinnerung", on=_ago(today, 30))
    sandbox.add_invoice(contact=probe, gross="89.25", on=_ago(today, 40), sepadebit=True)
    silent = sandbox.add_contact(company="Vorlage Verlag UG (haftungsbeschränkt)", city="Bremen")
    credited = sandbox.add_invoice(contact=silent, gross="714.00", on=_ago(today, 50))
    sandbox.credit(credited, "119.00")
    sandbox.add_invoice(contact=silent, gross="238.00", on=_ago(today, 33), kind="salesinvoice")


def _people(sandbox: LexofficeSandbox, today: date) -> None:
    erika = sandbox.add_contact(
        person=("Erika", "Beispiel"), email="erika@kunde.example", city="Hamburg", zip="20095"
    )
    late = sandbox.add_invoice(contact=erika, gross="129.90", on=_ago(today, 38))
    sandbox.change(late, introduction="für die Gartenpflege im Herbst")
    settled = sandbox.add_invoice(contact=erika, gross="64.95", on=_ago(today, 120))
    sandbox.pay(settled, on=_ago(today, 99))
    lost = sandbox.add_invoice(contact=erika, gross="12.00", on=_ago(today, 200))
    sandbox.pay(lost, kind="irrecoverableReceivable", on=_ago(today, 20))
    sandbox.add_invoice(
        contact=None,
        name="Laufkundschaft Nord",
        address={"street": "Markt 1", "zip": "24937", "city": "Flensburg"},
        gross="49.00",
        on=_ago(today, 44),
    )


def _project(sandbox: LexofficeSandbox, today: date) -> None:
    """A closing invoice that deducts what came in on its down payment."""
    owner = sandbox.add_contact(company="Entwurf Technik AG", email="kreditoren@entwurf.example")
    down = sandbox.add_invoice(
        contact=owner, gross="5950.00", on=_ago(today, 90), kind="downpaymentinvoice"
    )
    sandbox.pay(down, on=_ago(today, 75))
    sandbox.add_invoice(contact=owner, gross=_PROJECT, on=_ago(today, 35), closing=[down])
    draft = sandbox.add_invoice(contact=owner, gross="476.00", on=today, status="draft")
    sandbox.change(draft, remark="wartet auf Freigabe")
    cancelled = sandbox.add_invoice(contact=owner, gross="83.30", on=_ago(today, 28))
    sandbox.void(cancelled)

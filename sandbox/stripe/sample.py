"""A small book in which every case of a dunning product stands once, for people who look."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.stripe.service import StripeSandbox


def fill(sandbox: StripeSandbox) -> None:
    """Adds the sample: euros, Swiss francs and yen; money under way, back, loose and written off."""
    today = sandbox.world.clock.today()
    _companies(sandbox, today)
    _automatic(sandbox, today)
    _returned(sandbox, today)
    _abroad(sandbox, today)
    _oddities(sandbox, today)


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _companies(sandbox: StripeSandbox, today: date) -> None:
    """Late, partly paid, credited in part, paid elsewhere, revised."""
    muster = sandbox.add_customer(
        "Muster Bau GmbH",
        "rechnung@muster-bau.example",
        address={"line1": "Hafenweg 3", "postal_code": "24103", "city": "Kiel", "country": "DE"},
        tax_id=("eu_vat", "DE999999999", "verified"),
        metadata={"debitor": "10001"},
    )
    sandbox.add_invoice(muster, "1190.00", on=_ago(today, 47))
    part = sandbox.add_invoice(muster, "2380.00", on=_ago(today, 61))
    sandbox.pay(part, "1000.00", on=_ago(today, 30))
    credited = sandbox.add_invoice(muster, "714.00", on=_ago(today, 40))
    sandbox.credit(credited, "119.00", on=_ago(today, 35))
    sandbox.add_invoice(muster, "357.00", on=_ago(today, 4))
    probe = sandbox.add_customer("Probe Handel e.K.", "buero@probe-handel.example")
    elsewhere = sandbox.add_invoice(probe, "83.30", on=_ago(today, 28))
    sandbox.pay(elsewhere, method="out_of_band", on=_ago(today, 10))
    wrong = sandbox.add_invoice(probe, "595.00", on=_ago(today, 33))
    sandbox.revise(wrong, "476.00", on=_ago(today, 31))
    sandbox.void(sandbox.add_invoice(probe, "19.00", on=_ago(today, 50)))
    lost = sandbox.add_invoice(probe, "178.50", on=_ago(today, 300))
    sandbox.uncollectible(lost, "payment_not_received")
    sandbox.draft(probe, "238.00", on=today)


def _automatic(sandbox: StripeSandbox, today: date) -> None:
    """What Stripe collects by itself: tried again soon, given up; a direct debit under way."""
    club = sandbox.add_customer("Beispiel Verein e.V.", "kasse@verein.example")
    retried = sandbox.add_invoice(club, "29.00", on=_ago(today, 12), automatic=True)
    sandbox.attempt_failed(retried, today + timedelta(days=3))
    given_up = sandbox.add_invoice(club, "29.00", on=_ago(today, 42), automatic=True)
    sandbox.attempt_failed(given_up)
    direct = sandbox.add_invoice(club, "59.50", on=_ago(today, 25))
    sandbox.start_sepa(direct, on=_ago(today, 2))


def _returned(sandbox: StripeSandbox, today: date) -> None:
    """Money that went back after payment, and money that might."""
    erika = sandbox.add_customer(
        "Erika Beispiel",
        "erika@kunde.example",
        address={"line1": "Am Markt 1", "postal_code": "23552", "city": "Lübeck", "country": "DE"},
    )
    refunded = sandbox.add_invoice(erika, "100.00", on=_ago(today, 60))
    sandbox.pay(refunded, on=_ago(today, 50))
    sandbox.refund(refunded, "40.00", on=_ago(today, 20))
    bounced = sandbox.add_invoice(erika, "59.00", on=_ago(today, 70))
    sandbox.pay(bounced, method="sepa_debit", on=_ago(today, 55))
    sandbox.sepa_return(bounced, on=_ago(today, 45))
    max_ = sandbox.add_customer("Max Muster", "max@kunde.example")
    disputed = sandbox.add_invoice(max_, "240.00", on=_ago(today, 80))
    sandbox.pay(disputed, on=_ago(today, 66))
    sandbox.dispute(disputed, on=_ago(today, 9))
    explained = sandbox.add_invoice(max_, "120.00", on=_ago(today, 90))
    sandbox.pay(explained, on=_ago(today, 80))
    sandbox.credit(explained, "20.00", refund="new", on=_ago(today, 70))


def _abroad(sandbox: StripeSandbox, today: date) -> None:
    """Other currencies and languages."""
    swiss = sandbox.add_customer(
        "Muster Treuhand AG",
        "buchhaltung@muster-treuhand.example",
        address={"line1": "Seestrasse 5", "postal_code": "8002", "city": "Zürich", "country": "CH"},
        locale="de-CH",
        tax_id=("ch_vat", "CHE-999.999.996 MWST"),
    )
    sandbox.add_invoice(swiss, "540.50", on=_ago(today, 45), currency="chf")
    japan = sandbox.add_customer(
        "Beispiel Shoji K.K.",
        "keiri@beispiel-shoji.example",
        address={
            "line1": "Chuo 1-2-3",
            "postal_code": "104-0061",
            "city": "Tokyo",
            "country": "JP",
        },
        locale="en",
    )
    sandbox.add_invoice(japan, "98000", on=_ago(today, 50), currency="jpy")
    tunis = sandbox.add_customer("Beispiel Import SARL", "compta@beispiel.example", locale="fr")
    sandbox.add_invoice(tunis, "310.750", on=_ago(today, 38), currency="tnd")


def _oddities(sandbox: StripeSandbox, today: date) -> None:
    """Loose money, credit, a customer who is gone, and one of whom nothing is known."""
    transfer = sandbox.add_customer("Probe Transfer GmbH", "zahlung@probe-transfer.example")
    sandbox.add_invoice(transfer, "300.00", on=_ago(today, 44))
    sandbox.cash(transfer, "250.00")
    credit = sandbox.add_customer("Muster Guthaben UG", "post@muster-guthaben.example")
    sandbox.add_invoice(credit, "-50.00", on=_ago(today, 65))
    sandbox.add_invoice(credit, "80.00", on=_ago(today, 52))
    sandbox.add_invoice(credit, "90.00", on=_ago(today, 36))
    sandbox.balance(credit, "-12.00")
    gone = sandbox.add_customer("Beispiel Alt GmbH", "alt@beispiel-alt.example")
    sandbox.add_invoice(gone, "150.00", on=_ago(today, 48))
    sandbox.delete_customer(gone)
    nobody = sandbox.add_customer(None, None, locale="")
    sandbox.add_invoice(nobody, "42.00", on=_ago(today, 30))
    over = sandbox.add_customer("Probe Doppelt GmbH", "doppelt@probe.example")
    double = sandbox.add_invoice(over, "70.00", on=_ago(today, 29))
    sandbox.pay(double, "75.00", on=_ago(today, 15))
    sent = sandbox.add_invoice(over, "66.00", on=_ago(today, 31), advance=True)
    sandbox.send(sent)

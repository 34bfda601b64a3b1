"""Reminders (MA): their level, what they carry, and where a charge can live."""

from datetime import date
from decimal import Decimal

import pytest


def reminder(sev, invoice):
    body = {"invoice": {"id": invoice, "objectName": "Invoice"}}
    return sev.send("POST", "/Invoice/Factory/createInvoiceReminder", body)


def test_reminders_count_on_and_carry_what_is_open(sevdesk, sev, late):
    """A Zahlungserinnerung, then the first Mahnung a week later over the rest."""
    assert sev.get(f"/Invoice/{late}/getLastDunning") == {}
    status, first = reminder(sev, late)
    row = first["objects"]
    assert (status, row["status"], row["dunningLevel"], row["header"]) == (
        200,
        "100",
        "1",
        "Zahlungserinnerung",
    )
    assert (row["reminderDebit"], row["reminderTotal"]) == ("119", "119")
    assert row["reminderDeadline"] == "2026-11-27T00:00:00+01:00"
    sev.send("PUT", f"/Invoice/{row['id']}/sendBy", {"sendType": "VPDF"})
    sevdesk.pay(late, "19.00")
    sevdesk.set_today(date(2026, 11, 30))
    second = reminder(sev, late)[1]["objects"]
    assert (second["dunningLevel"], second["reminderDebit"]) == ("2", "100")
    assert sevdesk.reminders(late) == [row["id"], second["id"]]
    assert sev.rows(f"/Invoice/{late}/getLastDunning")["id"] == second["id"]
    assert sev.row(late)["dunningLevel"] == "2"
    sevdesk.delete(second["id"])
    assert sevdesk.reminders(late) == [row["id"]]


def test_nobody_is_reminded_of_what_is_paid(sevdesk, sev, late):
    sevdesk.pay(late)
    assert reminder(sev, late)[0] == 422
    with pytest.raises(ValueError, match="not open"):
        sevdesk.dun(late)


@pytest.mark.parametrize(
    ("system", "level", "charge"), [("2.0", 2, "0"), ("1.0", 2, "5"), ("1.0", 1, "0")]
)
def test_a_charge_lives_on_the_second_reminder_of_system_1_only(
    sevdesk, sev, late, system, level, charge
):
    sevdesk.variant("bookkeeping", system)
    sevdesk.world.reminder_charge = Decimal("5.00")
    if level == 2:
        sevdesk.dun(late, on=date(2026, 11, 1))
    row = reminder(sev, late)[1]["objects"]
    assert row["reminderCharge"] == charge
    assert row["reminderTotal"] == str(119 + int(charge))


def test_a_shown_reminder_is_kept_by_saving_it(sevdesk, sev, late):
    sevdesk.variant("reminder_created", "preview")
    shown = reminder(sev, late)[1]["objects"]
    assert shown["id"] is None
    assert sevdesk.reminders(late) == []
    status, body = sev.send("POST", "/Invoice/Factory/saveInvoice", {"invoice": shown})
    assert status == 201
    assert sevdesk.reminders(late) == [body["objects"]["invoice"]["id"]]
    charged = {"invoice": {**shown, "reminderCharge": "5"}}
    assert sev.send("POST", "/Invoice/Factory/saveInvoice", charged)[0] == 422

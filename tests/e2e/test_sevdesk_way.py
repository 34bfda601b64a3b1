"""From the token to the notice: an office on sevDesk, day by day, through the command line.

The platform is our stand-in on 127.0.0.1: what is shown here is how Mahnwerk behaves, not how
sevDesk does.
"""

from datetime import UTC, date, datetime

from platform_stages import beside, mails, onboarded, outcomes, owed, verdicts
from sevdesk_office import SevdeskOffice

ADLER, BIBER, DORA = "Adler Muster GmbH", "Biber Muster OHG", "Dora Dachs-Muster"
SATURDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)
ALL = {
    "RE-1": "1190.00", "RE-2": "238.00", "RE-3": "257.00", "RE-4": "59.50", "RE-5": "11.90",
    "RE-6": "119.00", "RE-8": "5.95",
}  # fmt: skip
desk = beside(SevdeskOffice)


def test_the_first_reading_and_the_notices_of_the_day(read):
    assert read.books() == read.truth()
    assert owed(read) == ALL
    (row,) = read.json("connect")
    assert row["booked_until"] == "2026-11-20", "what the bank accounts were read up to"
    found = verdicts(read)
    assert found.pop("RE-8") == ("skip", "not_due")
    assert set(found.values()) == {("dun", "level_reached")}


def test_notices_leave_with_the_original_invoices(ready):
    assert outcomes(ready) == dict.fromkeys((ADLER, BIBER, DORA), "sent")
    pdfs = {who: names for who, ((_, names),) in mails(ready).items()}
    assert pdfs["rechnung@adler.example"][1:] == ["RE-1.pdf", "RE-2.pdf"]
    assert pdfs["dora@dachs.example"][1:] == ["RE-4.pdf", "RE-5.pdf"]
    asked = [each.query for each in ready.sandbox.requests if each.path.endswith("/getPdf")]
    assert all("preventSendBy=true" in query for query in asked), "or a draft would be sent"
    levels = {row["number"]: row["level"] for row in ready.json("open-items")}
    assert levels == {**dict.fromkeys(ALL, 1), "RE-8": 0}


def test_who_pays_on_the_platform_after_the_approval_gets_no_letter(ready):
    box = ready.sandbox
    box.pay(box.ids["RE-1"], on=date(2026, 11, 20))
    box.pay(box.ids["RE-2"], on=date(2026, 11, 20))
    assert outcomes(ready) == {ADLER: "withdrawn", BIBER: "sent", DORA: "sent"}
    assert ready.books() == ready.truth()
    assert "rechnung@adler.example" not in mails(ready)


def test_a_part_payment_after_the_approval_withdraws_what_would_demand_too_much(ready):
    box = ready.sandbox
    box.pay(box.ids["RE-4"], "20.00", on=date(2026, 11, 20))
    assert outcomes(ready)[DORA] == "withdrawn"
    assert owed(ready)["RE-4"] == "39.50"


def test_money_that_nobody_has_assigned_yet_holds_what_it_could_pay(read):
    box, read.office.today = read.sandbox, SATURDAY
    line = box.unassigned("238.00", "Adler Muster GmbH", text="RE-2 vom Oktober", on=SATURDAY)
    read("sync")
    found = verdicts(read)
    assert found["RE-2"] == ("skip", "held")
    assert found["RE-3"] == ("dun", "level_reached")
    told = read("explain", "RE-2").out
    assert "238,00" in told
    assert "Adler Muster GmbH" in told
    box.assign(line, box.ids["RE-2"])
    read("sync")
    assert "RE-2" not in owed(read)
    assert verdicts(read)["RE-1"] == ("dun", "level_reached"), "the money has found its invoice"


def test_what_is_cancelled_looks_paid_and_is_neither_dunned_nor_paid(read):
    box, read.office.today = read.sandbox, SATURDAY
    box.cancel(box.ids["RE-1"])
    read("sync")
    assert "RE-1" not in owed(read)
    assert read.json("explain", "RE-1")["reason"] == "cancelled"
    assert verdicts(read)["RE-2"] == ("dun", "level_reached")


def test_a_reminder_made_by_hand_counts_as_a_contact(desk, stages):
    box = desk.sandbox
    box.dun(box.ids["RE-3"], on=date(2026, 11, 18), level=1)
    onboarded(desk)
    (found,) = desk.json("platform-notices")
    assert found["number"] == "RE-3"
    said = verdicts(desk)
    assert said["RE-3"][0] == "skip"
    assert said["RE-6"][0] == "skip", "the customer heard of somebody two days ago"
    assert said["RE-1"] == ("dun", "level_reached")


def test_a_reminder_made_by_hand_after_the_approval_withdraws_ours(ready):
    box = ready.sandbox
    box.dun(box.ids["RE-3"], on=date(2026, 11, 20), level=1)
    assert outcomes(ready) == {ADLER: "sent", BIBER: "withdrawn", DORA: "sent"}


def test_a_bank_feed_that_stands_still_stops_dispatch(ready):
    box = ready.sandbox
    (account,) = [each.id for each in box.world.accounts.values() if each.type == "online"]
    box.sync_bank(account, datetime(2026, 11, 13, 4, tzinfo=UTC))  # a week ago
    ready("sync")
    assert ready.json("connect")[0]["booked_until"] == "2026-11-13"
    assert {reason for _, reason in verdicts(ready).values()} == {"not_booked_through", "not_due"}


def test_an_invoice_that_cannot_be_read_is_told_and_its_customer_waits(read):
    box = read.sandbox
    box.alter(box.ids["RE-1"], sumGross="abc")
    (problem,) = read.json("sync", code=65)["problems"]
    assert "RE-1" in problem["where"]
    assert "sevDesk" in problem["message"]
    assert verdicts(read)["RE-2"][0] == "skip", "nobody knows what is open of this customer"
    assert verdicts(read)["RE-3"] == ("dun", "level_reached")
    box.alter(box.ids["RE-1"])
    read("sync")
    assert verdicts(read)["RE-2"] == ("dun", "level_reached")


def test_a_customer_who_was_deleted_meanwhile_keeps_his_invoices(read):
    box, read.office.today = read.sandbox, SATURDAY
    box.delete_contact(box.world.invoices[box.ids["RE-4"]].contact)
    read("sync")
    assert owed(read)["RE-4"] == "59.50"

"""What a debtor's lawyer would ask of an office on lexoffice, in days and euros.

The platform is our stand-in on 127.0.0.1; that it behaves so proves nothing about lexoffice.
"""

import email
import email.policy
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from books import bank, debtor, invoice, stammdaten, stapel

import config.bootstrap
from sandbox.lexoffice import LexofficeSandbox

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
OCT_1 = date(2026, 10, 1)  # due on 15 October, 36 days before Friday
PLACE = {"street": "Musterweg 1", "zip": "90402", "city": "Nürnberg"}
START = time.monotonic()
OWN = """name = "hart"
label = "Mit allen Kosten"
charges = "receivable"

[[levels]]
key = "first"
text = "first"
days_after_due = 5
interval_days = 7
deadline_days = 7
channels = ["email"]
interest = "charge"
lump_sum = "charge"

[[levels]]
key = "second"
text = "second"
days_after_due = 30
interval_days = 7
deadline_days = 7
channels = ["email"]
interest = "charge"
lump_sum = "charge"
"""


@pytest.fixture
def box(office, monkeypatch):
    """The platform; the clocks of both stand at noon of the same day and run on."""

    class RunningClock:
        def now(self):
            return _noon(office.today) + timedelta(seconds=time.monotonic() - START)

        def today(self, _zone):
            return office.today

    monkeypatch.setattr(config.bootstrap, "SystemClock", RunningClock)
    with LexofficeSandbox(limiter=False, now=lambda: _noon(office.today)) as sandbox:
        sandbox.adler = sandbox.add_contact(
            company="Adler Muster GmbH", email="rechnung@adler.example", **PLACE
        )
        yield sandbox


def _noon(day):
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def start(office, box, *more, live=True, procedure="", **fields):
    """Connected, read for the first time, and money is booked until today."""
    office.init(**fields)
    if live:
        office("go-live")
    if procedure:
        folder = office.folder / "home" / "procedures"
        folder.mkdir(exist_ok=True)
        (folder / "hart.toml").write_text(procedure, "utf-8")
        office("init", "--set", "procedure=hart")
    connect(office, box, *more)
    office("onboard")
    office("booked-until", office.today)


def connect(office, box, *more):
    given = (f"api_base={box.base_url}", f"api_key={box.api_key}", "rate=200", *more)
    office("connect", "lexoffice", *(part for each in given for part in ("--set", each)))


def day(office, on):
    """A morning: sync, and somebody says that all money of yesterday is booked."""
    office.today = on
    found = office.json("sync")
    office("booked-until", on)
    return found


def owed(office):
    return {row["number"]: row["outstanding"] for row in office.json("open-items")}


def levels(office):
    return {row["number"]: row["level"] for row in office.json("open-items")}


def reasons(office):
    return {v["number"]: (v["verdict"], v["reason"]) for v in office.json("run")["verdicts"]}


def propose(office):
    """Runs; (total, {number: outstanding}) of each proposal."""
    office.json("run")
    return [
        (each["total"], {item["number"]: item["outstanding"] for item in each["items"]})
        for each in office.json("proposals")
        if each["state"] == "proposed"
    ]


def approve(office):
    run = office.json("run")["run"]
    office("approve", "--run", run)


def send(office):
    return [(each["outcome"], each["reason"]) for each in office.json("send")]


def outcomes(office):
    return [outcome for outcome, _ in send(office)]


def mails(office):
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in office.mailbox.files()
    ]


def recipient(mail):
    return mail["To"].addresses[0].addr_spec


# --- between approval and handing over -----------------------------------------------------------


def test_paid_by_skonto_and_bank_between_approval_and_sending_nothing_leaves(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1000.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    box.pay(re1, "20.00", kind="cashDiscount", on=FRIDAY)
    box.pay(re1, on=FRIDAY)
    assert outcomes(office) == ["withdrawn"]
    assert not mails(office)
    assert owed(office) == {}


def test_partly_paid_between_approval_and_sending_the_rest_is_proposed_anew(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    box.pay(re1, "1000.00", on=FRIDAY)
    assert outcomes(office) == ["withdrawn"]
    assert not mails(office)
    assert propose(office) == [("190.00", {"RE-1": "190.00"})]
    approve(office)
    assert outcomes(office) == ["sent"]
    (mail,) = mails(office)
    text = mail.get_body(("plain",)).get_content()
    assert "190,00" in text
    assert levels(office) == {"RE-1": 1}


@pytest.mark.parametrize("what", ["void", "reopen_as_draft", "delete"])
def test_what_is_no_claim_any_more_is_not_sent(office, box, what):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    getattr(box, what)(re1)
    assert outcomes(office) == ["withdrawn"]
    assert owed(office) == {}
    assert day(office, MONDAY)["problems"] == []
    assert reasons(office) == {}


def test_collected_by_direct_debit_since_the_approval_it_stays_here(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    box.change(re1, status="sepadebit")
    assert outcomes(office) == ["withdrawn"]
    assert not mails(office)
    assert reasons(office) == {"RE-1": ("skip", "direct_debit")}


# --- credit notes --------------------------------------------------------------------------------


def test_an_unlinked_credit_note_is_deducted_never_the_full_sum(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    box.credit(re1, "290.00", linked=False)
    day(office, MONDAY)
    assert owed(office) == {"RE-1": "1190.00", "GS0001": "-290.00"}
    ((total, items),) = propose(office)
    assert (total, items) == ("900.00", {"RE-1": "1190.00", "GS0001": "-290.00"})


def test_a_credit_note_that_comes_after_the_approval_is_not_overlooked_tomorrow(office, box):
    """The last look reads the invoices of the notice; the credit note is a voucher of its own."""
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    box.credit(re1, "1190.00", linked=False)
    day(office, MONDAY)
    assert outcomes(office) == ["withdrawn"]
    assert not mails(office)
    assert propose(office) == []


def test_a_credit_note_of_this_morning_is_seen_before_the_mail_leaves(office, box):
    """Nobody has synced since Friday; the credit note is on no notice, so nobody asks for it."""
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    office.today = MONDAY
    box.credit(re1, "1190.00", linked=False)
    office("booked-until", MONDAY)
    assert outcomes(office) == ["withdrawn"]
    assert not mails(office)
    assert owed(office) == {"RE-1": "1190.00", "GS0001": "-1190.00"}


def test_a_linked_credit_note_over_everything_ends_the_claim_and_its_charges(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box, procedure=OWN, payment_terms_agreed="date", payment_terms_evidence="AGB")
    approve(office)
    assert outcomes(office) == ["sent"]
    assert [c["kind"] for c in office.json("charges")] == ["default_interest", "lump_sum"]
    box.credit(re1, "1190.00")
    day(office, MONDAY)
    office.json("run")
    assert owed(office) == {}
    assert [c["state"] for c in office.json("charges", "--all")] == ["waived", "waived"]


@pytest.mark.parametrize("what", ["void", "reopen_as_draft", "delete"])
def test_of_a_claim_that_never_was_no_charge_is_left(office, box, what):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box, procedure=OWN, payment_terms_agreed="date", payment_terms_evidence="AGB")
    approve(office)
    assert outcomes(office) == ["sent"]
    getattr(box, what)(re1)
    day(office, MONDAY)
    office.json("run")
    assert owed(office) == {}
    assert [c["state"] for c in office.json("charges", "--all")] == ["waived", "waived"]


def test_a_credit_note_that_cannot_be_read_holds_its_customer(office, box):
    box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    note = box.add_invoice(
        contact=box.adler, gross="290.00", on=FRIDAY, kind="creditnote", number="GS-1"
    )
    office.today = MONDAY
    box.fault("bad_json_shape", times=0, path="/credit-notes/")
    office("sync", code=65)
    office("booked-until", MONDAY)
    assert reasons(office) == {"RE-1": ("skip", "held")}
    box.clear_faults()
    day(office, MONDAY)
    assert propose(office) == [("900.00", {"RE-1": "1190.00", "GS-1": "-290.00"})]
    box.delete(note)


def test_money_of_a_customer_without_contact_that_nobody_can_tell_apart_dunns_nobody(office, box):
    """An invoice and its credit note at the collective customer, one with and one without address."""
    who = {"contact": None, "name": "Erika Muster"}
    box.add_invoice(**who, address=PLACE, gross="119.00", on=OCT_1, number="RE-1")
    box.add_invoice(**who, gross="119.00", on=OCT_1, number="GS-1", kind="creditnote")
    box.add_invoice(
        contact=None, name="Max Beispiel", address=PLACE, gross="59.50", on=OCT_1, number="RE-2"
    )
    start(office, box)
    assert reasons(office)["RE-1"] == ("skip", "held")
    assert reasons(office)["RE-2"] == ("dun", "level_reached")


# --- dunnings of the platform --------------------------------------------------------------------


def test_who_was_dunned_there_yesterday_is_left_alone_today(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    box.dun(re1, title="Zahlungserinnerung", on=FRIDAY)
    office.today = MONDAY
    office("booked-until", MONDAY)
    assert outcomes(office) in (["withdrawn"], ["held"])
    assert not mails(office)
    assert reasons(office) == {"RE-1": ("skip", "interval_running")}


def test_confirmed_dunning_of_the_platform_is_followed_by_the_next_level(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    box.dun(re1, title="1. Mahnung", on=date(2026, 11, 2))
    start(office, box)
    (notice,) = office.json("platform-notices")
    office("platform-notices", "confirm", notice["id"])
    (before,) = levels(office).values()
    assert before >= 1
    assert reasons(office) == {"RE-1": ("skip", "level_not_reached")}
    day(office, date(2026, 12, 14))
    approve(office)
    assert outcomes(office) == ["sent"]
    assert levels(office) == {"RE-1": before + 1}


# --- money that comes back, and money that is not for the invoice --------------------------------


def test_a_returned_debit_opens_the_claim_again_from_the_beginning(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    assert outcomes(office) == ["sent"]
    box.pay(re1, on=MONDAY)
    day(office, MONDAY)
    assert owed(office) == {}
    box.unpay(re1)
    day(office, date(2026, 12, 7))
    assert owed(office) == {"RE-1": "1190.00"}
    assert levels(office) == {"RE-1": 0}
    assert reasons(office) == {"RE-1": ("skip", "deadline_running")}
    day(office, date(2026, 12, 14))
    assert propose(office) == [("1190.00", {"RE-1": "1190.00"})]
    (proposal,) = office.json("proposals")
    assert proposal["level"] == 1


def test_of_a_closing_invoice_only_what_the_down_payments_left_is_claimed(office, box):
    down = box.add_invoice(
        contact=box.adler, gross="595.00", on=date(2026, 9, 1), kind="downpaymentinvoice",
        number="AR-1",
    )  # fmt: skip
    box.pay(down, on=date(2026, 9, 10))
    box.add_invoice(contact=box.adler, gross="1785.00", on=OCT_1, number="SR-1", closing=[down])
    start(office, box)
    assert owed(office) == {"SR-1": "1190.00"}
    assert propose(office) == [("1190.00", {"SR-1": "1190.00"})]
    (row,) = office.json("open-items")
    assert (row["total"], row["state"]) == ("1190.00", "open")


def test_for_two_cents_that_a_skonto_left_nobody_writes(office, box):
    re1 = box.add_invoice(
        contact=box.adler, gross="1000.00", on=OCT_1, number="RE-1", skonto=(2, 10)
    )
    box.pay(re1, "19.98", kind="cashDiscount", on=date(2026, 10, 9))
    box.pay(re1, "980.00", on=date(2026, 10, 9))
    start(office, box)
    assert owed(office) == {"RE-1": "0.02"}
    assert propose(office) == []
    assert office.json("explain", "RE-1")["verdict"] == "skip"


@pytest.mark.parametrize("approved", [True, False])
def test_who_does_not_owe_it_any_more_hears_nothing_of_it(office, box, approved):
    """The invoice was written to the wrong customer; the run of the next day goes on."""
    biber = box.add_contact(company="Biber Muster OHG", email="buch@biber.example", **PLACE)
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    office.json("run")
    if approved:
        approve(office)
    office.today = MONDAY
    box.change(re1, contact=biber)
    if approved:
        assert outcomes(office) == ["withdrawn"]
    else:
        day(office, MONDAY)
    assert propose(office) == [("1190.00", {"RE-1": "1190.00"})]
    approve(office)
    assert outcomes(office) == ["sent"]
    assert [recipient(mail) for mail in mails(office)] == ["buch@biber.example"]


def test_a_run_goes_on_when_an_invoice_went_from_the_last_customer_to_the_first(office, box):
    """Its old proposal is withdrawn; once this ended every further run."""
    zander = box.add_contact(company="Zander Muster AG", email="z@zander.example", **PLACE)
    box.add_invoice(contact=box.adler, gross="59.50", on=OCT_1, number="RE-1")
    re2 = box.add_invoice(contact=zander, gross="119.00", on=OCT_1, number="RE-2")
    start(office, box)
    assert len(propose(office)) == 2
    office.today = MONDAY
    box.change(re2, contact=box.adler)
    day(office, MONDAY)
    assert propose(office) == [("178.50", {"RE-1": "59.50", "RE-2": "119.00"})]


def test_what_came_for_dunning_costs_pays_nothing_of_the_invoice(office, box):
    re1 = box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    box.pay(re1, "5.00", kind="dunningCosts", on=date(2026, 11, 10))
    start(office, box)
    assert owed(office) == {"RE-1": "1190.00"}
    ((total, _),) = propose(office)
    assert total == "1190.00"


# --- days and people -----------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_no_day_shifts_wherever_the_machine_stands(office, box, monkeypatch, zone):
    """Written on 31 October after the change of clocks, due at a midnight of +01:00."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        box.variant("voucher_time", "time_of_day")
        box.add_invoice(
            contact=box.adler, gross="119.00", on=date(2026, 10, 31), due=date(2026, 11, 1),
            number="RE-1",
        )  # fmt: skip
        box.add_invoice(
            contact=box.adler, gross="119.00", on=date(2026, 3, 29), due=date(2026, 10, 25),
            number="RE-2",
        )  # fmt: skip
        start(office, box)
        rows = {r["number"]: (r["invoice_date"], r["due_date"]) for r in office.json("open-items")}
        assert rows == {
            "RE-1": ("2026-10-31", "2026-11-01"), "RE-2": ("2026-03-29", "2026-10-25")
        }  # fmt: skip
    finally:
        monkeypatch.undo()
        time.tzset()


def test_two_invoices_to_two_addresses_of_one_customer_go_where_the_newest_went(office, box):
    box.add_invoice(contact=box.adler, gross="119.00", on=OCT_1, number="RE-1")
    box.add_invoice(
        contact=box.adler, gross="238.00", on=date(2026, 10, 5), number="RE-2",
        address={"street": "Lagerstraße 8", "zip": "90411", "city": "Nürnberg"},
    )  # fmt: skip
    start(office, box)
    ((total, items),) = propose(office)
    assert (total, set(items)) == ("357.00", {"RE-1", "RE-2"})
    approve(office)
    assert outcomes(office) == ["sent"]
    (mail,) = mails(office)
    assert recipient(mail) == "rechnung@adler.example"


# --- what must be known before anything leaves ---------------------------------------------------


def test_nothing_leaves_on_bookings_that_are_old(office, box):
    box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    approve(office)
    office.today = date(2026, 11, 27)  # five working days after the last confirmation
    assert outcomes(office) in (["held"], ["withdrawn"])
    assert not mails(office)
    assert reasons(office) == {"RE-1": ("skip", "not_booked_through")}


def test_in_test_mode_nothing_is_entered_and_going_live_starts_clean(office, box):
    box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box, "write_back=yes", live=False)
    approve(office)
    assert outcomes(office) == ["sent"]
    assert {recipient(mail) for mail in mails(office)} == {"buchhaltung@muster-handel.example"}
    assert not box.world.dunnings
    office("go-live")
    assert levels(office) == {"RE-1": 0}
    approve(office)
    assert outcomes(office) == ["sent"]
    assert len(box.world.dunnings) == 1
    assert recipient(mails(office)[-1]) == "rechnung@adler.example"
    day(office, TUESDAY)
    assert office.json("platform-notices") == []


# --- interest and charges ------------------------------------------------------------------------


def test_interest_runs_by_the_days_on_which_money_was_posted(office, box):
    """1,190.00 EUR due 2 October, 500.00 posted on 13 October, Mahnung of 23 October.

    In default since Sat 3 October at 1.52 + 9 = 10.52 %.
    """
    re1 = box.add_invoice(
        contact=box.adler, gross="1190.00", on=date(2026, 9, 3), due=date(2026, 10, 2),
        number="RE-1",
    )  # fmt: skip
    office.today = date(2026, 10, 22)
    box.pay(re1, "500.00", on=date(2026, 10, 13))
    office.today = date(2026, 10, 23)
    start(office, box, procedure=OWN, payment_terms_agreed="date", payment_terms_evidence="AGB")
    office.json("run")
    (proposal,) = office.json("proposals")
    charges = {c["kind"]: c["amount"] for c in proposal["charges"]}
    assert charges == {"default_interest": "5.62", "lump_sum": "40.00"}
    assert proposal["total"] == "735.62"


# --- the same claim twice ------------------------------------------------------------------------


def test_a_second_connection_of_the_same_account_is_evidence_or_refused(office, box):
    box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    given = (f"api_base={box.base_url}", f"api_key={box.api_key}")
    sets = [part for each in given for part in ("--set", each)]
    office("connect", "lexoffice", "--name", "zwei", *sets, code=64)
    office("connect", "lexoffice", "--name", "zwei", *sets, "--set", "role=evidence")
    office("onboard", "zwei")
    office("booked-until", FRIDAY)
    run = office.json("run")
    found = {(v["connection"], v["verdict"], v["reason"]) for v in run["verdicts"]}
    assert found == {
        ("lexoffice", "dun", "level_reached"), ("zwei", "skip", "same_claim")
    }  # fmt: skip
    approve(office)
    assert outcomes(office) == ["sent"]


def test_what_the_tax_adviser_exports_as_evidence_is_not_dunned_again(office, box):
    """The same invoice on lexoffice and in the DATEV export; see docs/platforms.md."""
    box.add_invoice(contact=box.adler, gross="1190.00", on=OCT_1, number="RE-1")
    start(office, box)
    files = {
        "s.csv": stammdaten(debtor(10100, "Adler Muster GmbH", email="rechnung@adler.example")),
        "b.csv": stapel(
            invoice(10100, "RE-1", "1190,00", OCT_1, due=date(2026, 10, 15)), bank(FRIDAY)
        ),
    }
    office("connect", "datev", "--set", "role=evidence")
    office("import", "datev", *office.files(files))
    (row,) = office.json("open-items")
    assert (row["connection"], row["also_on"][0]["connection"]) == ("lexoffice", "datev")
    assert propose(office) == [("1190.00", {"RE-1": "1190.00"})]
    approve(office)
    assert outcomes(office) == ["sent"]
    assert len(mails(office)) == 1

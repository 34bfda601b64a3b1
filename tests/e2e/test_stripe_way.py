"""From the key to the notice: an office on Stripe, day by day, through the command line.

The platform is our stand-in on 127.0.0.1: what is shown here is how Mahnwerk behaves, not how
Stripe does.
"""

from datetime import date

from platform_stages import beside, connected, live, mails, onboarded, outcomes, owed, verdicts
from stripe_office import KEY, StripeOffice, add

from sandbox.stripe.invoice_shape import invoice

ADLER, BIBER, DORA = "Adler Muster GmbH", "Biber Muster OHG", "Dora Dachs-Muster"
SATURDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 23)
IBAN = "DE02 1203 0000 0000 2020 51"
ALL = {
    "RE-1": "1190.00", "RE-2": "238.00", "RE-3": "257.00", "RE-4": "59.50", "RE-5": "11.90",
    "RE-6": "119.00", "RE-8": "5.95",
}  # fmt: skip
ZURICH = {"line1": "Seestrasse 5", "postal_code": "8002", "city": "Zürich", "country": "CH"}
SKIPPED = ("skip", "held")
DUNNED = ("dun", "level_reached")
desk = beside(StripeOffice)


def link(desk, number):
    """Where the invoice is paid now."""
    world = desk.sandbox.world
    return invoice(world, world.invoices[desk.sandbox.ids[number]])["hosted_invoice_url"]


def explained(desk, number):
    return desk("explain", number).out


# --- connecting ------------------------------------------------------------------------------


def test_a_wrong_key_is_refused_and_nothing_is_kept(desk):
    live(desk)
    told = desk("connect", "stripe", *StripeOffice.connecting(key="rk_live_mahnwerk0000"), code=77)
    assert "api_key" in told.err
    assert "0000" not in told.out + told.err
    assert desk.json("connect") == []


def test_a_missing_right_is_named_before_it_matters(desk):
    live(desk)
    desk.sandbox.restrict("disputes")
    told = desk("connect", "stripe", *StripeOffice.connecting())
    assert "Streitfälle (Disputes)" in told.out + told.err
    desk.sandbox.restrict("invoices")
    refused = desk("connect", "stripe", "--name", "zwei", *StripeOffice.connecting()[2:], code=77)
    assert "„Rechnungen“" in refused.err
    assert [row["connection"] for row in desk.json("connect")] == ["laden"]


def test_a_key_for_test_data_opens_no_books_of_a_live_creditor(desk):
    desk.sandbox.new_key("sk_test_mahnwerk0001")
    desk.sandbox.world.livemode = False
    live(desk)
    told = desk("connect", "stripe", *StripeOffice.connecting(key="sk_test_mahnwerk0001"), code=64)
    assert "Test" in told.err
    assert desk.json("connect") == []


def test_connecting_says_how_to_switch_off_reminders_of_stripe(desk):
    live(desk)
    told = desk("connect", "stripe", *StripeOffice.connecting())
    assert "Erinnerungen und Wiederholungen" in told.out + told.err
    assert KEY not in told.out + told.err


# --- reading and dunning ---------------------------------------------------------------------


def test_the_first_reading_and_the_notices_of_the_day(read):
    assert read.books() == read.truth()
    assert owed(read) == ALL
    (row,) = read.json("connect")
    assert row["booked_until"] == "2026-11-20", "money reaches the invoice through Stripe alone"
    found = verdicts(read)
    assert found.pop("RE-8") == ("skip", "not_due")
    assert set(found.values()) == {DUNNED}


def test_notices_leave_with_the_pay_link_of_now_and_no_iban(ready):
    """The link was renewed after the approval: what is sent is the new one."""
    before = link(ready, "RE-4")
    ready.sandbox.new_link(ready.sandbox.ids["RE-4"])
    assert outcomes(ready) == dict.fromkeys((ADLER, BIBER, DORA), "sent")
    ((text, names),) = mails(ready)["dora@dachs.example"]
    assert link(ready, "RE-4") in text
    assert link(ready, "RE-5") in text
    assert before not in text
    assert IBAN.replace(" ", "") not in text.replace(" ", "")
    assert names[1:] == ["RE-4.pdf", "RE-5.pdf"]
    levels = {row["number"]: row["level"] for row in ready.json("open-items")}
    assert levels == {**dict.fromkeys(ALL, 1), "RE-8": 0}


def test_a_watched_account_stands_on_notices_beside_the_link(desk):
    connected(desk)
    desk("connect", "stripe", "--name", "laden", "--set", "bank_transfers=watched")
    desk("onboard")
    assert desk.json("connect")[0]["booked_until"] is None
    desk("booked-until", "2026-11-19")
    desk("approve", "--run", desk.json("run")["run"])
    assert outcomes(desk)[DORA] == "sent"
    ((text, _),) = mails(desk)["dora@dachs.example"]
    assert IBAN.replace(" ", "") in text.replace(" ", "")
    assert link(desk, "RE-4") in text


def test_each_currency_has_a_letter_of_its_own(desk):
    box = desk.sandbox
    who = box.add_customer("Emu Welt AG", "post@emu.example", address=ZURICH)
    for number, gross, currency in (
        ("EUR-1", "119.00", "eur"), ("CHF-1", "540.50", "chf"), ("JPY-1", "98000", "jpy"),
    ):  # fmt: skip
        add(box, who, gross, number, currency=currency)
    onboarded(desk)
    desk("approve", "--run", desk.json("run")["run"])
    desk("send")
    texts = [text for text, _ in mails(desk)["post@emu.example"]]
    assert len(texts) == 3
    for number, said in (("EUR-1", "119,00"), ("CHF-1", "540,50"), ("JPY-1", "98.000")):
        (text,) = [each for each in texts if link(desk, number) in each]
        assert said in text
        assert not [n for n in ("EUR-1", "CHF-1", "JPY-1") if n != number and n in text]


# --- money that comes, goes back, or waits ---------------------------------------------------


def test_who_pays_after_the_approval_gets_no_letter(ready):
    box = ready.sandbox
    for number in ("RE-1", "RE-2"):
        box.pay(box.ids[number])
    box.pay(box.ids["RE-4"], "20.00")
    assert outcomes(ready) == {ADLER: "withdrawn", BIBER: "sent", DORA: "withdrawn"}
    assert ready.books() == ready.truth()
    assert sorted(mails(ready)) == ["buch@biber.example"]


def test_money_that_was_paid_back_is_a_claim_for_review(read):
    """It is open again and told, and never dunned until somebody says that it is owed."""
    box, read.office.today = read.sandbox, SATURDAY
    box.pay(box.ids["RE-1"])
    read("sync")
    assert "RE-1" not in owed(read)
    box.refund(box.ids["RE-1"], "190.00")
    read("sync")
    assert owed(read)["RE-1"] == "190.00"
    assert verdicts(read)["RE-1"] == SKIPPED
    assert "190,00" in explained(read, "RE-1")
    read("release", "RE-1", "--kind", "money_returned")
    assert verdicts(read)["RE-1"] == DUNNED
    read.office.today = MONDAY
    read("sync")
    assert verdicts(read)["RE-1"] == DUNNED, "the same money asks only once"


def test_a_direct_debit_that_came_back_waits_for_a_person(read):
    box, read.office.today = read.sandbox, SATURDAY
    box.pay(box.ids["RE-6"], method="sepa_debit")
    read("sync")
    box.sepa_return(box.ids["RE-6"])
    read("sync")
    assert owed(read)["RE-6"] == "119.00"
    assert verdicts(read)["RE-6"] == SKIPPED
    assert verdicts(read)["RE-3"] == DUNNED


def test_a_direct_debit_under_way_holds_its_invoice_and_withdraws_its_notice(ready):
    box = ready.sandbox
    debit = box.start_sepa(box.ids["RE-4"])
    assert outcomes(ready)[DORA] == "withdrawn"
    assert "dora@dachs.example" not in mails(ready)
    found = verdicts(ready)
    assert found["RE-4"] == SKIPPED
    box.fail_sepa(debit)
    ready("sync")
    assert verdicts(ready)["RE-4"] == DUNNED, "the bank said no"


def test_money_on_the_customers_account_holds_all_that_he_owes_in_it(ready):
    """A bank transfer that is too small pays nothing at Stripe (§0.9)."""
    box = ready.sandbox
    box.cash(box.who["dora"], "50.00")
    assert outcomes(ready) == {ADLER: "sent", BIBER: "sent", DORA: "withdrawn"}
    assert "dora@dachs.example" not in mails(ready)
    found = verdicts(ready)
    assert (found["RE-4"], found["RE-5"]) == (SKIPPED, SKIPPED)
    assert "50,00" in explained(ready, "RE-4")
    assert owed(ready)["RE-4"] == "59.50", "nobody subtracts it: the link asks for all"
    box.cash(box.who["dora"], "-50.00")
    ready.office.today = SATURDAY
    ready("sync")
    assert verdicts(ready)["RE-4"] == DUNNED


def test_what_stripe_collects_itself_is_left_to_it(desk):
    box = desk.sandbox
    abo = box.add_customer("Emu Abo GmbH", "post@emu.example")
    auto = add(box, abo, "29.00", "ABO-1", automatic=True)
    box.attempt_failed(auto, date(2026, 11, 22))
    onboarded(desk)
    assert verdicts(desk)["ABO-1"][0] == "skip"
    desk("connect", "stripe", "--name", "laden", "--set", "dun_automatic=yes")
    desk.office.today = SATURDAY
    desk("sync")
    assert verdicts(desk)["ABO-1"][0] == "skip", "Stripe tries again tomorrow"
    box.attempt_failed(auto)
    desk.office.today = MONDAY
    desk("sync")
    assert verdicts(desk)["ABO-1"] == DUNNED


def test_what_is_void_replaced_or_written_off_is_over(read):
    box, read.office.today = read.sandbox, SATURDAY
    box.void(box.ids["RE-1"])
    box.uncollectible(box.ids["RE-3"])
    new = box.revise(box.ids["RE-4"], "49.50")
    box.alter(new, number="RE-4b")
    read("sync")
    assert owed(read) == {
        "RE-2": "238.00", "RE-4b": "49.50", "RE-5": "11.90", "RE-6": "119.00", "RE-8": "5.95",
    }  # fmt: skip
    assert read.json("explain", "RE-1")["reason"] == "cancelled"
    box.pay(box.ids["RE-3"])
    read("sync")
    assert "RE-3" not in owed(read)


def test_an_invoice_that_cannot_be_read_is_told_and_its_customer_waits(read):
    box = read.sandbox
    box.alter(box.ids["RE-1"], amount_remaining="abc")
    (problem,) = read.json("sync", code=65)["problems"]
    assert "RE-1" in problem["where"]
    assert verdicts(read)["RE-2"][0] == "skip", "nobody knows what is open of this customer"
    assert verdicts(read)["RE-3"] == DUNNED
    box.alter(box.ids["RE-1"])
    read("sync")
    assert verdicts(read)["RE-2"] == DUNNED


def test_an_invoice_of_the_other_mode_is_told_and_not_dunned(read):
    box = read.sandbox
    box.alter(box.ids["RE-1"], livemode=False)
    told = read.json("sync")["problems"]
    assert ["RE-1" in each["where"] for each in told] == [True]
    assert verdicts(read)["RE-1"][0] == "skip"


def test_a_new_address_of_the_customer_gets_the_mail(ready):
    """Invoices keep the old one for ever; the notice goes to where he is now (§2)."""
    ready.sandbox.update_customer(ready.sandbox.who["dora"], email="neu@dachs.example")
    assert outcomes(ready)[DORA] == "held"
    assert "dora@dachs.example" not in mails(ready)
    waiting = [row["id"] for row in ready.json("proposals")]
    ready("approve", *waiting)
    ready("send")
    assert "neu@dachs.example" in mails(ready)
    assert "dora@dachs.example" not in mails(ready)

"""Promises, plans, contested parts and insolvency, day by day through the command line.

RE-1 of Adler (119.00, due 2 Nov) and RE-2 of Biber (238.00, due 20 Oct) are late on Fri 20 Nov.
"""

from datetime import date
from io import BytesIO

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from openpyxl import load_workbook
from pypdf import PdfReader

ADLER, BIBER = 10100, 10200


def books(*more, until=date(2026, 12, 31)):
    return stapel(
        invoice(ADLER, "RE-1", "119,00", date(2026, 10, 19), due=date(2026, 11, 2)),
        invoice(BIBER, "RE-2", "238,00", date(2026, 10, 6), due=date(2026, 10, 20)),
        *more,
        bank(until),
    )


def masters(biber="post@biber.example", **adler):
    return stammdaten(
        debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example", **adler),
        debtor(BIBER, "Biber Muster OHG", email=biber),
    )


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    office("import", "datev", *office.files({"stamm.csv": masters(), "0.csv": books()}))
    return office


def book(office, *rows):
    """The bookkeeping with more rows; a later export of the batch stands in for the earlier."""
    name = f"{len(list(office.folder.glob('*.csv')))}.csv"
    office("import", "datev", *office.files({name: books(*rows)}))


def on(office, day, number="RE-1"):
    """A run on that day, and what it says of one invoice."""
    office.today = day
    office("booked-until", day)
    found = office.json("run")["verdicts"]
    return next((v["verdict"], v["reason"], v["level"]) for v in found if v["number"] == number)


def tasks(office):
    return [(t["kind"], t["debtor"]) for t in office.json("tasks")]


# --- promises ---------------------------------------------------------------------------------


def test_a_broken_promise_ends_by_itself_and_says_so_once(live):
    """Promised for Wed 25 Nov; three bank days later is Mon 30 Nov."""
    told = live.json("promise", "RE-1", "--until", "2026-11-25", "--reason", "Telefonat")
    assert (told["amount"], told["until"]) == ("119.00", "2026-11-30")
    assert on(live, date(2026, 11, 30))[1] == "held"
    assert tasks(live) == []
    assert on(live, date(2026, 12, 1)) == ("dun", "level_reached", 1)
    assert on(live, date(2026, 12, 2)) == ("dun", "level_reached", 1)
    assert tasks(live) == [("broken_promise", "Adler Muster GmbH")]
    said = "Zusage vom 20.11.2026 über 119,00 EUR bis 25.11.2026: nicht gehalten"
    assert said in live("explain", "RE-1").out
    facts = live.json("explain", "RE-1")["facts"]
    assert (facts["agreed_until"], facts["broken_promises"]) == ("2026-11-25", "1")
    shown = live.json("debtor", "show", "Adler Muster GmbH")
    assert shown["broken_promises"] == 1
    assert said in shown["agreements"][0]
    assert said in live("tasks").out


def test_a_task_that_is_done_does_not_come_back(live):
    live("promise", "RE-1", "--until", "2026-11-20")
    on(live, date(2026, 12, 1))
    live("tasks", "done", "1")
    on(live, date(2026, 12, 2))
    assert tasks(live) == []


def test_a_promise_about_a_part_is_kept_and_frees_the_rest(live):
    live("promise", "RE-1", "--until", "2026-11-25", "--amount", "50,00")
    book(live, payment(ADLER, "RE-1", "50,00", date(2026, 11, 24)))
    assert on(live, date(2026, 11, 24))[1] == "held"
    assert on(live, date(2026, 11, 25)) == ("dun", "level_reached", 1)
    assert "gehalten" in live("explain", "RE-1").out
    assert {p["total"] for p in live.json("proposals")} == {"69.00", "238.00"}
    assert tasks(live) == []


def test_money_in_the_bank_days_keeps_a_promise(live):
    live("promise", "RE-1", "--until", "2026-11-25", "--amount", "100,00")
    book(live, payment(ADLER, "RE-1", "100,00", date(2026, 11, 30)))
    on(live, date(2026, 12, 1))
    assert ": gehalten." in live("explain", "RE-1").out
    assert tasks(live) == []


def test_half_of_a_promise_is_a_broken_one(live):
    live("promise", "RE-1", "--until", "2026-11-25", "--amount", "100,00")
    book(live, payment(ADLER, "RE-1", "60,00", date(2026, 11, 24)))
    assert on(live, date(2026, 11, 30))[1] == "held"
    assert on(live, date(2026, 12, 1))[0] == "dun"
    assert "eingegangen: 60,00 EUR" in live("explain", "RE-1").out


def test_a_second_agreement_needs_the_first_one_released(live):
    live("promise", "RE-1", "--until", "2026-11-25")
    answer = live("plan", "RE-1", "--instalments", "2", "--first", "2026-12-01", code=64)
    assert "--kind promise" in answer.err
    live("release", "RE-1", "--kind", "promise")
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-12-01")
    assert "aufgehoben" in live("debtor", "show", "Adler Muster GmbH").out


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("RE-1", "--until", "2026-11-19"), "Vergangenheit"),
        (("RE-1", "--until", "2026-11-25", "--amount", "120,00"), "zwischen 0 und 119,00 EUR"),
        (("RE-404", "--until", "2026-11-25"), "RE-404"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(live, args, word):
    assert word in live("promise", *args, code=64).err


# --- plans ------------------------------------------------------------------------------------


def test_a_plan_adds_up_and_is_shown(live):
    told = live.json(
        "plan", "RE-1", "--instalments", "3", "--first", "2026-11-30", "--interest", "off"
    )
    assert [(i["on"], i["amount"]) for i in told["instalments"]] == [
        ("2026-11-30", "39.66"),
        ("2026-12-30", "39.66"),
        ("2027-01-30", "39.68"),
    ]
    (shown,) = live.json("plan", "show", "RE-1")
    assert (shown["state"], shown["total"], shown["interest"]) == ("pending", "119.00", False)
    assert [i["state"] for i in shown["instalments"]] == ["open"] * 3
    assert "läuft; als Nächstes 39,66 EUR bis 30.11.2026" in live("explain", "RE-1").out


def test_a_plan_is_kept_then_missed_and_dunning_resumes_at_its_level(live):
    """Level 1 left on Fri 20 Nov, its interval ends on Fri 4 Dec, its deadline with bank days on
    Tue 8 Dec. The plan of Tue 24 Nov runs to the bank days of Mon 14 Dec, which is Thu 17 Dec.
    The days of the plan do not count for either."""
    live("approve", "--run", live.json("run")["run"])
    assert {s["outcome"] for s in live.json("send")} == {"sent"}
    live.today = date(2026, 11, 24)
    live(
        "plan", "RE-1", "--instalment", "2026-11-30=59,00", "--instalment", "14.12.2026=60",
    )  # fmt: skip
    book(live, payment(ADLER, "RE-1", "59,00", date(2026, 11, 30)))
    assert on(live, date(2026, 12, 10)) == ("skip", "held", 1)
    assert on(live, date(2026, 12, 17)) == ("skip", "held", 1)
    # 24 days in the plan do not count: Wed 9 Dec + 24 days = Sat 2 Jan.
    assert on(live, date(2026, 12, 18)) == ("skip", "hold_ended_recently", 1)
    assert live.json("explain", "RE-1")["next_on"] == "2027-01-02"
    assert tasks(live) == [("missed_instalment", "Adler Muster GmbH")]
    said = "Rate 2 über 60,00 EUR, fällig am 14.12.2026, ist nicht eingegangen"
    assert said in live("explain", "RE-1").out
    assert said in live("plan", "show", "RE-1").out
    assert [i["state"] for i in live.json("plan", "show", "RE-1")[0]["instalments"]] == [
        "paid",
        "missed",
    ]
    assert on(live, date(2027, 1, 1))[0] == "skip"
    assert on(live, date(2027, 1, 2)) == ("dun", "level_reached", 2)
    assert tasks(live) == [("missed_instalment", "Adler Muster GmbH")]


def test_money_that_comes_late_does_not_bring_a_plan_back(live):
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-30")
    assert on(live, date(2026, 12, 4))[0] == "dun"
    book(live, payment(ADLER, "RE-1", "59,50", date(2026, 12, 7)))
    assert on(live, date(2026, 12, 8))[0] == "dun"
    assert live.json("plan", "show", "RE-1")[0]["state"] == "broken"


def test_a_plan_over_two_invoices_leaves_a_third_to_be_dunned(live):
    second = invoice(ADLER, "RE-4", "81,00", date(2026, 10, 20), due=date(2026, 11, 3))
    third = invoice(ADLER, "RE-5", "70,00", date(2026, 11, 10), due=date(2026, 11, 17))
    book(live, second)
    told = live.json("plan", "Adler Muster GmbH", "--first", "2026-12-01", "--amount-each", "80")
    assert [i["amount"] for i in told["instalments"]] == ["80.00", "80.00", "40.00"]
    assert told["invoices"] == ["RE-1", "RE-4"]
    book(live, second, third)
    assert on(live, date(2026, 11, 27), "RE-1")[1] == "held"
    assert on(live, date(2026, 11, 27), "RE-4")[1] == "held"
    assert on(live, date(2026, 11, 27), "RE-5") == ("dun", "level_reached", 1)
    held = {i["number"]: [h["kind"] for h in i["holds"]] for i in live.json("open-items")}
    assert held["RE-1"] == held["RE-4"] == ["instalment_plan"]
    assert held["RE-5"] == []


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("--instalment", "2026-12-01=100"), "Die Raten ergeben 100,00 EUR, offen sind 119,00 EUR"),
        (("--instalments", "2"), "--first"),
        (("--instalments", "2", "--first", "2026-11-19"), "Vergangenheit"),
        (("--instalment", "2026-12-01=119", "--instalments", "2"), "--instalments"),
        (("--instalments", "121", "--first", "2026-12-01"), "1 bis 120"),
        (("--instalments", "3", "--amount-each", "50", "--first", "2026-12-01", "--every", "week",
          "--instalment", "kein"), "TAG=BETRAG"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_add_up_is_refused(live, args, word):
    assert word in live("plan", "RE-1", *args, code=64).err


def test_each_instalment_is_announced_once_and_not_when_it_is_paid(live):
    """Notes three days before Mon 30 Nov, Wed 30 Dec; the second instalment is paid before."""
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-30", "--remind", "3")
    assert on(live, date(2026, 11, 26))[1] == "held"
    assert [p for p in live.json("proposals") if p["kind"] == "plan"] == []
    assert on(live, date(2026, 11, 27))[1] == "held"
    (note,) = [p for p in live.json("proposals") if p["kind"] == "plan"]
    assert (note["total"], note["deadline"], note["level"]) == ("59.50", "2026-11-30", 0)
    live("approve", note["id"])
    assert [s["outcome"] for s in live.json("send")] == ["sent"]
    assert live.json("open-items")[0]["level"] == 0
    on(live, date(2026, 11, 28))
    assert [p for p in live.json("proposals") if p["kind"] == "plan"] == []
    assert "Erinnerung an die Rate vom 30.11.2026 ging am 27.11.2026 hinaus" in (
        live("explain", "RE-1").out
    )
    book(live, payment(ADLER, "RE-1", "119,00", date(2026, 11, 30)))
    live.today = date(2026, 12, 28)
    live("run")
    assert [p for p in live.json("proposals") if p["kind"] == "plan"] == []


def test_a_note_is_taken_back_when_the_instalment_is_paid_meanwhile(live):
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-30", "--remind", "3")
    on(live, date(2026, 11, 27))
    (note,) = [p["id"] for p in live.json("proposals") if p["kind"] == "plan"]
    live("approve", note)
    book(live, payment(ADLER, "RE-1", "59,50", date(2026, 11, 27)))
    (outcome,) = live.json("send")
    assert (outcome["outcome"], live.mailbox.count()) == ("withdrawn", 0)
    assert "Rate ist bezahlt" in outcome["reason"]


def test_a_note_waits_while_the_bank_is_behind(live):
    """Booked to Tue 24 Nov: on Mon 30 that is four working days ago, one too many."""
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-30", "--remind", "7")
    on(live, date(2026, 11, 24))
    (note,) = [p["id"] for p in live.json("proposals") if p["kind"] == "plan"]
    live.today = date(2026, 11, 30)
    live("approve", note)
    (outcome,) = live.json("send")
    assert outcome["outcome"] == "held"
    assert "booked-until" in outcome["reason"]
    live("booked-until", "2026-11-27")
    (outcome,) = live.json("send")
    assert outcome["outcome"] == "sent"


def test_a_note_by_letter_waits_for_the_post_and_is_taken_back_when_paid(live):
    """Biber has no mail address. Unposted, the letter stops what else would be said to him."""
    live("import", "datev", *live.files({"ohne_mail.csv": masters(biber="")}))
    live("plan", "RE-2", "--instalments", "2", "--first", "2026-11-23", "--remind", "3")
    on(live, date(2026, 11, 20), "RE-2")
    (note,) = [p["id"] for p in live.json("proposals") if p["kind"] == "plan"]
    live("approve", note)
    assert [s["outcome"] for s in live.json("send")] == ["printed"]
    assert live.json("send") == []  # looked at again: still wanted
    letter = next(p for p in live.outbox.rglob("*.pdf") if "druckdatei" not in p.name)
    text = " ".join(PdfReader(BytesIO(letter.read_bytes())).pages[0].extract_text().split())
    assert "119,00" in text
    assert "23.11.2026" in text
    on(live, date(2026, 11, 21), "RE-2")
    assert [p for p in live.json("proposals") if p["kind"] == "plan"] == []
    book(live, payment(BIBER, "RE-2", "119,00", date(2026, 11, 20)))
    (outcome,) = live.json("send")
    assert outcome["outcome"] == "withdrawn"
    assert "nicht mehr zur Post geben" in outcome["reason"]


def test_a_posted_note_is_a_contact_but_no_level(live):
    live("import", "datev", *live.files({"ohne_mail.csv": masters(biber="")}))
    live("plan", "RE-2", "--instalments", "2", "--first", "2026-11-23", "--remind", "3")
    live("run")
    (note,) = [p["id"] for p in live.json("proposals") if p["kind"] == "plan"]
    live("approve", note)
    live("send")
    live("posted", "--id", note)
    item = next(i for i in live.json("open-items") if i["number"] == "RE-2")
    assert (item["level"], item["last_notice_on"]) == (0, None)
    # The instalment does not come: Thu 26 Nov was its last day, and the first level follows.
    assert on(live, date(2026, 11, 26), "RE-2")[1] == "held"
    assert on(live, date(2026, 11, 27), "RE-2") == ("dun", "level_reached", 1)


def test_a_plan_over_an_invoice_that_is_not_due_yet(live):
    """Agreed before the due date: its notes come all the same, and a missed rate ends it."""
    early = invoice(ADLER, "RE-7", "90,00", date(2026, 11, 19), due=date(2027, 1, 31))
    other = debtor(10300, "Dachs Muster AG", email="buch@dachs.example")
    live("import", "datev", *live.files({"dachs.csv": stammdaten(other)}))
    book(live, early.replace(";10100;", ";10300;"))
    live("plan", "RE-7", "--instalments", "3", "--first", "2026-11-27", "--every", "week",
         "--remind", "2")  # fmt: skip
    on(live, date(2026, 11, 25), "RE-7")
    (note,) = [p for p in live.json("proposals") if p["kind"] == "plan"]
    assert (note["debtor"], note["total"]) == ("Dachs Muster AG", "30.00")
    assert on(live, date(2026, 12, 3), "RE-7")[1] == "not_due"
    assert tasks(live) == [("missed_instalment", "Dachs Muster AG")]


def test_a_reported_payment_counts_until_the_books_know_better(live):
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-23")
    live.today = date(2026, 11, 23)
    live("paid", "RE-1", "--amount", "59,50")
    assert on(live, date(2026, 11, 30))[1] == "held"
    assert tasks(live) == []
    book(live, payment(ADLER, "RE-1", "59,50", date(2026, 11, 23)))
    assert on(live, date(2026, 12, 1))[1] == "held"
    assert tasks(live) == []
    assert live.json("plan", "show", "RE-1")[0]["instalments"][0]["state"] == "paid"


def test_a_run_for_a_day_to_come_ends_nothing(office):
    """Test mode may run ahead; what it assumes has not happened."""
    office.init()
    office("import", "datev", *office.files({"stamm.csv": masters(), "0.csv": books()}))
    office("plan", "RE-1", "--instalments", "2", "--first", "2026-11-23")
    office("run", "--on", "2027-01-15")
    assert office.json("tasks") == []
    assert office.json("plan", "show", "RE-1")[0]["state"] == "pending"


def test_a_note_cannot_lose_an_invoice(live):
    live("plan", "RE-1", "--instalments", "2", "--first", "2026-11-23", "--remind", "5")
    on(live, date(2026, 11, 20))
    (note,) = [p["id"] for p in live.json("proposals") if p["kind"] == "plan"]
    assert "Ratenerinnerung" in live("proposals", "drop", note, "RE-1", code=70).err


# --- disputes about a part --------------------------------------------------------------------


def test_only_the_undisputed_rest_is_dunned_and_payments_reduce_it_first(live):
    live(
        "hold", "RE-1", "--kind", "partial_dispute", "--amount", "40", "--reason", "Ware fehlt",
        "--until", "2026-12-31",
    )  # fmt: skip
    assert on(live, date(2026, 11, 20)) == ("dun", "level_reached", 1)
    note = next(p for p in live.json("proposals") if p["items"][0]["number"] == "RE-1")
    assert note["total"] == "79.00"
    assert "Bestritten: 40,00 EUR; gemahnt wird nur der Rest von 79,00 EUR" in (
        live("explain", "RE-1").out
    )
    live("approve", note["id"])
    assert [s["outcome"] for s in live.json("send")] == ["sent"]
    paid = payment(ADLER, "RE-1", "79,00", date(2026, 12, 1))
    book(live, paid)
    assert on(live, date(2026, 12, 10)) == ("skip", "disputed", 1)
    assert live.json("explain", "RE-1")["facts"]["disputed"] == "40.00 EUR"
    # The clock of the item was never stopped.
    live("release", "RE-1", "--kind", "partial_dispute")
    assert on(live, date(2026, 12, 10)) == ("dun", "level_reached", 2)


def test_a_part_that_is_contested_after_the_approval_stops_the_notice(live):
    live("approve", "--run", live.json("run")["run"])
    live("hold", "RE-1", "--kind", "partial_dispute", "--amount", "40", "--reason", "Ware fehlt")
    outcomes = sorted(s["outcome"] for s in live.json("send"))
    assert outcomes == ["sent", "withdrawn"]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("RE-1", "--kind", "partial_dispute"), "--amount"),
        (("RE-1", "--kind", "partial_dispute", "--amount", "119,01"), "119,00 EUR"),
        (("Adler Muster GmbH", "--kind", "partial_dispute", "--amount", "1"), "Rechnung angeben"),
        (("RE-1", "--kind", "insolvency"), "Kunden angeben"),
        (("RE-1", "--kind", "deceased"), "Kunden angeben"),
        (("RE-1", "--amount", "10"), "partial_dispute"),
        (("RE-1", "--interest", "on"), "deferral"),
        (("RE-1", "--from", "2026-12-02", "--until", "2026-12-01"), "bevor sie"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(live, args, word):
    assert word in live("hold", *args, "--reason", "Test", code=64).err


# --- other kinds ------------------------------------------------------------------------------


def test_a_direct_debit_under_way_ends_by_itself(live):
    live(
        "hold", "RE-1", "--kind", "direct_debit_pending", "--until", "2026-11-25", "--reason",
        "Einzug am 24.11.",
    )  # fmt: skip
    assert on(live, date(2026, 11, 25))[1] == "held"
    assert on(live, date(2026, 11, 26))[0] == "dun"


def test_a_hold_may_begin_later(live):
    live("hold", "RE-1", "--from", "2026-11-24", "--until", "2026-11-25", "--reason", "Messe")
    assert on(live, date(2026, 11, 23))[0] == "dun"
    assert on(live, date(2026, 11, 24))[1] == "held"
    assert on(live, date(2026, 11, 26))[0] == "dun"


def test_a_death_stops_dunning_and_asks_for_the_heirs(live):
    live("hold", "Adler Muster GmbH", "--kind", "deceased", "--reason", "Schreiben der Tochter")
    assert on(live, date(2026, 12, 20))[1] == "held"
    (task,) = live.json("tasks")
    assert task["kind"] == "heirs"
    assert "§ 1967 BGB" in task["text"]


# --- insolvency -------------------------------------------------------------------------------


def test_insolvency_stops_an_approved_notice_at_the_last_look(live):
    live("approve", "--run", live.json("run")["run"])
    live(
        "hold", "Adler Muster GmbH", "--kind", "insolvency", "--from", "2026-11-18",
        "--reason", "AG Nürnberg",
    )  # fmt: skip
    found = {s["outcome"]: s["reason"] for s in live.json("send")}
    assert "Insolvenz" in found["withdrawn"]
    assert live.mailbox.count() == 1  # Biber's
    live("run")
    assert live.json("proposals") == []


def test_insolvency_closes_what_pursues_the_claim(live):
    live("promise", "RE-1", "--until", "2026-11-20")
    on(live, date(2026, 12, 1))
    assert tasks(live) == [("broken_promise", "Adler Muster GmbH")]
    told = live.json(
        "hold", "Adler Muster GmbH", "--kind", "insolvency", "--from", "2026-11-30",
        "--reason", "AG Nürnberg",
    )  # fmt: skip
    assert told["tasks_closed"] == [1]
    assert tasks(live) == []
    assert told["filing"]["opened"] == "2026-11-30"
    on(live, date(2026, 12, 10))
    assert tasks(live) == []


def test_the_figures_for_filing(live):
    """RE-1 was payable by the calendar: in default since 3 Nov, 27 days to the eve of opening."""
    live("debtor", "set", "Adler Muster GmbH", "type=business", "payment_terms_agreed=date")
    book(live, invoice(ADLER, "RE-9", "50,00", date(2026, 12, 1), due=date(2026, 12, 15)))
    live.today = date(2026, 12, 10)
    live(
        "hold", "Adler Muster GmbH", "--kind", "insolvency", "--from", "2026-11-30",
        "--reason", "AG Nürnberg",
    )  # fmt: skip
    found = live.json("filing", "Adler Muster GmbH")
    (claim,) = found["claims"]
    assert (claim["number"], claim["principal"]) == ("RE-1", "119.00")
    assert (claim["default_since"], claim["interest_until"]) == ("2026-11-03", "2026-11-29")
    (segment,) = claim["segments"]
    assert segment["days"] == 27
    # 119.00 at 1.52 + 9 points for 27 of 365 days is 0.926 euros.
    assert (segment["rate"], claim["interest"]) == ("10.52", "0.93")
    assert found["sums"][0]["total"] == claim["total"]
    hints = " ".join(found["hints"])
    assert "§ 177 InsO" in hints
    assert "§ 17 Abs. 2 Nr. 1 UStG" in hints
    assert "RE-9" in hints  # from after the opening
    path = live.folder / "anmeldung.xlsx"
    live("filing", "Adler Muster GmbH", "--export", path)
    sheet = load_workbook(BytesIO(path.read_bytes())).worksheets[0]
    assert sheet["A2"].value == "RE-1"
    assert float(sheet["G2"].value) == 119


def test_an_insolvency_of_the_bookkeeping_does_not_say_when(live):
    blocked = live.files({"stamm2.csv": masters(c110="1")})
    live("import", "datev", *blocked)
    answer = live("filing", "Adler Muster GmbH", code=64)
    assert "--opened" in answer.err
    assert live.json("filing", "Adler Muster GmbH", "--opened", "2026-11-10")["claims"]

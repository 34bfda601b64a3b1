"""A tax adviser's office from the DATEV export to the post, day by day, through the command line."""

import email
import email.policy
from datetime import date
from io import BytesIO

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from pypdf import PdfReader

FRIDAY = date(2026, 11, 20)
ADLER, BIBER, DACHS = 10100, 10200, 10300


def masters():
    return stammdaten(
        debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example"),
        debtor(BIBER, "Biber Muster OHG"),
        debtor(DACHS, "Dachs Muster AG", email="buch@dachs.example"),
    )


def november(*more, until=date(2026, 11, 19), **options):
    """RE-1 of Adler is 18 days late, RE-2 of Biber 31 days; Dachs has paid RE-3."""
    return stapel(
        invoice(ADLER, "RE-1", "119,00", date(2026, 10, 19), due=date(2026, 11, 2)),
        invoice(BIBER, "RE-2", "238,00", date(2026, 10, 6), due=date(2026, 10, 20)),
        invoice(DACHS, "RE-3", "59,50", date(2026, 10, 1), due=date(2026, 10, 15)),
        payment(DACHS, "RE-3", "59,50", date(2026, 10, 20)),
        *more,
        bank(until),
        **options,
    )


def load(office, *more, name="nov.csv", code=0, **options):
    return office.json(
        "import", "datev", *office.files({"stamm.csv": masters(), name: november(*more, **options)}),
        code=code,
    )  # fmt: skip


def verdicts(office, *args):
    found = office.json("run", *args)["verdicts"]
    return {v["number"]: (v["verdict"], v["reason"], v["level"]) for v in found}


def send_all(office):
    run = office.json("run")["run"]
    office("approve", "--run", run)
    return office.json("send")


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    return office


def test_two_customers_are_late_and_one_has_paid(live):
    document = load(live)
    assert document["booked_until"] == "2026-11-19"
    items = {i["number"]: (i["outstanding"], i["due_date"]) for i in live.json("open-items")}
    assert items == {"RE-1": ("119.00", "2026-11-02"), "RE-2": ("238.00", "2026-10-20")}
    assert verdicts(live) == {
        "RE-1": ("dun", "level_reached", 1),
        "RE-2": ("dun", "level_reached", 1),
    }


def test_the_mail_goes_by_smtp_and_the_letter_to_the_outbox_each_once(live):
    load(live)
    sent = send_all(live)
    assert sorted((s["channel"], s["outcome"]) for s in sent) == [
        ("email", "sent"),
        ("letter", "printed"),
    ]
    assert live.mailbox.count() == 1
    assert len(list(live.outbox.rglob("*.pdf"))) >= 2  # the letter and the print file
    live("run")
    assert live.json("send") == []
    assert live.mailbox.count() == 1


def test_a_printed_letter_counts_from_the_day_it_was_posted(live):
    load(live)
    send_all(live)
    level = {i["number"]: i["level"] for i in live.json("open-items")}
    assert level == {"RE-1": 1, "RE-2": 0}
    live.today = date(2026, 11, 23)
    live("posted", "1")
    items = {i["number"]: (i["level"], i["last_notice_on"]) for i in live.json("open-items")}
    assert items == {"RE-1": (1, "2026-11-20"), "RE-2": (1, "2026-11-23")}


def test_the_first_mahnung_comes_after_interval_deadline_and_bank_days(live):
    """Mail on Fri 20 Nov: received Mon 23, ten days to pay until Thu 3 Dec, three bank days until
    Tue 8 Dec, and one day more: Wed 9 Dec. The interval alone would have been 4 Dec."""
    load(live)
    send_all(live)
    for day, expected in (
        (date(2026, 12, 3), ("skip", "deadline_running", 1)),
        (date(2026, 12, 8), ("skip", "deadline_running", 1)),
        (date(2026, 12, 9), ("dun", "level_reached", 2)),
    ):
        live.today = day
        live("booked-until", day)
        assert verdicts(live)["RE-1"] == expected


def test_who_pays_between_approval_and_sending_gets_nothing(live):
    load(live)
    run = live.json("run")["run"]
    live("approve", "--run", run)
    load(live, payment(ADLER, "RE-1", "119,00", date(2026, 11, 19)), name="neu.csv")
    outcomes = {s["outcome"] for s in live.json("send")}
    assert outcomes == {"withdrawn", "printed"}
    assert live.mailbox.count() == 0


def test_who_pays_a_part_is_not_dunned_for_the_whole(live):
    load(live)
    live("approve", "--run", live.json("run")["run"])
    load(live, payment(ADLER, "RE-1", "100,00", date(2026, 11, 19)), name="neu.csv")
    outcome = next(s for s in live.json("send") if s["outcome"] == "withdrawn")
    assert "RE-1" in outcome["reason"]
    live("run")
    (proposal,) = [p for p in live.json("proposals") if p["items"][0]["number"] == "RE-1"]
    assert proposal["total"] == "19.00"


def test_local_knowledge_of_a_payment_stops_the_notice(live):
    load(live)
    live("approve", "--run", live.json("run")["run"])
    live("paid", "RE-1")
    assert {s["outcome"] for s in live.json("send")} == {"withdrawn", "printed"}
    assert live.mailbox.count() == 0
    assert live.json("explain", "RE-1")["reason"] == "held"


def test_a_hold_ends_by_itself_and_time_in_it_does_not_count(live):
    load(live)
    live("hold", "RE-1", "--reason", "Reklamation", "--until", "2026-11-27")
    assert verdicts(live)["RE-1"][1] == "held"
    live.today = date(2026, 11, 30)
    live("booked-until", "2026-11-27")
    assert verdicts(live)["RE-1"] == ("dun", "level_reached", 1)


def test_a_release_ends_a_hold_at_once(live):
    load(live)
    live("hold", "Biber Muster OHG", "--reason", "Anruf abwarten")
    assert verdicts(live)["RE-2"][1] == "held"
    live("release", "Biber Muster OHG")
    assert verdicts(live)["RE-2"][0] == "dun"


def test_taking_one_invoice_off_leaves_the_others(live):
    second = invoice(ADLER, "RE-4", "50,00", date(2026, 10, 20), due=date(2026, 11, 3))
    load(live, second)
    live("run")
    proposal = next(p for p in live.json("proposals") if len(p["items"]) == 2)
    assert proposal["total"] == "169.00"
    live("proposals", "drop", proposal["id"], "RE-4")
    left = next(p for p in live.json("proposals") if p["id"] == proposal["id"])
    assert [i["number"] for i in left["items"]] == ["RE-1"]
    assert left["total"] == "119.00"
    live("run")
    again = [i["number"] for p in live.json("proposals") for i in p["items"]]
    assert sorted(again) == ["RE-1", "RE-2", "RE-4"]


def test_a_rejected_proposal_comes_back_after_its_day(live):
    load(live)
    live("run")
    mine = next(p["id"] for p in live.json("proposals") if p["items"][0]["number"] == "RE-1")
    live("reject", mine, "--reason", "Kunde ist im Urlaub", "--until", "2026-11-24")
    assert verdicts(live)["RE-1"][1] == "held"
    live.today = date(2026, 11, 25)
    live("booked-until", "2026-11-24")
    assert verdicts(live)["RE-1"][0] == "dun"


def test_nothing_is_dunned_on_old_bank_data(live):
    """Booked until Mon 16 Nov: on Fri 20 Nov that is four working days ago, one too many."""
    load(live, until=date(2026, 11, 16))
    assert {v[1] for v in verdicts(live).values()} == {"not_booked_through"}
    live("booked-until", "2026-11-17")
    assert {v[0] for v in verdicts(live).values()} == {"dun"}


def test_money_without_an_invoice_number_holds_what_it_could_pay(live):
    load(live, payment(ADLER, "", "500,00", date(2026, 11, 18)))
    assert verdicts(live)["RE-1"][1] == "unplaced_money"
    assert verdicts(live)["RE-2"][0] == "dun"


def test_blocks_of_the_bookkeeping_are_respected(live):
    load(
        live,
        invoice(DACHS, "RE-5", "10,00", date(2026, 10, 1), due=date(2026, 10, 15), c15="1"),
        invoice(DACHS, "RE-6", "10,00", date(2026, 10, 1), due=date(2026, 10, 15), c105='"M-1"'),
    )
    found = verdicts(live)
    assert found["RE-5"][1] == "held"
    assert found["RE-6"][1] == "direct_debit"


def test_the_same_file_again_changes_nothing(live):
    load(live)
    before = live.json("open-items")
    again = load(live)
    assert {p["code"] for p in again["problems"]} == {"already_imported"}
    assert live.json("open-items") == before


def test_equal_rows_in_two_batches_are_kept_and_held(live):
    load(live)
    twin = invoice(ADLER, "RE-1", "119,00", date(2026, 10, 19), due=date(2026, 11, 2))
    other = stapel(twin, bank(date(2026, 11, 19)), start="20261001", end="20261031", label="Okt")
    live("import", "datev", *live.files({"okt.csv": other}))
    assert [i["outstanding"] for i in live.json("open-items") if i["number"] == "RE-1"] == [
        "238.00"
    ]
    assert verdicts(live)["RE-1"][1] == "held"
    assert "possible_double_import" in live("explain", "RE-1", "--json").out


def test_a_locked_batch_is_not_changed_behind_the_users_back(live):
    load(live, locked=1)
    changed = stapel(
        invoice(ADLER, "RE-1", "19,00", date(2026, 10, 19), due=date(2026, 11, 2)), locked=1
    )
    (path,) = live.files({"anders.csv": changed})
    document = live.json("import", "datev", path, code=65)
    assert [p["code"] for p in document["problems"]] == ["locked_batch_changed"]
    assert {i["outstanding"] for i in live.json("open-items")} == {"119.00", "238.00"}
    live("import", "datev", path, "--replace")
    assert {i["outstanding"] for i in live.json("open-items")} == {"19.00"}


def test_files_of_another_client_are_refused_and_cost_nothing_else(live):
    load(live)
    foreign = stapel(invoice(ADLER, "X-1", "1,00", date(2026, 10, 1)), client="29098;60000")
    more = stapel(invoice(DACHS, "RE-9", "9,00", date(2026, 11, 1)), label="mehr")
    document = live.json(
        "import", "datev", *live.files({"fremd.csv": foreign, "mehr.csv": more}), code=65
    )
    assert [p["code"] for p in document["problems"] if p["severity"] == "error"] == ["other_client"]
    assert {i["number"] for i in live.json("open-items")} == {"RE-1", "RE-2", "RE-9"}


def test_a_broken_row_costs_only_its_own_customer(live):
    broken = invoice(DACHS, "RE-7", "zwölf", date(2026, 11, 1))
    document = load(live, broken, code=65)
    errors = [p for p in document["problems"] if p["severity"] == "error"]
    assert len(errors) == 1
    assert "nov.csv" in errors[0]["where"]
    assert {i["number"] for i in live.json("open-items")} == {"RE-1", "RE-2"}


def test_a_paid_proposal_disappears_with_the_next_run(live):
    load(live)
    live("run")
    load(live, payment(ADLER, "RE-1", "119,00", date(2026, 11, 19)), name="neu.csv")
    live("run")
    assert [p["items"][0]["number"] for p in live.json("proposals")] == ["RE-2"]


def test_old_items_of_a_first_import_are_proposal_only(live):
    old = invoice(DACHS, "RE-0", "77,00", date(2026, 1, 5), due=date(2026, 1, 19))
    load(live, old)
    run = live.json("run")["run"]
    live("approve", "--run", run)
    (waiting,) = [p for p in live.json("proposals") if p["state"] == "proposed"]
    assert (waiting["items"][0]["number"], waiting["automation"]) == ("RE-0", "propose")
    live("approve", waiting["id"])
    assert {p["state"] for p in live.json("proposals")} == {"approved"}


def test_a_look_ahead_writes_nothing(live):
    load(live)
    found = live.json("run", "--dry-run", "--on", "2026-12-24")
    assert found["run"] is None
    assert live.json("proposals") == []
    live("run", "--on", "2026-12-24", code=64)


def test_in_test_mode_the_customer_hears_nothing(office):
    office.init()
    load(office)
    send_all(office)
    (mail,) = office.mailbox.files()
    text = mail.read_text()
    assert "X-Envelope-To: buchhaltung@muster-handel.example" in text
    assert "X-Envelope-To: rechnung@adler.example" not in text
    assert "TEST" in text.split("Subject:")[1].splitlines()[0]


def test_what_went_out_as_a_test_never_happened_once_it_is_live(office):
    office.init()
    load(office)
    send_all(office)
    assert {i["number"]: i["level"] for i in office.json("open-items")}["RE-1"] == 1
    office("go-live")
    assert {i["level"] for i in office.json("open-items")} == {0}
    assert verdicts(office) == {
        "RE-1": ("dun", "level_reached", 1),
        "RE-2": ("dun", "level_reached", 1),
    }
    send_all(office)
    assert office.mailbox.count() == 2
    assert "X-Envelope-To: rechnung@adler.example" in office.mailbox.files()[-1].read_text()


def test_stop_stops_everything_until_resume(live):
    load(live)
    live("approve", "--run", live.json("run")["run"])
    live("stop")
    live("send", code=64)
    assert live.mailbox.count() == 0
    live("resume")
    assert len(live.json("send")) == 2


@pytest.mark.parametrize("name", ['#read("secret")', "{{ 7*7 }}", "*fett* _kursiv_ $x$"])
def test_a_name_is_text_never_template(live, name):
    quoted = name.replace('"', '""')
    master = stammdaten(
        debtor(ADLER, quoted, email="rechnung@adler.example"), debtor(BIBER, "Biber Muster OHG")
    )
    live("import", "datev", *live.files({"s.csv": master, "n.csv": november()}))
    send_all(live)
    (mail,) = live.mailbox.files()
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message["To"].addresses[0].display_name == name
    (pdf,) = [p for p in message.iter_attachments() if p.get_content_type() == "application/pdf"]
    text = PdfReader(BytesIO(pdf.get_content())).pages[0].extract_text()
    assert name in text.replace("\n", " ")


def test_two_creditors_never_mix(office):
    office("init", "--creditor", "eins", "--set", "name=Eins GmbH")
    office("init", "--creditor", "zwei", "--set", "name=Zwei GmbH")
    files = office.files({"stamm.csv": masters(), "nov.csv": november()})
    office("import", "datev", *files, "--creditor", "eins")
    office("open-items", code=64)
    assert office.json("open-items", "--creditor", "zwei") == []
    assert len(office.json("open-items", "--creditor", "eins")) == 2
    office("explain", "RE-1", "--creditor", "zwei", code=64)


def test_the_event_log_proves_itself(live):
    load(live)
    send_all(live)
    head = live.json("audit", "verify")
    assert head["ok"] is True
    assert head["entries"] > 4

"""What could make a notice leave twice, late or wrong: changes, crashes of the line, odd names."""

import email
import email.policy
import shutil
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from books import bank, debtor, invoice, payment, row, stammdaten, stapel

ADLER = 10100
BANK_DAY = date(2026, 11, 19)


def bill(number="RE-1", due=date(2026, 11, 2)):
    return invoice(ADLER, number, "119,00", date(2026, 10, 19), due=due)


def load(office, *rows, name="Adler Muster GmbH", mail="rechnung@adler.example", until=BANK_DAY):
    # UTF-8, since a name may hold what Windows-1252 does not have.
    text = stammdaten(debtor(ADLER, "NAME", email=mail)).decode("cp1252")
    masters = text.replace("NAME", name.replace('"', '""')).encode("utf-8-sig")
    files = {"s.csv": masters, "b.csv": stapel(*rows, bank(until))}
    office("import", "datev", *office.files(files))


def approve(office):
    office("approve", "--run", office.json("run")["run"])


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    return office


def test_an_invoice_that_vanished_from_the_books_is_not_sent(live):
    load(live, bill(), bill("RE-2"))
    approve(live)
    load(live, bill("RE-2"))
    assert [s["outcome"] for s in live.json("send")] == ["withdrawn"]
    assert live.mailbox.count() == 0


@pytest.mark.parametrize("change", ["iban", "mail", "name"])
def test_what_was_approved_is_what_leaves_or_nothing_does(live, change):
    load(live, bill())
    approve(live)
    if change == "iban":
        live("init", "--set", "iban=DE89370400440532013000")
    elif change == "mail":
        load(live, bill(), mail="neu@adler.example")
    else:
        load(live, bill(), name="Adler Nachfolger GmbH")
    assert [s["outcome"] for s in live.json("send")] == ["held"]
    assert live.mailbox.count() == 0


def test_a_new_invoice_on_the_day_of_a_notice_waits_for_the_next_one(live):
    load(live, bill())
    approve(live)
    live("send")
    load(live, bill(), bill("RE-2"))
    found = {v["number"]: v["reason"] for v in live.json("run")["verdicts"]}
    assert found == {"RE-1": "deadline_running", "RE-2": "deadline_running"}
    assert live.json("send") == []


def test_a_returned_payment_begins_again_at_the_first_level(live):
    """Reminded on 20 Nov, paid on the 25th, the money went back on the 30th: not twice at once."""
    load(live, bill())
    approve(live)
    live("send")
    live.today = date(2026, 12, 1)
    settled = payment(ADLER, "RE-1", "119,00", date(2026, 11, 25))
    load(live, bill(), settled, until=date(2026, 11, 30))
    assert live.json("open-items") == []
    back = row("119,00", "S", ADLER, 1200, date(2026, 11, 30), "RE-1", "Rücklastschrift")
    load(live, bill(), settled, back, until=date(2026, 11, 30))
    assert [v["reason"] for v in live.json("run")["verdicts"]] == ["deadline_running"]
    live.today = date(2026, 12, 14)
    live("booked-until", "2026-12-11")
    assert [(v["verdict"], v["level"]) for v in live.json("run")["verdicts"]] == [("dun", 1)]


def test_an_invoice_that_got_a_later_due_date_is_left_alone(live):
    load(live, bill())
    approve(live)
    live("send")
    load(live, bill(due=date(2026, 12, 15)))
    assert [v["reason"] for v in live.json("run")["verdicts"]] == ["not_due"]


@pytest.mark.parametrize(("drop", "arrived"), [("during", 0), ("after", 1)])
def test_a_lost_answer_is_repeated_only_when_a_person_says_so(live, drop, arrived):
    load(live, bill())
    approve(live)
    live.mailbox.behaviour.drop = drop
    live("send", code=69)
    live.mailbox.behaviour.drop = ""
    assert live.json("send") == []
    assert [v["reason"] for v in live.json("run")["verdicts"]] == ["delivery_unknown"]
    assert live.mailbox.count() == arrived
    live("deliveries", "resolve", "1", "not_sent")
    assert [v["verdict"] for v in live.json("run")["verdicts"]] == ["dun"]


def test_a_database_from_yesterday_repeats_a_mail_under_the_same_message_id(live):
    """Nothing here can know what was sent since; the receiving side can tell the two apart."""
    load(live, bill())
    approve(live)
    database, copy = live.folder / "home" / "mahnwerk.db", live.folder / "yesterday.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, copy)
    live("send")
    for path in database.parent.glob("mahnwerk.db*"):
        path.unlink()
    shutil.copy(copy, database)
    live("send")
    assert list(live.mailbox.message_ids().values()) == [2]


@pytest.mark.parametrize(
    "name",
    [
        "../../../../boese",
        'Adler, "Muster" <boese@x.example>',
        "<script>alert(1)</script> & <b>fett</b>",
        "\u202eHbmG reldA",
        "Adler\x07\x1b[31mrot",
    ],
)
def test_a_name_reaches_nobody_else_and_no_other_folder(live, name):
    load(live, bill(), name=name)
    approve(live)
    live("send")
    (mail,) = live.mailbox.files()
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message.get_all("X-Envelope-To") == ["rechnung@adler.example"]
    assert [a.addr_spec for a in message["To"].addresses] == ["rechnung@adler.example"]
    html = next(p for p in message.walk() if p.get_content_type() == "text/html").get_content()
    assert "<script>" not in html
    assert "<b>fett" not in html
    # Whatever lies outside the home was put there by this test.
    outside = {path.name for path in live.folder.iterdir()}
    assert outside == {"home", "key", "mails", "s.csv", "b.csv"}
    assert "\x1b[31m" not in live("open-items").out

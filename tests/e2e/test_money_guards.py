"""What an adversarial user found: each of these once dunned somebody who may have paid.

RE-1 over 119.00 was due on 2 Nov; the story is told on Friday 20 Nov 2026.
"""

from datetime import date
from pathlib import Path

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from test_opos_story import opos

ADLER, BIBER = 10100, 10200
LIST = opos(f"{ADLER};RE-1;19.10.2026;02.11.2026;119,00;0,00;119,00;8400;Rechnung")
LIST_OF = ("--client", "29098/55003", "--as-of")


def re_1(account=ADLER):
    return invoice(account, "RE-1", "119,00", date(2026, 10, 19), due=date(2026, 11, 2))


def masters():
    return stammdaten(
        debtor(ADLER, "Adler Muster GmbH", email="rechnung@adler.example"),
        debtor(BIBER, "Biber Muster OHG"),
    )


def load(office, *rows, args=(), code=0, until=date(2026, 11, 19)):
    files = {"stamm.csv": masters(), "buch.csv": stapel(*rows, bank(until))}
    return office.json("import", "datev", *office.files(files), *args, code=code)


def put(office, content, *args, code=0, name="x.csv"):
    return office.json("import", "datev", *office.files({name: content}), *args, code=code)


def dunned(office):
    return [v["number"] for v in office.json("run")["verdicts"] if v["verdict"] == "dun"]


def send_all(office):
    office("approve", "--run", office.json("run")["run"])
    return office.json("send")


@pytest.fixture
def live(office):
    office.init()
    office("go-live")
    return office


def test_a_list_is_in_euro_whatever_currency_letters_are_in(live):
    live("connect", "datev", "--set", "currency=input")
    put(live, LIST, *LIST_OF, "2026-11-18")
    assert [i["currency"] for i in live.json("open-items")] == ["EUR"]


def test_a_list_of_a_day_to_come_is_refused(live):
    """It would make every payment until then count as known."""
    live("import", "datev", *live.files({"o.csv": LIST}), *LIST_OF, "2027-11-18", code=64)
    assert live.json("open-items") == []


def test_a_bank_line_dated_ahead_proves_nothing_about_the_days_until_then(live):
    load(live, re_1(), bank(date(2026, 12, 30)))
    live.today = date(2026, 12, 29)
    assert dunned(live) == []


def test_an_earlier_booked_until_of_a_person_stays_until_new_money_is_seen(live):
    load(live, re_1())
    live("booked-until", "2026-11-02")
    put(live, stammdaten(debtor(ADLER, "Adler Neu GmbH", email="rechnung@adler.example")))
    assert dunned(live) == []


def test_release_ends_what_a_person_has_set_and_nothing_else(live):
    load(live, re_1())
    live("paid", "RE-1")
    live("hold", "RE-1", "--reason", "Reklamation")
    live("release", "RE-1")
    assert dunned(live) == []
    answer = live("release", "RE-1", code=64)
    assert "--kind paid_locally" in answer.err
    live("release", "RE-1", "--kind", "paid_locally")
    assert dunned(live) == ["RE-1"]


def test_a_hold_of_the_debtor_is_named_when_the_invoice_has_none(live):
    load(live, re_1())
    live("hold", "Adler Muster GmbH", "--reason", "Anruf")
    assert "Kunde" in live("release", "RE-1", code=64).err


def test_a_payment_announced_for_later_is_no_payment(live):
    load(live, re_1())
    answer = live("paid", "RE-1", "--on", "2026-12-01", code=64)
    assert "mahnwerk promise" in answer.err


OKT = stapel(
    re_1(), bank(date(2026, 10, 31)), start="20261001", end="20261031", label="Oktober"
)  # fmt: skip
NOV = stapel(
    bank(date(2026, 11, 19)),
    payment(ADLER, "RE-1", "119,00", date(2026, 11, 5)),
    start="20261101",
    end="20261130",
    label="November",
)


@pytest.mark.parametrize("kept", [2, 3], ids=["only the captions", "the payment is missing"])
def test_a_batch_that_comes_back_without_its_payments_is_refused(live, kept):
    put(live, OKT)
    put(live, NOV, name="nov.csv")
    cut = b"\r\n".join(NOV.split(b"\r\n")[:kept]) + b"\r\n"
    document = put(live, cut, name="nov.csv", code=65)
    assert [p["code"] for p in document["problems"]] == ["payments_missing"]
    assert dunned(live) == []
    put(live, cut, "--replace", name="nov.csv")
    assert dunned(live) == ["RE-1"]


def test_a_batch_that_was_cut_off_in_the_middle_of_a_row_is_refused(live):
    put(live, OKT)
    put(live, NOV, name="nov.csv")
    lines = NOV.split(b"\r\n")
    put(live, b"\r\n".join([*lines[:3], lines[3][:3]]), name="nov.csv", code=65)
    assert dunned(live) == []


def test_a_corrected_batch_that_only_lowers_what_is_open_replaces_the_old_one(live):
    put(live, OKT)
    fewer = stapel(bank(date(2026, 10, 31)), start="20261001", end="20261031", label="Oktober")
    put(live, fewer)
    assert live.json("open-items") == []


def test_a_printed_letter_is_taken_back_when_the_payment_arrives_before_it_is_posted(live):
    load(live, re_1(BIBER))
    send_all(live)
    load(live, re_1(BIBER), payment(BIBER, "RE-1", "119,00", date(2026, 11, 19)))
    (outcome,) = live.json("send")
    assert outcome["outcome"] == "withdrawn"
    assert "nicht mehr zur Post" in outcome["reason"]


@pytest.mark.parametrize("paid", ["0,00", "19,00"], ids=["nothing paid", "a part paid"])
def test_a_letter_that_was_posted_and_reported_late_still_counts(live, paid):
    """Posted on Mon 23 Nov, reported on Fri 27 Nov, after `send` printed it again or took it back."""
    load(live, re_1(BIBER))
    send_all(live)
    live.today = date(2026, 11, 27)
    part = [] if paid == "0,00" else [payment(BIBER, "RE-1", paid, date(2026, 11, 26))]
    load(live, re_1(BIBER), *part, until=date(2026, 11, 26))
    live("send")
    live("posted", "--id", "1", "--on", "2026-11-23")
    (item,) = live.json("open-items")
    assert (item["level"], item["last_notice_on"]) == (1, "2026-11-23")
    assert dunned(live) == []


def test_one_client_is_dunned_from_one_connection_only(live):
    for name in ("alt", "neu"):
        live("connect", "datev", "--name", name)
    put(live, masters(), "--connection", "alt", name="s.csv")
    put(live, stapel(re_1(), bank(date(2026, 11, 19))), "--connection", "alt")
    document = put(live, stapel(re_1()), "--connection", "neu", code=65)
    assert [p["code"] for p in document["problems"]] == ["client_twice"]
    send_all(live)
    assert live.mailbox.count() == 1


def test_unplaced_money_in_another_currency_holds_everything_it_might_pay(live):
    francs = {"c3": '"CHF"', "c4": "1,240000", "c5": "95,97", "c6": '"EUR"'}
    load(live, re_1(), payment(ADLER, "", "119,00", date(2026, 11, 10), **francs))
    found = {v["number"]: v["reason"] for v in live.json("run")["verdicts"] if v["number"]}
    assert found == {"RE-1": "unplaced_money"}


def test_a_foreign_invoice_waits_until_somebody_says_in_which_currency_it_is_dunned(live):
    francs = {"c3": '"CHF"', "c4": "1,240000", "c5": "100,00", "c6": '"EUR"'}
    due = date(2026, 11, 2)
    load(live, invoice(ADLER, "RE-9", "124,00", date(2026, 10, 19), due=due, **francs))
    assert dunned(live) == []
    assert "--set currency=" in live("explain", "RE-9").out
    live("connect", "datev", "--set", "currency=base")
    assert dunned(live) == ["RE-9"]
    assert live.json("proposals")[0]["total"] == "100.00"
    live("connect", "datev", "--set", "currency=input")
    assert dunned(live) == ["RE-9"]
    (proposal,) = live.json("proposals")
    assert (proposal["total"], proposal["currency"]) == ("124.00", "CHF")


def test_the_customer_reads_his_own_number(live):
    load(live, re_1())
    send_all(live)
    text = live.mailbox.files()[0].read_text()
    assert "101000000" not in text.split("Content-Type: application/pdf")[0]


def test_nobody_gets_a_letter_over_a_cent(live):
    load(live, re_1(), payment(ADLER, "RE-1", "118,99", date(2026, 11, 10)))
    found = {v["number"]: v["reason"] for v in live.json("run")["verdicts"]}
    assert found == {"RE-1": "below_minimum"}


def test_an_account_without_master_data_is_known_by_its_number(live):
    load(live, re_1(10999))
    live("run")
    (proposal,) = live.json("proposals")
    assert "10999" in str(proposal["debtor"])


def test_a_nul_character_is_read_the_same_on_both_databases(live, monkeypatch, postgres_url):
    rows = [invoice(ADLER, f"R{n}", "1,00", date(2026, 11, 1)) for n in range(1500)]
    content = stapel(*rows, invoice(ADLER, "RE\0-1", "5,00", date(2026, 11, 1)))
    put(live, content)
    numbers = {i["number"] for i in live.json("open-items")}
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", postgres_url)
    live.init()
    put(live, content)
    assert {i["number"] for i in live.json("open-items")} == numbers
    assert len(numbers) == 1501


def test_one_customer_with_a_lost_procedure_does_not_stop_the_others(live):
    """Known failure 16: one bad record stops everybody."""
    load(live, re_1(), re_1(BIBER))
    procedures = live.folder / "home" / "procedures"
    procedures.mkdir()
    standard = Path(__file__).parents[2] / "config" / "procedures" / "standard.toml"
    own = procedures / "eigen.toml"
    own.write_text(
        standard.read_text("utf-8").replace('name = "standard"', 'name = "eigen"'), "utf-8"
    )
    live("debtor", "set", str(ADLER), "procedure=eigen")
    own.unlink()
    found = [(v["verdict"], v["reason"]) for v in live.json("run")["verdicts"]]
    assert sorted(found) == [("dun", "level_reached"), ("skip", "procedure_unusable")]


def test_a_name_that_is_no_file_costs_the_others_nothing(live):
    (path,) = live.files({"buch.csv": stapel(re_1(), bank(date(2026, 11, 19)))})
    nowhere = live.folder / "fehlt.csv"
    document = live.json("import", "datev", nowhere, live.folder, path, code=65)
    refused = [p["where"] for p in document["problems"] if p["code"] == "file_refused"]
    assert refused == [nowhere.name, live.folder.name]
    assert [i["number"] for i in live.json("open-items")] == ["RE-1"]

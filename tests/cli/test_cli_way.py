"""One office's way through a dunning run, told by commands."""

from datetime import date
from pathlib import Path

import pytest
from cli_desk import books, stapel


def ids(office):
    return [row["id"] for row in office.json("proposals")]


def test_an_invoice_is_taken_off_and_comes_back_with_the_next_run(office):
    office("run")
    both = next(r for r in office.json("proposals") if len(r["items"]) == 2)
    left = office.json("proposals", "drop", both["id"], "RE-2")
    assert left == {"id": both["id"], "dropped": "RE-2", "items": ["RE-1"]}
    again = office.json("proposals", "drop", both["id"], "RE-1")
    assert again["items"] == []
    office("run")
    assert any(len(row["items"]) == 2 for row in office.json("proposals"))


def test_proposals_are_exported_for_a_signature(office):
    office("run")
    for name, magic in (("liste.pdf", b"%PDF"), ("liste.xlsx", b"PK")):
        target = office.folder / name
        office("proposals", "--export", target, "--json")
        assert target.read_bytes().startswith(magic)
    assert ".xlsx" in office("proposals", "--export", office.folder / "liste.doc", code=64).err


def test_without_proposals_there_is_nothing_to_export(office):
    office("proposals", "--export", office.folder / "liste.pdf", code=64)
    assert "mahnwerk run" in office("proposals").out


def test_a_rejected_proposal_holds_its_invoices_until_the_day(office):
    office("run")
    document = office.json("reject", *ids(office), "--reason", "Kulanz", "--until", "30.11.2026")
    assert document["until"] == "2026-11-30"
    assert office.json("proposals") == []
    assert office.json("run")["proposals"] == []
    assert office.json("explain", "RE-1")["reason"] == "held"


def test_approving_needs_ids_or_a_run_and_not_both(office):
    office("run")
    office("approve", code=64)
    office("approve", "1", "--run", "1", code=64)
    office("approve", "1", "--max-amount", "10", code=64)
    office("approve", "--run", "77", code=64)


def test_a_limit_leaves_the_large_ones_to_a_person(office):
    office("run")
    rows = office.json("approve", "--run", "1", "--max-amount", "1.000,00")
    assert sorted(row["outcome"] for row in rows) == ["approved", "refused"]
    large = next(row["id"] for row in rows if row["outcome"] == "refused")
    assert office.json("approve", large)[0]["outcome"] == "approved"


def printed(office):
    run = office.json("run")["run"]
    office("approve", "--run", run)
    return run, [row["proposal"] for row in office.json("send")]


def test_a_run_is_taken_to_the_post_as_a_whole(office):
    run, letters = printed(office)
    assert {row["id"] for row in office.json("posted", run)} == set(letters)
    assert {row["level"] for row in office.json("open-items") if row["number"] != "RE-3"} == {1}
    answer = office.json("posted", *letters, code=65)
    assert {row["outcome"] for row in answer} == {"refused"}


def test_a_single_letter_is_taken_to_the_post(office):
    run, letters = printed(office)
    assert run == letters[0], "the number means a run and a letter: the case that needs --id"
    (row,) = office.json("posted", "--id", letters[0])
    assert (row["id"], row["outcome"]) == (letters[0], "sent")
    (rest,) = office.json("posted", run)
    assert rest["id"] == letters[1]
    office("posted", "77", code=64)


def test_a_run_whose_letters_were_all_withdrawn_says_so(office):
    office("run")
    office("approve", "--run", "1")
    office("paid", "RE-1")
    office("paid", "RE-5")
    assert {row["outcome"] for row in office.json("send")} == {"withdrawn"}
    assert "Mahnlauf 1" in office("posted", "1", code=64).err


def test_posted_is_never_in_the_future_nor_before_the_print(office):
    run, _ = printed(office)
    office("posted", run, "--on", "2026-11-21", code=64)
    assert {r["outcome"] for r in office.json("posted", run, "--on", "19.11.2026", code=65)} == {
        "refused"
    }


def test_a_payment_the_books_do_not_know_holds_the_invoice(office):
    office("run")
    office("approve", "--run", "1")
    document = office.json("paid", "RE-5", "--on", "2026-11-19")
    assert (document["amount"], document["on"]) == ("1000.00", "2026-11-19")
    outcomes = {row["outcome"] for row in office.json("send")}
    assert outcomes == {"printed", "withdrawn"}
    told = office("paid", "RE-1", "--amount", "9999", code=64).err
    assert "Rechnung RE-1: der Betrag muss zwischen 0 und 1.190,00 EUR liegen." in told
    office("paid", "RE-1", "--amount", "-5", code=64)
    office("paid", "RE-1", "--amount", "1.190", code=64)


def test_a_hold_on_a_debtor_stops_all_of_his_invoices(office):
    office("hold", "10001", "--reason", "Reklamation", "--until", "2026-12-31")
    verdicts = {v["number"]: v["reason"] for v in office.json("run")["verdicts"]}
    assert verdicts["RE-1"] == verdicts["RE-2"] == "held"
    rows = {row["number"]: row for row in office.json("open-items")}
    (hold,) = rows["RE-1"]["holds"]
    assert (hold["kind"], hold["reason"], hold["until"]) == ("manual", "Reklamation", "2026-12-31")
    office("release", "10001")
    office("release", "10001", code=64)
    office("hold", "10001", code=64)


def test_a_debtor_is_found_by_account_name_and_id_and_changed(office):
    by_account = office.json("debtor", "show", "10001")
    by_name = office.json("debtor", "show", "Beispiel Bau GmbH")
    assert by_account == by_name == office.json("debtor", "show", by_account["id"])
    assert by_account["open"] == [{"currency": "EUR", "amount": "1428.00"}]
    changed = office.json("debtor", "set", "10001", "email=kunde@beispiel.example", "type=business")
    assert (changed["email"], changed["type"]) == ("kunde@beispiel.example", "business")
    assert changed["type_evidence"]
    office("debtor", "set", "10001", "umsatz=1", code=64)
    office("debtor", "set", "10001", "email=keine", code=64)
    office("debtor", "show", "99999", code=64)
    assert len(office.json("debtors")) == 3


def test_a_connection_is_set_up_and_changed(terminal):
    terminal.init()
    document = terminal.json(
        "connect",
        "datev",
        "--name",
        "buero",
        "--set",
        "default_due_days=14",
        "--set",
        "chart=skr04",
    )
    assert document["connection"] == "buero"
    assert document["settings"] == {"default_due_days": "14", "chart": "SKR04"}
    assert terminal.json("connect", "datev", "--set", "role=evidence")["role"] == "evidence"
    for wrong in (
        "role=beides",
        "currency=dollar",
        "default_due_days=bald",
        "start_level=9",
        "x=1",
    ):
        terminal("connect", "datev", "--set", wrong, code=64)
    terminal("connect", "lexware", code=64)
    terminal("connect", "datev", "--name", "a:b", code=64)


def test_changed_due_days_move_what_has_no_due_date(terminal):
    terminal.init()
    rows = [
        ("119,00", "S", 10001, 8400, date(2026, 10, 1), "RE-1", None),
        ("238,00", "S", 10001, 8400, date(2026, 10, 1), "RE-2", date(2026, 10, 8)),
    ]
    terminal("import", "datev", *terminal.write({"EXTF_1.csv": stapel(*rows)}))
    terminal("connect", "datev", "--set", "default_due_days=14")
    due = {r["number"]: r["due_date"] for r in terminal.json("open-items")}
    assert due == {"RE-1": "2026-10-15", "RE-2": "2026-10-08"}


def test_money_is_confirmed_as_booked(office):
    (document,) = office.json("booked-until", "20.11.2026")
    assert document == {"connection": "datev", "booked_until": "2026-11-20"}
    office("booked-until", "2026-11-21", code=64)
    office("booked-until", "2026-11-20", "gibtesnicht", code=64)
    office("booked-until", "gestern", code=64)


def test_the_same_files_again_change_nothing(office):
    before = office.json("open-items")
    office.json("import", "datev", *office.write(books()))
    assert office.json("open-items") == before


def test_a_file_that_is_not_there_is_refused(office):
    assert "fehlt.csv" in office("import", "datev", "fehlt.csv", code=65).out
    office("import", "datev", code=64)


@pytest.mark.parametrize("day", ["2026-11-20", "20.11.2026"])
def test_a_day_is_understood_in_both_forms(office, day):
    assert office.json("run", "--on", day)["on"] == "2026-11-20"


@pytest.mark.parametrize("day", ["20.11.26", "2026-02-30", "heute", "11/20/2026"])
def test_a_day_that_is_none_exits_64(office, day):
    assert day in office("run", "--on", day, code=64).err


def test_an_unknown_delivery_is_closed_by_a_person_only(office):
    _, letters = printed(office)
    office("deliveries", "resolve", letters[0], "sent", code=64)
    office("deliveries", "resolve", letters[0], "vielleicht", code=64)


def test_tasks_are_empty_until_the_last_level(office):
    assert "Keine offenen Aufgaben" in office("tasks").out
    office("tasks", "done", "1", code=64)


def test_letters_lie_where_the_command_says(office):
    run = office.json("run")["run"]
    office("approve", "--run", run)
    answer = office("send")
    (line,) = [line for line in answer.out.splitlines() if "Druckdatei" in line]
    assert Path(line.partition(": ")[2].strip()).read_bytes().startswith(b"%PDF")

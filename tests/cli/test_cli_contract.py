"""The JSON documents of architecture §6: scripts rely on every field named there."""

import json
from datetime import date
from decimal import Decimal

import pytest
from cli_desk import books

FRIDAY = "2026-11-20"


def is_money(text):
    return isinstance(text, str) and Decimal(text).as_tuple().exponent == -2


def test_import_says_what_was_read_and_until_when_money_is_booked(terminal):
    terminal.init()
    document = terminal.import_books()
    assert document["connection"] == "datev"
    assert document["records"] == {"invoices": 5, "payments": 1, "debtors": 3}
    assert document["booked_until"] == "2026-11-19"
    assert document["requests"] == 0
    assert document["seconds"] >= 0
    assert [p for p in document["problems"] if p["severity"] == "error"] == []
    assert {f["category"] for f in document["files"]} == {"debtors", "postings"}


def test_a_refused_file_exits_65_and_its_neighbours_are_stored(terminal):
    terminal.init()
    files = terminal.write(books() | {"bild.csv": b"\x89PNG\r\n\x1a\n\x00\x00"})
    answer = terminal("import", "datev", *files, "--json", code=65)
    (problem,) = [p for p in answer.json["problems"] if p["severity"] == "error"]
    assert set(problem) == {"code", "severity", "where", "message"}
    assert problem["where"] == "bild.csv"
    assert len(terminal.json("open-items")) == 4


def test_open_items_lists_what_is_outstanding_only(office):
    rows = {row["number"]: row for row in office.json("open-items")}
    assert set(rows) == {"RE-1", "RE-2", "RE-3", "RE-5"}
    first = rows["RE-1"]
    assert {
        "connection", "external_id", "number", "kind", "debtor", "invoice_date", "due_date",
        "currency", "total", "outstanding", "state", "level", "last_notice_on", "holds",
    } <= set(first)  # fmt: skip
    assert first["connection"] == "datev"
    assert first["kind"] == "invoice"
    assert first["debtor"] == "Beispiel Bau GmbH"
    assert first["due_date"] == "2026-10-15"
    assert (first["currency"], first["outstanding"], first["total"]) == (
        "EUR",
        "1190.00",
        "1190.00",
    )
    assert (first["level"], first["last_notice_on"], first["holds"]) == (0, None, [])
    assert first["days_overdue"] == (date(2026, 11, 20) - date(2026, 10, 15)).days
    assert rows["RE-3"]["ageing"] == "not_due"


def test_run_gives_a_verdict_for_every_open_item(office):
    document = office.json("run")
    assert set(document) == {"run", "on", "proposals", "head", "decisions_sha256", "verdicts"}
    assert document["on"] == FRIDAY
    assert isinstance(document["run"], int)
    assert len(document["proposals"]) == 2
    verdicts = {v["number"]: v for v in document["verdicts"]}
    assert {"connection", "number", "external_id", "verdict", "reason", "level"} <= set(
        verdicts["RE-1"]
    )
    assert verdicts["RE-1"]["verdict"] == "dun"
    assert verdicts["RE-1"]["level"] == 1
    assert (verdicts["RE-3"]["verdict"], verdicts["RE-3"]["reason"]) == ("skip", "not_due")


def test_a_dry_run_has_no_number_and_stores_nothing(office):
    document = office.json("run", "--dry-run", "--on", "2027-03-01")
    assert document["run"] is None
    assert document["proposals"] == []
    assert office.json("proposals") == []


def test_proposals_carry_items_charges_and_total(office):
    office("run")
    rows = {row["debtor"]: row for row in office.json("proposals")}
    row = rows["Beispiel Bau GmbH"]
    assert {
        "id", "debtor", "level", "currency", "items", "charges", "total", "channel", "automation",
        "state",
    } <= set(row)  # fmt: skip
    assert [(i["number"], i["outstanding"], i["level"]) for i in row["items"]] == [
        ("RE-1", "1190.00", 1),
        ("RE-2", "238.00", 1),
    ]
    assert row["total"] == "1428.00"
    assert row["charges"] == []
    assert (row["state"], row["automation"], row["currency"]) == ("proposed", "approve", "EUR")


def test_send_names_the_outcome_and_the_file_of_every_notice(office):
    run = office.json("run")
    approved = office.json("approve", "--run", run["run"])
    assert [row["outcome"] for row in approved] == ["approved", "approved"]
    outcomes = office.json("send")
    assert {row["proposal"] for row in outcomes} == set(run["proposals"])
    for row in outcomes:
        assert {"proposal", "channel", "outcome", "reason", "file"} <= set(row)
        assert (row["channel"], row["outcome"]) == ("letter", "printed")
        assert (office.folder / "home" / "outbox" / row["file"]).read_bytes().startswith(b"%PDF")
    assert office.json("send") == []


def test_explain_answers_with_verdict_reason_sentence_and_facts(office):
    document = office.json("explain", "RE-3")
    assert {"number", "verdict", "reason", "text", "facts", "next_on"} <= set(document)
    assert (document["number"], document["verdict"], document["reason"]) == (
        "RE-3", "skip", "not_due",
    )  # fmt: skip
    assert document["next_on"] > FRIDAY
    assert isinstance(document["facts"], dict)


def test_doctor_lists_its_checks_and_exits_78_until_all_is_there(terminal):
    document = terminal.json("doctor", code=78)
    assert document["ok"] is False
    terminal.init()
    document = terminal.json("doctor")
    assert document["ok"] is True
    assert {"check", "status", "message", "creditor"} == set(document["checks"][0])
    assert {check["status"] for check in document["checks"]} <= {"ok", "warn"}


def test_audit_finds_the_head_that_a_user_wrote_down(office):
    head = office.json("audit", "verify")["head"]
    office("run")
    assert office.json("audit", "verify", "--head", head)["ok"] is True
    assert office.json("audit", "verify", "--head", "0" * 64, code=65)["ok"] is False
    office("audit", "verify", "--head", "abc", code=64)


EVERY = [
    ("init",), ("doctor",), ("connect", "datev"), ("booked-until", FRIDAY), ("open-items",),
    ("explain", "RE-1"), ("paid", "RE-1", "--amount", "1,00"), ("debtors",),
    ("debtor", "show", "10001"), ("debtor", "set", "10001", "language=en"),
    ("hold", "RE-2", "--reason", "Rückfrage"), ("release", "RE-2"), ("tasks",), ("run",),
    ("proposals",), ("approve", "--run", "1"), ("send",), ("procedures", "show"),
    ("audit", "verify"), ("stop",), ("resume",), ("go-live",),
]  # fmt: skip


def test_every_command_prints_exactly_one_json_document(office):
    for args in EVERY:
        answer = office(*args, "--json")
        json.loads(answer.out)  # raises on a second document or a log line


def test_an_error_is_a_document_too_and_a_sentence_on_stderr(office):
    for args, code in [
        (("explain", "RE-9"), 64),
        (("approve", "99"), 64),
        (("open-items", "--creditor", "andere"), 64),
        (("nonsense",), 64),
        (("paid",), 64),
        (("go-live", "--creditor", "x", "--bogus"), 64),
    ]:
        answer = office(*args, "--json", code=code)
        error = answer.json["error"]
        assert set(error) == {"code", "message"}
        assert error["message"] in answer.err


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_shared_options_may_stand_before_or_after_the_command(office, place):
    options = ["--json", "--creditor", "muster-handels-gmbh"]
    args = [*options, "open-items"] if place == "before" else ["open-items", *options]
    assert len(office(*args).json) == 4


def test_money_is_a_decimal_string_everywhere(office):
    office("run")
    for row in office.json("open-items"):
        assert is_money(row["outstanding"])
        assert is_money(row["total"])
    for row in office.json("proposals"):
        assert is_money(row["total"])

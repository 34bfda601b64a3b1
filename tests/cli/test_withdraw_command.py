"""`mahnwerk withdraw`, `returned-mail` and `debtor address-ok`, as a person types them."""

from __future__ import annotations

import pytest
from returned_mails import block, report

from sandbox.mailbox import Mailbox

MAIL = "kunde@beispiel.example"


@pytest.fixture
def mailing(office, tmp_path):
    """The office is live and has a mail server; customer 10001 has a mail address."""
    with Mailbox(tmp_path / "mail") as box:
        office(
            "init", "--set", "smtp_host=127.0.0.1", "--set", f"smtp_port={box.port}",
            "--set", "smtp_security=none", "--set", "mail_from=buchhaltung@muster.example",
        )  # fmt: skip
        office("go-live")
        office("debtor", "set", "10001", f"email={MAIL}")
        office("run")
        office("approve", *(str(row["id"]) for row in office.json("proposals")))
        yield office


def mailed(office):
    return next(row for row in office.json("send") if row["channel"] == "email")


def test_a_sent_notice_is_taken_back_and_its_apology_sent(mailing):
    notice = mailed(mailing)["proposal"]
    answer = mailing("withdraw", notice, "--reason", "falscher Kunde").out
    assert f"Mahnung {notice} ist zurückgenommen." in answer
    assert "RE-1: wieder ungemahnt" in answer
    assert "mahnwerk send" in answer
    (again,) = mailing.json("withdraw", notice)
    assert (again["outcome"], again["apology"]) == ("unchanged", None)
    items = {row["number"]: row for row in mailing.json("open-items")}
    assert items["RE-1"]["level"] == 0
    assert mailed(mailing)["outcome"] == "sent"
    history = mailing.json("explain", "RE-1")["history"]
    assert any("falscher Kunde" in line for line in history)
    assert mailing.json("audit", "verify")["ok"]


def test_an_apology_that_waits_is_listed_and_exported_as_what_it_is(mailing):
    notice = mailed(mailing)["proposal"]
    (outcome,) = mailing.json("withdraw", notice)
    assert "Rückn." in mailing("proposals").out
    row = next(r for r in mailing.json("proposals") if r["id"] == outcome["apology"])
    assert (row["kind"], row["total"], row["charges"]) == ("apology", "0.00", [])
    for name in ("liste.pdf", "liste.xlsx"):
        mailing("proposals", "--export", mailing.folder / name)
        assert (mailing.folder / name).stat().st_size > 1000
    mailing("proposals", "drop", outcome["apology"], "RE-1", code=70)
    mailing("run")
    assert outcome["apology"] in [r["id"] for r in mailing.json("proposals")]
    mailing("reject", outcome["apology"], "--reason", "doch nicht")
    assert mailing.json("send") == []


def test_what_cannot_be_taken_back_exits_65(mailing):
    notice = mailed(mailing)["proposal"]
    (outcome,) = mailing.json("withdraw", notice)
    mailing("send")
    (refused,) = mailing.json("withdraw", outcome["apology"], code=65)
    assert refused["outcome"] == "refused"
    mailing("withdraw", 4711, code=64)


def test_a_bounce_out_of_a_file_and_an_address_that_works_again(mailing):
    sent = mailed(mailing)
    file = mailing.folder / "bounce.eml"
    file.write_bytes(report(sent["message_id"], block(MAIL)))
    assert "kam nicht an" in mailing("returned-mail", file).out
    (again,) = mailing.json("returned-mail", file)
    assert (again["outcome"], again["notice"]) == ("unchanged", sent["proposal"])
    assert mailing.json("debtor", "show", "10001")["mail_bounces"] is True
    assert "kommt zurück" in mailing("debtors").out
    checks = {c["check"]: c for c in mailing.json("doctor")["checks"]}
    assert "address-ok" in checks["bad_addresses"]["message"]
    assert mailing.json("debtor", "address-ok", "10001")["addresses"] == [MAIL]
    assert mailing.json("debtor", "show", "10001")["mail_bounces"] is False
    mailing("debtor", "address-ok", "10001", code=64)


def test_what_is_given_wrong_is_named(mailing):
    assert "nicht lesbar" in mailing("returned-mail", "fehlt.eml", code=64).err
    assert "imap_host" in mailing("returned-mail", "read", code=78).err
    mailing("returned-mail", "read", "x.eml", code=64)
    assert "imap_port" in mailing("init", "--set", "imap_port=viele", code=64).err
    assert "imap_security" in mailing("init", "--set", "imap_security=ohne", code=64).err

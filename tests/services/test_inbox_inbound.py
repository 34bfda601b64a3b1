"""What other systems of the creditor report: a payment for books that are read from files."""

from __future__ import annotations

import json
from datetime import date

import pytest
from delivery_desk import MONDAY, TUESDAY
from inbox_desk import reporting_office_in

from core.domain.model import HoldKind, NoticeState
from core.domain.platform_records import EventKind
from core.ports import NO_CONNECTION

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path, mailbox):
    """R-100 over 500,00 EUR stands in the files of DATEV, RE-1 over 119,00 EUR on the platform."""
    with reporting_office_in(tmp_path, mailbox) as made:
        made.debtor("10001")
        made.owes("10001", "R-100", "500.00", DUE)
        made.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        made.onboard()
        yield made


def says(office, connection=None, key=None, **fields):
    chosen = office.connection.id if connection is None else connection
    raw = json.dumps({"event": "paid", **fields}).encode()
    office.reports(fields.get("id", ""), kind=EventKind.INBOUND, raw=raw, connection=chosen,
                   key=key or f"inbound:{len(raw)}")  # fmt: skip
    return office.works(connection=chosen)


def local(office, number):
    with office.app.store.read() as tx:
        found = tx.items.payments(office.id, office.item(number).id)
    return [each.amount_minor for each in found if each.source == "local"]


def notice_about(office, number):
    return next(
        id_ for id_ in office.propose_and_approve() if office.notice(id_).lines[0].number == number
    )


def test_a_payment_that_the_shop_knows_of_holds_until_the_books_agree(office):
    notice = notice_about(office, "R-100")
    report = says(office, invoice="R-100", amount="500.00", currency="EUR", on="2026-03-01")
    assert (report.done, local(office, "R-100")) == (1, [50000])
    assert office.state(notice) is NoticeState.WITHDRAWN
    assert "gemeldet von datev am 02.03.2026" in office.notice(notice).reason
    assert office.item("R-100").outstanding.plain() == "500.00"
    with office.app.store.read() as tx:
        holds = tx.holds.active(office.id, MONDAY)
    assert HoldKind.PAID_LOCALLY in {each.kind for each in holds}


def test_without_an_amount_all_that_is_open_was_paid(office):
    says(office, id="10001/R-100")
    assert local(office, "R-100") == [50000]


def test_a_worker_that_was_killed_after_it_reports_the_payment_once(office, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("core.services.inbox._Work._finish", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            says(office, invoice="R-100", amount="100.00")
    office.works(connection=office.connection.id)
    assert (local(office, "R-100"), office.waiting(office.connection.id)) == ([10000], 0)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"invoice": "R-100", "amount": "600.00"}, "500,00"),
        ({"invoice": "R-100", "amount": "10.00", "currency": "CHF"}, "lautet auf EUR"),
        ({"invoice": "R-100", "on": "2026-03-20"}, "liegt in der Zukunft"),
    ],
    ids=["too-much", "other-currency", "to-come"],
)
def test_what_cannot_be_true_is_given_up_at_once_with_its_reason(office, fields, told):
    assert says(office, **fields).failed == 1
    [failed] = office.given_up()
    assert told in failed.reason
    assert local(office, "R-100") == []


def test_an_invoice_that_nobody_knows_yet_is_tried_again(office):
    """The next file may bring it."""
    assert says(office, invoice="R-200").later == 1
    office.owes("10001", "R-200", "70.00", DUE)
    office.day(TUESDAY)
    assert office.works(connection=office.connection.id).done == 1
    assert local(office, "R-200") == [7000]


def test_what_is_settled_already_needs_no_report(office):
    office.paid("10001", "R-100")
    assert says(office, invoice="R-100").done == 1
    assert local(office, "R-100") == []


def test_overdue_and_changed_are_no_payment(office):
    assert says(office, event="overdue", invoice="R-100").done == 1
    assert says(office, event="changed", id="10001/R-100").done == 1
    assert local(office, "R-100") == []


def test_of_a_live_platform_the_platform_is_asked(office):
    """The shop says paid; the platform says how it is."""
    notice = notice_about(office, "RE-1")
    says(office, connection=office.muster.id, key="inbound:a", invoice="RE-1")
    assert (office.state(notice), local(office, "RE-1")) == (NoticeState.APPROVED, [])
    office.platform.pay("1", "119.00", MONDAY)
    says(office, connection=office.muster.id, key="inbound:b", id="1")
    assert office.state(notice) is NoticeState.WITHDRAWN
    assert [what for _, what in office.platform.asked] == ["1", "1"]


def test_a_live_invoice_that_is_new_to_us_is_read(office):
    office.platform.invoice("9", "b", "75.00", MONDAY)
    says(office, connection=office.muster.id, event="changed", id="9")
    assert office.item("RE-9").outstanding.plain() == "75.00"


def test_a_mail_that_came_back_is_handed_on_whole(office, monkeypatch):
    """What it brings about is told in its own tests; a fault in one keeps no other waiting."""
    seen = []

    def take(_app, _creditor, raw, *, on):
        seen.append((raw, on))
        if raw == b"garbled":
            raise ValueError("what is this")

    monkeypatch.setattr("core.services.inbox.take_returned", take)
    for number, raw in enumerate((b"garbled", b"From: MAILER-DAEMON")):
        office.reports("", kind=EventKind.RETURNED_MAIL, raw=raw, connection=NO_CONNECTION,
                       key=f"mail:{number}")  # fmt: skip
    report = office.works(connection=NO_CONNECTION)
    assert seen == [(b"garbled", MONDAY), (b"From: MAILER-DAEMON", MONDAY)]
    assert (report.done, report.later, report.requests) == (1, 1, 0)

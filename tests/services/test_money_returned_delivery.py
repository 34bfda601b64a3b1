"""A notice that was approved before its invoice was paid never leaves, though it is owed again."""

from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY
from fake_platform import euro
from source_desk import live_office_in

from core.domain.model import HoldKind, ItemState, NoticeState
from core.domain.platform_records import PaymentKind, PaymentPart, RecordHold
from core.services.holds import release
from core.services.write_back_intent import to_write

DUE = date(2026, 1, 27)
BACK = HoldKind.MONEY_RETURNED


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119.00 EUR, two weeks late."""
    with live_office_in(tmp_path, mailbox, settings={"attach_invoices": "no"}) as made:
        made.platform.invoice("1", "a", "119.00", DUE)
        made.read()
        yield made


def goes_back(office, on):
    """All of it was paid and refunded, as the platform tells it at the last look."""
    parts = (
        PaymentPart(on, euro("119.00"), PaymentKind.PAYMENT),
        PaymentPart(on + timedelta(days=1), euro("119.00"), PaymentKind.RETURNED, "Erstattung"),
    )
    hold = RecordHold("returned:11900", BACK, "119,00 EUR erstattet: bitte prüfen")
    office.platform.change("1", payments=parts, state=ItemState.OPEN, holds=(hold,))


def test_the_last_look_withdraws_it(office):
    [notice] = office.propose_and_approve()
    before = office.mailbox.count()
    goes_back(office, MONDAY - timedelta(days=2))
    [outcome] = office.send().outcomes
    assert (outcome.outcome, office.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert office.mailbox.count() == before
    assert office.item("RE-1").outstanding == euro("119.00")


def test_to_say_that_it_is_owed_does_not_send_the_old_notice_but_proposes_a_new_one(office):
    """Released before the old notice is looked at: its invoice was settled in between."""
    [notice] = office.propose_and_approve()
    goes_back(office, MONDAY - timedelta(days=2))
    office.read()
    release(office.app, office.id, "RE-1", kind=BACK, by="Erika", on=office.clock.day)
    before = office.mailbox.count()
    [outcome] = office.send().outcomes
    assert outcome.outcome == "withdrawn"
    assert office.mailbox.count() == before
    [again] = office.propose_and_approve()
    [line] = office.notice(again).lines
    assert (again != notice, line.level, line.cycle) == (True, 1, 2)


def test_what_the_platform_is_to_show_names_the_level_of_the_invoice(office):
    [number] = office.propose_and_approve()
    notice = office.notice(number)
    [line] = notice.lines
    with office.app.store.read() as tx:
        write = to_write(tx, office.app, office.id, notice, line, office.item("RE-1"))
    assert (write.level, write.invoice) == (1, "1")

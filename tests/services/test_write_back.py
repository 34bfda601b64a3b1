"""Sent notices appear beside their invoices on the platform: what, when, and once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from delivery_desk import FRIDAY, MONDAY, TUESDAY
from source_desk import live_office_in
from write_desk import DUE, ON, dunnings, states, with_two

from core.domain.model import Charge, NoticeState
from core.domain.money import Money
from core.domain.platform_records import Batch
from core.errors import (
    AnswerUnknown,
    ConfigError,
    Unreachable,
)
from core.ports import Capability, Lane
from core.services.posted import resolve_unknown
from core.services.sync_store import store_batch
from core.services.write_back_intent import to_write
from sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer; write-back is on."""
    with live_office_in(tmp_path, mailbox, settings=ON) as made:
        yield with_two(made)


def test_a_sent_mail_is_entered_once_beside_each_invoice(office):
    [notice] = office.propose_and_approve()
    report = office.send()
    assert (report.written, report.warnings) == (2, [])
    items = [office.item(number).id for number in ("RE-1", "RE-2")]
    assert [each.marker for each in dunnings(office)] == [f"Mahnwerk {notice}/{i}" for i in items]
    assert [each.title for each in dunnings(office)] == ["Zahlungserinnerung"] * 2
    assert [(r.state, r.notice, r.external_id) for r in office.rows()] == [
        ("written", notice, "d1"),
        ("written", notice, "d2"),
    ]
    assert office.send().written == 0
    assert len(dunnings(office)) == 2
    assert len(office.events("write_back_written")) == 2
    assert office.audit_is_fine()


def test_it_is_written_after_everything_left_and_in_the_lane_of_syncs(office):
    office.platform.invoice("3", "b", "50.00", DUE)
    office.read()
    office.propose_and_approve()
    office.send()
    asked = office.platform.asked
    writes = [place for place, (_, what) in enumerate(asked) if what.startswith("write")]
    assert writes == [3, 4, 5]
    assert {asked[place][0] for place in writes} == {Lane.SYNC}
    assert office.mailbox.count() == 2


@pytest.mark.parametrize("how", ["off", "capability", "test mode"])
def test_it_is_off_by_default_and_in_test_mode(tmp_path, mailbox, how):
    settings = {} if how == "off" else ON
    with live_office_in(tmp_path, mailbox, settings=settings, live=how != "test mode") as office:
        if how == "capability":
            able = frozenset(Capability) - {Capability.WRITE_BACK}
            office.app = replace(office.app, platforms=office.platform.platforms(capabilities=able))
        with_two(office).propose_and_approve()
        assert office.send().outcomes[0].outcome == "sent"
        assert (office.rows(), dunnings(office)) == ([], [])
        assert not any("write" in what for what in office.platform.asks())


def test_switched_on_later_it_does_not_enter_what_was_sent_before(office):
    office.set(write_back="no")
    office.propose_and_approve()
    office.send()
    office.set(write_back="yes")
    office.day(TUESDAY)
    assert office.send().written == 0
    assert dunnings(office) == []


def test_a_printed_letter_is_entered_when_it_was_posted(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox, settings=ON) as office:
        [notice] = with_two(office, email="").propose_and_approve()
        assert office.send().outcomes[0].outcome == "printed"
        assert (office.rows(), dunnings(office)) == ([], [])
        office.day(TUESDAY)
        office.posted(notice)
        assert states(office) == ["writing", "writing"]
        assert office.send().written == 2
        assert {each.on for each in dunnings(office)} == {office.notice(notice).issue_date}


def test_a_mail_that_a_person_found_to_be_sent_is_entered_too(office):
    [notice] = office.propose_and_approve()
    office.mailbox.behaviour.drop = "after"
    office.send()
    assert (office.state(notice), office.rows()) == (NoticeState.UNKNOWN, [])
    resolve_unknown(office.app, office.id, notice, "sent", by="erika", on=MONDAY)
    assert office.send().written == 2


def test_a_refused_mail_is_not_entered(office):
    office.propose_and_approve()
    office.mailbox.behaviour.answer = "451 disk full"
    office.send()
    assert (office.rows(), dunnings(office)) == ([], [])


def test_a_sync_that_sees_our_entry_closes_it_and_counts_it_as_nobodys_reminder(office):
    office.propose_and_approve()
    office.platform.written = [AnswerUnknown("Keine Antwort."), AnswerUnknown("Keine Antwort.")]
    office.send()
    seen = Batch({}, notices=tuple(dunnings(office)))
    stored = store_batch(
        office.app, office.id, office.muster, "", seen, on=MONDAY, began=office.clock.now()
    )
    assert stored.notices == ()
    assert states(office) == ["written", "written"]
    office.platform.asked.clear()
    assert office.send().written == 0
    assert not any("find" in what for what in office.platform.asks())
    assert office.item("RE-1").level == 1


def test_reading_the_entries_back_moves_no_contact_and_no_level(office):
    """The next level comes when it would have come without them."""
    office.propose_and_approve()
    office.send()
    office.day(FRIDAY)
    office.read()
    assert states(office) == ["written", "written"]
    with office.app.store.read() as tx:
        account = tx.items.account(office.id, office.item("RE-1").debtor, FRIDAY)
    assert account.last_notice_on == MONDAY
    assert [item.level for item in account.items] == [1, 1]


def test_switched_off_before_it_was_written_nothing_is_entered(office):
    office.propose_and_approve()
    office.platform.fault(None, None, Unreachable("Keine Antwort."))
    office.send()
    office.set(write_back="no")
    report = office.send()
    assert states(office) == ["failed", "failed"]
    assert "write_back=no" in report.warnings[0]
    assert dunnings(office) == []


def test_charges_stand_beside_their_invoice_and_the_fee_once(office):
    [notice] = office.propose_and_approve()
    first, second = (office.item(number) for number in ("RE-1", "RE-2"))

    def money(amount):
        return Money(Decimal(amount), "EUR")

    charges = (
        Charge("dunning_fee", money("2.50"), "§ 286 BGB"),
        Charge("dunning_fee", money("2.50"), "§ 286 BGB", earlier=7),
        Charge("default_interest", money("1.10"), "§ 288 BGB", item=first.id),
        Charge("default_interest", money("2.20"), "§ 288 BGB", item=second.id),
        Charge("lump_sum", money("40.00"), "§ 288 BGB", item=second.id, demanded=False),
    )
    found = replace(office.notice(notice), charges=charges)
    with office.app.store.read() as tx:
        written = [
            to_write(tx, office.app, office.id, found, line, item)
            for line, item in zip(found.lines, (first, second), strict=True)
        ]
    assert [each.charges for each in written] == [
        (("Mahngebühr", money("5.00")), ("Verzugszinsen", money("1.10"))),
        (("Verzugszinsen", money("2.20")),),
    ]
    assert [each.outstanding for each in written] == [money("119.00"), money("238.00")]
    assert {(each.on, each.deadline) for each in written} == {(MONDAY, found.deadline)}


def test_an_english_customer_gets_an_english_entry(tmp_path, mailbox):
    with live_office_in(tmp_path, mailbox, settings=ON) as office:
        office.platform.contact("a", "Example Ltd", language="en")
        office.platform.invoice("1", "a", "119.00", DUE, language="en")
        office.read()
        office.propose_and_approve()
        office.send()
        assert [each.title for each in dunnings(office)] == ["Payment reminder"]


def test_a_procedure_with_fewer_levels_by_now_keeps_nobody_from_posting(office):
    [notice] = office.propose_and_approve()
    found = replace(office.notice(notice), level=99)
    with office.app.store.read() as tx:
        write = to_write(tx, office.app, office.id, found, found.lines[0], office.item("RE-1"))
    assert write.title == "Mahnung"


def test_a_text_that_is_gone_by_now_keeps_nobody_from_posting(office):
    [notice] = office.propose_and_approve()

    class NoText:
        def title(self, _text, _language):
            raise ConfigError("Den Textbaustein gibt es nicht.")

    app = replace(office.app, renderer=NoText())
    found = office.notice(notice)
    with office.app.store.read() as tx:
        write = to_write(tx, app, office.id, found, found.lines[0], office.item("RE-1"))
    assert write.title == "Mahnung"

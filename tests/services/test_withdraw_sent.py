"""Taking back a notice that was sent: afterwards it is as if it had never been, and he is told."""

from __future__ import annotations

import email
import email.policy
import io
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest
from charges_desk import charges_office
from delivery_desk import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Office

from core.domain.model import NoticeKind, NoticeState
from core.errors import UsageError
from core.services.explain import explain
from core.services.owner import this_task
from core.services.proposals import reject
from core.services.withdraw_sent import withdraw
from sandbox.mailbox import Mailbox

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path):
    with Mailbox(tmp_path / "mail") as mailbox:
        made = Office(tmp_path, mailbox)
        made.debtor("10001")
        made.owes("10001", "RE-1", "1190.00", DUE)
        yield made
        made.close()


def take_back(office, *ids, **options):
    return withdraw(
        office.app, office.id, ids, by="erika", on=office.clock.day, owner=this_task(), **options
    )


def account(office):
    with office.app.store.read() as tx:
        (found,) = tx.items.accounts(office.id, office.clock.day)
    return found


def mails(office):
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in office.mailbox.files()
    ]


def sent(office):
    (notice,) = office.propose_and_approve()
    assert [each.outcome for each in office.send().outcomes] == ["sent"]
    return notice


def test_a_sent_mail_is_taken_back_and_leaves_nothing_but_its_day(office):
    before = account(office)
    notice = sent(office)
    assert office.item("RE-1").level == 1
    office.day(TUESDAY)
    (outcome,) = take_back(office, notice, reason="falscher Betrag", apology=False)
    assert (outcome.outcome, outcome.levels) == ("withdrawn", (("RE-1", 0),))
    after = account(office)
    assert after.items == before.items
    assert (after.last_notice_on, after.last_deadline) == (None, None)
    assert after.notices == before.notices
    assert after.last_word_on == MONDAY
    kept = office.notice(notice)
    assert (kept.state, kept.sent_on) == (NoticeState.WITHDRAWN, MONDAY)
    assert kept.reason == "Zurückgenommen am 03.03.2026: falscher Betrag"
    assert office.audit_is_fine()


def test_the_apology_leaves_by_the_same_way_even_when_the_invoice_is_paid_by_now(office):
    notice = sent(office)
    office.day(TUESDAY)
    (outcome,) = take_back(office, notice)
    office.paid("10001", "RE-1")
    (said,) = office.send().outcomes
    assert (said.proposal, said.outcome, said.channel) == (outcome.apology, "sent", "email")
    mail = mails(office)[-1]
    assert mail["To"].addresses[0].addr_spec == "kunde@beispiel.example"
    assert mail["Subject"].startswith("Rücknahme unseres Schreibens")
    text = mail.get_body(("plain",)).get_content()
    flat = " ".join(text.split())
    assert f"vom 02.03.2026, unser Zeichen M-{notice}, nehmen wir zurück" in flat
    assert "gegenstandslos" in flat
    assert "RE-1" in flat
    assert "1.190" not in text
    assert "€" not in text
    html = mail.get_body(("html",)).get_content()
    assert "gegenstandslos" in html
    assert "<th" not in html
    (pdf,) = list(mail.iter_attachments())
    pages = pypdf.PdfReader(io.BytesIO(pdf.get_content())).pages
    printed = " ".join(page.extract_text() for page in pages)
    assert "gegenstandslos" in " ".join(printed.split())
    assert "DE02" not in printed.replace(" ", "")
    assert office.send().outcomes == []
    assert office.notice(outcome.apology).kind is NoticeKind.APOLOGY
    assert account_word(office) == TUESDAY


def account_word(office):
    with office.app.store.read() as tx:
        return tx.items.account(office.id, office.debtors["10001"], office.clock.day).last_word_on


def test_no_run_takes_the_apology_away(office):
    notice = sent(office)
    office.day(TUESDAY)
    (outcome,) = take_back(office, notice)
    office.run()
    assert office.state(outcome.apology) is NoticeState.APPROVED


def test_a_stop_and_a_test_mode_hold_for_the_apology_too(office):
    notice = sent(office)
    (outcome,) = take_back(office, notice)
    with office.app.store.write() as tx:
        tx.creditors.set_stopped(office.id, True)
    with pytest.raises(UsageError, match="angehalten"):
        office.send()
    assert office.state(outcome.apology) is NoticeState.APPROVED


def test_taking_back_twice_changes_nothing(office):
    notice = sent(office)
    (first,) = take_back(office, notice)
    state = account(office)
    (second,) = take_back(office, notice)
    assert second.outcome == "unchanged"
    assert account(office) == state
    with office.app.store.read() as tx:
        assert tx.taken_back.apologies(office.id, notice) == [first.apology]


def test_without_an_apology_nothing_leaves(office):
    notice = sent(office)
    (outcome,) = take_back(office, notice, apology=False)
    assert outcome.apology is None
    assert office.send().outcomes == []


def test_the_next_run_proposes_the_same_level_after_the_contact_gap_and_not_before(office):
    notice = sent(office)
    take_back(office, notice, apology=False)
    assert office.app.procedure("standard").contact_gap_days == 0
    assert office.run().proposals == []  # not twice on one day, whatever the procedure says
    office.day(TUESDAY)
    (again,) = office.run().proposals
    assert again != notice
    assert office.notice(again).level == 1


@pytest.mark.parametrize("address", ["kunde@beispiel.example", ""], ids=["mail", "letter"])
def test_the_apology_and_the_same_level_again_do_not_come_on_one_day(office, address):
    """Long after the letter: the day on which he is told that it is void is a contact too."""
    office.debtor("10001", email=address)
    (notice,) = office.propose_and_approve()
    office.send()
    if not address:
        office.posted(notice)
    office.day(date(2026, 3, 23))
    (outcome,) = take_back(office, notice)
    assert office.run().proposals == []
    assert [each.proposal for each in office.send().outcomes] == [outcome.apology]
    assert explain(office.app, office.id, "RE-1", on=office.clock.day, language="de").next_on == (
        date(2026, 3, 24)
    )
    office.day(date(2026, 3, 24))
    (again,) = office.run().proposals
    assert office.notice(again).level == 1


def test_a_proposal_is_rejected_and_a_printed_letter_kept_from_the_post(office):
    (notice,) = office.propose_and_approve()
    (outcome,) = take_back(office, notice, reason="Kulanz")
    assert outcome.outcome == "rejected"
    assert office.state(notice) is NoticeState.REJECTED
    office.debtor("10001", email="")
    (letter,) = office.propose_and_approve()
    assert [each.outcome for each in office.send().outcomes] == ["printed"]
    (outcome,) = take_back(office, letter)
    assert outcome.outcome == "withdrawn"
    assert "nicht mehr zur Post" in outcome.hints[0]
    assert office.state(letter) is NoticeState.WITHDRAWN
    assert not [path for path in office.outbox() if f"-{letter}-" in path.name]
    assert office.item("RE-1").pending == "none"
    assert office.send().outcomes == []


def test_a_posted_letter_that_was_taken_back_is_not_posted_once_more(office):
    office.debtor("10001", email="")
    (letter,) = office.propose_and_approve()
    office.send()
    office.day(TUESDAY)
    office.posted(letter)
    office.day(WEDNESDAY)
    (outcome,) = take_back(office, letter)
    (said,) = office.posted(letter)
    assert said.outcome == "refused"
    assert "zählt nicht mehr" in said.reason
    (printed,) = office.send().outcomes
    assert (printed.proposal, printed.outcome) == (outcome.apology, "printed")
    office.day(THURSDAY)
    (posted,) = office.posted(outcome.apology)
    assert posted.outcome == "sent"
    assert account_word(office) == THURSDAY
    assert office.item("RE-1").level == 0


def test_of_two_letters_the_last_is_taken_back_first(office):
    first = sent(office)
    office.day(date(2026, 4, 6))
    second = sent(office)
    assert office.item("RE-1").level == 2
    (refused,) = take_back(office, first)
    assert refused.outcome == "refused"
    assert f"mahnwerk withdraw {second}" in refused.reason
    (back,) = take_back(office, second)
    assert back.levels == (("RE-1", 1),)
    item = office.item("RE-1")
    assert (item.level, item.last_notice_on) == (1, MONDAY)
    assert account(office).last_notice_on == MONDAY
    both = take_back(office, second, first)
    assert [each.outcome for each in both] == ["unchanged", "withdrawn"]
    assert office.item("RE-1").level == 0


def test_the_proposal_that_builds_on_it_ends_too(office):
    first = sent(office)
    office.day(date(2026, 4, 6))
    (second,) = office.propose_and_approve()
    take_back(office, first)
    assert office.state(second) is NoticeState.WITHDRAWN
    assert "zählt nicht mehr" in office.notice(second).reason


def test_explain_tells_what_was_said_and_taken_back(office):
    notice = sent(office)
    office.day(TUESDAY)
    (outcome,) = take_back(office, notice, reason="falscher Kunde")
    history = explain(office.app, office.id, "RE-1", on=TUESDAY, language="de").history
    assert (
        "Stufe 1 ging am 02.03.2026 hinaus (Mail) und zählt nicht mehr: "
        "Zurückgenommen am 03.03.2026: falscher Kunde"
    ) in history
    assert any(f"Entschuldigungsschreiben {outcome.apology}" in line for line in history)
    english = explain(office.app, office.id, "RE-1", on=TUESDAY, language="en").history
    assert any("does not count any more" in line for line in english)


def test_a_hold_can_be_given_along(office):
    notice = sent(office)
    take_back(office, notice, until=FRIDAY)
    with office.app.store.read() as tx:
        (found,) = tx.items.accounts(office.id, MONDAY)
    assert [hold.until_on for hold in found.holds] == [FRIDAY]
    with pytest.raises(UsageError, match="Vergangenheit"):
        take_back(office, notice, until=MONDAY - timedelta(days=1))


@pytest.mark.parametrize("sent_before", [True, False], ids=["withdrawn", "rejected"])
def test_a_hold_along_with_it_leaves_the_credit_to_other_invoices(office, sent_before):
    """1,190 less a credit of 300, taken back until 31 March; 500 fall due and 200 are asked for."""
    office.owes("10001", "GS-1", "-300.00", DUE)
    (notice,) = office.propose_and_approve()
    assert office.notice(notice).total.plain() == "890.00"
    if sent_before:
        office.send()
        take_back(office, notice, until=date(2026, 3, 31), apology=False)
    else:
        until = date(2026, 3, 31)
        reject(office.app, office.id, [notice], reason="x", until=until, by="erika", on=MONDAY)
    office.owes("10001", "RE-2", "500.00", date(2026, 2, 20))
    office.day(FRIDAY)
    (other,) = office.propose_and_approve()
    assert office.notice(other).total.plain() == "200.00"


def test_charges_of_the_letter_end_and_interest_is_that_of_the_letter_before(tmp_path):
    with charges_office(tmp_path) as office:
        office.owing()
        office.letter()
        before = office.kept(settled=True)
        office.day(date(2026, 4, 13))
        second = office.letter(posted_on=date(2026, 4, 13))
        assert office.kept() != before
        (outcome,) = take_back(office, second.id, apology=False)
        assert outcome.charges == 2
        assert office.kept() == before
        ended = [row for row in office.kept(settled=True) if row[3] == "withdrawn"]
        assert [row[1] for row in ended] == ["dunning_fee"]


def test_the_lump_sum_of_a_letter_that_was_taken_back_can_be_demanded_later(tmp_path):
    with charges_office(tmp_path) as office:
        office.owing(type_="business")
        first = office.letter()
        asked = {c.kind for c in first.charges if c.demanded}
        assert "lump_sum" in asked
        take_back(office, first.id, apology=False)
        assert office.kept() == []
        office.day(date(2026, 4, 13))
        again = office.letter(posted_on=date(2026, 4, 13))
        assert {c.kind for c in again.charges if c.demanded and not c.earlier} == asked


class Silent:
    """A mail server that takes the mail and is never heard of again."""

    def __init__(self, real):
        self.real, self.asked = real, 0

    def send(self, creditor, message, before):
        self.asked += 1
        self.real.send(creditor, message, before)
        raise OSError("gone")


def test_an_apology_of_which_nobody_knows_whether_it_left_is_not_sent_again(office):
    notice = sent(office)
    (outcome,) = take_back(office, notice)
    silent = Silent(office.app.mail)
    office.app = replace(office.app, mail=silent)
    assert [each.outcome for each in office.send().outcomes] == ["unknown"]
    assert office.send().outcomes == []
    assert silent.asked == 1
    assert office.mailbox.count() == 2  # the notice, and its apology once
    (refused,) = take_back(office, outcome.apology)
    assert "deliveries resolve" in refused.reason


def test_what_was_printed_for_many_invoices_names_them_all(office):
    """More than five are not listed: the letter says that it is about all of them."""
    for n in range(2, 9):
        office.owes("10001", f"RE-{n}", "119.00", DUE)
    notice = sent(office)
    take_back(office, notice)
    office.send()
    text = mails(office)[-1].get_body(("plain",)).get_content()
    assert "alle Rechnungen" in " ".join(text.split())
    assert "RE-2" not in text


def test_an_english_debtor_is_told_in_english(office):
    with office.app.store.write() as tx:
        debtor = office.debtors["10001"]
        tx.debtors.save_overrides(
            office.id, debtor, {"language": "en", "salutation": "Dear Ms Example!"}
        )
    notice = sent(office)
    take_back(office, notice)
    office.send()
    text = " ".join(mails(office)[-1].get_body(("plain",)).get_content().split())
    assert "Dear Ms Example! We take back our letter" in text
    assert "It is void." in text

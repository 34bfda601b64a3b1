"""Known failure 3: a retry writes the same reminder twice, here on the platform.

Guards: a write is never repeated by the HTTP client, and an entry without an answer is looked up
by its marker before it is written again. lexoffice can neither change nor delete a dunning.
"""

from datetime import date

from sandbox.mailbox import Mailbox

DAY = date(2026, 3, 2)


def test_an_answer_that_got_lost_makes_no_second_entry(tmp_path):
    from source_desk import live_office_in
    from write_desk import ON, dunnings, later, with_two

    from core.errors import AnswerUnknown

    with (
        Mailbox(tmp_path / "mails") as mailbox,
        live_office_in(tmp_path, mailbox, settings=ON) as made,
    ):
        office = with_two(made)
        office.propose_and_approve()
        office.platform.written = [AnswerUnknown("Keine Antwort auf das Eintragen.")]
        office.send()
        later(office, minutes=11)
        office.send()
        assert len(dunnings(office)) == 2  # one for each of the two invoices


def test_a_write_that_ended_in_a_timeout_is_sent_once():
    from lexoffice_desk import close, open_desk

    from core.domain.money import Money
    from core.domain.platform_records import NoticeToWrite

    desk = open_desk()
    try:
        contact = desk.sandbox.add_contact(company="Beispiel AG")
        invoice = desk.sandbox.add_invoice(contact=contact, gross="119.00", on=date(2026, 1, 12))
        desk.sandbox.fault("late_success", path="/v1/dunnings", method="POST")
        due = Money.from_minor(11_900, "EUR")
        notice = NoticeToWrite(invoice, "Mahnwerk 17/42", "1. Mahnung", DAY, None, "de", due)
        desk.connector.write_notice(notice)
        assert desk.sandbox.count("/v1/dunnings", "POST") == 1
        assert len(desk.sandbox.world.dunnings) == 1
    finally:
        close(desk)

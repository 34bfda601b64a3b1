"""Known failure 18: the attempt counts before anything was sent (Lago).

Guard: ``record_sent`` runs after the channel's answer; printed letters count from their posting.
"""

from delivery_desk import MONDAY, TUESDAY

from core.domain.model import NoticeState


def contact(office):
    with office.app.store.read() as tx:
        account = tx.items.account(office.id, office.debtors["10001"], office.clock.day)
    return account.last_notice_on, account.last_deadline


def test_a_refused_mail_leaves_level_0_and_no_contact_on_monday(office):
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "450 later"
    [notice] = office.propose_and_approve()
    office.send()
    item = office.item("RE-1")
    assert (item.level, item.last_notice_on, contact(office)) == (0, None, (None, None))
    office.mailbox.behaviour.refuse.clear()
    office.day(TUESDAY)
    office.send()
    item = office.item("RE-1")
    assert (item.level, item.last_notice_on) == (1, TUESDAY)
    assert contact(office) == (TUESDAY, office.notice(notice).deadline)


def test_at_the_moment_of_data_nothing_counts_yet(office):
    from dataclasses import replace

    seen = []
    real = office.app.mail

    class Looks:
        def send(self, creditor, message, before_data):
            result = real.send(creditor, message, before_data)
            seen.append(
                (office.item("RE-1").level, office.item("RE-1").pending.value, contact(office))
            )
            return result

    office.propose_and_approve()
    office.send(replace(office.app, mail=Looks()))
    assert seen == [(0, "handing_over", (None, None))]
    assert office.item("RE-1").level == 1


def test_a_printed_letter_is_no_contact_until_it_is_posted(office):
    office.debtor("10001", email="")
    [notice] = office.propose_and_approve()
    office.send()
    assert (office.state(notice), contact(office)) == (NoticeState.PRINTED, (None, None))
    office.posted(notice)
    assert contact(office)[0] == MONDAY

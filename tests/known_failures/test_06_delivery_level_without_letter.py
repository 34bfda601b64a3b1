"""Known failure 6: the level counts but no letter left, or the other way (Tryton, Invoice Ninja).

Guard: level, contact and document are written in one transaction after the channel has answered.
"""

from core.domain.model import NoticeState, Pending


def test_a_full_outbox_leaves_no_letter_and_no_level(office):
    office.debtor("10001", email="")
    [notice] = office.propose_and_approve()
    office.composed.outbox.parent.mkdir(parents=True, exist_ok=True)
    office.composed.outbox.write_text("no folder can be made here")
    [outcome] = office.send().outcomes
    assert outcome.outcome == "failed"
    assert "Ausgang" in outcome.reason
    item = office.item("RE-1")
    assert (item.level, item.pending) == (0, Pending.NONE)
    assert office.state(notice) is NoticeState.APPROVED
    office.composed.outbox.unlink()
    assert office.send().outcomes[0].outcome == "printed"


def test_a_mail_that_cannot_be_archived_does_not_leave(office):
    [notice] = office.propose_and_approve()
    folder = office.composed.outbox / str(office.id)
    folder.mkdir(parents=True)
    (folder / "archive").write_text("no folder can be made here")
    [outcome] = office.send().outcomes
    assert outcome.outcome == "failed"
    assert "Archiv" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.item("RE-1").level == 0
    assert office.state(notice) is NoticeState.APPROVED


def test_every_level_has_its_letter_and_every_letter_its_level(office):
    [notice] = office.propose_and_approve()
    office.send()
    sent = office.notice(notice)
    assert (office.composed.outbox / sent.document).is_file()
    assert (sent.state, office.item("RE-1").level) == (NoticeState.SENT, 1)

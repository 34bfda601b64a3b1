"""Known failure 14: the result of the mail is ignored, or an unknown one is tried again (OpenXE).

Guard: the server's answer decides; without one the notice is unknown and nobody repeats it.
"""

import pytest

from core.domain.model import NoticeState


@pytest.mark.parametrize(
    ("behaviour", "state", "kept"),
    [
        ({"answer": "451 try later"}, NoticeState.APPROVED, 0),
        ({"refuse": {"kunde@beispiel.example": "450 later"}}, NoticeState.APPROVED, 0),
        ({"drop": "before"}, NoticeState.APPROVED, 0),
        ({"drop": "during"}, NoticeState.UNKNOWN, 0),
        ({"drop": "after"}, NoticeState.UNKNOWN, 1),
        ({"answer": "554 refused"}, NoticeState.PRINTED, 0),
        ({}, NoticeState.SENT, 1),
    ],
)
def test_what_the_server_said_is_what_the_notice_says(office, behaviour, state, kept):
    for name, value in behaviour.items():
        setattr(office.mailbox.behaviour, name, value)
    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    assert office.state(notice) is state
    assert office.mailbox.count() == kept
    assert (outcome.outcome == "sent") == (state is NoticeState.SENT)
    assert office.item("RE-1").level == (1 if state is NoticeState.SENT else 0)
    # Well again, the server gets what it has certainly not taken, and nothing else.
    office.mailbox.behaviour = type(office.mailbox.behaviour)()
    office.send()
    assert max(office.mailbox.message_ids().values(), default=1) == 1
    expected = 1 if state in {NoticeState.APPROVED, NoticeState.SENT} else kept
    assert office.mailbox.count() == expected

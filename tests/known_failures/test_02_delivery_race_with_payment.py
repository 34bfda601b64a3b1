"""Known failure 2: the payment and the reminder cross (Kill Bill #472, pretix #1106).

Guard: the verdict is computed once more inside the transaction that commits the hand-over
(``deliver_attempt.Attempt.before``); SQLite lets no import in between.
"""

from dataclasses import replace

import pytest

from core.domain.model import NoticeState


class Beside:
    """Everything of ``real``, except what ``instead`` names."""

    def __init__(self, real, **instead):
        self._real = real
        self.__dict__.update(instead)

    def __getattr__(self, name):
        return getattr(self._real, name)


@pytest.mark.parametrize("event", ["paid", "part paid", "disputed"])
def test_what_happens_while_the_mail_server_is_already_listening_still_stops_it(office, event):
    [notice] = office.propose_and_approve()
    real = office.app.mail

    def send(creditor, message, before_data):
        def just_before():
            if event == "disputed":
                office.hold("10001", "RE-1")
            else:
                office.paid("10001", "RE-1", left="19.00" if event == "part paid" else "0")
            return before_data()

        return real.send(creditor, message, just_before)

    app = replace(office.app, mail=Beside(real, send=send))
    [outcome] = office.send(app).outcomes
    assert outcome.outcome == "withdrawn"
    assert "RE-1" in outcome.reason
    assert office.state(notice) is NoticeState.WITHDRAWN
    assert office.mailbox.count() == 0

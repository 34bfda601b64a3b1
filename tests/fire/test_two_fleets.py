"""Two fleets on one PostgreSQL, one worker killed: all work done, nothing doubled, limits held."""

from __future__ import annotations

import pytest
from fire import size
from fleets import rig
from many_accounts import BURST

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox

CREDITORS, WORKERS, AT_ONCE = size(6, 200), size(2, 4), size(1, 4)
PATIENCE = size(300, 900)


@pytest.mark.timeout(1800)
def test_two_fleets_do_everything_once_although_a_worker_is_killed(tmp_path, postgres_url):
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        rig(tmp_path, postgres_url, mailbox, CREDITORS) as office,
    ):
        with office.fleet(WORKERS, AT_ONCE) as first, office.fleet(WORKERS, AT_ONCE):
            office.until(lambda: office.read() == CREDITORS, PATIENCE)
            assert mailbox.count() == 0, "it is seven: neither run nor mail"
            office.moment(10)
            # So many that none of them has nothing in its hands; one hand is for hooks only.
            busy = (2 * WORKERS - 1) * max(1, AT_ONCE - 1) + 1
            office.until(lambda: office.queue().running >= busy, PATIENCE)
            killed = office.kill_a_member(first)
            office.until(office.settled, PATIENCE)
            office.until(lambda: office.queue().running == 0, PATIENCE)
            assert killed not in office.members(first)
            assert len(office.members(first)) == WORKERS, "another one took its place"
        said, mails, states = office.said(), office.mails(), office.states()
        assert "jobs of workers that died were taken over" in said
        assert max(mails.values()) == 1, "nobody is written to twice"
        assert states.keys() <= {NoticeState.SENT, NoticeState.UNKNOWN}
        assert states[NoticeState.UNKNOWN] <= AT_ONCE, "what the killed worker had in its hands"
        assert states[NoticeState.SENT] <= len(mails) <= 2 * CREDITORS
        assert office.platform.answered[429] == 0
        assert office.platform.fastest() <= BURST

"""Known failures 4 and 6, backwards: a letter that does not count any more leaves neither level nor
charge behind, and cannot be made to count again.

Guards: what it did is undone from the history (``undo_sent._levels``, ``_charges``), and a letter
that was sent once is not reported as posted once more (``posted._refusal``).
"""

from delivery_desk import TUESDAY

from core.domain.model import NoticeState
from core.services.owner import this_task
from core.services.withdraw_sent import withdraw


def posted_and_taken_back(office):
    [notice] = office.propose_and_approve()
    office.send()
    office.posted(notice)
    office.day(TUESDAY)
    [outcome] = withdraw(
        office.app, office.id, [notice], apology=False, by="erika", on=TUESDAY, owner=this_task()
    )
    assert outcome.outcome == "withdrawn"
    return notice


def test_no_level_is_left_of_a_letter_that_was_taken_back(charging_office):
    posted_and_taken_back(charging_office)
    item = charging_office.item("RE-1")
    assert (item.level, item.last_notice_on) == (0, None)


def test_no_charge_is_left_of_a_letter_that_was_taken_back(charging_office):
    posted_and_taken_back(charging_office)
    with charging_office.app.store.read() as tx:
        rows = tx.charges.rows(charging_office.id, settled=False)
    assert rows == []


def test_a_letter_that_was_taken_back_is_not_posted_once_more(charging_office):
    notice = posted_and_taken_back(charging_office)
    [outcome] = charging_office.posted(notice)
    assert outcome.outcome == "refused"
    assert charging_office.state(notice) is NoticeState.WITHDRAWN

"""Known failure 16, unattended: one connection or creditor that fails stops the others.

Guards: each step of a connection fails by itself (``worker.tasks._tried``); what cannot be told of
one creditor is left out (``core.services.schedule.due_work``).
"""

from __future__ import annotations

from creditor_desk import LETTERHEAD

from core.domain.model import Role
from core.services import schedule
from core.services.creditors import init_creditor
from worker import tasks


def _end(do):
    """What it returns; None when a crash came through."""
    try:
        return do()
    except (ZeroDivisionError, ValueError):
        return None


def test_a_connection_that_crashes_keeps_nothing_else_of_its_creditor(office, monkeypatch):
    with office.app.store.write() as tx:
        tx.connections.add(office.id, "lexoffice", "laden", Role.LEADING, "", office.clock.day)

    def crash(*_args, **_kw):
        raise ZeroDivisionError("kaputt")

    monkeypatch.setattr(tasks, "sync_due", crash)
    done = _end(lambda: tasks.advance(office.app, office.id))
    assert done is not None
    [synced] = done.synced
    assert "ZeroDivisionError" in synced.error
    assert done.exit_code == 70
    assert len(done.decided.run.proposals) == 1


def test_a_creditor_whose_settings_cannot_be_read_keeps_nobody_from_being_worked_for(
    office, monkeypatch
):
    init_creditor(office.app, "anders", LETTERHEAD, secrets={}, by="erika")
    real = schedule.due

    def due(app, creditor, **given):
        if creditor == "anders":
            raise ValueError("run_at")
        return real(app, creditor, **given)

    monkeypatch.setattr(schedule, "due", due)
    found = _end(lambda: schedule.due_work(office.app))
    assert found is not None
    assert found.creditors == (office.id,)

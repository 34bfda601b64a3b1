"""Guards of the unattended work: where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, rewritten, without

RUN_DUE, KEPT = "core.domain.schedule:run_due", "worker.tasks:_run"
TRIED, DUE_WORK = "worker.tasks:_tried", "core.services.schedule:due_work"
AWAY, ONE_BAD = "test_07_worker_after_downtime.py", "test_16_worker_one_bad_connection.py"

WORKER = (
    Guard(
        7, "a day whose run was made gets no second one from a worker", RUN_DUE,
        rewritten(RUN_DUE, ("ran_on is not None and today <= ran_on <= today + _DAY", "False")),
        f"{AWAY}::test_however_often_a_worker_looks_in_a_day_has_one_run",
    ),
    Guard(
        7, "a worker keeps the day of its last run", KEPT,
        rewritten(KEPT, ("ran_on=on.isoformat()", "ran_on=''")),
        f"{AWAY}::test_however_often_a_worker_looks_in_a_day_has_one_run",
    ),
    Guard(
        16, "a connection that crashes keeps nothing else of its creditor", TRIED,
        without(TRIED, lambda _app, _what, do, _done: do()),
        f"{ONE_BAD}::test_a_connection_that_crashes_keeps_nothing_else_of_its_creditor",
    ),
    Guard(
        16, "a creditor of whom nothing can be told keeps nobody from being worked for", DUE_WORK,
        rewritten(DUE_WORK, ("except Exception:", "except KeyError:")),
        f"{ONE_BAD}::test_a_creditor_whose_settings_cannot_be_read_keeps_nobody_from_being_worked_for",
    ),
)  # fmt: skip
